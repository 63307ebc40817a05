"""Fourth step: the bytes of what must be made, written to a staging folder inside the output folder.

Nothing that readers see changes here: if a template fails, the site stays as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from kim.addresses import ASSETS
from kim.folder import digest_bytes
from plugins.portal.compress import compress_siblings
from plugins.portal.look import STAGING
from plugins.portal.meter import fill_meter
from plugins.portal.output import Asset, Output

#: Hexadecimal digits by which a written file is known again.
DIGEST_LENGTH = 32


class Staged(Struct, frozen=True):
    """A file that waits in the staging folder, under `name`, for its place at `path`."""

    path: str
    name: str
    digest: str

    def file(self, root: Path) -> Path:
        """Where it waits, below the output folder."""
        return root / STAGING / self.name


class Staging:
    """The staging folder of one build."""

    def __init__(self, root: Path) -> None:
        self.folder = root / STAGING
        self._count = 0

    def put(self, path: str, file: "MadeFile") -> Staged:
        """Write one file."""
        if not self._count:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        name = str(self._count)
        (self.folder / name).write_bytes(file.data)
        return Staged(path, name, file.digest)


@dataclass(frozen=True)
class Job:
    """Outputs that must be made; picklable. `compression` is brotli's quality, 0 for none."""

    outputs: tuple[Output, ...]
    compression: int


@dataclass(frozen=True)
class MadeFile:
    """The bytes of a file with their digest."""

    data: bytes
    digest: str


@dataclass(frozen=True)
class MadeOutput:
    """The file of an output, and its precompressed siblings by suffix."""

    path: str
    file: MadeFile
    siblings: tuple[tuple[str, MadeFile], ...]


def make_outputs(job: Job) -> list[MadeOutput]:
    """Make documents or indexes, each from its own inputs."""
    made = []
    figures: dict[str, int] = {}
    for output in job.outputs:
        data, zipped = output.make(output.inputs), None
        if output.metered:
            # pages of one kind weigh about the same
            page = fill_meter(data, figures.get(output.kind, 1), compress=job.compression > 0)
            figures[output.kind] = page.figure
            data, zipped = page.data, page.zipped
        siblings = compress_siblings(output.path, data, job.compression, zipped) if job.compression else ()
        beside = tuple((suffix, _made(small)) for suffix, small in siblings)
        made.append(MadeOutput(output.path, _made(data), beside))
    return made


def make_assets(assets: Sequence[Asset]) -> list[MadeFile]:
    """Make some assets. The address of each is the fingerprint of its bytes (`asset_path`)."""
    return [_made(asset.make(asset.inputs)) for asset in assets]


def asset_path(asset: Asset, file: MadeFile) -> str:
    """Where an asset of these bytes stands."""
    return f"{ASSETS}/{file.digest[:16]}.{asset.suffix}"


def _made(data: bytes) -> MadeFile:
    return MadeFile(data, digest_bytes(data)[:DIGEST_LENGTH])
