"""Last step: the staged files take their places, each by one rename, and what vanished is removed.

At every moment each file is whole, old or new. Assets come first, so that no page shows a photo that is not
there yet; deletions come last. Only files that this engine wrote are ever removed. Paths are plain text here:
a `Path` takes longer than the rename of what it names.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from kim.errors import KimError
from plugins.portal.look import STAGING
from plugins.portal.render import Staged
from plugins.portal.store import WrittenFile


def check_way(root: Path, staged: Iterable[Staged]) -> None:
    """No folder stands where a file must be, and no file where a folder must. Raises `KimError`.

    Two outputs never stand in each other's way, as a folder has no dot in its name and a file has one: what
    does is somebody else's.
    """
    free: set[str] = {str(root)}
    for item in staged:
        target = f"{root}/{item.path}"
        folder, in_the_way = os.path.dirname(target), list[str]()
        while folder not in free:
            if os.path.islink(folder) or (os.path.exists(folder) and not os.path.isdir(folder)):
                in_the_way.append(folder)
            free.add(folder)
            folder = os.path.dirname(folder)
        if os.path.isdir(target) and not os.path.islink(target):
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
    ready: set[str] = set()
    for item in staged:
        file, target = f"{root}/{STAGING}/{item.name}", f"{root}/{item.path}"
        folder = os.path.dirname(target)
        if folder not in ready:
            os.makedirs(folder, exist_ok=True)
            ready.add(folder)
        if not _is_same(file, target):
            os.replace(file, target)
        facts = os.lstat(target)
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


def _is_same(file: str, target: str) -> bool:
    """Whether a plain file stands at the target with the same bytes."""
    try:
        facts = os.lstat(target)
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(facts.st_mode) or facts.st_size != os.lstat(file).st_size:
        return False
    return Path(file).read_bytes() == Path(target).read_bytes()


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
