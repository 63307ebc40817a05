"""Where new files wait until the last of them is made: a folder inside the output folder.

A file for a folder that stands already waits under a name of its own, and takes its place by one rename. Of a
folder that is new the whole tree waits as it will stand, and one rename puts it in place with all that is in
it. Paths are plain text here and in `commit`: a `Path` takes longer than the rename of what it names.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kim.errors import KimError
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

    It waits under `name`, or with none in the tree of new folders.
    """

    path: str
    stage: str
    name: str
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

    def _write(self, name: str, file: MadeFile) -> Staged:
        if not os.path.isdir(f"{self.root}/{os.path.dirname(file.path)}"):
            name = ""
        staged = Staged(file.path, self.stage, name, len(file.data), 0, file.digest)
        target = staged_file(self.root, staged)
        try:
            mtime = _write(target, file.data)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            mtime = _write(target, file.data)
        return replace(staged, mtime_ns=mtime)


def staged_file(root: str, staged: Staged) -> str:
    """Where a staged file waits."""
    if staged.name:
        return f"{root}/{STAGING}/{staged.stage}/{staged.name}"
    return f"{new_folders(root, staged.stage)}/{staged.path}"


def new_folders(root: str, stage: str) -> str:
    """The tree of a stage's new folders."""
    return f"{root}/{STAGING}/{stage}/new"


def made_file(path: str, data: bytes) -> MadeFile:
    """A file's bytes with their digest."""
    return MadeFile(path, data, digest_bytes(data)[:DIGEST_LENGTH])


def clear_staging(root: Path) -> None:
    """Remove what an earlier build left. Raises `KimError` where something else has that name."""
    shutil.rmtree(root / STAGING, ignore_errors=True)
    if os.path.lexists(root / STAGING):
        raise KimError(f"{root / STAGING} is not ours and stands in the way. Move it away.")


def _write(target: str, data: bytes) -> int:
    """When it was written, in nanoseconds."""
    with open(target, "wb") as file:
        file.write(data)
        file.flush()
        return os.fstat(file.fileno()).st_mtime_ns
