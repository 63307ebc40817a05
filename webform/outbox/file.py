"""The outbox as a file: its tables, and the step in which everything in it changes.

Knows nothing of what a submission is.
"""

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kim.errors import KimError

SCHEMA = 1
_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE code (
  id INTEGER PRIMARY KEY AUTOINCREMENT, "group" TEXT NOT NULL, hash TEXT NOT NULL,
  created TEXT NOT NULL, revoked TEXT);
CREATE TABLE submission (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, "group" TEXT NOT NULL, code INTEGER NOT NULL REFERENCES code,
  state TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, proposed INTEGER NOT NULL,
  edited INTEGER NOT NULL, answers TEXT NOT NULL, target TEXT NOT NULL, branch TEXT NOT NULL,
  path TEXT NOT NULL, url TEXT NOT NULL, words TEXT NOT NULL, digest TEXT NOT NULL,
  created TEXT NOT NULL, changed TEXT NOT NULL, due TEXT NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX submission_due ON submission (state, due);
-- one piece of news is one submission, from however many tabs it comes
CREATE UNIQUE INDEX submission_once ON submission ("group", digest) WHERE digest <> '';
CREATE UNIQUE INDEX submission_place ON submission (path) WHERE path <> '' AND kind = 'post';
-- further secret addresses of a submission that came twice
CREATE TABLE alias (
  id TEXT PRIMARY KEY, submission TEXT NOT NULL REFERENCES submission ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE photo (
  submission TEXT NOT NULL REFERENCES submission ON DELETE CASCADE, number INTEGER NOT NULL,
  original TEXT NOT NULL, name TEXT NOT NULL, alt TEXT NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, received INTEGER NOT NULL, shown INTEGER NOT NULL,
  data BLOB NOT NULL, thumbnail BLOB NOT NULL,
  PRIMARY KEY (submission, number));
-- what was sent, as it goes to the forge: a photo stands for the bytes of its row
CREATE TABLE version (
  submission TEXT NOT NULL REFERENCES submission ON DELETE CASCADE, revision INTEGER NOT NULL,
  title TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, files TEXT NOT NULL, created TEXT NOT NULL,
  PRIMARY KEY (submission, revision)) WITHOUT ROWID;
CREATE TABLE attempt (key BLOB NOT NULL, at REAL NOT NULL);
CREATE INDEX attempt_key ON attempt (key, at);
"""


class OutboxFullError(KimError):
    """The disk has no room left; nothing was written."""


class OutboxFile:
    """One SQLite file, for several threads: one at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises `KimError` where it cannot be opened or is of a newer service."""
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(0o600)
            self._db = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.execute("PRAGMA secure_delete=ON")
            self._prepare()
        except (OSError, sqlite3.Error) as fault:
            raise KimError(f"The outbox {path} cannot be opened: {fault}.") from fault
        (secret,) = self._db.execute("SELECT value FROM fact WHERE name = 'secret'").fetchone()
        self._secret = bytes(secret)

    def _prepare(self) -> None:
        with self.step() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    db.execute(statement)
                db.execute("INSERT INTO fact VALUES ('secret', ?)", (secrets.token_bytes(32),))
                db.execute(f"PRAGMA user_version={SCHEMA}")
            elif version != SCHEMA:
                raise KimError(f"The outbox was written by another version of the service ({version}).")

    def copy_to(self, file: Path) -> None:
        """Write a whole copy, readable by its owner alone. Raises `KimError` where it cannot."""
        new = file.with_name(f".{file.name}.new")
        try:
            new.unlink(missing_ok=True)
            new.touch(0o600)
            with closing(sqlite3.connect(new)) as copy:
                self._db.backup(copy)
            new.replace(file)
        except (OSError, sqlite3.Error) as fault:
            raise KimError(f"The outbox cannot be copied to {file}: {fault}.") from fault

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def step(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it on disk, or nothing. Raises `OutboxFullError`."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                finally:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
                    raise OutboxFullError("The disk of the outbox is full.") from fault
                raise

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row of an answer."""
        with self._lock:
            found: sqlite3.Row | None = self._db.execute(query, values).fetchone()
        return found

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """All rows of an answer."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def number(self, query: str, *values: object) -> int:
        """What a query for one number says; 0 where it says nothing."""
        found = self.row(query, *values)
        return int(found[0]) if found else 0

    def sign(self, text: str) -> str:
        """A mark that only this service can make."""
        return self.blind(text).hex()[:32]

    def blind(self, text: str) -> bytes:
        """A digest that nobody can make, or guess by trying, without the file."""
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()

    def check(self) -> None:
        """That the file can be written at all. Raises `OutboxFullError`, `sqlite3.Error`."""
        with self.step() as db:
            db.execute("INSERT OR REPLACE INTO fact VALUES ('seen', ?)", (secrets.token_bytes(8),))

    def tidy(self) -> None:
        """Take what was deleted out of the log of changes, too."""
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def time_text(time: datetime) -> str:
    """A time that sorts as text."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """The time of such a text."""
    return datetime.fromisoformat(text)
