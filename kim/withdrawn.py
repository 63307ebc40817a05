"""Posts that were taken down on purpose, from `ditarik.toml`: so that nobody takes a loss for a mistake.

A post that stands here is not published, whether its file is still there or not.
"""

import re
from dataclasses import dataclass
from datetime import date

from kim.addresses import SLUG
from kim.problems import Problem
from kim.toml import Table, read_toml

WITHDRAWN_FILE = "ditarik.toml"
_EXAMPLE = "kim-mata-air/2026-11-20-panen-raya"
_POST = re.compile(rf"{SLUG.pattern}/[^/\s]{{1,200}}")


@dataclass(frozen=True)
class Withdrawal:
    """A post that was taken down: its group's id and its own, since when, and why, for everybody to read."""

    group: str
    id: str
    day: date
    reason: str


def read_withdrawn(data: bytes) -> tuple[tuple[Withdrawal, ...], tuple[Problem, ...]]:
    """Every withdrawal, by identity, or the problems that stand in the way of one."""
    table, problems = read_toml(data, WITHDRAWN_FILE)
    if table is None:
        return (), tuple(problems)
    table.allow(["posts"])
    found = [entry for row in table.tables("posts") if (entry := _read_entry(row))]
    for at, entry in enumerate(found):
        if (entry.group, entry.id) in {(other.group, other.id) for other in found[:at]}:
            table.wrong("posts", f"{entry.group}/{entry.id} dua kali", "sebut setiap tulisan satu kali.")
    return tuple(sorted(found, key=lambda entry: (entry.group, entry.id))), tuple(sorted(table.problems))


def _read_entry(row: Table) -> Withdrawal | None:
    row.allow(["post", "date", "reason"])
    post = row.text("post", _EXAMPLE, _POST)
    reason = row.text("reason", "Memuat nama anak di bawah umur.")
    day = row.day("date")
    if day is None and not row.has("date"):
        row.wrong("date", "tidak ada", "tulis seperti date = 2026-11-20, tanpa tanda petik.")
    if not (post and reason and day):
        return None
    group, _, stem = post.partition("/")
    return Withdrawal(group, stem, day, reason)
