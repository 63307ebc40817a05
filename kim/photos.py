"""Photos: what may be in the repository, how a phone's photo becomes that, and the sizes readers get.

Every file is hostile until Pillow has read its header, its size has been found small enough, and its pixels
have been decoded. Location and everything else that a camera writes beside the picture is refused.
"""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import PIL
from PIL import Image, ImageOps, features

from kim.sizes import FORMATS, LONGEST_SIDE, MOST_BYTES, PHONE_WIDTH, THUMBNAIL, Variant

#: from a phone, before it is cleaned
MOST_PIXELS = 50_000_000

_BLOCKS_THAT_MATTER_NOT = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "background",
                           "loop", "duration", "timestamp", "progressive", "progression", "transparency",
                           "srgb", "chromaticity", "interlace", "aspect", "mode", "bitdepth"}  # fmt: skip
_GPS = 0x8825
#: what Pillow raises on bytes that were made to break it, or were broken on the way
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError,
           ArithmeticError, struct.error)  # fmt: skip
#: How each format is written for readers, and the qualities that are tried until a photo is light enough.
_ENCODERS: dict[str, tuple[str, dict[str, object], tuple[int, ...]]] = {
    # one thread: with several, the encoder splits the picture by the machine's cores
    "avif": ("AVIF", {"speed": 8, "max_threads": 1}, (50, 40, 30, 20)),
    "webp": ("WEBP", {"method": 5}, (68, 54, 40, 28)),
    "jpg": ("JPEG", {"optimize": True, "progressive": True}, (70, 58, 45, 32)),
}
#: Bytes that a photo for readers stays below: a thumbnail, one for phones, one for desks.
_LIGHT_THUMBNAIL = {"avif": 1_600, "webp": 2_400, "jpg": 4_000}
_LIGHT_ON_A_PHONE = {"avif": 18_000, "webp": 24_000, "jpg": 40_000}
_LIGHT_AT_A_DESK = {"avif": 54_000, "webp": 72_000, "jpg": 120_000}
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


def read_photo(data: bytes) -> PhotoFacts:
    """What a photo is, after all its pixels have been decoded. Raises `NoPhotoError`, `PhotoBombError`."""
    with _open(data) as image:
        _decode(image)  # first: in a PNG, text may stand behind the pixels
        _flat(image)  # a palette may lack colours that the pixels name
        has_exif, has_location = _find_exif(image)
        has_more = bool(set(image.info) - _BLOCKS_THAT_MATTER_NOT) or _has_tail(data, image.format)
        return PhotoFacts(*image.size, has_metadata=has_exif or has_more, has_location=has_location)


def clean_photo(data: bytes) -> bytes:
    """A phone's photo as the repository takes it: upright, at most 1,600 px and 600 KB, no metadata.

    The format stays as it is, so that the file keeps its name. Raises `NoPhotoError`, `PhotoBombError`.
    """
    with _open(data) as opened:
        form = "JPEG" if opened.format == "MPO" else str(opened.format)
        # in its own shape, or a JPEG is decoded whole: four times the room and the time of its half
        scale = min(1.0, LONGEST_SIDE / max(opened.size))
        opened.draft("RGB", (round(opened.width * scale), round(opened.height * scale)))
        _decode(opened)
        image = _upright(opened)
    keeps_transparency = form != "JPEG" and ("transparency" in image.info or "A" in image.mode)
    flat = _flat(image)
    image = _bare(image, "RGBA") if keeps_transparency else flat
    for side in range(LONGEST_SIDE, 0, -200):
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for quality in (85, 75):
            cleaned = _save(image, form, **_OPTIONS[form], **({} if form == "PNG" else {"quality": quality}))
            if len(cleaned) <= MOST_BYTES:
                return cleaned
    raise NoPhotoError  # 200 pixels a side never weigh 600 KB


def recipe() -> str:
    """What the bytes of a variant depend on beside the photo: this code, Pillow and its encoders."""
    code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    encoders = (features.version(name) for name in ("avif", "webp", "libjpeg_turbo", "jpg"))
    return " ".join([code, PIL.__version__, *(version or "none" for version in encoders)])


def fit_photo(data: bytes, width: int, height: int) -> Image.Image:
    """The pixels of a photo, upright, in this size; cropped in the middle where its shape is another."""
    with _open(data) as opened:
        opened.draft("RGB", (width * 2, height * 2))
        _decode(opened)
        image = _flat(_upright(opened))
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def make_variant(data: bytes, variant: Variant) -> bytes:
    """The bytes of one variant, cropped in the middle where its shape is another. Same bytes every time.

    A busy picture (leaves, gravel) loses fineness until it is light enough, or the lowest quality is reached.
    """
    image = fit_photo(data, variant.width, variant.height)
    form, options, qualities = _ENCODERS[variant.suffix]
    most = _most_bytes(variant)
    for quality in qualities:
        made = _save(image, form, quality=quality, **options)
        if len(made) <= most:
            break
    return made


def _most_bytes(variant: Variant) -> int:
    if (variant.width, variant.height) == (THUMBNAIL, THUMBNAIL):
        return _LIGHT_THUMBNAIL[variant.suffix]
    return (_LIGHT_ON_A_PHONE if variant.width <= PHONE_WIDTH else _LIGHT_AT_A_DESK)[variant.suffix]


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
        except Image.DecompressionBombError:
            raise PhotoBombError(*_header_size(data)) from None
        except _FAULTS as fault:
            raise NoPhotoError from fault
    if image.width * image.height > MOST_PIXELS:
        raise PhotoBombError(*image.size)
    # Some phones put a second picture (for depth) behind the first of a JPEG; animations are no photos.
    if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
        raise NoPhotoError
    return image


def _header_size(data: bytes) -> tuple[int, int]:
    """The size that a photo claims which Pillow refuses to open."""
    if data.startswith(b"RIFF"):
        return _webp_size(data)
    factory, _ = Image.OPEN["PNG" if data.startswith(b"\x89PNG") else "JPEG"]
    with factory(io.BytesIO(data), "") as image:  # unlike `Image.open` it does not look at the size
        return image.size


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            bits = int.from_bytes(data[26:30], "little")
            return bits & 0x3FFF, bits >> 16 & 0x3FFF


def _find_exif(image: Image.Image) -> tuple[bool, bool]:
    """Whether there is EXIF data, and a location in it. What cannot be read is data all the same."""
    try:
        exif = image.getexif()
        return bool(exif), bool(exif.get_ifd(_GPS))
    except _FAULTS:
        return True, False


def _has_tail(data: bytes, form: str | None) -> bool:
    """Whether something stands behind the picture, as a phone's "motion photo" has a film with its place."""
    match form:
        case "PNG":
            return data[-8:-4] != b"IEND"
        case "WEBP":
            return len(data) > 8 + int.from_bytes(data[4:8], "little") + 1
        case _:
            return not data.rstrip(b"\0").endswith(b"\xff\xd9")


def _upright(image: Image.Image) -> Image.Image:
    """The picture as its camera was held; as it lies where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except _FAULTS:
        return image.copy()


def _decode(image: Image.Image) -> None:
    try:
        image.load()
    except _FAULTS as fault:
        raise NoPhotoError from fault


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency (white shines through) and without anything but pixels. Raises `NoPhotoError`."""
    try:
        return _on_paper(image)
    except _FAULTS as fault:
        raise NoPhotoError from fault


def _on_paper(image: Image.Image) -> Image.Image:
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
