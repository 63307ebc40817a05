"""A forge's Pages: a folder that the forge takes up whole, and shows at an address.

The machine that builds is new each time, so that what is published is asked for at the address itself.
"""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from kim.errors import KimError
from ops.feeds_read import WebSource
from ops.publish.transfer import Manifest, Transfer, dump_manifest, parse_manifest

#: The manifest's name here: forges leave out, or do not serve, what begins with a dot.
PAGES_MANIFEST = "published.json"


class Pages:
    """One portal: the folder that is made here, and the address where the forge shows it."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._source = WebSource(address)

    def load_published(self) -> Manifest:
        """What its readers see now. Raises `KimError` where nobody answers."""
        return parse_manifest(self._source.read(PAGES_MANIFEST))

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of files that its readers see, by their paths; those that are not there are left out."""
        return {path: data for path in paths if (data := self._source.read(path)) is not None}

    def write(self, built: Path, local: Collection[str], transfer: Transfer, extra: Path) -> None:
        """The whole portal, with the assets that stay though no page shows them.

        Raises `KimError` where the folder holds what was not written here.
        """
        if self._folder.exists() and not (self._folder / PAGES_MANIFEST).is_file():
            raise KimError(f"{self._folder} holds something else. Remove it, or name another folder.")
        kept = self.load(transfer.after.files.keys() - {*local})
        shutil.rmtree(self._folder, ignore_errors=True)
        for path in local:
            _place(self._folder / path, (built / path).read_bytes())
        for path, data in kept.items():
            _place(self._folder / path, data)
        for file in sorted(extra.rglob("*")):
            if file.is_file():
                _place(self._folder / file.relative_to(extra), file.read_bytes())
        gone = transfer.after.files.keys() - {*local, *kept}
        files = {path: digest for path, digest in transfer.after.files.items() if path not in gone}
        after = replace(
            transfer.after,
            files=files,
            cited=transfer.after.cited - gone,
            leaving=transfer.after.leaving - gone,
        )
        _place(self._folder / PAGES_MANIFEST, dump_manifest(after))


def _place(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
