"""The rules of a post, asked about a form: the problems of `kim.rules` at the fields in which they were made.

The words and codes are those of `invoke check`; where its advice speaks of lines and files, the form's own
advice stands here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kim.dates import format_day
from kim.group import Group
from kim.markup import MarkupReader
from kim.network import Network
from kim.problems import Problem, Severity, problem
from kim.rules import PostReading, PostSource, read_post
from kim.text import shorten
from webform.compose import TEXT, Composed, read_day
from webform.submission import Answers

#: what a file has and a form has not: its name, its encoding
_NOT_OF_FORMS = {"K002", "K003", "K004", "K005", "K006"}
#: problems that have no line in the file, by the field where they are mended
_FIELDS_BY_CODE = {"K010": TEXT, "K027": TEXT, "K051": "foto-1", "K093": "tanggal"}
_FIXES = {
    "K016": "isi kolom ini.",
    "K017": "tulis 10 sampai 120 huruf: apa, siapa, di mana.",
    "K018": "pilih satu dari daftar.",
    "K023": "jelaskan apa yang dibetulkan.",
    "K027": "ceritakan apa yang terjadi, siapa, kapan dan di mana.",
    "K028": "ringkas, atau pindahkan sebagian ke isi kabar.",
    "K032": "pakai alamat lengkap yang diawali https://.",
    "K040": "hapus baris itu; foto ditambahkan lewat tombol foto, bukan di dalam isi.",
    "K041": "tuliskan apa yang tampak, contoh: Tiga warga memanen padi di tepi jalan.",
    "K042": "pilih foto lain, atau kirim lagi foto aslinya sebagai JPEG.",
    "K047": "simpan fotonya di ponsel, lalu tambahkan lewat tombol foto.",
}
_PATH = "formulir"


@dataclass(frozen=True)
class FieldProblem:
    """A problem at a field of the form; `line` counts from 1 in the text, or is 0."""

    field: str
    code: str
    what: str
    fix: str
    is_error: bool = True
    line: int = 0


@dataclass(frozen=True)
class Review:
    """What came of looking: the problems in the order of the fields, and the post where there is one."""

    problems: tuple[FieldProblem, ...]
    reading: PostReading

    @property
    def has_errors(self) -> bool:
        """Whether anything stands in the way of sending."""
        return any(found.is_error for found in self.problems)


_ORDER = ("kelompok", "kode", "judul", "tanggal", "topik", TEXT, "penulis", "sumber", "ralat")


def sort_problems(problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
    """In the order in which the form asks; those that stand in the way before mere advice."""

    def rank(found: FieldProblem) -> tuple[bool, int, str, int, str]:
        at = _ORDER.index(found.field) if found.field in _ORDER else len(_ORDER)
        return (not found.is_error, at, found.field, found.line, found.code)

    return tuple(sorted(dict.fromkeys(problems), key=rank))


def form_problem(field: str, code: str, **found: object) -> FieldProblem:
    """A problem that only a form can have, or has before there is a post."""
    made = problem(code, _PATH, 0, "", **found)
    return FieldProblem(field, code, made.what, _FIXES.get(code, made.fix), made.severity is Severity.ERROR)


def review(
    composed: Composed,
    files: Mapping[str, bytes],
    network: Network,
    group: Group,
    markup: MarkupReader,
) -> Review:
    """Look at a post as `invoke check` would."""
    source = PostSource(composed.path, composed.stem, composed.text.encode(), files)
    reading = read_post(source, network, group, markup)
    found = [_at_field(item, composed) for item in reading.problems if item.code not in _NOT_OF_FORMS]
    return Review(sort_problems(found), reading)


def check_day(answers: Answers, today: date, network: Network) -> tuple[FieldProblem, ...]:
    """News of a day that has not come would be held back until then, and its writer would wonder."""
    day = read_day(answers.day, network)
    if day and day > today:
        return (form_problem("tanggal", "K093", found=format_day(day)),)
    return ()


def _at_field(found: Problem, composed: Composed) -> FieldProblem:
    field = composed.fields.get(found.line) or _FIELDS_BY_CODE.get(found.code) or TEXT
    line = found.line - composed.body_line + 1 if field == TEXT and found.line >= composed.body_line else 0
    # on a phone nobody counts lines; the excerpt has no private number in it
    what = (
        f"{found.what} Di bagian: “{shorten(found.excerpt.strip(), 60)}”"
        if line and found.excerpt
        else found.what
    )
    fix = _FIXES.get(found.code, found.fix)
    return FieldProblem(field, found.code, what, fix, found.severity is Severity.ERROR, line)
