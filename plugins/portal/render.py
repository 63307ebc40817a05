"""Fourth step: the bytes of what must be made, written to a staging folder inside the output folder.

Nothing that readers see changes here: if a template fails, the site stays as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kim.addresses import ASSETS
from kim.folder import digest_bytes
from plugins.portal.compress import compress_siblings
from plugins.portal.meter import fill_meter
from plugins.portal.output import Asset
from plugins.portal.plan import Planned, PlannedAsset
from plugins.portal.pool import Pool
from plugins.portal.store import MadeAsset

STAGING = ".kim-staging"


@dataclass(frozen=True)
class Staged:
    """A file that waits in the staging folder for its place at `path`; key and size are the output's."""

    path: str
    key: str
    file: Path


class Staging:
    """The staging folder of one build."""

    def __init__(self, root: Path) -> None:
        self.folder = root / STAGING
        self._count = 0

    def put(self, path: str, key: str, data: bytes) -> Staged:
        """Write one file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        file = self.folder / str(self._count)
        file.write_bytes(data)
        return Staged(path, key, file)


def render_assets(
    dirty: Sequence[PlannedAsset], staging: Staging, pool: Pool
) -> tuple[dict[str, MadeAsset], list[Staged]]:
    """Make assets on every core; their address is the fingerprint of their bytes."""
    made: dict[str, MadeAsset] = {}
    staged: dict[str, Staged] = {}
    assets = [item.asset for item in dirty]
    for item, data in zip(dirty, pool.run(_make, assets, "Menyiapkan foto", 6), strict=True):
        path = f"{ASSETS}/{digest_bytes(data)[:16]}.{item.asset.suffix}"
        made[item.asset.id] = MadeAsset(item.key, path, len(data))
        staged[path] = staging.put(path, item.key, data)
    return made, list(staged.values())


def render_outputs(dirty: Iterable[Planned], staging: Staging, compression: int) -> list[Staged]:
    """Make documents or indexes, each from its own inputs, and their precompressed siblings.

    `compression` is brotli's quality; with 0 there are no siblings.
    """
    staged = []
    figures: dict[str, int] = {}
    for item in dirty:
        output, zipped = item.output, None
        data = output.make(output.inputs)
        if output.metered:
            # pages of one kind weigh about the same
            page = fill_meter(data, figures.get(output.kind, 1), compress=compression > 0)
            figures[output.kind] = page.figure
            data, zipped = page.data, page.zipped
        staged.append(staging.put(output.path, item.key, data))
        if compression:
            siblings = compress_siblings(output.path, data, compression, zipped)
            staged += [staging.put(output.path + suffix, item.key, small) for suffix, small in siblings]
    return staged


def _make(asset: Asset) -> bytes:
    return asset.make(asset.inputs)
