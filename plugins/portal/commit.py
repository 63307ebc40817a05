"""Last step: the staged files take their places, each by one rename, and what vanished is removed.

At every moment each file is whole, old or new. Assets come first, so that no page shows a photo that is not
there yet; deletions come last. Only files that this engine wrote are ever removed.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from plugins.portal.render import STAGING, Staged
from plugins.portal.store import WrittenFile


def place_files(root: Path, staged: Iterable[Staged]) -> dict[str, WrittenFile]:
    """Rename staged files into their places."""
    written = {}
    for item in staged:
        target = root / item.path
        _make_way(root, target)
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


def _make_way(root: Path, target: Path) -> None:
    """Folders above the target; a file that is where a folder must be was ours once, and gives way."""
    for parent in reversed(target.relative_to(root).parents[:-1]):
        folder = root / parent
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
