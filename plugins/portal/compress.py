"""The precompressed siblings of a text file, for servers that send them as they are.

The same bytes every time: no file name and no time stand in them.
"""

import gzip
from collections.abc import Iterator

import brotli

#: What is text and worth it; photos and PDFs are compressed already.
_TEXT = (".html", ".xml", ".txt", ".json", ".css", ".js", ".svg", ".webmanifest", ".opml")
SUFFIXES = (".br", ".gz")
#: A sibling that saves less than this share is not worth a file.
_LEAST_SAVING = 0.05


def compress_siblings(
    path: str, data: bytes, quality: int, zipped: bytes | None = None
) -> Iterator[tuple[str, bytes]]:
    """`(suffix, bytes)` of each sibling that a file at this path should have.

    `quality` is brotli's, 1 to 11; `zipped` is what `zip_text` made of the data, where that is known.
    """
    if not path.endswith(_TEXT):
        return
    zipped = zipped or gzip.compress(data, 9, mtime=0)
    small: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=quality)
    # so that no browser is sent more than the others: that is what a page says of its weight
    if _is_worth(small, data) and len(small) < len(zipped):
        yield ".br", small
    if _is_worth(zipped, data):
        yield ".gz", zipped


def zip_text(data: bytes) -> bytes | None:
    """The `.gz` of a text file; None where it is not worth a file."""
    zipped = gzip.compress(data, 9, mtime=0)
    return zipped if _is_worth(zipped, data) else None


def _is_worth(small: bytes, data: bytes) -> bool:
    return len(small) <= len(data) * (1 - _LEAST_SAVING)
