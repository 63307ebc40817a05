"""The groups' codes, by their hashes: who may send."""

from dataclasses import dataclass
from datetime import datetime

from webform.outbox.file import OutboxFile, read_time, time_text


@dataclass(frozen=True)
class CodeRow:
    """One code of a group, by its hash."""

    id: int
    group: str
    hash: str
    created: datetime
    revoked: datetime | None


class CodeBook:
    """All codes that were ever given out; a revoked one stays, and opens nothing."""

    def __init__(self, file: OutboxFile) -> None:
        self._file = file

    def add(self, group: str, code_hash: str, now: datetime) -> int:
        """A new code of a group; the ones before stay until they are revoked."""
        with self._file.step() as db:
            made = db.execute(
                'INSERT INTO code ("group", hash, created) VALUES (?, ?, ?)',
                (group, code_hash, time_text(now)),
            )
            return int(made.lastrowid or 0)

    def rows(self, group: str = "") -> tuple[CodeRow, ...]:
        """The codes of a group, or of all, the oldest first."""
        rows = self._file.rows(
            """SELECT id, "group", hash, created, revoked FROM code
            WHERE "group" = ? OR ? = '' ORDER BY id""",
            group,
            group,
        )
        return tuple(
            CodeRow(row[0], row[1], row[2], read_time(row[3]), read_time(row[4]) if row[4] else None)
            for row in rows
        )

    def revoke(self, group: str, now: datetime, *, but: int = 0) -> int:
        """Revoke a group's codes, but one; how many."""
        with self._file.step() as db:
            return db.execute(
                'UPDATE code SET revoked = ? WHERE "group" = ? AND revoked IS NULL AND id <> ?',
                (time_text(now), group, but),
            ).rowcount

    def is_active(self, code: int) -> bool:
        """Whether a code still opens anything."""
        return self._file.row("SELECT 1 FROM code WHERE id = ? AND revoked IS NULL", code) is not None
