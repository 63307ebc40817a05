"""All history in documents that never change (RFC 5005)."""

import gzip
import random
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.history import MOST_BYTES, split_history, weigh_item
from kim.post import Body, Post
from kim.text import remove_forbidden
from plugins.portal.output import Deferred, Request, digest_inputs
from tests.corpus import replace

from .samples import FORMS, LEAD, NETWORK, POST, make_request, posts_by_day, seen, state, write

every_form = pytest.mark.parametrize("name", FORMS)
SIZES = st.lists(st.integers(1, 60), max_size=60)


def cut(sizes: list[int]) -> tuple[list[int], list[list[int]]]:
    """Items by their number, the newest first and highest, in documents of five items and 100 bytes."""
    items = list(range(len(sizes), 0, -1))
    history = split_history(items, lambda item: sizes[item - 1], most=5, most_bytes=100)
    return list(history.newest), [list(chunk) for chunk in history.archives]


# How history is cut


@given(sizes=SIZES)
def test_every_item_stands_in_one_archive_or_in_the_subscription_document(sizes: list[int]) -> None:
    newest, archives = cut(sizes)
    archived = [item for chunk in archives for item in reversed(chunk)]
    assert archived == list(range(1, len(archived) + 1))
    assert set(archived) | set(newest) == set(range(1, len(sizes) + 1))
    assert newest == sorted(newest, reverse=True)


@given(sizes=SIZES)
def test_no_document_is_larger_than_its_bounds(sizes: list[int]) -> None:
    newest, archives = cut(sizes)
    for chunk in (newest, *archives):
        assert len(chunk) <= 5
        assert sum(sizes[item - 1] for item in chunk) <= 100


@given(sizes=SIZES, more=SIZES)
def test_archives_stay_as_they_are_when_newer_items_come(sizes: list[int], more: list[int]) -> None:
    before, after = cut(sizes)[1], cut(sizes + more)[1]
    assert after[: len(before)] == before


@given(sizes=SIZES)
def test_subscription_document_shows_as_many_as_fit(sizes: list[int]) -> None:
    newest, _ = cut(sizes)
    if 0 < len(newest) < min(5, len(sizes)):
        one_more = range(len(sizes), len(sizes) - len(newest) - 1, -1)
        assert sum(sizes[item - 1] for item in one_more) > 100


def test_item_that_is_larger_than_a_document_stands_alone() -> None:
    assert cut([10, 300, 10]) == ([3], [[1], [2]])


def test_nothing_is_archived_while_all_fits() -> None:
    assert cut([1] * 5) == ([5, 4, 3, 2, 1], [])
    assert cut([1] * 6) == ([6, 5, 4, 3, 2], [[5, 4, 3, 2, 1]])


def test_document_of_no_items_is_refused() -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        split_history([1], lambda item: 1, most=0)


# What the documents say


@every_form
def test_history_is_walked_from_the_subscription_document_to_the_oldest_archive(name: str) -> None:
    posts = posts_by_day(11)
    request = make_request(*posts, size=3)
    paths, found = [], []
    path = f"contoh-utara/{name}"
    while path:
        feed = seen(request, path)
        assert feed.own == f"https://kim.example/{path}"
        paths.append(path.rpartition("/")[2])
        found += [item.id for item in feed.items]
        path = feed.older.removeprefix("https://kim.example/")
    stem, suffix = name.split(".")
    assert paths == [name, *(f"{stem}-{number}.{suffix}" for number in (3, 2, 1))]
    assert set(found) == {f"tag:kim.example,2026:kim-hulu/{post.id}" for post in posts}


@every_form
def test_archive_says_that_it_is_one_and_which_document_is_current(name: str) -> None:
    request = make_request(*posts_by_day(7), size=3)
    stem, suffix = name.split(".")
    current = seen(request, name)
    archive = seen(request, f"{stem}-2.{suffix}")
    assert (current.is_archive, current.current) == (False, "")
    assert (archive.is_archive, archive.current) == (True, f"https://kim.example/{name}")
    assert (archive.title, archive.page) == (current.title, current.page)
    assert archive.updated == max(item.published for item in archive.items)
    assert b"next-archive" not in write(request, f"{stem}-2.{suffix}")


@every_form
def test_archive_does_not_name_the_hub(name: str) -> None:
    request = make_request(*posts_by_day(4), size=3, network=replace(NETWORK, hub="https://hub.example/"))
    stem, suffix = name.split(".")
    assert seen(request, name).hub
    assert not seen(request, f"{stem}-1.{suffix}").hub


@pytest.mark.parametrize("count", [4, 6, 7, 9])
def test_full_archives_keep_their_bytes_when_a_post_comes(count: int) -> None:
    posts = posts_by_day(count)
    before, after = make_request(*posts[1:], size=3), make_request(*posts, size=3)
    archives = [path for path in state(before) if "-1." in path or "-2." in path]
    assert bool(archives) == (count > 4)
    for path in archives:
        assert write(before, path) == write(after, path)


def test_only_archives_of_its_own_feeds_change_with_an_old_post() -> None:
    posts = posts_by_day(8)
    corrected = replace(posts[-1], modified=posts[0].published, correction="Bukan 43.")
    before, after = make_request(*posts, size=3), make_request(*posts[:-1], corrected, size=3)
    changed = {path for path in state(before) if write(before, path) != write(after, path)}
    folders = ("", "contoh-utara/", "contoh-utara/kim-hulu/", f"topik/{POST.topic}/")
    assert changed == {
        f"{folder}{name}" for folder in folders for name in ("feed-1.xml", "atom-1.xml", "feed-1.json")
    }


# How large they are


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MARKS = """!#$%'()*+,-./:;=?@[]^_{|}~"""
#: How often characters of one, two, three and four bytes must stand in a text that nothing can compress.
MIXED = (90, 8, 2, 0)


def _letters(chance: random.Random, size: int) -> str:
    return "".join(chance.choices(LETTERS, k=size))


def _characters_of_every_plane(chance: random.Random, size: int) -> str:
    """Of four bytes each."""
    return "".join(chr(chance.randrange(0x10000, 0x110000)) for _ in range(size // 4))


def _characters_of_every_length(chance: random.Random, size: int) -> str:
    """No byte of such a text tells much about the next."""
    found: list[str] = []
    while size > 0:
        (length,) = chance.choices((1, 2, 3, 4), MIXED)
        first, end = ((0, 0), (0xA1, 0x800), (0x800, 0xD800), (0x10000, 0x110000))[length - 1]
        found.append(chance.choice(LETTERS + MARKS) if length == 1 else chr(chance.randrange(first, end)))
        size -= length
    return "".join(found)


Noise = Callable[[random.Random, int], str]
every_noise = pytest.mark.parametrize(
    "noise", [_letters, _characters_of_every_plane, _characters_of_every_length]
)


def weighed(post: Post, *prose: str) -> Post:
    """The post as it is read with this text."""
    return replace(post, weight=weigh_item(post, prose))


def noisy_request(noise: Noise, *sizes: int) -> Request:
    """A post for each size, newest first; their texts have about so many bytes, and nothing in common."""
    bodies = {}
    posts = []
    for number, (post, size) in enumerate(zip(posts_by_day(len(sizes)), sizes, strict=True)):
        prose = f"<p>{remove_forbidden(noise(random.Random(number), size))}</p>"
        bodies[post.address] = Deferred(digest_inputs(prose), partial(Body, (prose,)))
        lead = replace(LEAD, sha256=f"{random.Random(number).getrandbits(256):064x}")
        posts.append(weighed(replace(post, lead=lead), prose))
    return make_request(*posts, body=lambda post: bodies[post.address])


def heaviest(request: Request, name: str) -> int:
    """The most bytes that are sent for one of a form's documents, by brotli and by gzip."""
    stem, suffix = name.split(".")
    documents = [path for path in state(request) if re.fullmatch(rf"{stem}(-\d+)?\.{suffix}", path)]
    written = [write(request, path) for path in documents]
    return max(
        max(len(brotli.compress(data, quality=5)), len(gzip.compress(data, 9, mtime=0))) for data in written
    )


@every_form
@every_noise
@pytest.mark.parametrize("count", [1, 3, 12])
def test_no_document_of_texts_that_nobody_can_compress_is_over_150_kilobytes(
    name: str, noise: Noise, count: int
) -> None:
    # as full as they get: the next byte would be one too many for the one document
    share = weigh_item(POST, (noise(random.Random(1), 100_000),)) / 100_000
    size = int((MOST_BYTES // count - 2_000) / share)
    request = noisy_request(noise, *[size] * (count + 1))
    assert len(seen(request, name).items) == count
    assert 80_000 < heaviest(request, name) < 150_000


def test_twenty_posts_of_900_words_stand_in_one_feed() -> None:
    words = [f"kata{number}" for number in range(900)]
    prose = (f"<p>{' '.join(random.Random(3).choices(words, k=900))}</p>",)
    posts = tuple(weighed(post, *prose) for post in posts_by_day(21))
    request = make_request(*posts, prose=prose)
    assert len(seen(request, "feed.xml").items) == 20
    assert [path for path in state(request) if path.startswith("feed-")] == ["feed-1.xml", "feed-1.json"]


def test_size_of_an_item_counts_all_that_it_shows() -> None:
    more = replace(POST, title=f"{POST.title} é", summary=f"{POST.summary}.", lead=LEAD)
    words = len(LEAD.alt) + len(LEAD.credit)
    added = weigh_item(more, ("a" * 100,)) - weigh_item(POST, ())
    assert added == 100 + 1 + round(2 * 1.4) + 2 + words + 2 * len(LEAD.alt) + 400


def test_moment_of_a_post_does_not_decide_where_archives_begin() -> None:
    posts = posts_by_day(7)
    later = tuple(
        replace(post, published=replace(post.published, at=post.published.at + timedelta(hours=1)))
        for post in posts
    )
    for path in ("feed-1.xml", "feed-2.xml"):
        ids = [[item.id for item in seen(make_request(*p, size=3), path).items] for p in (posts, later)]
        assert ids[0] == ids[1]
