"""What waits for the forge, and what the forge said: the worker's side of the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from webform.outbox.file import OutboxFile, read_time, time_text
from webform.outbox.submissions import Submissions, read_submission
from webform.submission import State, Submission


class Queue:
    """Everything that was accepted is in it until it is published or sent back, and forgotten after that."""

    def __init__(self, file: OutboxFile, submissions: Submissions) -> None:
        self._file, self._submissions = file, submissions

    def due(self, now: datetime) -> tuple[Submission, ...]:
        """What waits for the forge: to be proposed, or to be asked about."""
        rows = self._file.rows(
            "SELECT * FROM submission WHERE state IN (?, ?, ?) AND due <= ? ORDER BY due LIMIT 50",
            State.ACCEPTED,
            State.PROPOSED,
            State.RETURNED,
            time_text(now),
        )
        return tuple(read_submission(row) for row in rows)

    def settle(
        self, submission: str, state: State, proposed: int, url: str, words: str, due: datetime, now: datetime
    ) -> None:
        """What the forge said. A revision that was sent meanwhile stays accepted."""
        with self._file.step() as db:
            found = self._submissions.require(submission)
            if found.revision != proposed and state is not State.PUBLISHED:
                state, due = State.ACCEPTED, now
            changed = time_text(now if found.state != state else found.changed)
            db.execute(
                "UPDATE submission SET state = ?, proposed = ?, url = ?, words = ?, due = ?, tries = 0, "
                "digest = CASE ? WHEN 'published' THEN '' ELSE digest END, changed = ? WHERE id = ?",
                (state, proposed, url, words, time_text(due), state, changed, submission),
            )

    def postpone(self, submission: str, due: datetime) -> None:
        """The forge is away: ask again then."""
        with self._file.step() as db:
            db.execute(
                "UPDATE submission SET due = ?, tries = tries + 1 WHERE id = ?", (time_text(due), submission)
            )

    def tries(self, submission: str) -> int:
        """How often in a row the forge was away for it."""
        return self._file.number("SELECT tries FROM submission WHERE id = ?", submission)

    def hasten(self, submission: str, now: datetime) -> None:
        """Its sender is looking: ask the forge soon."""
        with self._file.step() as db:
            db.execute(
                "UPDATE submission SET due = ? WHERE id = ? AND due > ? AND tries = 0",
                (time_text(now), submission, time_text(now)),
            )

    def waiting(self) -> tuple[int, datetime | None]:
        """How many were accepted and are not with the forge, and since when the oldest waits."""
        ((count, oldest),) = self._file.rows(
            "SELECT count(*), min(changed) FROM submission WHERE state = ?", State.ACCEPTED
        )
        return int(count), read_time(oldest) if oldest else None

    def purge(self, now: datetime, *, published: timedelta, drafts: timedelta, returned: timedelta) -> int:
        """Delete what was published, never sent, or sent back that long ago; how many."""
        limits: Sequence[tuple[State, timedelta]] = (
            (State.PUBLISHED, published),
            (State.DRAFT, drafts),
            (State.RETURNED, returned),
        )
        gone = 0
        with self._file.step() as db:
            for state, age in limits:
                gone += db.execute(
                    "DELETE FROM submission WHERE state = ? AND changed < ?", (state, time_text(now - age))
                ).rowcount
        if gone:
            self._file.tidy()
        return gone
