"""How listings are split: every item once, and full pages that never change."""

from hypothesis import given
from hypothesis import strategies as st

from kim.listing import split_listing

COUNTS, SIZES = st.integers(0, 200), st.integers(1, 20)


def newest_first(count: int) -> list[int]:
    return list(range(count, 0, -1))


@given(COUNTS, SIZES)
def test_every_item_stands_once_from_the_newest_to_the_oldest(count: int, size: int) -> None:
    listing = split_listing(newest_first(count), size)
    shown = [*listing.first, *(item for page in reversed(listing.older) for item in page)]
    assert shown == newest_first(count)


@given(COUNTS, SIZES)
def test_older_pages_are_full_and_the_first_has_less_than_two(count: int, size: int) -> None:
    listing = split_listing(newest_first(count), size)
    assert {len(page) for page in listing.older} <= {size}
    assert len(listing.first) < 2 * size
    assert len(listing.first) >= size or not listing.older


@given(COUNTS, SIZES, st.integers(0, 50))
def test_full_page_never_changes_when_items_come(count: int, size: int, more: int) -> None:
    before = split_listing(newest_first(count), size).older
    assert split_listing(newest_first(count + more), size).older[: len(before)] == before
