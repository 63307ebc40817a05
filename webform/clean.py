"""The process of one photo: reads it from standard input, writes it cleaned to standard output.

Bounded in memory, time and files before the first byte is looked at. The answer is `P` with the photo, `B`
with the size of one that is too large, or `N` for what is none.
"""

import io
import resource
import struct
import sys

from PIL import Image

from kim.photos import MOST_PIXELS, NoPhotoError, PhotoBombError, clean_photo, make_variant, read_photo
from kim.sizes import FORMATS, LONGEST_SIDE, THUMBNAIL, Variant

#: 50 million pixels with an alpha channel, twice, and the interpreter
_MOST_MEMORY = 1_000_000_000
_MOST_SECONDS = 30
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
#: what decoders raise on bytes that were made to break them
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError,
           ArithmeticError, RuntimeError, MemoryError, struct.error)  # fmt: skip


def main() -> None:
    """Clean one photo."""
    for what, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_CPU, _MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


def answer(data: bytes) -> bytes:
    """The answer to the bytes of a photo."""
    try:
        if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
            data = from_heif(data)
        cleaned = clean_photo(data)
        facts = read_photo(cleaned)
        thumbnail = make_variant(cleaned, Variant("", THUMBNAIL, THUMBNAIL, "jpg"))
    except PhotoBombError as bomb:
        return b"B" + struct.pack(">QQ", min(bomb.width, 2**63), min(bomb.height, 2**63))
    except _FAULTS:  # `NoPhotoError` among them
        return b"N"
    with Image.open(io.BytesIO(cleaned), formats=tuple(FORMATS)) as image:
        suffix = FORMATS[str(image.format)]
    head = struct.pack(">III4s", facts.width, facts.height, len(cleaned), suffix.encode().ljust(4))
    return b"P" + head + cleaned + thumbnail


def from_heif(data: bytes) -> bytes:
    """The first picture of a HEIC file as JPEG. Raises as `kim.photos`."""
    import pillow_heif  # large, and most photos are no HEIC

    found = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    width, height = found.size
    if width * height > MOST_PIXELS:
        raise PhotoBombError(width, height)
    image = found.to_pillow().convert("RGB")  # upright already: the decoder turns it
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    Image.frombytes("RGB", image.size, image.tobytes()).save(out, "JPEG", quality=92)
    if not out.tell():
        raise NoPhotoError
    return out.getvalue()


if __name__ == "__main__":
    main()
