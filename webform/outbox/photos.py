"""The photos of submissions, cleaned, with their words."""

from dataclasses import dataclass
from datetime import datetime

from webform.outbox.file import OutboxFile
from webform.outbox.submissions import Submissions, touch
from webform.submission import SentPhoto


@dataclass(frozen=True)
class NewPhoto:
    """A cleaned photo on its way into the outbox; `original` is the digest of what was sent."""

    original: str
    received: int
    suffix: str
    alt: str
    width: int
    height: int
    data: bytes
    thumbnail: bytes


class Photos:
    """A photo that was sent once stays for that version, also when it was taken out of the working copy."""

    def __init__(self, file: OutboxFile, submissions: Submissions) -> None:
        self._file, self._submissions = file, submissions

    def shown(self, submission: str) -> tuple[SentPhoto, ...]:
        """The photos of the working copy, in their order."""
        rows = self._file.rows(
            "SELECT number, name, alt, width, height, received FROM photo "
            "WHERE submission = ? AND shown = 1 ORDER BY number",
            submission,
        )
        return tuple(SentPhoto(*tuple(row)) for row in rows)

    def count(self, submission: str) -> int:
        """How many photos were ever kept for it and are there still, shown or not."""
        return self._file.number("SELECT count(*) FROM photo WHERE submission = ?", submission)

    def data(self, submission: str, number: int, *, thumbnail: bool = False) -> bytes | None:
        """The bytes of a photo."""
        row = self._file.row(
            "SELECT CASE WHEN ? THEN thumbnail ELSE data END FROM photo WHERE submission = ? AND number = ?",
            thumbnail,
            submission,
            number,
        )
        return bytes(row[0]) if row else None

    def add(self, submission: str, photo: NewPhoto, now: datetime) -> SentPhoto:
        """Keep a photo; the same one sent again is the one that is there, with the newest words."""
        with self._file.step() as db:
            self._submissions.require(submission)
            row = db.execute(
                "SELECT number FROM photo WHERE submission = ? AND original = ?", (submission, photo.original)
            ).fetchone()
            if row:
                number = row[0]
                db.execute(
                    "UPDATE photo SET shown = 1, alt = CASE WHEN ? = '' THEN alt ELSE ? END "
                    "WHERE submission = ? AND number = ?",
                    (photo.alt, photo.alt, submission, number),
                )
            else:
                (number,) = db.execute(
                    "SELECT coalesce(max(number), 0) + 1 FROM photo WHERE submission = ?", (submission,)
                ).fetchone()
                name = f"foto-{number}.{photo.suffix}"
                facts = (photo.original, name, photo.alt, photo.width, photo.height)
                db.execute(
                    "INSERT INTO photo VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
                    (submission, number, *facts, photo.received, photo.data, photo.thumbnail),
                )
            touch(db, submission, now)
        return next(kept for kept in self.shown(submission) if kept.number == number)

    def describe(self, submission: str, number: int, alt: str, now: datetime) -> None:
        """New words for a photo."""
        with self._file.step() as db:
            changed = db.execute(
                "UPDATE photo SET alt = ? WHERE submission = ? AND number = ? AND alt <> ?",
                (alt, submission, number, alt),
            ).rowcount
            if changed:
                touch(db, submission, now)

    def remove(self, submission: str, number: int, now: datetime) -> None:
        """Take a photo out of the working copy; its bytes go at once where it was never sent."""
        with self._file.step() as db:
            if self._submissions.require(submission).is_new:
                gone = db.execute(
                    "DELETE FROM photo WHERE submission = ? AND number = ?", (submission, number)
                ).rowcount
            else:
                gone = db.execute(
                    "UPDATE photo SET shown = 0 WHERE submission = ? AND number = ? AND shown = 1",
                    (submission, number),
                ).rowcount
            if gone:
                touch(db, submission, now)
