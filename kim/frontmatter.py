"""The grammar of a post's file: lines `Kunci: nilai`, then an empty line, then the text.

`parse_document` and `dump_document` are inverses on what `parse_document` gives. A `---` fence is accepted
around the lines; a value goes on where its next line is indented by four spaces, as in Pelican's own
Markdown reader. Nothing here knows which keys exist: that is `kim.rules`.
"""

import re
from dataclasses import dataclass

#: As in Pelican's reader up to three spaces may stand before the key and none after the colon; then what
#: stands around it must not be a clock (`07:30`) or an address (`https://`).
_FIELD = re.compile(r" {0,3}([^\W\d_][\w -]{0,40}?)[ \t]*(?::[ \t]*|:[ \t]+(.*)|(?<![0-9]):(?!//)(.*))")
_CLOSING = ("---", "...")
_CONTINUATION = re.compile(r"(?: {4,}|\t)\s*(\S.*)")


@dataclass(frozen=True)
class Field:
    """One `Kunci: nilai`; `line` counts from 1 and is that of the key."""

    key: str
    value: str
    line: int


@dataclass(frozen=True)
class StrayLine:
    """A line among the fields that is none."""

    text: str
    line: int


@dataclass(frozen=True)
class Document:
    """A post's file, taken apart; `body_line` is the line at which the body begins."""

    fields: tuple[Field, ...]
    body: str
    body_line: int
    strays: tuple[StrayLine, ...] = ()


def parse_document(text: str) -> Document:
    """Take a file's text apart. Never fails: what cannot be read is among `strays`."""
    lines = text.split("\n")
    at = _skip_blank(lines, 0)
    fenced = at < len(lines) and lines[at].rstrip() == "---"
    if fenced:
        at += 1
        # a fence that is never closed ends where the lines end
        fenced = any(line.rstrip() in _CLOSING for line in lines[at:])
    elif at < len(lines) and not _FIELD.fullmatch(lines[at].rstrip()):
        return _document([], [], lines, at)
    fields: list[Field] = []
    strays: list[StrayLine] = []
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if fenced and line in _CLOSING:
            break
        if not line:
            if fenced:
                continue
            break
        if match := _FIELD.fullmatch(line):
            fields.append(Field(match[1], (match[2] or match[3] or "").strip(), at))
        elif (match := _CONTINUATION.fullmatch(line)) and fields:
            fields[-1] = _continued(fields[-1], match[1].strip())
        else:
            strays.append(StrayLine(line, at))
    return _document(fields, strays, lines, at)


def dump_document(document: Document) -> str:
    """The file's text, as `parse_document` reads it. Stray lines are not written."""
    if not document.fields:
        return f"---\n---\n\n{document.body}\n"
    lines = [f"{field.key}: {field.value}".rstrip().replace("\n", "\n    ") for field in document.fields]
    return "\n".join(lines) + f"\n\n{document.body}\n"


def _continued(field: Field, more: str) -> Field:
    return Field(field.key, f"{field.value}\n{more}".strip(), field.line)


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _document(fields: list[Field], strays: list[StrayLine], lines: list[str], at: int) -> Document:
    at = _skip_blank(lines, at)
    return Document(tuple(fields), "\n".join(lines[at:]).rstrip(), at + 1, tuple(strays))
