"""The outbox: one SQLite file in which a submission stands safely before its volunteer is thanked.

Every step is one transaction, on disk when the call returns. A process that is killed leaves the step before
or the step after, never half of one. Secret addresses are not kept, only their digests; network addresses of
senders only as keyed digests, for an hour.
"""

from pathlib import Path

from webform.outbox.attempts import Attempts
from webform.outbox.codes import CodeBook
from webform.outbox.file import OutboxFile, OutboxFullError
from webform.outbox.photos import NewPhoto, Photos
from webform.outbox.queue import Queue
from webform.outbox.submissions import PlaceTakenError, SameNewsError, StaleError, Submissions, Version

__all__ = [
    "NewPhoto",
    "Outbox",
    "OutboxFullError",
    "PlaceTakenError",
    "SameNewsError",
    "StaleError",
    "Version",
]


class Outbox:
    """The file with all that stands in it. May be used from several threads; one step runs at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises `KimError` where it cannot be opened or is of a newer service."""
        self.file = OutboxFile(path)
        self.codes = CodeBook(self.file)
        self.attempts = Attempts(self.file)
        self.submissions = Submissions(self.file)
        self.photos = Photos(self.file, self.submissions)
        self.queue = Queue(self.file, self.submissions)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
