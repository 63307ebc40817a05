"""Where new files wait until the last of them is made: a folder inside the output folder.

A file for a folder that stands already waits under a number, and takes its place by one rename. Of a folder
that is new the whole tree waits as it will stand, and is put in place by one rename with all that is in it.
Paths are plain text here and in `commit`: a `Path` takes longer than the rename of what it names.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from kim.folder import digest_bytes

#: Below the output folder.
STAGING = ".kim-staging"
#: Hexadecimal digits by which a written file is known again.
DIGEST_LENGTH = 32


class MadeFile(Struct, frozen=True, gc=False):
    """The bytes of a file for `path`, with their digest."""

    path: str
    data: bytes
    digest: str


class Staged(Struct, frozen=True, gc=False):
    """A file that waits for its place at `path` in the staging folder of a stage.

    It waits under `number`, or with none in the tree of new folders.
    """

    path: str
    stage: str
    number: str
    size: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True)
class Staging:
    """The staging folder of one stage in the output folder `root`; picklable."""

    root: str
    stage: str

    def put(self, job: int, made: Sequence[Sequence[MadeFile]]) -> list[list[Staged]]:
        """Write what one job has made; done again it writes the same."""
        count = 0
        staged = []
        for files in made:
            staged.append([self._write(f"{job}-{count + at}", file) for at, file in enumerate(files)])
            count += len(files)
        return staged

    def _write(self, number: str, file: MadeFile) -> Staged:
        if not os.path.isdir(f"{self.root}/{os.path.dirname(file.path)}"):
            number = ""
        target = staged_file(self.root, self.stage, number, file.path)
        try:
            facts = _write(target, file.data)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            facts = _write(target, file.data)
        return Staged(file.path, self.stage, number, facts.st_size, facts.st_mtime_ns, file.digest)


def staged_file(root: str, stage: str, number: str, path: str) -> str:
    """Where a staged file waits."""
    return f"{root}/{STAGING}/{stage}/{number}" if number else f"{new_folders(root, stage)}/{path}"


def new_folders(root: str, stage: str) -> str:
    """The tree of a stage's new folders."""
    return f"{root}/{STAGING}/{stage}/new"


def made_file(path: str, data: bytes) -> MadeFile:
    """A file's bytes with their digest."""
    return MadeFile(path, data, digest_bytes(data)[:DIGEST_LENGTH])


def _write(target: str, data: bytes) -> os.stat_result:
    with open(target, "wb") as file:
        file.write(data)
        file.flush()
        return os.fstat(file.fileno())
