"""The service worker's file. Every reader's browser fetches it anew whenever a byte of it changes, so that
nothing of the news stands in it.
"""

from dataclasses import dataclass
from pathlib import Path

import rjsmin


@dataclass(frozen=True)
class WorkerInputs:
    """The worker's source, and the numbers that are written before it; without `version` there are none.

    `version` is the digest of the offline page, which is fetched anew with each new worker.
    """

    source: str
    version: str = ""
    wait_ms: int = 3_000
    posts: int = 20
    lists: int = 20
    bytes: int = 5_000_000
    fresh: int = 12


def worker_inputs(static: Path, offline_page: str) -> WorkerInputs:
    """The worker in force, for an offline page of this digest."""
    return WorkerInputs((static / "sw.js").read_text(encoding="utf-8"), offline_page[:8])


def withdrawn_inputs(static: Path) -> WorkerInputs:
    """The worker's last version, which removes itself and all that was kept."""
    return WorkerInputs((static / "sw-withdrawn.js").read_text(encoding="utf-8"))


def write_worker(inputs: WorkerInputs) -> bytes:
    """The worker without comments and space."""
    numbers = (
        f'const VERSION="{inputs.version}",WAIT={inputs.wait_ms},POSTS={inputs.posts},'
        f"LISTS={inputs.lists},BYTES={inputs.bytes},FRESH={inputs.fresh};\n"
        if inputs.version
        else ""
    )
    return f"{numbers}{rjsmin.jsmin(inputs.source)}\n".encode()
