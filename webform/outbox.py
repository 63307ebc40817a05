"""The outbox: one SQLite file in which a submission stands safely before its volunteer is thanked.

Every step is one transaction, on disk when the call returns (`synchronous=FULL`). A process that is killed
leaves the step before or the step after, never half of one. Secret addresses are not kept, only their
digests; network addresses of senders only as keyed digests, for an hour.
"""

import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kim.errors import KimError
from webform.submission import Answers, Kind, SentPhoto, State, Submission

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


@dataclass(frozen=True)
class CodeRow:
    """One code of a group, by its hash."""

    id: int
    group: str
    hash: str
    created: datetime
    revoked: datetime | None


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


class Outbox:
    """The file and its steps. May be used from several threads; one step runs at a time."""

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
        self._secret = self._fact("secret")

    def _prepare(self) -> None:
        with self._step():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO fact VALUES ('secret', ?)", (secrets.token_bytes(32),))
                self._db.execute(f"PRAGMA user_version={SCHEMA}")
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
    def _step(self) -> Iterator[sqlite3.Connection]:
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

    def _fact(self, name: str) -> bytes:
        with self._lock:
            row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return bytes(row[0])

    def sign(self, text: str) -> str:
        """A mark that only this service can make."""
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]

    def check(self) -> None:
        """That the file can be written at all. Raises `OutboxFullError`, `sqlite3.Error`."""
        with self._step() as db:
            db.execute("INSERT OR REPLACE INTO fact VALUES ('seen', ?)", (secrets.token_bytes(8),))

    # Codes

    def add_code(self, group: str, code_hash: str, now: datetime) -> int:
        """A new code of a group; the ones before stay until they are revoked."""
        with self._step() as db:
            return int(
                db.execute(
                    'INSERT INTO code ("group", hash, created) VALUES (?, ?, ?)',
                    (group, code_hash, _text(now)),
                ).lastrowid
                or 0
            )

    def codes(self, group: str = "") -> tuple[CodeRow, ...]:
        """The codes of a group, or of all, the oldest first."""
        with self._lock:
            rows = self._db.execute(
                """SELECT id, "group", hash, created, revoked FROM code
                WHERE "group" = ? OR ? = '' ORDER BY id""",
                (group, group),
            ).fetchall()
        return tuple(
            CodeRow(row[0], row[1], row[2], _time(row[3]), _time(row[4]) if row[4] else None) for row in rows
        )

    def revoke_codes(self, group: str, now: datetime, *, but: int = 0) -> int:
        """Revoke a group's codes, but one; how many."""
        with self._step() as db:
            return db.execute(
                'UPDATE code SET revoked = ? WHERE "group" = ? AND revoked IS NULL AND id <> ?',
                (_text(now), group, but),
            ).rowcount

    def is_active(self, code: int) -> bool:
        """Whether a code still opens anything."""
        with self._lock:
            return bool(
                self._db.execute("SELECT 1 FROM code WHERE id = ? AND revoked IS NULL", (code,)).fetchone()
            )

    # Limits

    def count(self, key: str, now: datetime, window: timedelta) -> int:
        """How often `key` was noted within `window`."""
        with self._lock:
            found = self._db.execute(
                "SELECT count(*) FROM attempt WHERE key = ? AND at > ?",
                (self._blind(key), (now - window).timestamp()),
            ).fetchone()
        return int(found[0])

    def note(self, key: str, now: datetime) -> None:
        """Remember that `key` did it once more; what is older than an hour is forgotten."""
        with self._step() as db:
            db.execute("DELETE FROM attempt WHERE at < ?", ((now - timedelta(hours=1)).timestamp(),))
            db.execute("INSERT INTO attempt VALUES (?, ?)", (self._blind(key), now.timestamp()))

    def _blind(self, key: str) -> bytes:
        return hmac.new(self._secret, f"attempt {key}".encode(), hashlib.sha256).digest()[:16]

    # Submissions

    def find(self, submission: str) -> Submission | None:
        """A submission by its id, or by a further one of it."""
        with self._lock:
            row = self._db.execute(
                "SELECT * FROM submission WHERE id = ? OR id = (SELECT submission FROM alias WHERE id = ?)",
                (submission, submission),
            ).fetchone()
        return _submission(row) if row else None

    def find_same(self, group: str, digest: str) -> str | None:
        """The id of a submission of the group that says the same and is not published."""
        with self._lock:
            row = self._db.execute(
                'SELECT id FROM submission WHERE "group" = ? AND digest = ?', (group, digest)
            ).fetchone()
        return row[0] if row else None

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
        with self._step() as db:
            db.execute(
                "INSERT OR IGNORE INTO submission "
                "VALUES (?, ?, ?, ?, ?, 1, 0, 0, 1, ?, ?, '', '', '', '', '', ?, ?, ?, 0)",
                (submission, kind, group, code, State.DRAFT, _json(answers), target, *[_text(now)] * 3),
            )
        return self.require(submission)

    def save(self, submission: str, version: int, answers: Answers, code: int, now: datetime) -> Submission:
        """Keep the working copy's answers. Raises `StaleError` where `version` is not the newest."""
        with self._step() as db:
            found = self.require(submission)
            if found.version != version:
                raise StaleError
            db.execute(
                "UPDATE submission SET answers = ?, code = ?, edited = 1, version = version + 1, changed = ? "
                "WHERE id = ?",
                (_json(answers), code or found.code, _text(now), submission),
            )
        return self.require(submission)

    def require(self, submission: str) -> Submission:
        """A submission that is there. Raises `KeyError`."""
        found = self.find(submission)
        if found is None:
            raise KeyError(submission)
        return found

    def stems(self, folder: str) -> frozenset[str]:
        """The names of the posts of a group's folder that are here by now."""
        with self._lock:
            rows = self._db.execute(
                "SELECT path FROM submission WHERE substr(path, 1, ?) = ?", (len(folder) + 1, f"{folder}/")
            ).fetchall()
        return frozenset(row[0].rpartition("/")[2] for row in rows)

    # Photos

    def photos(self, submission: str) -> tuple[SentPhoto, ...]:
        """The photos of the working copy, in their order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT number, name, alt, width, height, received FROM photo "
                "WHERE submission = ? AND shown = 1 ORDER BY number",
                (submission,),
            ).fetchall()
        return tuple(SentPhoto(*tuple(row)) for row in rows)

    def count_photos(self, submission: str) -> int:
        """How many photos were ever kept for it and are there still, shown or not."""
        with self._lock:
            row = self._db.execute(
                "SELECT count(*) FROM photo WHERE submission = ?", (submission,)
            ).fetchone()
        return int(row[0])

    def photo(self, submission: str, number: int, *, thumbnail: bool = False) -> bytes | None:
        """The bytes of a photo."""
        query = (
            "SELECT CASE WHEN ? THEN thumbnail ELSE data END FROM photo WHERE submission = ? AND number = ?"
        )
        with self._lock:
            row = self._db.execute(
                query,
                (thumbnail, submission, number),
            ).fetchone()
        return bytes(row[0]) if row else None

    def add_photo(self, submission: str, photo: NewPhoto, now: datetime) -> SentPhoto:
        """Keep a photo; the same one sent again is the one that is there, with the newest words."""
        with self._step() as db:
            self.require(submission)
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
                facts = (
                    photo.original,
                    f"foto-{number}.{photo.suffix}",
                    photo.alt,
                    photo.width,
                    photo.height,
                )
                db.execute(
                    "INSERT INTO photo VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
                    (submission, number, *facts, photo.received, photo.data, photo.thumbnail),
                )
            self._touch(db, submission, now)
        return next(kept for kept in self.photos(submission) if kept.number == number)

    def describe_photo(self, submission: str, number: int, alt: str, now: datetime) -> None:
        """New words for a photo."""
        with self._step() as db:
            changed = db.execute(
                "UPDATE photo SET alt = ? WHERE submission = ? AND number = ? AND alt <> ?",
                (alt, submission, number, alt),
            ).rowcount
            if changed:
                self._touch(db, submission, now)

    def remove_photo(self, submission: str, number: int, now: datetime) -> None:
        """Take a photo out of the working copy; its bytes go at once where it was never sent."""
        with self._step() as db:
            if self.require(submission).is_new:
                gone = db.execute(
                    "DELETE FROM photo WHERE submission = ? AND number = ?", (submission, number)
                ).rowcount
            else:
                gone = db.execute(
                    "UPDATE photo SET shown = 0 WHERE submission = ? AND number = ? AND shown = 1",
                    (submission, number),
                ).rowcount
            if gone:
                self._touch(db, submission, now)

    def _touch(self, db: sqlite3.Connection, submission: str, now: datetime) -> None:
        db.execute(
            "UPDATE submission SET edited = 1, version = version + 1, changed = ? WHERE id = ?",
            (_text(now), submission),
        )

    # Sending

    def accept(
        self, submission: str, version: int, branch: str, path: str, sent: Version, digest: str, now: datetime
    ) -> Submission:
        """The step before the thanks: what is sent now is what the forge will get.

        Raises `StaleError` where the working copy is not the one that was looked at, `SameNewsError` and
        `PlaceTakenError`; then nothing is written.
        """
        with self._step() as db:
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
                    (State.ACCEPTED, sent.revision, branch, path, digest, _text(now), _text(now), submission),
                )
            except sqlite3.IntegrityError as fault:
                raise PlaceTakenError from fault
            db.execute(
                "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)",
                (submission, sent.revision, sent.title, sent.author, sent.body, _files(sent), _text(now)),
            )
        return self.require(submission)

    def absorb(self, first: str, second: str, now: datetime) -> bool:
        """The second is the first again: its address leads there, and its photos join the others.

        Whether any photo did.
        """
        with self._step() as db:
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
                self._touch(db, first, now)
        return bool(rows)

    def move(self, submission: str, branch: str, path: str, sent: Version) -> None:
        """Propose what was sent under another branch, at another address: the first was merged or closed."""
        with self._step() as db:
            db.execute(
                "UPDATE submission SET branch = ?, path = ?, url = '', words = '' WHERE id = ?",
                (branch, path, submission),
            )
            db.execute(
                "UPDATE version SET files = ? WHERE submission = ? AND revision = ?",
                (_files(sent), submission, sent.revision),
            )

    def version(self, submission: str, revision: int) -> Version:
        """What was sent as this revision. Raises `KeyError`."""
        with self._lock:
            row = self._db.execute(
                "SELECT revision, title, author, body, files FROM version "
                "WHERE submission = ? AND revision = ?",
                (submission, revision),
            ).fetchone()
        if row is None:
            raise KeyError(submission)
        return Version(row[0], row[1], row[2], row[3], json.loads(row[4]))

    # The worker's steps

    def due(self, now: datetime) -> tuple[Submission, ...]:
        """What waits for the forge: to be proposed, or to be asked about."""
        states = (State.ACCEPTED, State.PROPOSED, State.RETURNED)
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM submission WHERE state IN (?, ?, ?) AND due <= ? ORDER BY due LIMIT 50",
                (*states, _text(now)),
            ).fetchall()
        return tuple(_submission(row) for row in rows)

    def settle(
        self, submission: str, state: State, proposed: int, url: str, words: str, due: datetime, now: datetime
    ) -> None:
        """What the forge said. A revision that was sent meanwhile stays accepted."""
        with self._step() as db:
            found = self.require(submission)
            if found.revision != proposed and state is not State.PUBLISHED:
                state, due = State.ACCEPTED, now
            changed = _text(now if found.state != state else found.changed)
            db.execute(
                "UPDATE submission SET state = ?, proposed = ?, url = ?, words = ?, due = ?, tries = 0, "
                "digest = CASE ? WHEN 'published' THEN '' ELSE digest END, changed = ? WHERE id = ?",
                (state, proposed, url, words, _text(due), state, changed, submission),
            )

    def postpone(self, submission: str, due: datetime) -> None:
        """The forge is away: ask again then."""
        with self._step() as db:
            db.execute(
                "UPDATE submission SET due = ?, tries = tries + 1 WHERE id = ?", (_text(due), submission)
            )

    def tries(self, submission: str) -> int:
        """How often in a row the forge was away for it."""
        with self._lock:
            row = self._db.execute("SELECT tries FROM submission WHERE id = ?", (submission,)).fetchone()
        return int(row[0])

    def hasten(self, submission: str, now: datetime) -> None:
        """Its sender is looking: ask the forge soon."""
        with self._step() as db:
            db.execute(
                "UPDATE submission SET due = ? WHERE id = ? AND due > ? AND tries = 0",
                (_text(now), submission, _text(now)),
            )

    def waiting(self) -> tuple[int, datetime | None]:
        """How many were accepted and are not with the forge, and since when the oldest waits."""
        with self._lock:
            count, oldest = self._db.execute(
                "SELECT count(*), min(changed) FROM submission WHERE state = ?", (State.ACCEPTED,)
            ).fetchone()
        return int(count), _time(oldest) if oldest else None

    def purge(self, now: datetime, *, published: timedelta, drafts: timedelta, returned: timedelta) -> int:
        """Delete what was published, never sent, or sent back that long ago; how many."""
        limits: Sequence[tuple[State, timedelta]] = (
            (State.PUBLISHED, published),
            (State.DRAFT, drafts),
            (State.RETURNED, returned),
        )
        gone = 0
        with self._step() as db:
            for state, age in limits:
                gone += db.execute(
                    "DELETE FROM submission WHERE state = ? AND changed < ?", (state, _text(now - age))
                ).rowcount
        if gone:
            with self._lock:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone


def _submission(row: sqlite3.Row) -> Submission:
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
        created=_time(row["created"]),
        changed=_time(row["changed"]),
    )


def _json(answers: Answers) -> str:
    return json.dumps(asdict(answers), ensure_ascii=False)


def _files(version: Version) -> str:
    return json.dumps(dict(version.files), ensure_ascii=False)


def _text(time: datetime) -> str:
    """A time that sorts as text."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
