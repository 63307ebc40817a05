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
#: Half a millisecond a page; the last few per cent cost fifty times as much.
_BROTLI_QUALITY = 5


def compress_siblings(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """`(suffix, bytes)` of each sibling that a file at this path should have."""
    if not path.endswith(_TEXT):
        return
    for suffix, small in zip(SUFFIXES, (_brotli(data), gzip.compress(data, 9, mtime=0)), strict=True):
        if len(small) <= len(data) * (1 - _LEAST_SAVING):
            yield suffix, small


def _brotli(data: bytes) -> bytes:
    small: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
    return small
