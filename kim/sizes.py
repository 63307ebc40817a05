"""Which photos the repository takes, and the sizes that readers get; the pixels are those of `kim.photos`."""

from collections.abc import Iterator
from dataclasses import dataclass

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
#: in the repository
LONGEST_SIDE = 1_600
MOST_BYTES = 600_000
#: What a phone of 360 CSS pixels takes where its screen has two or three pixels to each of them.
PHONE_WIDTH = 640
#: Sizes for readers, in pixels: for small phones, for most phones, for desks.
WIDTHS = (360, PHONE_WIDTH, 1200)
THUMBNAIL = 168


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


def plan_variants(photo: str, width: int, height: int) -> Iterator[Variant]:
    """The sizes of a photo that pages and feeds may show, narrower than itself, or itself.

    AVIF and JPEG in every width. WebP, for the few browsers that have it and not AVIF, in a phone's only: in
    others it would cost each page more bytes than it saves anybody.
    """
    for wide in sorted({min(width, wanted) for wanted in WIDTHS}):
        for suffix in ("avif", "webp", "jpg") if wide == min(width, PHONE_WIDTH) else ("avif", "jpg"):
            yield Variant(photo, wide, max(1, round(height * wide / width)), suffix)


def plan_thumbnails(photo: str) -> Iterator[Variant]:
    """The small squares beside titles."""
    for suffix in ("avif", "jpg"):
        yield Variant(photo, THUMBNAIL, THUMBNAIL, suffix)
