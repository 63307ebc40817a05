"""First step: which content files there are, and the digest of each.

A file whose size, times and inode are as before is not read again, unless it was written so shortly before
it was last hashed that a second change could have kept the same time.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kim.folder import ContentEntry, FileEntry, digest_bytes, load_file, scan_content
from plugins.portal.store import SeenFile, Store

#: Coarser than the clock of any file system that is still in use.
_CLOCK_STEP_NS = 2_000_000_000


@dataclass(frozen=True)
class Scan:
    """The content folder with every file's digest, by path."""

    content: ContentEntry
    digests: dict[str, str]


def scan(root: Path, store: Store) -> Scan:
    """Walk the folder; hash what is new or may have changed."""
    content = scan_content(root)
    seen = store.files()
    now: dict[str, SeenFile] = {}
    for file in _files(content):
        before = seen.get(file.path)
        if before is None or not _is_same(file, before):
            started = time.time_ns()
            digest = digest_bytes(load_file(root, file.path))
            before = SeenFile(file.size, file.mtime_ns, file.ctime_ns, file.inode, started, digest)
        now[file.path] = before
    store.put_files(now)
    return Scan(content, {path: file.digest for path, file in now.items()})


def _files(content: ContentEntry) -> Iterator[FileEntry]:
    yield from (file for file in (content.settings, content.villages, content.withdrawn) if file)
    for group in content.groups:
        if group.settings:
            yield group.settings
    for entry in chain(content.pages, *(group.posts for group in content.groups)):
        yield entry.text
        yield from entry.files


def _is_same(file: FileEntry, before: SeenFile) -> bool:
    facts = (file.size, file.mtime_ns, file.ctime_ns, file.inode)
    if facts != (before.size, before.mtime_ns, before.ctime_ns, before.inode):
        return False
    return before.seen_ns - max(file.mtime_ns, file.ctime_ns) > _CLOCK_STEP_NS
