"""Which posts have a root, written small: the files that a query loads.

A line for each root, sorted: the root, a space, and up to three lists of posts parted by `!`: those that have
it in their text, in a name (village, group, kecamatan, topic, label), in their title. Each post stands in the
last list that it belongs to. A post is the distance from the one before it in the list, as digits: `X` to `~`
are leading digits of base 39, `(` to `W` is the last, of base 48. Most distances are one character, which
compression then brings near to the fewest bits that they can have.

In a large segment a root that stands in the text of more than a sixth of the posts is taken to be in all of
them, which is written `%`: such a list is the dearest, and tells the least.
"""

import html
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise
from typing import TypeVar

from kim.folder import digest_bytes
from kim.post import Body
from kim.search import shard_of
from plugins.portal.output import Deferred, Recall
from plugins.search.roots import Roots

T = TypeVar("T")

_RANKED = _TEXT, _NAME, _TITLE = range(3)
_RANKS = len(_RANKED)
#: Elements that stand inside of words; all others part them.
_INLINE = re.compile(r"</?(?:a|em|strong|code)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_ZERO, _LAST, _LEAD = 40, 48, 39
#: From how many posts a segment is large, and which part of it is everywhere.
_LARGE, _EVERYWHERE = 1_024, 6
#: Posts whose roots are remembered together: fewer in the tail, which each new post changes.
_BLOCK, _SMALL_BLOCK = 64, 8

#: The roots of a post, with spaces between: those of its text, of names, of its title.
RankedRoots = tuple[str, str, str]


@dataclass(frozen=True)
class Entry:
    """What is indexed of a post. `keys` are the filters that it passes: `@section`, `#topic`."""

    title: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    body: Deferred[Body]


@dataclass(frozen=True)
class Block:
    """Posts whose roots are found together; `names` are the places whose words belong together."""

    names: tuple[str, ...]
    entries: tuple[Entry, ...]


class SegmentIndex:
    """The files of one segment's words, made together when the first of them is asked for."""

    def __init__(self, blocks: Sequence[Deferred[Block]], posts: int, shards: int, recall: Recall) -> None:
        self._blocks = blocks
        self._posts = posts
        self._shards = shards
        self._recall = recall

    def digests(self) -> tuple[str, ...]:
        """The digest of each file's bytes. Loads the texts of posts in blocks that are not remembered."""
        return tuple(digest_bytes(data) for data in self._files)

    def shard(self, number: int) -> bytes:
        """One file."""
        return self._files[number]

    @cached_property
    def _files(self) -> tuple[bytes, ...]:
        lines: list[list[str]] = [[] for _ in range(self._shards)]
        for root, posts in sorted(self._list_posts().items()):
            text, *named = ([post // _RANKS for post in posts if post % _RANKS == rank] for rank in _RANKED)
            is_common = root.isalnum() and self._is_everywhere(len(text))
            written = ["%" if is_common else write_numbers(text), *map(write_numbers, named)]
            lines[shard_of(root, self._shards)].append(f"{root} {'!'.join(written).rstrip('!')}\n")
        return tuple("".join(own).encode() or b"\n" for own in lines)

    def _is_everywhere(self, count: int) -> bool:
        return self._posts >= _LARGE and count * _EVERYWHERE > self._posts

    def _list_posts(self) -> "dict[str, array[int]]":
        """The posts of every root, each with its rank in one number: there are a million of them."""
        listed: dict[str, array[int]] = {}
        posts = chain.from_iterable(self._recall(tuple[RankedRoots, ...], find_roots, self._blocks))
        for number, post in enumerate(posts):
            for entry, roots in enumerate(post, number * _RANKS):
                for root in roots.split():
                    found = listed.get(root)
                    if found is None:
                        found = listed[root] = array("I")
                    found.append(entry)
        return listed


def split_blocks(posts: Sequence[T]) -> Iterator[Sequence[T]]:
    """The posts of a segment whose roots are found and remembered together."""
    size = _BLOCK if len(posts) >= _LARGE else _SMALL_BLOCK
    return (posts[start : start + size] for start in range(0, len(posts), size))


def find_roots(deferred: Deferred[Block]) -> tuple[RankedRoots, ...]:
    """The roots of each post of a block. Loads their texts."""
    block = deferred.load()
    roots = _roots(block.names)
    found = []
    for entry in block.entries:
        ranks: tuple[list[str], list[str], list[str]] = ([], [], [])
        for root, rank in rank_roots(entry, roots).items():
            ranks[rank].append(root)
        found.append((" ".join(ranks[_TEXT]), " ".join(ranks[_NAME]), " ".join(ranks[_TITLE])))
    return tuple(found)


@lru_cache(maxsize=1)
def _roots(names: tuple[str, ...]) -> Roots:
    """The words that one block has are those of the next."""
    return Roots(names)


def rank_roots(entry: Entry, roots: Roots) -> dict[str, int]:
    """Every root of a post with the best place where it stands: text 0, name 1, title 2."""
    prose = (plain_text(part) for part in entry.body.load().prose)
    ranked: dict[str, int] = {}
    for rank, texts in ((_TEXT, (*prose, *entry.texts)), (_NAME, entry.names), (_TITLE, (entry.title,))):
        for text in texts:
            ranked |= dict.fromkeys(roots.of_text(text), rank)
    return ranked | dict.fromkeys(entry.keys, _TEXT)


def plain_text(prose: str) -> str:
    """The words of sanitised HTML."""
    return html.unescape(_TAG.sub(" ", _INLINE.sub("", prose)))


def write_numbers(numbers: Iterable[int]) -> str:
    """Rising numbers from 0 as distances; see the top of this module."""
    return "".join(write_distance(number - before - 1) for before, number in pairwise(chain((-1,), numbers)))


@cache
def write_distance(distance: int) -> str:
    """How many posts lie between two of a list, as digits."""
    lead, last = divmod(distance, _LAST)
    digits = chr(_ZERO + last)
    while lead:
        lead, digit = divmod(lead, _LEAD)
        digits = chr(_ZERO + _LAST + digit) + digits
    return digits


def read_numbers(written: str) -> Sequence[int]:
    """What `write_numbers` wrote."""
    numbers, at, lead = [], -1, 0
    for character in written:
        digit = ord(character) - _ZERO
        if digit >= _LAST:
            lead = lead * _LEAD + digit - _LAST
        else:
            at += lead * _LAST + digit + 1
            numbers.append(at)
            lead = 0
    return numbers


def write_shard(shard: Deferred[bytes]) -> bytes:
    """The file as it is."""
    return shard.load()
