"""Last step: the staged files take their places, each by one rename, and what vanished is removed.

At every moment each file is whole, old or new. Assets come first, so that no page shows a photo that is not
there yet; deletions come last. Only files that this engine wrote are ever removed.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kim.errors import KimError
from kim.folder import digest_bytes
from plugins.portal.render import STAGING, Staged
from plugins.portal.store import WrittenFile


def check_way(root: Path, staged: Iterable[Staged]) -> None:
    """No folder stands where a file must be, and no file where a folder must. Raises `KimError`.

    Two outputs never stand in each other's way (`plan.check_paths`), so that what does is somebody else's.
    """
    for item in staged:
        target = root / item.path
        files = [root / parent for parent in Path(item.path).parents if str(parent) != "."]
        in_the_way = [path for path in files if path.is_symlink() or (path.exists() and not path.is_dir())]
        if target.is_dir() and not target.is_symlink():
            in_the_way.append(target)
        if in_the_way:
            raise KimError(
                f"{in_the_way[0]} is not ours and stands in the way. Move it, or name another output folder."
            )


def place_files(root: Path, staged: Iterable[Staged]) -> dict[str, WrittenFile]:
    """Rename staged files into their places.

    One that says what is there already stays behind: the file keeps its time, and with it the ETag that a
    server makes of it, so that nobody fetches a feed or a page again that was only made anew.
    """
    written = {}
    for item in staged:
        target = root / item.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _is_same(item.file, target):
            item.file.replace(target)
        facts = target.lstat()
        written[item.path] = WrittenFile(facts.st_size, facts.st_mtime_ns, item.digest)
    return written


def remove_files(root: Path, paths: Iterable[str]) -> int:
    """Remove what was written once and is stated no more, and folders left empty; how many files."""
    removed = 0
    for path in sorted(paths, reverse=True):
        target = root / path
        if target.is_file() or target.is_symlink():
            target.unlink()
            removed += 1
        _remove_empty(root, target.parent)
    return removed


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders that files stand in, and all above these; the output folder itself is the empty name."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def stat_folders(root: Path, folders: Iterable[str]) -> dict[str, int]:
    """When each of these folders last changed, in nanoseconds; without those that are not there."""
    found = {}
    base = str(root)
    for folder in folders:
        try:
            facts = os.lstat(f"{base}/{folder}" if folder else base)
        except (FileNotFoundError, NotADirectoryError):
            continue
        if stat.S_ISDIR(facts.st_mode):
            found[folder] = facts.st_mtime_ns
    return found


@dataclass(frozen=True)
class FolderState:
    """What a folder of the site holds: its own files that are `broken`, those that are only `restored` (the
    same bytes with another time), and the files of others."""

    broken: frozenset[str]
    restored: Mapping[str, WrittenFile]
    foreign: tuple[str, ...]


def look_into(
    root: Path, folder: str, known: Mapping[str, WrittenFile], folders: Collection[str], *, thorough: bool
) -> FolderState:
    """Compare a folder with the files that are `known` to have been written there.

    `folders` are all that the site has. A `thorough` look reads the bytes of every file.
    """
    broken, foreign = {*known}, list[str]()
    restored: dict[str, WrittenFile] = {}
    for entry in _entries(root / folder):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            if path not in folders and entry.name != STAGING:
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


def _is_same(file: Path, target: Path) -> bool:
    """Whether a plain file stands at the target with the same bytes."""
    if target.is_symlink() or not target.is_file() or target.stat().st_size != file.stat().st_size:
        return False
    return file.read_bytes() == target.read_bytes()


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
