"""How complicated a text may be before it is given to Markdown.

Python-Markdown recurses on nesting and is quadratic in several markers, so that a few kilobytes can stop a
build. The structure is bounded here, never the time: a build must not depend on a machine's speed.
"""

import re
from collections import Counter
from dataclasses import dataclass

MOST_CHARACTERS = 60_000
#: characters in one line
MOST_LINE = 8_000
#: quote and list markers at the start of one line, and steps of indentation
MOST_LEVELS = 6
#: lines without an empty one between them: a paragraph, a list, a table
MOST_LINES = 300
#: the same special mark in one such block, and how many more each of its lines may add
MOST_MARKS, MOST_MARKS_A_LINE = 100, 4
#: the same special mark in the whole text
MOST_MARKS_IN_ALL = 2_000

#: columns of a table, and cells of all tables: Markdown fills short rows up to the width of the first
MOST_COLUMNS, MOST_CELLS = 20, 6_000

_MARKS = "[]()!*_`~<>\\&"
_LEVELS = re.compile(r"[>]|[*+-](?=\s)|\d{1,9}[.)](?=\s)")
_HEAD = re.compile(r"(?:\s*(?:>|[*+-]\s|\d{1,9}[.)]\s))*")
#: a rule, an underlined heading or the second line of a table
_RULE = re.compile(r"[\s|:=_*-]{0,400}")


@dataclass(frozen=True)
class Excess:
    """What is too much, at which line of the text (from 1), in words for its writer."""

    line: int
    found: str
    advice: str


def find_excess(text: str) -> Excess | None:
    """The first place where a text is more complicated than news needs, or None."""
    block: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    lines = columns = cells = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip(
            " \t"
        ):  # what Markdown takes for an empty line; it keeps others, as of no-break spaces
            block.clear()
            lines = columns = 0
            continue
        lines += 1
        columns = max(columns, line.count("|"))
        cells += columns
        if len(line) > MOST_LINE:
            return Excess(
                number, f"satu baris sepanjang {len(line)} huruf", "bagi menjadi beberapa paragraf."
            )
        if lines > MOST_LINES:
            what = "tabel" if "|" in line else "daftar atau paragraf"
            advice = "bagi dengan baris kosong, atau lampirkan sebagai PDF."
            return Excess(number, f"{what} lebih dari {MOST_LINES} baris", advice)
        if columns > MOST_COLUMNS + 1 or cells > MOST_CELLS:
            advice = "pakai tabel yang lebih kecil, atau lampirkan sebagai PDF."
            found = (
                f"tabel lebih dari {MOST_COLUMNS} kolom"
                if columns > MOST_COLUMNS + 1
                else "tabel yang sangat besar"
            )
            return Excess(number, found, advice)
        if _levels(line) > MOST_LEVELS:
            return Excess(
                number, "daftar atau kutipan berlapis-lapis", f"pakai paling banyak {MOST_LEVELS} lapis."
            )
        if _RULE.fullmatch(line):
            continue
        counts = Counter({mark: line.count(mark) for mark in _MARKS if mark in line})
        block.update(counts)
        everywhere.update(counts)
        for mark in counts:
            if block[mark] > MOST_MARKS + MOST_MARKS_A_LINE * lines or everywhere[mark] > MOST_MARKS_IN_ALL:
                advice = "hapus tanda yang tidak perlu."
                return Excess(number, f'terlalu banyak tanda "{mark}"', advice)
    return None


def _levels(line: str) -> int:
    head = _HEAD.match(line)
    wide = line.expandtabs(4)
    return len(_LEVELS.findall(head[0] if head else "")) + (len(wide) - len(wide.lstrip(" "))) // 4
