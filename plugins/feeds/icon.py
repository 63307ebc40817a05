"""The picture of the network's feeds: the lozenge of the portal's icon in the network's two colours."""

import io

ICON_FILE = "feeds.png"
#: RSS allows no more (RSS 2.0, `image`)
ICON_SIDE = 144
#: drawn this many times as large, and made smaller, for smooth edges
_LARGER = 4


def draw_icon(colours: tuple[str, str]) -> bytes:
    """A PNG of `ICON_SIDE` pixels a side; `colours` are `#rrggbb`."""
    from PIL import Image, ImageDraw  # which no build needs that has its icons

    side = ICON_SIDE * _LARGER
    image = Image.new("RGB", (side, side), colours[0])
    draw = ImageDraw.Draw(image)
    for share, colour in ((3 / 4, "#ffffff"), (1 / 3, colours[1])):
        reach, middle = side * share / 2, side / 2
        corners = [(middle, middle - reach), (middle + reach, middle), (middle, middle + reach)]
        draw.polygon([*corners, (middle - reach, middle)], fill=colour)
    small = image.resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS).quantize(32)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
