"""The content folder as it lies on disk: which groups and posts there are, before anything is read.

`scan_content` walks it and follows no symbolic link; `load_file` reads one file. What the files say
is the work of `kim.network`, `kim.group` and `kim.rules`.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from kim.errors import KimError
from kim.group import GROUP_FILE
from kim.network import NETWORK_FILE, VILLAGES_FILE
from kim.problems import Problem, problem
from kim.text import kilobytes
from kim.withdrawn import WITHDRAWN_FILE

POST_SUFFIX = ".md"
FOLDER_POST = "index.md"
PAGES_FOLDER = "pages"
#: larger files than this are not even read
MOST_TEXT_BYTES, MOST_FILE_BYTES = 1_000_000, 15_000_000
#: what computers leave behind, and what a forge shows beside a folder
_NOT_OURS = frozenset({"thumbs.db", "desktop.ini", "readme.md", "codeowners"})


class FileEntry(Struct, frozen=True, gc=False):
    """A file as the file system knows it; `path` is counted from content/."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


class PostEntry(Struct, frozen=True, gc=False):
    """The text of a post, or of a page, and the files beside it, sorted by name."""

    text: FileEntry
    stem: str
    files: tuple[FileEntry, ...] = ()


class GroupEntry(Struct, frozen=True):
    """A group's folder (`<kecamatan>/<group>`); without `settings` it is not registered."""

    folder: str
    settings: FileEntry | None
    posts: tuple[PostEntry, ...]


@dataclass(frozen=True)
class ContentEntry:
    """The whole content folder, sorted."""

    settings: FileEntry | None
    villages: FileEntry | None
    groups: tuple[GroupEntry, ...]
    pages: tuple[PostEntry, ...]
    problems: tuple[Problem, ...]
    withdrawn: FileEntry | None = None


def scan_content(root: Path) -> ContentEntry:
    """List a content folder. Raises `KimError` where there is none."""
    if not root.is_dir():
        raise KimError(f"No content folder at {root}. Name it: pelican CONTENT, or --content CONTENT.")
    return _Scan(root).content()


def load_file(root: Path, path: str) -> bytes:
    """A file's bytes. Raises `KimError` where it has become a symbolic link, too large, or has gone."""
    try:
        # not `root / path`, which takes longer than reading
        descriptor = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as fault:
        raise KimError(
            f"{path} changed while it was read ({fault.strerror}). Run the command again."
        ) from fault
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        data = file.read(min(size, MOST_FILE_BYTES) + 1)
    if len(data) > min(size, MOST_FILE_BYTES):
        raise KimError(f"{path} grew while it was read. Run the command again.")
    return data


def digest_bytes(data: bytes) -> str:
    """SHA-256 in hexadecimal: the name of a content."""
    return hashlib.sha256(data).hexdigest()


class _Scan:
    """One walk; collects problems on the way."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._problems: list[Problem] = []

    def content(self) -> ContentEntry:
        files: dict[str, FileEntry] = {}
        groups: list[GroupEntry] = []
        pages: tuple[PostEntry, ...] = ()
        for name, found in self._list(""):
            if isinstance(found, FileEntry):
                files[name] = found
            elif name == PAGES_FOLDER:
                pages = tuple(self._pages())
            else:
                groups += self._groups(name)
        for name in sorted(set(files) - {NETWORK_FILE, VILLAGES_FILE, WITHDRAWN_FILE}):
            self._unused(name, "taruh tulisan di folder kelompok.")
        return ContentEntry(
            files.get(NETWORK_FILE),
            files.get(VILLAGES_FILE),
            tuple(groups),
            pages,
            tuple(sorted(self._problems)),
            files.get(WITHDRAWN_FILE),
        )

    def _pages(self) -> Iterator[PostEntry]:
        for name, found in self._list(PAGES_FOLDER):
            path = f"{PAGES_FOLDER}/{name}"
            if not isinstance(found, FileEntry):
                yield from self._with_files(path, name)
            elif name.endswith(POST_SUFFIX):
                if self._is_readable(found):
                    yield PostEntry(found, name[: -len(POST_SUFFIX)])
            else:
                self._unused(path, "taruh foto dan PDF di folder halamannya, di samping index.md.")

    def _groups(self, section: str) -> Iterator[GroupEntry]:
        for name, found in self._list(section):
            path = f"{section}/{name}"
            if isinstance(found, FileEntry):
                self._unused(path, "taruh tulisan di folder kelompok, satu tingkat di bawah ini.")
            else:
                yield self._group(path)

    def _group(self, folder: str) -> GroupEntry:
        settings = None
        posts: list[PostEntry] = []
        for name, found in self._list(folder):
            path = f"{folder}/{name}"
            if not isinstance(found, FileEntry):
                posts += self._with_files(path, name)
            elif name == GROUP_FILE:
                settings = found if self._is_readable(found) else None
            elif name.lower().endswith(POST_SUFFIX):
                if self._is_readable(found):
                    posts.append(PostEntry(found, name[: -len(POST_SUFFIX)]))
            else:
                self._unused(path, "taruh foto dan PDF di folder tulisannya, di samping index.md.")
        return GroupEntry(folder, settings, tuple(posts))

    def _with_files(self, folder: str, stem: str) -> Iterator[PostEntry]:
        """The post or page that is a folder of its own, where its text is there."""
        text = None
        files: list[FileEntry] = []
        for name, found in self._list(folder):
            if not isinstance(found, FileEntry):
                self._unused(
                    f"{folder}/{name}", "taruh berkas langsung di samping index.md, tanpa folder lagi."
                )
            elif name == FOLDER_POST:
                text = found if self._is_readable(found) else None
            elif self._is_readable(found):
                files.append(found)
        if text is not None:
            yield PostEntry(text, stem, tuple(files))
        elif files:
            self._unused(folder, "tambahkan tulisannya di folder ini dengan nama index.md.")

    def _is_readable(self, file: FileEntry) -> bool:
        """Whether it is small enough to be read at all; if not, its post is short of it and says so."""
        if file.size <= MOST_TEXT_BYTES:
            return True  # whatever it is: no other limit is lower
        limit = MOST_TEXT_BYTES if file.name.lower().endswith((POST_SUFFIX, ".toml")) else MOST_FILE_BYTES
        if file.size <= limit:
            return True
        if limit == MOST_TEXT_BYTES:
            self._add(
                "K010", file.path, found=kilobytes(file.size), limit=kilobytes(limit), unit="berkas tulisan"
            )
        else:
            self._add("K044", file.path, found=file.name, size=kilobytes(file.size), limit=kilobytes(limit))
        return False

    def _list(self, folder: str) -> Iterator[tuple[str, FileEntry | None]]:
        """The names in a folder, sorted: files with their entry, folders with None; nothing else."""
        with os.scandir(self._root / folder) as listing:
            found = sorted(listing, key=attrgetter("name"))
        for item in found:
            name = item.name
            path = f"{folder}/{name}" if folder else name
            if name.startswith(".") or name.lower() in _NOT_OURS:
                continue
            if not name.isprintable():
                self._add("K074", folder or ".", found=name, advice="pakai huruf, angka dan tanda hubung.")
                continue
            facts = item.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                yield name, FileEntry(path, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
            elif stat.S_ISDIR(facts.st_mode):
                yield name, None
            elif stat.S_ISLNK(facts.st_mode):
                self._add("K007", path, found=name)
            else:
                self._unused(path, "hapus; yang bisa dipakai hanya berkas biasa.")

    def _unused(self, path: str, advice: str) -> None:
        self._add("K006", path, found=path.rpartition("/")[2], advice=advice)

    def _add(self, code: str, path: str, **found: object) -> None:
        self._problems.append(problem(code, path, 0, "", **found))
