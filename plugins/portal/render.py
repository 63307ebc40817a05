"""Fourth step: the bytes of what must be made.

Every function here knows only what it is handed: it runs in this process, in another, or, but for
`make_and_stage`, on another machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kim.addresses import ASSETS
from plugins.portal.compress import compress_siblings
from plugins.portal.meter import fill_meter
from plugins.portal.output import Asset, Output
from plugins.portal.staging import MadeFile, Staged, Staging, made_file

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """Outputs that must be made; picklable. `compression` is brotli's quality, 0 for none."""

    outputs: tuple[Output, ...]
    compression: int


def make_outputs(job: Job) -> list[list[MadeFile]]:
    """Make documents or indexes, each from its own inputs: its file and the precompressed siblings."""
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
        beside = [made_file(output.path + suffix, small) for suffix, small in siblings]
        made.append([made_file(output.path, data), *beside])
    return made


def make_assets(assets: Sequence[Asset]) -> list[list[MadeFile]]:
    """Make some assets. The address of each is the fingerprint of its bytes."""
    return [[_asset_file(asset, asset.make(asset.inputs))] for asset in assets]


def make_and_stage(
    staging: Staging, make: Callable[[T], list[list[MadeFile]]], numbered: tuple[int, T]
) -> list[list[Staged]]:
    """What `make` gives for a job, put into the staging folder where it was made: no bytes travel."""
    number, job = numbered
    return staging.put(number, make(job))


def _asset_file(asset: Asset, data: bytes) -> MadeFile:
    file = made_file("", data)
    return MadeFile(f"{ASSETS}/{file.digest[:16]}.{asset.suffix}", data, file.digest)
