"""Submissions: their working copy, and what of it was sent."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from webform.outbox.file import OutboxFile, read_time, time_text
from webform.submission import Answers, Kind, State, Submission


class StaleError(Exception):
    """The submission was changed from elsewhere since this page was shown."""


class SameNewsError(Exception):
    """The group has sent the same already; `submission` is its id."""

    def __init__(self, submission: str) -> None:
        super().__init__(submission)
        self.submission = submission


class PlaceTakenError(Exception):
    """Another submission is about to stand at this address."""


@dataclass(frozen=True)
class Version:
    """What was sent: `files` are paths below content/ with their text, the number of a photo, or None where
    the file is to go.
    """

    revision: int
    title: str
    author: str
    body: str
    files: Mapping[str, str | int | None]


class Submissions:
    """From the first saving of a text to the thanks; what the forge then does is the queue's."""

    def __init__(self, file: OutboxFile) -> None:
        self._file = file

    def find(self, submission: str) -> Submission | None:
        """A submission by its id, or by a further one of it."""
        row = self._file.row(
            "SELECT * FROM submission WHERE id = ? OR id = (SELECT submission FROM alias WHERE id = ?)",
            submission,
            submission,
        )
        return read_submission(row) if row else None

    def require(self, submission: str) -> Submission:
        """A submission that is there. Raises `KeyError`."""
        found = self.find(submission)
        if found is None:
            raise KeyError(submission)
        return found

    def find_same(self, group: str, digest: str) -> str | None:
        """The id of a submission of the group that says the same and is not published."""
        query = 'SELECT id FROM submission WHERE "group" = ? AND digest = ?'
        row = self._file.row(query, group, digest)
        return row[0] if row else None

    def stems(self, folder: str) -> frozenset[str]:
        """The names of the posts of a group's folder that are here by now."""
        query = "SELECT path FROM submission WHERE substr(path, 1, ?) = ?"
        rows = self._file.rows(query, len(folder) + 1, f"{folder}/")
        return frozenset(row[0].rpartition("/")[2] for row in rows)

    # The working copy

    def create(
        self,
        submission: str,
        kind: Kind,
        group: str,
        code: int,
        answers: Answers,
        now: datetime,
        target: str = "",
    ) -> Submission:
        """A draft; the one that is there where the id is known already."""
        with self._file.step() as db:
            db.execute(
                "INSERT OR IGNORE INTO submission "
                "VALUES (?, ?, ?, ?, ?, 1, 0, 0, 1, ?, ?, '', '', '', '', '', ?, ?, ?, 0)",
                (submission, kind, group, code, State.DRAFT, _json(answers), target, *[time_text(now)] * 3),
            )
        return self.require(submission)

    def save(self, submission: str, version: int, answers: Answers, code: int, now: datetime) -> Submission:
        """Keep the working copy's answers. Raises `StaleError` where `version` is not the newest."""
        with self._file.step() as db:
            found = self.require(submission)
            if found.version != version:
                raise StaleError
            db.execute(
                "UPDATE submission SET answers = ?, code = ?, edited = 1, version = version + 1, changed = ? "
                "WHERE id = ?",
                (_json(answers), code or found.code, time_text(now), submission),
            )
        return self.require(submission)

    # What was sent

    def accept(
        self, submission: str, version: int, branch: str, path: str, sent: Version, digest: str, now: datetime
    ) -> Submission:
        """The step before the thanks: what is sent now is what the forge will get.

        Raises `StaleError` where the working copy is not the one that was looked at, `SameNewsError` and
        `PlaceTakenError`; then nothing is written.
        """
        at = time_text(now)
        with self._file.step() as db:
            if self.require(submission).version != version:
                raise StaleError
            group = self.require(submission).group
            same = self.find_same(group, digest)
            if same not in (None, submission):
                raise SameNewsError(str(same))
            try:
                db.execute(
                    "UPDATE submission SET state = ?, revision = ?, edited = 0, branch = ?, path = ?, "
                    "words = '', digest = ?, changed = ?, due = ?, tries = 0, version = version + 1 "
                    "WHERE id = ?",
                    (State.ACCEPTED, sent.revision, branch, path, digest, at, at, submission),
                )
            except sqlite3.IntegrityError as fault:
                raise PlaceTakenError from fault
            db.execute(
                "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)",
                (submission, sent.revision, sent.title, sent.author, sent.body, _files(sent), at),
            )
        return self.require(submission)

    def absorb(self, first: str, second: str, now: datetime) -> bool:
        """The second is the first again: its address leads there, and its photos join the others.

        Whether any photo did.
        """
        with self._file.step() as db:
            (last,) = db.execute(
                "SELECT coalesce(max(number), 0) FROM photo WHERE submission = ?", (first,)
            ).fetchone()
            rows = db.execute(
                "SELECT number, name FROM photo WHERE submission = ? AND shown = 1 AND original NOT IN "
                "(SELECT original FROM photo WHERE submission = ?) ORDER BY number",
                (second, first),
            ).fetchall()
            for number, (old, name) in enumerate(rows, last + 1):
                db.execute(
                    "UPDATE photo SET submission = ?, number = ?, name = ? "
                    "WHERE submission = ? AND number = ?",
                    (first, number, f"foto-{number}.{name.rpartition('.')[2]}", second, old),
                )
            db.execute("UPDATE alias SET submission = ? WHERE submission = ?", (first, second))
            db.execute("DELETE FROM submission WHERE id = ?", (second,))
            db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (second, first))
            if rows:
                touch(db, first, now)
        return bool(rows)

    def version(self, submission: str, revision: int) -> Version:
        """What was sent as this revision. Raises `KeyError`."""
        row = self._file.row(
            "SELECT revision, title, author, body, files FROM version WHERE submission = ? AND revision = ?",
            submission,
            revision,
        )
        if row is None:
            raise KeyError(submission)
        return Version(row[0], row[1], row[2], row[3], json.loads(row[4]))

    def move(self, submission: str, branch: str, path: str, sent: Version) -> None:
        """Propose what was sent under another branch, at another address: the first was merged or closed."""
        with self._file.step() as db:
            db.execute(
                "UPDATE submission SET branch = ?, path = ?, url = '', words = '' WHERE id = ?",
                (branch, path, submission),
            )
            db.execute(
                "UPDATE version SET files = ? WHERE submission = ? AND revision = ?",
                (_files(sent), submission, sent.revision),
            )


def touch(db: sqlite3.Connection, submission: str, now: datetime) -> None:
    """Within a step: the working copy is another than the one that was sent, or shown."""
    db.execute(
        "UPDATE submission SET edited = 1, version = version + 1, changed = ? WHERE id = ?",
        (time_text(now), submission),
    )


def read_submission(row: sqlite3.Row) -> Submission:
    """A submission from the row of it."""
    return Submission(
        id=row["id"],
        kind=Kind(row["kind"]),
        group=row["group"],
        code=row["code"],
        state=State(row["state"]),
        version=row["version"],
        revision=row["revision"],
        proposed=row["proposed"],
        is_edited=bool(row["edited"]),
        answers=Answers(**json.loads(row["answers"])),
        target=row["target"],
        branch=row["branch"],
        path=row["path"],
        url=row["url"],
        words=row["words"],
        created=read_time(row["created"]),
        changed=read_time(row["changed"]),
    )


def _json(answers: Answers) -> str:
    return json.dumps(asdict(answers), ensure_ascii=False)


def _files(version: Version) -> str:
    return json.dumps(dict(version.files), ensure_ascii=False)
