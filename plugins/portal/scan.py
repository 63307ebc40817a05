"""First step: which content files there are, and the digest of each.

A file whose size, times and inode are as before is not read again, unless it was written so shortly before
it was last hashed that a second change could have kept the same time.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kim.folder import ContentEntry, FileEntry, digest_bytes, load_file, scan_content

#: Coarser than the clock of any file system that is still in use.
_CLOCK_STEP_NS = 2_000_000_000

#: A file as it was: size, mtime, ctime, inode, when it was hashed (all times in nanoseconds), digest.
SeenFile = tuple[int, int, int, int, int, str]
SeenFiles = dict[str, SeenFile]


@dataclass(frozen=True)
class Scan:
    """The content folder with every file's digest, by path.

    `is_same` says that no file's bytes, name or place has changed since the last scan.
    """

    content: ContentEntry
    digests: Mapping[str, str]
    is_same: bool


def scan(root: Path, before: SeenFiles, *, thorough: bool = False) -> tuple[Scan, SeenFiles | None]:
    """Walk the folder; hash what is new or may have changed since the files were seen `before`.

    A `thorough` scan hashes every file. Beside the scan stands what is to be remembered for the next one, or
    None where that is as it was.
    """
    content = scan_content(root)
    seen: SeenFiles = {}
    changed = renewed = False
    for file in _files(content):
        old = before.get(file.path)
        if old is not None and not thorough and _is_same(file, old):
            seen[file.path] = old
            continue
        now = time.time_ns()
        digest = digest_bytes(load_file(root, file.path))
        seen[file.path] = (file.size, file.mtime_ns, file.ctime_ns, file.inode, now, digest)
        renewed = True
        changed = changed or old is None or old[5] != digest
    is_same = not changed and len(seen) == len(before)
    digests = {path: file[5] for path, file in seen.items()}
    return Scan(content, digests, is_same), seen if renewed or not is_same else None


def _files(content: ContentEntry) -> Iterator[FileEntry]:
    yield from (file for file in (content.settings, content.villages, content.withdrawn) if file)
    for group in content.groups:
        if group.settings:
            yield group.settings
    for entry in chain(content.pages, *(group.posts for group in content.groups)):
        yield entry.text
        yield from entry.files


def _is_same(file: FileEntry, before: SeenFile) -> bool:
    size, mtime, ctime, inode, seen, _ = before
    if (file.size, file.mtime_ns, file.ctime_ns, file.inode) != (size, mtime, ctime, inode):
        return False
    return seen - max(mtime, ctime) > _CLOCK_STEP_NS
