"""What the engine remembers between builds, in one SQLite file per output folder.

Everything in it can be lost: a file that is torn, or was written by other code, is thrown away and made
anew. It holds no pickles. While it is open no other build can open it.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from kim.errors import KimError

_SCHEMA = """
create table meta (name text primary key, value text) without rowid;
create table files (path text primary key, size int, mtime int, ctime int, inode int, seen int, digest text)
    without rowid;
create table readings (kind text, key text, value blob, primary key (kind, key)) without rowid;
create table bodies (digest text primary key, value blob) without rowid;
create table outputs (path text primary key, key text, size int, mtime int) without rowid;
create table assets (id text primary key, key text, path text, size int) without rowid;
"""
T = TypeVar("T")
#: The kind of what plugins found out, among readings.
_FOUND = "found"


@dataclass(frozen=True)
class SeenFile:
    """A content file as it was: `seen` is when it was hashed (nanoseconds)."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    seen_ns: int
    digest: str


@dataclass(frozen=True)
class WrittenFile:
    """A file of the site as it was written; an empty key means that it may be half written."""

    key: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class MadeAsset:
    """An asset as it was made."""

    key: str
    path: str
    size: int


class Store:
    """The memory of one output folder. Use as a context manager."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.rollback()
        self._database.close()

    def save(self) -> None:
        """Make what was put so far last."""
        self._database.commit()

    def forget(self) -> None:
        """Nothing is known any more, but which files were written: those may have to be removed."""
        for table in ("files", "readings", "bodies", "assets"):
            self._database.execute(f"delete from {table}")  # noqa: S608
        self._database.execute("update outputs set key = '', size = 0, mtime = 0")

    def files(self) -> dict[str, SeenFile]:
        """All content files by path."""
        rows = self._database.execute("select path, size, mtime, ctime, inode, seen, digest from files")
        return {row[0]: SeenFile(*row[1:]) for row in rows}

    def put_files(self, files: dict[str, SeenFile]) -> None:
        """These files instead of all before."""
        self._replace(
            "files",
            7,
            (
                (path, f.size, f.mtime_ns, f.ctime_ns, f.inode, f.seen_ns, f.digest)
                for path, f in files.items()
            ),
        )

    def readings(self, kind: str, shape: type[T]) -> dict[str, T]:
        """All readings of a kind by key; one that does not fit its shape is left out, to be read again."""
        found = {}
        decoder = msgspec.json.Decoder(shape)
        for key, value in self._database.execute("select key, value from readings where kind = ?", (kind,)):
            try:
                found[key] = decoder.decode(value)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
        return found

    def reading(self, kind: str, key: str, shape: type[T]) -> T | None:
        """One reading of a kind, unless it is not there or does not fit its shape."""
        row = self._database.execute(
            "select value from readings where kind = ? and key = ?", (kind, key)
        ).fetchone()
        try:
            return msgspec.json.decode(row[0], type=shape) if row else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def put_readings(self, kind: str, new: dict[str, object], keys: Iterable[str]) -> None:
        """Add readings of a kind; of it only those with these keys stay."""
        rows = ((kind, key, msgspec.json.encode(value)) for key, value in new.items())
        self._database.executemany("insert or replace into readings values (?, ?, ?)", rows)
        self._keep(keys)
        self._database.execute(
            "delete from readings where kind = ? and key not in (select key from kept)", (kind,)
        )

    def body(self, digest: str, shape: type[T]) -> T:
        """A text by its digest. Raises `KeyError`."""
        row = self._database.execute("select value from bodies where digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return msgspec.json.decode(row[0], type=shape)

    def put_bodies(self, new: dict[str, object]) -> None:
        """Add texts."""
        rows = ((digest, msgspec.json.encode(value)) for digest, value in new.items())
        self._database.executemany("insert or replace into bodies values (?, ?)", rows)

    def keep_bodies(self, digests: Iterable[str]) -> None:
        """Only the texts with these digests stay. Raises `KeyError` where one of them is not there."""
        self._keep(digests)
        self._database.execute("delete from bodies where digest not in (select key from kept)")
        lost = "select key from kept where key not in (select digest from bodies)"
        for (digest,) in self._database.execute(lost):
            raise KeyError(digest)

    def outputs(self) -> dict[str, WrittenFile]:
        """Every file that this engine wrote, or set out to write, by path."""
        rows = self._database.execute("select path, key, size, mtime from outputs")
        return {row[0]: WrittenFile(*row[1:]) for row in rows}

    def put_outputs(self, files: dict[str, WrittenFile]) -> None:
        """These files instead of all before."""
        self._replace("outputs", 4, ((path, f.key, f.size, f.mtime_ns) for path, f in files.items()))

    def assets(self) -> dict[str, MadeAsset]:
        """Every asset by id."""
        rows = self._database.execute("select id, key, path, size from assets")
        return {row[0]: MadeAsset(*row[1:]) for row in rows}

    def put_assets(self, assets: dict[str, MadeAsset]) -> None:
        """These assets instead of all before."""
        self._replace("assets", 4, ((name, a.key, a.path, a.size) for name, a in assets.items()))

    def _replace(self, table: str, columns: int, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.execute(f"delete from {table}")  # noqa: S608 (our own table's name)
        places = ", ".join("?" * columns)
        self._database.executemany(f"insert into {table} values ({places})", rows)  # noqa: S608

    def _keep(self, keys: Iterable[str]) -> None:
        self._database.execute("create temp table if not exists kept (key text primary key)")
        self._database.execute("delete from kept")
        self._database.executemany("insert or ignore into kept values (?)", ((key,) for key in keys))


class Memory:
    """What plugins ask to be remembered (`output.Recall`), for one build."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: set[str] = set()
        self._new: dict[str, object] = {}

    def __call__(self, digest: str, shape: type[T], find: Callable[[], T]) -> T:
        """The remembered value, or what `find` gives."""
        self._asked.add(digest)
        value = self._store.reading(_FOUND, digest, shape)
        if value is None:
            value = self._new[digest] = find()
        return value

    def keep(self) -> None:
        """Hand over to the store what this build asked for; the rest is forgotten."""
        self._store.put_readings(_FOUND, self._new, self._asked)


def open_store(path: Path, version: str) -> Store:
    """The store of this file, empty where it is new, torn, or of another version of the code.

    What was written before stays known through a change of version, so that it can still be removed.
    Raises `KimError` where another build has it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path, version)
    except sqlite3.OperationalError as fault:
        if "locked" in str(fault):
            raise KimError("Another build of this site is running. Wait for it, then try again.") from fault
        path.unlink(missing_ok=True)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
    return _open(path, version)


def _open(path: Path, version: str) -> Store:
    database = sqlite3.connect(path, timeout=0.5)
    try:
        database.execute("pragma locking_mode = exclusive")
        database.execute("begin exclusive")
        if database.execute("pragma quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("torn")
        schema = zlib.crc32(_SCHEMA.encode()) & 0x7FFFFFFF
        if database.execute("pragma user_version").fetchone()[0] != schema:
            _make_tables(database)
            database.execute(f"pragma user_version = {schema}")
        row = database.execute("select value from meta where name = 'version'").fetchone()
        if row is None or row[0] != version:
            for table in ("readings", "bodies"):
                database.execute(f"delete from {table}")  # noqa: S608
            database.execute("insert or replace into meta values ('version', ?)", (version,))
        database.commit()
    except sqlite3.Error:
        database.close()
        raise
    return Store(database)


def _make_tables(database: sqlite3.Connection) -> None:
    """Empty tables; of other ones before, only which files were written is kept, each to be made anew."""
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    paths = list(database.execute("select path from outputs")) if "outputs" in tables else []
    for table in tables:
        database.execute(f'drop table "{table}"')
    for statement in _SCHEMA.split(";\n"):
        database.execute(statement)
    database.executemany("insert into outputs values (?, '', 0, 0)", paths)
