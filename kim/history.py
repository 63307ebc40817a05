"""How a feed's history is cut into documents (RFC 5005), so that a new post changes one of them.

Chunks are filled from the oldest item on. A chunk is full when the next item does not fit into it; it is then
an archive, and never changes again by what is newer. The subscription document shows the newest items within
the same bounds, so that whatever stands in no archive yet stands in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: Bytes of HTML in one document. Text that nobody can compress, as random letters and digits, shrinks to
#: seven tenths, so that no feed is more than 150 KB as it is sent; 20 posts of 1,000 words fit in.
MOST_BYTES = 200_000


@dataclass(frozen=True)
class History(Generic[T]):
    """The items of the subscription document and of archives 1, 2, …, each from the newest to the oldest."""

    newest: tuple[T, ...]
    archives: tuple[tuple[T, ...], ...]


def split_history(
    items: Sequence[T], size: Callable[[T], int], most: int, most_bytes: int = MOST_BYTES
) -> History[T]:
    """Cut items (newest first) into documents of at most `most` items and `most_bytes` bytes.

    `size` says the bytes of one item. An item that is larger than a document stands in one alone.
    """
    if most < 1:
        raise ValueError(f"A document of {most} items holds nothing.")
    newest: list[T] = []
    taken = 0
    for item in items[:most]:
        taken += size(item)
        if newest and taken > most_bytes:
            break
        newest.append(item)
    archives: list[tuple[T, ...]] = []
    chunk: list[T] = []
    taken = 0
    for item in reversed(items):
        own = size(item)
        if chunk and (len(chunk) == most or taken + own > most_bytes):
            archives.append(tuple(reversed(chunk)))
            chunk, taken = [], 0
        chunk.append(item)
        taken += own
    return History(tuple(newest), tuple(archives))
