"""Which posts have a root, written small: the files that a query loads.

A line for each root, sorted: the root, a space, and up to three lists of posts parted by `!`: those that have
it in their text, in a name (village, group, kecamatan, topic, label), in their title. Each post stands in the
last list that it belongs to. A post is the distance from the one before it in the list, as digits: `X` to `~`
are leading digits of base 39, `(` to `W` is the last, of base 48. Most distances are one character, which
compression then brings near to the fewest bits that they can have.

In a large segment a root that stands in the text of more than a quarter of the posts is taken to be in all of
them, which is written `*`: such a list is the dearest, and tells the least.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kim.folder import digest_bytes
from kim.post import Body
from kim.search import shard_of
from plugins.portal.output import Deferred
from plugins.search.roots import Roots

_TEXT, _NAME, _TITLE = range(3)
#: Elements that stand inside of words; all others part them.
_INLINE = re.compile(r"</?(?:a|em|strong|code)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_ZERO, _LAST, _LEAD = 40, 48, 39
#: From how many posts a segment is large, and which part of it is everywhere.
_LARGE, _EVERYWHERE = 1_024, 4


@dataclass(frozen=True)
class Entry:
    """What is indexed of a post. `keys` are the filters that it passes: `@section`, `#topic`."""

    title: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    body: Deferred[Body]


class SegmentIndex:
    """The files of one segment's words, made together when the first of them is asked for."""

    def __init__(self, entries: tuple[Entry, ...], shards: int, roots: Roots) -> None:
        self.entries = entries
        self.shards = shards
        self._roots = roots

    def digests(self) -> tuple[str, ...]:
        """The digest of each file's bytes. Loads the texts of all posts in the segment."""
        return tuple(digest_bytes(data) for data in self._files)

    def shard(self, number: int) -> bytes:
        """One file."""
        return self._files[number]

    @cached_property
    def _files(self) -> tuple[bytes, ...]:
        lines: list[list[str]] = [[] for _ in range(self.shards)]
        for root, lists in sorted(self._postings().items()):
            text, *named = lists
            common = root.isalnum() and self._is_everywhere(text)
            written = "!".join(["%" if common else write_numbers(text), *map(write_numbers, named)]).rstrip(
                "!"
            )
            lines[shard_of(root, self.shards)].append(f"{root} {written}\n")
        return tuple("".join(own).encode() or b"\n" for own in lines)

    def _is_everywhere(self, text: Sequence[int]) -> bool:
        count = len(self.entries)
        return count >= _LARGE and len(text) * _EVERYWHERE > count

    def _postings(self) -> dict[str, tuple[list[int], list[int], list[int]]]:
        postings: dict[str, tuple[list[int], list[int], list[int]]] = {}
        for number, entry in enumerate(self.entries):
            for root, rank in rank_roots(entry, self._roots).items():
                postings.setdefault(root, ([], [], []))[rank].append(number)
        return postings


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
    out, before = [], -1
    for number in numbers:
        lead, last = divmod(number - before - 1, _LAST)
        digits = chr(_ZERO + last)
        while lead:
            lead, digit = divmod(lead, _LEAD)
            digits = chr(_ZERO + _LAST + digit) + digits
        out.append(digits)
        before = number
    return "".join(out)


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
