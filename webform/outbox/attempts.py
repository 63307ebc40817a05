"""How often somebody did something lately: what limits are counted by. Nobody stands in it by name."""

from datetime import datetime, timedelta

from webform.outbox.file import OutboxFile

#: no limit looks further back
_KEPT = timedelta(hours=1)


class Attempts:
    """Keys are kept as keyed digests, for an hour."""

    def __init__(self, file: OutboxFile) -> None:
        self._file = file

    def count(self, key: str, now: datetime, window: timedelta) -> int:
        """How often `key` was noted within `window`."""
        query = "SELECT count(*) FROM attempt WHERE key = ? AND at > ?"
        return self._file.number(query, self._blind(key), (now - window).timestamp())

    def note(self, key: str, now: datetime) -> None:
        """Remember that `key` did it once more; what is older than an hour is forgotten."""
        with self._file.step() as db:
            db.execute("DELETE FROM attempt WHERE at < ?", ((now - _KEPT).timestamp(),))
            db.execute("INSERT INTO attempt VALUES (?, ?)", (self._blind(key), now.timestamp()))

    def _blind(self, key: str) -> bytes:
        return self._file.blind(f"attempt {key}")[:16]
