"""What the engine remembers between builds, in one SQLite file per output folder.

Everything in it can be lost: a file that is torn, or was written by other code, is thrown away and made
anew. It holds no pickles. While it is open no other build can open it.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from kim.errors import KimError
from plugins.portal.staging import Staged

#: What is large stands apart from its key: a tree with texts in it is deep, and each look goes down it all.
_SCHEMA = """
create table meta (name text primary key, value blob) without rowid;
create table seen (folder text primary key, value blob);
create table rows (folder text primary key, value blob);
create table bodies (digest text primary key, value blob);
create table found (part text, key text, value blob, primary key (part, key));
create table parts (name text primary key, key text, owner text) without rowid;
create index parts_owner on parts (owner);
create table outputs (part text, path text, key text, primary key (part, path)) without rowid;
create index outputs_path on outputs (lower(path));
create table assets (part text, id text, key text, path text, size int, primary key (part, id)) without rowid;
create index assets_id on assets (id);
create index assets_path on assets (path);
create table written (path text primary key, size int, mtime int, digest text) without rowid;
create table folders (path text primary key, mtime int) without rowid;
create table staged (
    id integer primary key, path text, stage text, name text, size int, mtime int, digest text);
"""
#: Staged files that are in memory at a time.
_RUN = 1_000
_BELOW = """
with recursive walk(name) as (select ? union select parts.name from parts join walk on owner = walk.name)
select name from walk
"""
_ABOVE = """
with recursive walk(name) as (select ? union select owner from parts join walk on parts.name = walk.name)
select name from walk
"""
T = TypeVar("T")


class TornError(Exception):
    """The memory is not as it was written."""


@dataclass(frozen=True)
class MadeAsset:
    """An asset as it was made."""

    id: str
    key: str
    path: str
    size: int


@dataclass(frozen=True)
class WrittenFile:
    """A file of the site as it was written; an empty digest means that it may be half written."""

    size: int
    mtime_ns: int
    digest: str


#: A file that is about to be written or removed, or was found to be another than was written.
HALF_WRITTEN = WrittenFile(0, 0, "")


class Store:
    """The memory of one output folder. Use as a context manager. Methods raise `TornError`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """What was not saved is lost."""
        self._database.rollback()
        self._database.close()

    def save(self) -> None:
        """Make what was put so far last."""
        self._database.commit()

    def forget(self) -> None:
        """Nothing is known any more, but which files were written: those may have to be removed."""
        for table in ("meta", "seen", "rows", "bodies", "found", "parts", "outputs", "assets", "folders"):
            self._run(f"delete from {table} where true")  # noqa: S608
        self._run("update written set digest = ''")

    def doubt(self) -> None:
        """Other code will read and make everything anew; assets say for themselves what they depend on."""
        for table in ("meta", "seen", "rows", "bodies", "found"):
            self._run(f"delete from {table} where true")  # noqa: S608
        self._run("update parts set key = ''")

    # What was read

    def meta(self, name: str, shape: type[T]) -> T | None:
        """A value of its own. None where it is not known, or does not fit its shape."""
        return self._value("select value from meta where name = ?", (name,), shape)

    def put_meta(self, name: str, value: object) -> None:
        """Remember a value."""
        self._run("insert or replace into meta values (?, ?)", (name, _pack(value)))

    def drop_meta(self, name: str) -> None:
        """Forget a value."""
        self._run("delete from meta where name = ?", (name,))

    def seen_folders(self) -> set[str]:
        """Every folder of which is known what was seen."""
        return {folder for (folder,) in self._all("select folder from seen")}

    def seen(self, folder: str, shape: type[T]) -> T | None:
        """What was seen of a folder's files."""
        return self._value("select value from seen where folder = ?", (folder,), shape)

    def put_seen(self, folder: str, value: object) -> None:
        """Remember what was seen of a folder's files."""
        self._run("insert or replace into seen values (?, ?)", (folder, _pack(value)))

    def drop_seen(self, folders: Iterable[str]) -> None:
        """Forget folders."""
        self._many("delete from seen where folder = ?", ((folder,) for folder in folders))

    def rows(self, folder: str, shape: type[T]) -> T | None:
        """What is known of a folder's texts."""
        return self._value("select value from rows where folder = ?", (folder,), shape)

    def put_rows(self, folder: str, value: object) -> None:
        """Remember what is known of a folder's texts."""
        self._run("insert or replace into rows values (?, ?)", (folder, _pack(value)))

    def keep_rows(self, folders: Iterable[str], shape: type[T]) -> list[T]:
        """Forget all other folders; what was known of them."""
        gone = {folder for (folder,) in self._all("select folder from rows")} - {*folders}
        known = [self.rows(folder, shape) for folder in sorted(gone)]
        self._many("delete from rows where folder = ?", ((folder,) for folder in gone))
        return [rows for rows in known if rows is not None]

    def body(self, digest: str, shape: type[T]) -> T:
        """A text by its digest."""
        found = self._value("select value from bodies where digest = ?", (digest,), shape)
        if found is None:
            raise TornError(f"no text {digest}")
        return found

    def put_bodies(self, new: Mapping[str, object]) -> None:
        """Add texts."""
        self._many(
            "insert or replace into bodies values (?, ?)", ((name, _pack(body)) for name, body in new.items())
        )

    def drop_bodies(self, digests: Iterable[str]) -> None:
        """Forget texts."""
        self._many("delete from bodies where digest = ?", ((digest,) for digest in digests))

    # What was planned and made

    # A bundle has parts, and stands among them as one without files. A stage owns those that are in none.

    def parts(self, owner: str) -> dict[str, str]:
        """The key of every part and bundle that a bundle or a stage has, by its name."""
        return dict(self._all("select name, key from parts where owner = ?", (owner,)))

    def below(self, names: Iterable[str]) -> set[str]:
        """These parts and bundles, and all that are in them."""
        return {found for name in names for (found,) in self._all(_BELOW, (name,))}

    def above(self, names: Iterable[str]) -> set[str]:
        """These parts, and all bundles that they are in."""
        return {found for name in names for (found,) in self._all(_ABOVE, (name,))}

    def owner(self, name: str) -> str | None:
        """Which bundle or stage a part is in; None where there is no such part."""
        rows = self._all("select owner from parts where name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def outputs(self, part: str) -> dict[str, str]:
        """The key of every file of a part, by its path."""
        return dict(self._all("select path, key from outputs where part = ?", (part,)))

    def assets(self, part: str) -> dict[str, MadeAsset]:
        """Every asset of a part, by its id."""
        rows = self._all("select id, key, path, size from assets where part = ?", (part,))
        return {row[0]: MadeAsset(*row) for row in rows}

    def asset(self, name: str) -> MadeAsset | None:
        """An asset by its id."""
        rows = self._all("select id, key, path, size from assets where id = ? limit 1", (name,))
        return MadeAsset(*rows[0]) if rows else None

    def asset_names(self) -> Iterator[str]:
        """The id of every asset."""
        return (name for (name,) in self._rows("select distinct id from assets"))

    def documents(self, name: str, without: Set[str]) -> Iterator[str]:
        """The path of every output that ends in `name`, but for those of parts that are left out."""
        rows = self._rows("select part, path from outputs where path like ?", (f"%{name}",))
        return (path for part, path in rows if part not in without)

    def stating(self, path: str) -> list[tuple[str, str]]:
        """The part and path of every output whose path is this one but for capital letters."""
        return self._all("select part, path from outputs where lower(path) = ?", (path.lower(),))

    def claims(self, path: str) -> list[str]:
        """This path as often as it is stated, and every one that differs in capital letters alone."""
        is_asset = bool(self._all("select 1 from assets where path = ?", (path,)))
        return [*(own for _, own in self.stating(path)), *[path] * is_asset]

    def parts_of(self, paths: Iterable[str]) -> set[str]:
        """The parts that state any of these files."""
        found: set[str] = set()
        for path in paths:
            found |= {part for part, own in self.stating(path) if own == path}
            found |= {part for (part,) in self._all("select part from assets where path = ?", (path,))}
        return found

    def put_part(
        self,
        name: str,
        key: str,
        owner: str,
        outputs: Mapping[str, str] = MappingProxyType({}),
        assets: Iterable[MadeAsset] = (),
    ) -> None:
        """What a part states now; a bundle states nothing."""
        self.drop_part(name)
        self._run("insert into parts values (?, ?, ?)", (name, key, owner))
        self.put_outputs((name, path, own) for path, own in outputs.items())
        self._many(
            "insert into assets values (?, ?, ?, ?, ?)", ((name, a.id, a.key, a.path, a.size) for a in assets)
        )

    def put_outputs(self, files: Iterable[tuple[str, str, str]]) -> None:
        """Files of parts that are stated already: the part, the path and the key of each."""
        self._many("insert into outputs values (?, ?, ?)", files)

    def drop_part(self, name: str) -> None:
        """A part that is no more."""
        self._run("delete from parts where name = ?", (name,))
        self._run("delete from outputs where part = ?", (name,))
        self._run("delete from assets where part = ?", (name,))

    def found(self, part: str, key: str, shape: type[T]) -> T | None:
        """What a plugin found out for a part."""
        return self._value("select value from found where part = ? and key = ?", (part, key), shape)

    def found_keys(self, part: str) -> set[str]:
        """The keys of all that a plugin found out for a part."""
        return {key for (key,) in self._all("select key from found where part = ?", (part,))}

    def put_found(self, part: str, key: str, value: object) -> None:
        """Add to what was found out for a part."""
        self._run("insert or replace into found values (?, ?, ?)", (part, key, _pack(value)))

    def keep_found(self, part: str, keys: Set[str] = frozenset()) -> None:
        """Of what was found out for a part only this stays."""
        gone = self.found_keys(part) - keys
        self._many("delete from found where part = ? and key = ?", ((part, key) for key in gone))

    # What waits in the staging folder

    def put_staged(self, files: Iterable[Staged]) -> None:
        """Files that wait for their places."""
        self._many(
            "insert into staged values (null, ?, ?, ?, ?, ?, ?)",
            ((f.path, f.stage, f.name, f.size, f.mtime_ns, f.digest) for f in files),
        )

    def staged(self) -> Iterator[Staged]:
        """The files that wait, in the order in which they were made; never all at a time."""
        last = 0
        while rows := self._all("select * from staged where id > ? order by id limit ?", (last, _RUN)):
            yield from (Staged(*row[1:]) for row in rows)
            last = rows[-1][0]

    def staged_for(self, path: str) -> Staged | None:
        """The file that waits for a place; all are looked through for it."""
        rows = self._all("select * from staged where path = ?", (path,))
        return Staged(*rows[-1][1:]) if rows else None

    def count_staged(self) -> int:
        """How many files wait, or have just taken their places."""
        (row,) = self._all("select count(distinct path) from staged")
        return int(row[0])

    def drop_staged(self) -> None:
        """No file waits any more."""
        self._run("delete from staged where true")

    # What stands in the output folder

    def written(self, path: str) -> WrittenFile | None:
        """A file as it was written."""
        rows = self._all("select size, mtime, digest from written where path = ?", (path,))
        return WrittenFile(*rows[0]) if rows else None

    def written_in(self, folder: str) -> dict[str, WrittenFile]:
        """The files of a folder, not of those below it, by path."""
        start, shape = (f"{folder}/", f"{folder}/%/%") if folder else ("", "%/%")
        rows = self._all(
            "select path, size, mtime, digest from written where path >= ? and path < ? and path not like ?",
            (start, f"{folder}0" if folder else "\U0010ffff", shape),
        )
        return {row[0]: WrittenFile(*row[1:]) for row in rows}

    def count_written(self) -> int:
        """How many files the site has."""
        (row,) = self._all("select count(*) from written")
        return int(row[0])

    def unsure(self) -> list[str]:
        """The paths of files that may be half written."""
        return [path for (path,) in self._all("select path from written where digest = ''")]

    def put_written(self, files: Iterable[tuple[str, WrittenFile]]) -> None:
        """Files as they were written."""
        self._many(
            "insert or replace into written values (?, ?, ?, ?)",
            ((path, file.size, file.mtime_ns, file.digest) for path, file in files),
        )

    def doubt_staged(self) -> None:
        """Every file that is about to be written may be half written."""
        self._run("insert or replace into written select path, 0, 0, '' from staged")

    def drop_written(self, paths: Iterable[str]) -> None:
        """Files that are no more."""
        self._many("delete from written where path = ?", ((path,) for path in paths))

    def is_stated(self, path: str) -> bool:
        """Whether any part states a file."""
        return bool(self.parts_of((path,)))

    def folders(self) -> Iterator[tuple[str, int]]:
        """Each folder of the site, and when it last changed, in nanoseconds."""
        return self._rows("select path, mtime from folders")

    def has_folder(self, path: str) -> bool:
        """Whether the site has a folder."""
        return bool(self._all("select 1 from folders where path = ?", (path,)))

    def put_folders(self, folders: Iterable[tuple[str, int]]) -> None:
        """Folders as they stand."""
        self._many("insert or replace into folders values (?, ?)", folders)

    def drop_folders(self, paths: Iterable[str]) -> None:
        """Folders that are no more."""
        self._many("delete from folders where path = ?", ((path,) for path in paths))

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return list(self._rows(statement, values))

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows one after the other; nothing may be put meanwhile."""
        try:
            yield from self._database.execute(statement, values)
        except sqlite3.DatabaseError as fault:
            raise TornError(str(fault)) from fault

    def _run(self, statement: str, values: Sequence[object] = ()) -> None:
        self._all(statement, values)

    def _many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._database.executemany(statement, rows)
        except sqlite3.DatabaseError as fault:
            raise TornError(str(fault)) from fault

    def _value(self, statement: str, values: Sequence[object], shape: type[T]) -> T | None:
        rows = self._all(statement, values)
        return _unpack(rows[0][0], shape) if rows else None


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
        # of a new file: texts are read in one piece
        database.execute("pragma page_size = 32768")
        database.execute("pragma locking_mode = exclusive")
        # A build that is killed loses nothing by this; what a power cut tears is noticed and made anew.
        database.execute("pragma synchronous = off")
        database.execute("begin exclusive")
        store = Store(database)
        schema = zlib.crc32(_SCHEMA.encode()) & 0x7FFFFFFF
        if database.execute("pragma user_version").fetchone()[0] != schema:
            _make_tables(database)
            database.execute(f"pragma user_version = {schema}")
        if store.meta("version", str) != version:
            store.doubt()
            store.put_meta("version", version)
        database.commit()
    except (sqlite3.Error, TornError) as fault:
        database.close()
        if isinstance(fault, TornError):
            raise sqlite3.DatabaseError(str(fault)) from fault
        raise
    return store


def _make_tables(database: sqlite3.Connection) -> None:
    """Empty tables; of other ones before, only which files were written is kept, each to be made anew."""
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    columns = next((name for name in ("written", "outputs") if name in tables), None)
    paths = list(database.execute(f"select path from {columns}")) if columns else []  # noqa: S608
    for table in tables:
        database.execute(f'drop table "{table}"')
    for statement in _SCHEMA.split(";\n"):
        database.execute(statement)
    database.executemany("insert or ignore into written values (?, 0, 0, '')", paths)


def _pack(value: object) -> bytes:
    # JSON, as MessagePack knows no offset of a date
    data = msgspec.json.encode(value)
    return hashlib.blake2b(data, digest_size=8).digest() + data


def _unpack(data: object, shape: type[T]) -> T | None:
    """What was packed; None where it is not what was, or has another shape."""
    if not isinstance(data, bytes) or hashlib.blake2b(data[8:], digest_size=8).digest() != data[:8]:
        return None
    try:
        return msgspec.json.decode(data[8:], type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
