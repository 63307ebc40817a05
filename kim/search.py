"""Search without a server: how words are compared, and into which files the index is split.

What is here stands in the page's script as well (theme/static/search.js), because a reader's words must
become what the posts' words became; tests/search runs both on the same words. Finding roots and writing the
files is the work of plugins/search.

Posts are numbered from the oldest. Those up to a multiple of the unit are frozen: their part of the index
keeps its numbers until a whole unit of new posts has come. The rest, half a unit to
one and a half, is the tail, in a few small files.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kim.network import Network
from kim.text import digest_of

#: Goes into every address of the index. Raise it when the files are written in another way.
VERSION = "2"
#: Posts that are frozen together, at least, and the share of all posts that they may be.
_LEAST_UNIT, _UNITS = 64, 128
#: Posts for each file of words, of frozen posts and of the tail, at least: that makes files of some 1,000
#: bytes, compressed.
_POSTS_A_SHARD = (3, 1)
#: Cards in a file: what is shown of a post among the results is fetched with little else.
CARDS = 2
LONGEST_WORD = 32

#: Words that stand in every text and find nothing, as `fold_words` gives them; all posts are of a KIM.
STOP_WORDS = frozenset(
    """
    ada adalah agar akan antara apa atas atau bagi bahwa beberapa dalam dan dapat dari dengan di
    hanya hinga ia ini itu jadi jika juga kalau kami karena ke kepada ketika kim kita lagi lalu
    maka masih mereka namun oleh pada para per pun saat saja sampai sangat saya sebagai sebuah
    secara sedang sehinga sejak selama semua seperti serta setelah setiap sudah supaya tak tanpa
    telah tentang tersebut tetapi tiap tidak untuk yaitu yakni yang
    """.split()
)

_MARKS = re.compile("[\u0300-\u036f'\u2018\u2019\u02bc`]")
#: Spellings of one sound: `Soeharto`, `Djakarta`, `Tjokro`, `Sjukur`; `Poopo`, `Mattali`.
_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"))
_DOUBLED = re.compile(r"([b-df-hj-np-tv-zo])\1+")
_WORD = re.compile("[a-z0-9]{2,}")


@dataclass(frozen=True)
class Segment:
    """Posts whose words stand together in `shards` files; `first` is the number of its oldest post."""

    token: str
    first: int
    posts: int
    shards: int

    def file(self, shard: int) -> str:
        """Where one of its files stands below the output folder."""
        return f"cari/indeks/{self.token}/{shard}.txt"


@dataclass(frozen=True)
class Run:
    """Posts whose cards stand under one token, in files of `CARDS`."""

    token: str
    first: int
    posts: int

    @property
    def sheets(self) -> range:
        """The numbers of its files."""
        return range(-(-self.posts // CARDS))

    def file(self, sheet: int) -> str:
        """Where one of its files stands below the output folder."""
        return f"cari/cuplikan/{self.token}/{sheet}.txt"


@dataclass(frozen=True)
class IndexPlan:
    """How the index of so many posts is split.

    A token is the fingerprint of the posts under it in their order, so that numbers of one state of the
    portal are never looked up in files of another. The frozen posts have runs of `unit` posts, those behind
    them runs of one file.
    """

    posts: int
    unit: int
    segments: tuple[Segment, ...]
    runs: tuple[Run, ...]


def plan_index(addresses: Sequence[str]) -> IndexPlan:
    """The files for these posts, given from the oldest to the newest."""
    count = len(addresses)
    unit = max(_LEAST_UNIT, _power_of_two(count // _UNITS))
    # half a unit at least stays out, as it is the newest posts that are corrected
    frozen = max(0, count - unit // 2) // unit * unit
    segments = tuple(
        Segment(_token("kata", addresses[first:end]), first, end - first, _shards(end - first, posts))
        for first, end, posts in zip((0, frozen), (frozen, count), _POSTS_A_SHARD, strict=True)
        if end > first
    )
    bounds = [*range(0, frozen, unit), *range(frozen, count, CARDS), count]
    runs = tuple(
        Run(_token("kartu", addresses[first:end]), first, end - first) for first, end in pairwise(bounds)
    )
    return IndexPlan(count, unit, segments, runs)


def fold_words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, no accents, one spelling of each sound."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).lower())
    for written, meant in _SPELLINGS:
        plain = plain.replace(written, meant)
    return [word[:LONGEST_WORD] for word in _WORD.findall(_DOUBLED.sub(r"\1", plain))]


@dataclass(frozen=True)
class Names:
    """Names of places, to be found whether they are written in one word or in several."""

    joined: frozenset[str]
    beginnings: frozenset[str]

    def find(self, words: Sequence[str]) -> Iterator[str]:
        """Each name that stands in folded words as two or three in a row, written as one."""
        for at, word in enumerate(words):
            if word in self.beginnings:
                for length in (2, 3):
                    joined = "".join(words[at : at + length])
                    if joined != word and joined in self.joined:
                        yield joined


def fold_names(names: Iterable[str]) -> Names:
    """The names as `fold_words` gives their words, put together."""
    joined = frozenset("".join(fold_words(name)) for name in names)
    return Names(joined, frozenset(name[:length] for name in joined for length in range(2, len(name))))


def place_names(network: Network) -> tuple[str, ...]:
    """The names that people write in one word or in several: kecamatan and villages, sorted."""
    districts = {district.name for district in network.districts}
    return tuple(sorted(districts | {village.name for village in network.villages.values()}))


def shard_of(root: str, shards: int) -> int:
    """Which of so many files (a power of two) has a root: 32-bit FNV-1a, its halves laid over each other."""
    value = 0x811C9DC5
    for byte in root.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value ^ value >> 16) & (shards - 1)


def _token(kind: str, addresses: Sequence[str]) -> str:
    return digest_of(VERSION, kind, *addresses)[:8]


def _shards(posts: int, posts_a_shard: int) -> int:
    return max(1, _power_of_two(posts // posts_a_shard))


def _power_of_two(number: int) -> int:
    """The greatest power of two that is not greater; 0 for 0."""
    return 1 << number.bit_length() - 1 if number else 0
