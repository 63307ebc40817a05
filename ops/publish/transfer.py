"""What must travel: the difference between a built tree and what a target is known to hold.

Computed from facts; nothing is read from or written to a target here.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kim.addresses import ASSETS
from kim.errors import KimError
from kim.group import Group

#: The folder of a target that holds what publishing remembers; no server sends it.
MEMORY = ".kim"
MANIFEST_FILE = f"{MEMORY}/manifest.json"
#: What an upload has set out to change; it is there only while one is under way, or after one was broken off.
JOURNAL_FILE = f"{MEMORY}/journal.json"


@dataclass(frozen=True)
class Manifest:
    """What a target holds: the SHA-256 of every file by its path. `cited` are assets that a feed has
    named once: they stay, also when no page shows them any more, as a feed's reader asks for them later.
    `leaving` are the other assets that the last publish showed no more: they go with the next one, so that
    a page that somebody is reading meanwhile still finds what it names. `groups` are those of the portal,
    as they were published; without their editors, who concern the forge alone.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Transfer:
    """What to do, in this order. No page ever names a file that is not there yet: assets come before
    pages, new pages before the changed ones that link them, and removals last."""

    assets: tuple[str, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    after: Manifest

    @property
    def sent(self) -> tuple[str, ...]:
        """Every file that travels, in order."""
        return (*self.assets, *self.new, *self.changed)

    @property
    def is_empty(self) -> bool:
        """Whether the target holds all of it already."""
        return not self.sent and not self.removed


def plan_transfer(
    local: Mapping[str, str],
    remote: Manifest,
    unsure: Collection[str],
    cited: Collection[str],
    groups: tuple[Group, ...] = (),
) -> Transfer:
    """From the built files, what the target is known to hold, and the paths that a broken upload may have
    touched. `cited` are the assets that the built feeds name, `groups` whose portal it is."""
    doubtful = set(unsure)
    to_send = {path for path, digest in local.items() if path in doubtful or remote.files.get(path) != digest}
    known = {path for path in remote.files if path not in doubtful}
    cited_now = {path for path in (*remote.cited, *cited) if path in remote.files or path in local}
    old = {path for path in known - {*local} if path.startswith(f"{ASSETS}/")}
    leaving = old - cited_now - remote.leaving
    kept = {path: remote.files[path] for path in leaving | (old & cited_now)}
    gone = ({*remote.files, *doubtful} - {*local}) - {*kept}
    assets = {path for path in to_send if path.startswith(f"{ASSETS}/")}
    new = {path for path in to_send - assets if path not in remote.files}
    return Transfer(
        assets=tuple(sorted(assets)),
        new=tuple(sorted(new)),
        changed=tuple(sorted(to_send - assets - new, key=_order)),
        # a page goes before what it shows
        removed=tuple(sorted(gone, key=lambda path: (path.startswith(f"{ASSETS}/"), path))),
        after=Manifest({**local, **kept}, frozenset(cited_now), frozenset(leaving), groups),
    )


def _order(path: str) -> tuple[bool, str]:
    """The portal's front page last: it shows all that is new."""
    return (path.startswith("index.html"), path)


def read_tree(folder: Path) -> Mapping[str, str]:
    """The SHA-256 of every file below a folder, by path. Raises `KimError` for what is not a plain file."""
    found = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_symlink() or not (file.is_dir() or file.is_file()):
            raise KimError(f"{file} is no plain file. Remove it; only built files are published.")
        if file.is_file() and not path.startswith(f"{MEMORY}/"):
            with file.open("rb") as stream:
                found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def parse_manifest(data: bytes | None) -> Manifest:
    """What was written by `dump_manifest`; nothing where it is missing. Raises `KimError` where it is torn:
    what a target holds must not be guessed."""
    if data is None:
        return Manifest()
    try:
        values = json.loads(data)
        files, cited, leaving = values["files"], values["cited"], values["leaving"]
        if not all(isinstance(text, str) for text in (*files, *files.values(), *cited, *leaving)):
            raise ValueError
        groups = msgspec.convert(values.get("groups", []), tuple[Group, ...])
    except (ValueError, KeyError, TypeError, AttributeError, msgspec.ValidationError) as fault:
        raise KimError(
            f"{MANIFEST_FILE} of the target cannot be read. Remove it there and publish again: "
            "everything is sent once more."
        ) from fault
    return Manifest(files, frozenset(cited), frozenset(leaving), groups)


def dump_manifest(manifest: Manifest) -> bytes:
    """The manifest as it is kept at the target."""
    values = {
        "cited": sorted(manifest.cited),
        "leaving": sorted(manifest.leaving),
        "groups": msgspec.to_builtins(manifest.groups),
        "files": dict(sorted(manifest.files.items())),
    }
    return (json.dumps(values, indent=0) + "\n").encode()


def parse_journal(data: bytes | None) -> frozenset[str]:
    """The paths that a broken upload may have touched. A torn journal is as good as none read: it was
    itself written before anything else changed."""
    try:
        paths = json.loads(data) if data is not None else []
    except ValueError:
        return frozenset()
    return frozenset(path for path in paths if isinstance(path, str))


def dump_journal(paths: Iterable[str]) -> bytes:
    """The journal as it is kept at the target."""
    return (json.dumps(sorted(paths), indent=0) + "\n").encode()
