"""What a build wrote: the files of a folder before and after it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif")

#: Of each file by its path: what changes when it is written, also with the same bytes; and its size.
Tree = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Written:
    """How many files a build wrote, how many of them are pictures, how many bytes; how many it removed."""

    files: int
    pictures: int
    size: int
    removed: int


def read_tree(folder: Path) -> Tree:
    """Every file below a folder; none where there is no folder."""
    found: dict[str, tuple[int, int, int]] = {}
    open_folders = [str(folder)] if folder.is_dir() else []
    while open_folders:
        with os.scandir(open_folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    open_folders.append(entry.path)
                else:
                    facts = entry.stat(follow_symlinks=False)
                    found[entry.path] = (facts.st_ino, facts.st_ctime_ns, facts.st_size)
    return found


def compare_trees(before: Tree, after: Tree) -> Written:
    """What was written between the two."""
    paths = [path for path, facts in after.items() if before.get(path) != facts]
    return Written(
        len(paths),
        sum(path.endswith(_PICTURES) for path in paths),
        sum(after[path][2] for path in paths),
        sum(path not in after for path in before),
    )
