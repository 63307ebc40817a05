"""How a listing is split into pages, so that a new post changes a handful of them.

Full pages are counted from the oldest post and never change again; the first page shows the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


def split_runs(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Split items (newest first) into runs of `size`, counted from the oldest, so that a new
    item changes one. The oldest run comes first; within a run the newest item does.
    """
    for end in range(len(items), 0, -size):
        yield items[max(0, end - size) : end]


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Items from the newest to the oldest: those of the first page, and those of page 1, 2, … of `hal/`."""

    first: tuple[T, ...]
    older: tuple[tuple[T, ...], ...]


def split_listing(items: Sequence[T], size: int) -> Listing[T]:
    """Split items (newest first): `size` to `2 * size - 1` on the first page, `size` on each older one."""
    full = max(0, len(items) // size - 1)
    end = len(items)
    older = tuple(
        tuple(items[end - size * number : end - size * (number - 1)]) for number in range(1, full + 1)
    )
    return Listing(tuple(items[: end - size * full]), older)
