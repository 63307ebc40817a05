"""What stands in the output folder before a build, held against what builds have written there."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kim.folder import digest_bytes
from plugins.portal.staging import STAGING
from plugins.portal.store import HALF_WRITTEN, Store, WrittenFile


@dataclass(frozen=True)
class Look:
    """The output folder before the build: files of ours that are not as they were written (`broken`), folders
    that have changed, and the files of others."""

    broken: frozenset[str]
    changed: frozenset[str]
    foreign: tuple[str, ...]


def look_at_site(root: Path, store: Store, *, thorough: bool) -> Look:
    """Find what somebody else has done to the output folder since the last build.

    A folder knows when a name in it came or went, so that only folders which have changed are looked into. A
    file whose bytes were changed in its place is found by a `thorough` look alone.
    """
    # of some 100,000 folders only the few are held that have changed
    times = ((path, before, folder_time(root, path)) for path, before in store.folders())
    changed: dict[str, tuple[int | None, int | None]] = {
        path: (before, now) for path, before, now in times if thorough or now != before
    }
    if not store.has_folder("") and root.is_dir():
        changed[""] = (None, None)
    broken: set[str] = {*store.unsure()}
    foreign = {path for path in store.meta("foreign", list[str]) or [] if (root / path).exists()}
    for folder in sorted(changed):
        state = look_into(root, folder, store.written_in(folder), store.has_folder, thorough=thorough)
        broken |= state.broken
        # whether or not this build mends it: a folder is looked into once
        store.put_written((path, HALF_WRITTEN) for path in state.broken)
        foreign = {path for path in foreign if path.rpartition("/")[0] != folder} | {*state.foreign}
        store.put_written(state.restored.items())
    if changed:
        store.put_meta("foreign", sorted(foreign))
        store.drop_folders(path for path, (_, now) in changed.items() if now is None)
        store.put_folders((path, now) for path, (_, now) in changed.items() if now is not None)
    really = frozenset(path for path, (before, now) in changed.items() if before != now)
    return Look(frozenset(broken), really | frozenset(broken), tuple(sorted(foreign)))


def folder_time(root: Path, folder: str) -> int | None:
    """When a folder below `root` last changed, in nanoseconds; None where there is none."""
    try:
        facts = os.lstat(f"{root}/{folder}" if folder else root)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return facts.st_mtime_ns if stat.S_ISDIR(facts.st_mode) else None


@dataclass(frozen=True)
class FolderState:
    """What a folder of the site holds: its own files that are `broken`, those that are only `restored` (the
    same bytes with another time), and the files of others."""

    broken: frozenset[str]
    restored: Mapping[str, WrittenFile]
    foreign: tuple[str, ...]


def look_into(
    root: Path,
    folder: str,
    known: Mapping[str, WrittenFile],
    is_ours: Callable[[str], bool],
    *,
    thorough: bool,
) -> FolderState:
    """Compare a folder with the files that are `known` to have been written there.

    `is_ours` says whether a folder is one of the site's. A `thorough` look reads the bytes of every file.
    """
    broken, foreign = {*known}, list[str]()
    restored: dict[str, WrittenFile] = {}
    for entry in _entries(root / folder):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name != STAGING and not is_ours(path):
                foreign += _files_below(root, path)
            continue
        file = known.get(path)
        if file is None:
            foreign.append(path)
            continue
        facts = entry.stat(follow_symlinks=False)
        is_plain = stat.S_ISREG(facts.st_mode) and file.digest != ""
        is_touched = (facts.st_size, facts.st_mtime_ns) != (file.size, file.mtime_ns)
        if not is_plain or ((is_touched or thorough) and not _has_digest(root / path, file.digest)):
            continue
        broken.discard(path)
        if is_touched:
            restored[path] = WrittenFile(facts.st_size, facts.st_mtime_ns, file.digest)
    return FolderState(frozenset(broken), restored, tuple(foreign))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What stands in a folder; nothing where it is none of ours, as a link is not."""
    if folder.is_symlink():
        return []
    try:
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _files_below(root: Path, folder: str) -> Iterator[str]:
    base = len(str(root)) + 1
    for path, _, names in os.walk(root / folder):
        yield from (f"{path}/{name}"[base:] for name in sorted(names))


def _has_digest(file: Path, digest: str) -> bool:
    return digest_bytes(file.read_bytes())[: len(digest)] == digest
