"""Last step: the staged files take their places, each by one rename, and what vanished is removed.

At every moment each file is whole, old or new. Assets come first, so that no page shows a photo that is not
there yet; deletions come last. Only files that this engine wrote are ever removed.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from kim.errors import KimError
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
        written[item.path] = WrittenFile(item.key, facts.st_size, facts.st_mtime_ns)
    return written


def remove_vanished(root: Path, before: Mapping[str, WrittenFile], now: Collection[str]) -> int:
    """Remove what was written once and is stated no more, and folders left empty; how many files."""
    removed = 0
    for path in sorted(set(before) - set(now), reverse=True):
        target = root / path
        if target.is_file() or target.is_symlink():
            target.unlink()
            removed += 1
        _remove_empty(root, target.parent)
    shutil.rmtree(root / STAGING, ignore_errors=True)
    return removed


def find_foreign(root: Path, ours: Collection[str]) -> tuple[str, ...]:
    """The files in the output folder that no output made."""
    base = len(str(root)) + 1
    found = (f"{folder}/{name}"[base:] for folder, _, names in os.walk(root) for name in names)
    return tuple(sorted(path for path in found if path not in ours))


def _is_same(file: Path, target: Path) -> bool:
    """Whether a plain file stands at the target with the same bytes."""
    if target.is_symlink() or not target.is_file() or target.stat().st_size != file.stat().st_size:
        return False
    return file.read_bytes() == target.read_bytes()


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
