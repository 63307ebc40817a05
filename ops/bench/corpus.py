"""The invented network that the benchmark builds: for one size and seed the same posts on every machine.

Knows nothing of a format: `ops.bench.makers` writes each post as its generator wants it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from kim.dates import ZONES
from kim.text import slug
from ops.bench import words

#: What the benchmark takes for now, and the years before it from which the posts are.
NOW = datetime(2026, 11, 20, 12, tzinfo=ZONES["WITA"])
_YEARS = 8
#: As many kecamatan and groups as a middling city has, however many posts: what grows is their archive.
_DISTRICTS, _GROUPS_EACH = 8, 5
TOPICS = (
    "Pemerintahan", "Pembangunan", "Pertanian dan perikanan", "Budaya", "Kesehatan", "Pendidikan",
    "Ekonomi dan UMKM", "Kebencanaan", "Literasi digital", "Lingkungan",
)  # fmt: skip
_NAMES = ("Mekar", "Lembah", "Seberang", "Muara", "Hulu", "Tanjung", "Bukit", "Rawa")
_ENDS = ("Sari", "Indah", "Jaya", "Damai", "Permai")


@dataclass(frozen=True)
class BenchGroup:
    """A group: its section's name and slug, its own, and the code of its village."""

    section: str
    section_slug: str
    name: str
    slug: str
    village: str

    @property
    def folder(self) -> str:
        """Where its posts are."""
        return f"{self.section_slug}/{self.slug}"


@dataclass(frozen=True)
class BenchPost:
    """One post; `number` counts them from the oldest, `text` is Markdown that every generator reads alike."""

    number: int
    group: BenchGroup
    stem: str
    title: str
    moment: datetime
    topic: str
    labels: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Corpus:
    """A network of so many posts. The last `photos` of them have a photo each."""

    posts: int
    photos: int = 0
    seed: int = 1

    @cached_property
    def groups(self) -> tuple[BenchGroup, ...]:
        """All of them, section by section."""
        return tuple(
            BenchGroup(
                section := f"{name} Raya",
                slug(section),
                f"KIM {name} {end}",
                slug(f"KIM {name} {end}"),
                f"99.01.{district:02}.{1000 + village}",
            )
            for district, name in enumerate(_NAMES[:_DISTRICTS], 1)
            for village, end in enumerate(_ENDS[:_GROUPS_EACH], 1)
        )

    @cached_property
    def _stream(self) -> Sequence[str]:
        return words.make_stream(self.seed)

    def has_photo(self, number: int) -> bool:
        """Whether a post has one; those that are added after the corpus have, where it has any."""
        return bool(self.photos) and number >= self.posts - self.photos

    def all(self) -> Iterator[BenchPost]:
        """Every post, the oldest first."""
        return map(self.post, range(self.posts))

    def post(self, number: int) -> BenchPost:
        """One post. Numbers from `posts` on are those that are added later, a minute apart."""
        chance = random.Random(f"{self.seed}:{number}")
        title = _title(chance)
        moment = self._moment(number)
        return BenchPost(
            number=number,
            group=chance.choice(self.groups),
            stem=f"{moment:%Y-%m-%d}-{slug(title)}-{number}",
            title=title,
            moment=moment,
            topic=chance.choice(TOPICS),
            labels=tuple(dict.fromkeys(_labels(chance))),
            text=_text(chance, self._stream),
        )

    def _moment(self, number: int) -> datetime:
        if number >= self.posts:
            return NOW - timedelta(days=1) + timedelta(minutes=number - self.posts + 1)
        age = timedelta(days=365 * _YEARS) * (self.posts - number) / self.posts
        return (NOW - timedelta(days=1) - age).replace(second=0, microsecond=0)


def _title(chance: random.Random) -> str:
    parts = (chance.choice(part) for part in (words.WHO, words.DOES, words.WHAT, words.WHEN))
    return " ".join(filter(None, parts))


def _labels(chance: random.Random) -> list[str]:
    """None to three; the first of the list are far more usual than its last."""
    count = chance.choice((0, 1, 1, 2, 2, 3))
    return [words.LABELS[int(len(words.LABELS) * chance.random() ** 2)] for _ in range(count)]


def _draw(chance: random.Random, stream: Sequence[str], least: int, most: int) -> list[str]:
    """From `least` to `most` words that follow each other in the stream."""
    count = least + int(chance.random() * (most - least + 1))
    begin = int(chance.random() * (len(stream) - count))
    return list(stream[begin : begin + count])


def _text(chance: random.Random, stream: Sequence[str]) -> str:
    """Three to eight paragraphs, some 250 words; now and then a heading, a list, a table or a quotation."""
    blocks = []
    for number in range(chance.randint(3, 8)):
        if number > 1 and chance.random() < 0.2:
            blocks.append(f"## {' '.join(_draw(chance, stream, 2, 5)).capitalize()}")
        blocks.append(" ".join(_sentence(chance, stream) for _ in range(chance.randint(2, 5))))
        if chance.random() < 0.15:
            blocks.append(_extra(chance, stream))
    return "\n\n".join(blocks) + "\n"


def _sentence(chance: random.Random, stream: Sequence[str]) -> str:
    found = _draw(chance, stream, 6, 16)
    found[0] = found[0].capitalize()
    kind, at = chance.random(), len(found) // 2
    if kind < 0.08:
        found[at] = f"**{found[at]}**"
    elif kind < 0.13:
        found[at] = f"[{found[at]}](https://contoh.example/{found[at]})"
    elif kind < 0.25:
        found[at] = f"{chance.randint(2, 900)} {found[at]}"
    elif kind < 0.33:
        return f'"{" ".join(found)}," kata {_draw(chance, stream, 1, 1)[0].capitalize()}.'
    return f"{' '.join(found)}."


def _extra(chance: random.Random, stream: Sequence[str]) -> str:
    lines = [" ".join(_draw(chance, stream, 3, 8)) for _ in range(chance.randint(3, 6))]
    kind = chance.random()
    if kind < 0.5:
        return "\n".join(f"- {line}" for line in lines)
    if kind < 0.7:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    if kind < 0.85:
        return f"> {' '.join(lines)}"
    rows = "\n".join(f"| {line} | {chance.randint(1, 500)} |" for line in lines)
    return f"| Kegiatan | Jumlah |\n|---|---:|\n{rows}"
