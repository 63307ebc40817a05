"""First step: which content files there are, and the digest of each.

A file whose size, times and inode are as before is not read again, unless it was written so shortly before
it was last hashed that a second change could have kept the same time.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kim.folder import (
    PAGES_FOLDER,
    ContentEntry,
    FileEntry,
    PostEntry,
    digest_bytes,
    load_file,
    scan_content,
)

#: Coarser than the clock of any file system that is still in use.
_CLOCK_STEP_NS = 2_000_000_000

#: A file as it was: size, mtime, ctime, inode, when it was hashed (all times in nanoseconds), digest.
SeenFile = tuple[int, int, int, int, int, str]
#: The files of a group's folder, of pages/, or of the content folder itself (the empty name), by path.
SeenFiles = dict[str, SeenFile]


@dataclass(frozen=True)
class Scan:
    """The content folder with every file's digest, by path.

    `renewed` is to be remembered for the next scan, by folder, and folders that are `gone` are not. `is_same`
    says that no file's bytes, name or place has changed since the last scan.
    """

    content: ContentEntry
    digests: Mapping[str, str]
    renewed: Mapping[str, SeenFiles]
    gone: Set[str]
    is_same: bool


def scan(
    root: Path, known: Set[str], recall: Callable[[str], SeenFiles | None], *, thorough: bool = False
) -> Scan:
    """Walk the folder; hash what is new or may have changed since it was seen.

    `recall` gives what was seen of a folder, for those that are `known`. A `thorough` scan hashes every file.
    """
    content = scan_content(root)
    digests: dict[str, str] = {}
    renewed: dict[str, SeenFiles] = {}
    folders = dict(_folders(content))
    gone = known - folders.keys()
    is_same = not gone
    for folder, files in folders.items():
        before, seen = recall(folder) or {}, SeenFiles()
        for file in files:
            old = before.get(file.path)
            if old is None or thorough or not _is_same(file, old):
                now, digest = time.time_ns(), digest_bytes(load_file(root, file.path))
                seen[file.path] = (file.size, file.mtime_ns, file.ctime_ns, file.inode, now, digest)
                is_same = is_same and old is not None and old[5] == digest
            else:
                seen[file.path] = old
            digests[file.path] = seen[file.path][5]
        is_same = is_same and len(seen) == len(before)
        if seen != before:
            renewed[folder] = seen
    return Scan(content, digests, renewed, gone, is_same)


def _folders(content: ContentEntry) -> Iterator[tuple[str, Iterator[FileEntry]]]:
    yield "", (file for file in (content.settings, content.villages, content.withdrawn) if file)
    for group in content.groups:
        settings = [group.settings] if group.settings else []
        yield group.folder, chain(settings, _files(group.posts))
    yield PAGES_FOLDER, _files(content.pages)


def _files(entries: Iterable[PostEntry]) -> Iterator[FileEntry]:
    for entry in entries:
        yield entry.text
        yield from entry.files


def _is_same(file: FileEntry, before: SeenFile) -> bool:
    size, mtime, ctime, inode, seen, _ = before
    if (file.size, file.mtime_ns, file.ctime_ns, file.inode) != (size, mtime, ctime, inode):
        return False
    return seen - max(mtime, ctime) > _CLOCK_STEP_NS
