"""A target that is written file by file: what is asked of it, and the order that keeps readers safe."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ops.publish.transfer import (
    JOURNAL_FILE,
    MANIFEST_FILE,
    Manifest,
    Transfer,
    dump_journal,
    dump_manifest,
    parse_journal,
    parse_manifest,
)

#: How many files travel before the progress is told.
_BATCH = 40

#: Told after each batch: how many files more are done.
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sending:
    """A file of this machine and the path that it gets at the target."""

    source: Path
    path: str


class Remote(Protocol):
    """A target over some protocol. Each raises `KimError` where the target cannot be reached or refuses."""

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of files by their paths; those that are not there are left out."""

    def put(self, files: Sequence[Sending]) -> None:
        """Each file takes its place whole, or not at all; folders are made."""

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files, those that are gone already too, and folders that become empty where it can."""


def load_state(remote: Remote) -> tuple[Manifest, frozenset[str]]:
    """What the target holds, and the paths that an upload which was broken off may have touched."""
    found = remote.load([MANIFEST_FILE, JOURNAL_FILE])
    return parse_manifest(found.get(MANIFEST_FILE)), parse_journal(found.get(JOURNAL_FILE))


def send(
    remote: Remote, built: Path, transfer: Transfer, unsure: Iterable[str], extra: Path, progress: Progress
) -> None:
    """Bring the target up to date. Broken off at any moment, the next publish finishes it: the journal names
    every path that may be other than the manifest says."""
    more = [file.relative_to(extra).as_posix() for file in sorted(extra.rglob("*")) if file.is_file()]
    with tempfile.TemporaryDirectory() as folder:
        journal, manifest = Path(folder) / "journal", Path(folder) / "manifest"
        journal.write_bytes(dump_journal({*transfer.sent, *transfer.removed, *unsure}))
        manifest.write_bytes(dump_manifest(transfer.after))
        remote.put([Sending(journal, JOURNAL_FILE)])
        for paths in (transfer.assets, transfer.new, transfer.changed):
            for batch in _batches(paths):
                remote.put([Sending(built / path, path) for path in batch])
                progress(len(batch))
        remote.put([Sending(extra / path, path) for path in more])
        for batch in _batches(transfer.removed):
            remote.remove(batch)
            progress(len(batch))
        remote.put([Sending(manifest, MANIFEST_FILE)])
        remote.remove([JOURNAL_FILE])


def _batches(paths: Sequence[str]) -> Iterable[Sequence[str]]:
    return (paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH))
