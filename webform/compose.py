"""From the form's fields to a post's file, as `invoke new` and an editor would write it, and back.

Computes only. The rules of a post are `kim.rules`; here is where each field stands in the file, so that a
problem in a line becomes a problem of a field.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kim.dates import DateError, format_day, parse_date
from kim.folder import FOLDER_POST, POST_SUFFIX
from kim.frontmatter import Document, Field, dump_document, parse_document
from kim.head import KEYS
from kim.network import Network
from kim.privacy import mask_private
from kim.text import fold, remove_forbidden, slug
from webform.submission import Answers, SentPhoto

_KEYS = {fold(name): key.name for key in KEYS for name in (key.name, *key.aliases)}
#: keys whose line stands in the file even when it is empty, so that its problem has a line
_REQUIRED = ("Judul", "Tanggal", "Topik")
#: the form's field for each key
FIELDS = {
    "Judul": "judul",
    "Tanggal": "tanggal",
    "Topik": "topik",
    "Penulis": "penulis",
    "Sumber": "sumber",
    "Ubah": "ralat",
    "Ralat": "ralat",
    "Foto": "foto-1",
    "Keterangan foto": "foto-1",
}
TEXT = "isi"
#: a line with which Markdown begins something, or that belongs to something begun
_STRUCTURE = re.compile(r"\s*(?:[*+-]\s|\d{1,9}[.)]\s|[#>|]|!\[|```|~~~|={3,}|-{3,})|\s{4}|\t|.*\|.*\|")
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Composed:
    """A post's file: its path below content/, its text, and the form's field for each line (from 1)."""

    path: str
    text: str
    fields: Mapping[int, str]
    body_line: int

    @property
    def stem(self) -> str:
        """The post's name."""
        return self.path.removesuffix(f"/{FOLDER_POST}").removesuffix(POST_SUFFIX).rpartition("/")[2]


def one_line(text: str) -> str:
    """A value of the front matter: one line, without what XML forbids."""
    return " ".join(remove_forbidden(text).split())


def compose_stem(answers: Answers, day: date) -> str:
    """`2026-11-20-panen-raya`, with no private number in it."""
    words = slug(one_line(mask_private(answers.title)), _LONGEST_NAME)
    return f"{day.isoformat()}-{words or 'kabar'}"


def compose_post(
    folder: str, stem: str, answers: Answers, photos: Sequence[SentPhoto], network: Network
) -> Composed:
    """A new post of the group in `folder`; the first photo leads, the others stand below the text."""
    values = {
        "Judul": answers.title,
        "Tanggal": _spelled_day(answers.day, network),
        "Topik": answers.topic,
        "Penulis": answers.author,
        "Sumber": answers.source,
    }
    body = compose_text(answers.text)
    lead = photos[0] if photos else None
    if lead:
        values |= {"Foto": lead.name, "Keterangan foto": lead.alt}
    figures = [
        f"![{_alt(photo.alt)}]({photo.name})" for photo in photos[1:] if f"]({photo.name})" not in body
    ]
    fields = [
        Field(key, one_line(value), 0) for key, value in values.items() if one_line(value) or key in _REQUIRED
    ]
    text = dump_document(Document(tuple(fields), "\n\n".join([body, *figures]).strip("\n"), 0))
    path = f"{folder}/{stem}/{FOLDER_POST}" if photos else f"{folder}/{stem}{POST_SUFFIX}"
    return _placed(path, text, {photo.name: f"foto-{number}" for number, photo in enumerate(photos, 1)})


def compose_correction(path: str, old: str, answers: Answers, today: date) -> Composed:
    """A published post, put right: only the fields that were changed, and the day and words of it."""
    document = parse_document(old)
    before = read_answers(old)
    wanted = {
        "Judul": (answers.title, before.title),
        "Topik": (answers.topic, before.topic),
        "Penulis": (answers.author, before.author),
        "Sumber": (answers.source, before.source),
        "Ralat": (answers.correction, ""),
        "Ubah": (today.isoformat(), ""),
    }
    changed = {key: one_line(new) for key, (new, was) in wanted.items() if one_line(new) != one_line(was)}
    fields = []
    for field in document.fields:
        name = _KEYS.get(fold(field.key), field.key)
        value = changed.pop(name, None)
        fields.append(field if value is None else replace(field, value=value))
    fields = [field for field in fields if field.value]
    fields += [Field(key, value, 0) for key, value in changed.items() if value]
    is_same = remove_forbidden(answers.text).split() == document.body.split()
    body = document.body if is_same else plain_text(answers.text)
    return _placed(path, dump_document(Document(tuple(fields), body, 0)), {})


def read_answers(text: str) -> Answers:
    """The form's fields of a post's file; a correction's words are left to be said anew."""
    document = parse_document(text)
    found = {_KEYS.get(fold(field.key), ""): " ".join(field.value.split()) for field in document.fields}
    return Answers(
        title=found.get("Judul", ""),
        topic=found.get("Topik", ""),
        text=document.body,
        author=found.get("Penulis", ""),
        source=found.get("Sumber", ""),
        day=found.get("Tanggal", ""),
    )


def plain_text(text: str) -> str:
    """The text with plain line ends, without invisible marks and without blanks at the ends of lines."""
    lines = remove_forbidden(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def compose_text(text: str) -> str:
    """The text as Markdown: on a phone one press of Enter begins a paragraph.

    A line that goes on in lower case was broken by a program, not by its writer, and stays with the last.
    """
    lines = plain_text(text).split("\n")
    out: list[str] = []
    fenced = False
    for line in lines:
        above = out[-1] if out else ""
        if (
            not fenced
            and above
            and line
            and not _STRUCTURE.match(line)
            and not _STRUCTURE.match(above)
            and not line.lstrip()[:1].islower()
        ):
            out.append("")
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        out.append(line)
    return "\n".join(out)


def read_day(text: str, network: Network) -> date | None:
    """The day of the event; None where it is no date."""
    try:
        return parse_date(text, network.zone).at.date()
    except DateError:
        return None


def _spelled_day(text: str, network: Network) -> str:
    """`20 November 2026`, as people read it; what is no date stays as it was typed."""
    day = read_day(text, network)
    has_time = ":" in text or "." in text.partition(" ")[2]
    return format_day(day) if day and not has_time else text


def _alt(text: str) -> str:
    """Words inside `![…]`, without the marks that would end or escape them."""
    return one_line(text).translate(str.maketrans("[]", "()", "\\`"))


def _placed(path: str, text: str, photos: Mapping[str, str]) -> Composed:
    document = parse_document(text)
    fields = {field.line: FIELDS.get(_KEYS.get(fold(field.key), ""), TEXT) for field in document.fields}
    for number, line in enumerate(text.split("\n"), 1):
        for name, field in photos.items():
            if number >= document.body_line and f"]({name})" in line:
                fields[number] = field
    return Composed(path, text, fields, document.body_line)
