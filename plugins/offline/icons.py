"""The portal's icon: a motif of woven cloth in the network's two colours, a few hundred bytes."""

import io

#: Drawn larger and made smaller, for smooth edges.
_OVERSAMPLE = 4
#: Shades that are left of them.
_SHADES = 12
_WHITE = "#ffffff"


def draw_icon(inputs: tuple[tuple[str, str], int]) -> bytes:
    """A PNG of `size` × `size` pixels. All of it is coloured, and the motif stays within the circle (four
    fifths of the width) that every mask leaves.
    """
    from PIL import Image, ImageDraw  # which no build needs that has its icons

    (ground, accent), size = inputs
    whole = size * _OVERSAMPLE
    picture = Image.new("RGB", (size, size), ground)
    for share, colour in ((0.38, _WHITE), (0.24, ground), (0.13, accent)):
        # a byte a pixel, not four: nothing else in a build holds a picture of this size
        mask = Image.new("L", (whole, whole))
        ImageDraw.Draw(mask).polygon(_diamond(whole, share), fill=255)
        picture.paste(colour, mask=mask.reduce(_OVERSAMPLE))
    small = picture.quantize(_SHADES, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _diamond(whole: int, share: float) -> list[tuple[float, float]]:
    """A diamond in the middle whose corners are a share of the width away from it."""
    middle, reach = whole / 2, whole * share
    return [
        (middle, middle - reach),
        (middle + reach, middle),
        (middle, middle + reach),
        (middle - reach, middle),
    ]
