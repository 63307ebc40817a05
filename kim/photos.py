"""Photos: what may be in the repository, how a phone's photo becomes that, and the sizes readers get.

Every file is hostile until Pillow has read its header, its size has been found small enough, and its pixels
have been decoded. Location and everything else that a camera writes beside the picture is refused.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
#: in the repository
LONGEST_SIDE = 1_600
MOST_BYTES = 600_000
#: from a phone, before it is cleaned
MOST_PIXELS = 50_000_000
#: Sizes for readers, in pixels: a phone of 360 CSS pixels takes 360 or 720 by its screen.
WIDTHS = (360, 720, 1200)
THUMBNAIL = 168
#: Part of every variant's key: raise it when `make_variant` changes what it writes.
RECIPE = 1

_BLOCKS_THAT_MATTER_NOT = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "background",
                           "loop", "duration", "timestamp", "progressive", "progression", "transparency",
                           "srgb", "chromaticity", "interlace", "aspect", "mode", "bitdepth"}  # fmt: skip
_GPS = 0x8825
_OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"method": 5},
}


class NoPhotoError(ValueError):
    """Bytes that are no whole JPEG, PNG or WebP."""


class PhotoBombError(ValueError):
    """A photo with more pixels than may be decoded; `width` and `height` say how many."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} x {height}")
        self.width, self.height = width, height


@dataclass(frozen=True)
class PhotoFacts:
    """What the bytes say: size in pixels and whether the camera left data behind."""

    width: int
    height: int
    has_metadata: bool
    has_location: bool


@dataclass(frozen=True)
class Variant:
    """One size of a photo for readers; `photo` is the SHA-256 of the bytes it is made from."""

    photo: str
    width: int
    height: int
    suffix: str

    @property
    def id(self) -> str:
        """The name by which a page asks for it."""
        return f"{self.photo}-{self.width}x{self.height}.{self.suffix}"


def read_photo(data: bytes) -> PhotoFacts:
    """What a photo is, after all its pixels have been decoded. Raises `NoPhotoError`, `PhotoBombError`."""
    with _open(data) as image:
        facts = PhotoFacts(
            *image.size,
            has_metadata=bool(set(image.info) - _BLOCKS_THAT_MATTER_NOT) or bool(image.getexif()),
            has_location=bool(image.getexif().get_ifd(_GPS)),
        )
        _decode(image)
    return facts


def clean_photo(data: bytes) -> bytes:
    """A phone's photo as the repository takes it: upright, at most 1,600 px and 600 KB, no metadata.

    The format stays as it is, so that the file keeps its name. Raises `NoPhotoError`, `PhotoBombError`.
    """
    with _open(data) as opened:
        form = str(opened.format)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        _decode(opened)
        image = ImageOps.exif_transpose(opened)
    keeps_transparency = form != "JPEG" and ("transparency" in image.info or "A" in image.mode)
    image = _bare(image, "RGBA") if keeps_transparency else _flat(image)
    for side in range(LONGEST_SIDE, 0, -200):
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for quality in (85, 75):
            cleaned = _save(image, form, **_OPTIONS[form], **({} if form == "PNG" else {"quality": quality}))
            if len(cleaned) <= MOST_BYTES:
                return cleaned
    raise NoPhotoError  # 200 pixels a side never weigh 600 KB


def plan_variants(photo: str, width: int, height: int) -> Iterator[Variant]:
    """The sizes of a photo that pages may show: narrower than itself, or itself; AVIF, WebP and JPEG each."""
    for wide in sorted({min(width, wanted) for wanted in WIDTHS}):
        for suffix in ("avif", "webp", "jpg"):
            yield Variant(photo, wide, max(1, round(height * wide / width)), suffix)


def plan_thumbnails(photo: str) -> Iterator[Variant]:
    """The small squares beside titles."""
    for suffix in ("avif", "jpg"):
        yield Variant(photo, THUMBNAIL, THUMBNAIL, suffix)


def make_variant(data: bytes, variant: Variant) -> bytes:
    """The bytes of one variant, cropped in the middle where its shape is another. Same bytes every time."""
    with _open(data) as opened:
        opened.draft("RGB", (variant.width * 2, variant.height * 2))
        _decode(opened)
        image = _flat(ImageOps.exif_transpose(opened))
    image = ImageOps.fit(image, (variant.width, variant.height), Image.Resampling.LANCZOS)
    match variant.suffix:
        case "avif":
            # one thread: with several, the encoder splits the picture by the machine's cores
            return _save(image, "AVIF", quality=50, speed=8, max_threads=1)
        case "webp":
            return _save(image, "WEBP", quality=68, method=5)
        case _:
            return _save(image, "JPEG", quality=70, optimize=True, progressive=True)


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
        except Image.DecompressionBombError:
            raise PhotoBombError(*_header_size(data)) from None
        except (OSError, SyntaxError, ValueError, EOFError) as fault:
            raise NoPhotoError from fault
    if image.width * image.height > MOST_PIXELS:
        raise PhotoBombError(*image.size)
    if getattr(image, "n_frames", 1) != 1:
        raise NoPhotoError
    return image


def _header_size(data: bytes) -> tuple[int, int]:
    """The size that a refused PNG claims; other formats cannot claim one that Pillow refuses to open."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _decode(image: Image.Image) -> None:
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError) as fault:
        raise NoPhotoError from fault


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency (white shines through) and without anything but pixels."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return _bare(image, "RGB")


def _bare(image: Image.Image, mode: str) -> Image.Image:
    bare = image.convert(mode)
    bare.info = {}
    if "exif" in bare.__dict__:
        bare.getexif().clear()
    return bare


def _save(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
