"""Last step: the staged files take their places, and what vanished is removed.

At every moment each file is whole, old or new. Assets come first, so that no page shows a photo that is not
there yet; deletions come last. Only files that this engine wrote are ever removed.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from kim.errors import KimError
from plugins.portal.staging import Staged, new_folders, staged_file
from plugins.portal.store import WrittenFile


def check_way(root: Path, paths: Iterable[str]) -> None:
    """No folder stands where a file must be, and no file where a folder must. Raises `KimError`.

    Two outputs never stand in each other's way, as a folder has no dot in its name and a file has one: what
    does is somebody else's.
    """
    free: set[str] = {str(root)}
    for path in paths:
        target = f"{root}/{path}"
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


def place_folders(root: Path, stage: str) -> None:
    """Rename the staged trees of a stage into their places: each at the highest folder that is new."""
    waiting = [(new_folders(str(root), stage), str(root))]
    while waiting:
        staged, target = waiting.pop()
        if os.path.isdir(target):
            waiting += [(f"{staged}/{name}", f"{target}/{name}") for name in _names(staged)]
        else:
            os.replace(staged, target)


def place_files(root: Path, staged: Iterable[Staged]) -> Iterator[tuple[str, WrittenFile]]:
    """Rename staged files into their places, but for those in trees; each file as it stands now.

    One that says what is there already stays behind: the file keeps its time, and with it the ETag that a
    server makes of it, so that nobody fetches a feed or a page again that was only made anew.
    """
    for item in staged:
        mtime = _place(str(root), item) if item.name else item.mtime_ns
        yield item.path, WrittenFile(item.size, mtime, item.digest)


def remove_files(root: Path, paths: Iterable[str]) -> int:
    """Remove what was written once and is stated no more, and folders left empty; how many files.

    What stands behind a link that somebody has put in the place of a folder is theirs.
    """
    removed = 0
    for path in sorted(paths, reverse=True):
        target = root / path
        if _is_behind_link(root, target):
            continue
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


def _names(folder: str) -> list[str]:
    """What stands in a folder of staged trees; nothing where there is none."""
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _place(root: str, item: Staged) -> int:
    """Rename one file; when the file that stands there now last changed."""
    file, target = staged_file(root, item), f"{root}/{item.path}"
    standing = _mtime_if_same(file, target, item.size)
    if standing is not None:
        return standing
    try:
        os.replace(file, target)
    except FileNotFoundError:
        # its folder was there when it was staged
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(file, target)
    return item.mtime_ns


def _mtime_if_same(file: str, target: str, size: int) -> int | None:
    """When a plain file at the target with the same bytes last changed; None where there is none."""
    try:
        facts = os.lstat(target)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(facts.st_mode) or facts.st_size != size:
        return None
    return facts.st_mtime_ns if Path(file).read_bytes() == Path(target).read_bytes() else None


def _is_behind_link(root: Path, target: Path) -> bool:
    folders = target.relative_to(root).parents
    return any((root / folder).is_symlink() for folder in folders if folder.name)


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
