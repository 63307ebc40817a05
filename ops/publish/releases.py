"""Publishing into a folder: whole releases beside each other, and a link to the one that readers see.

folder/releases/20261122T041500Z-001/     a whole portal; what has not changed is one file with the last
folder/current -> releases/…              what a server shows; switched by one rename
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kim.errors import KimError
from ops.publish.transfer import MANIFEST_FILE, MEMORY, Manifest, Transfer, dump_manifest, parse_manifest

KEPT = 5
CURRENT = "current"
RELEASES = "releases"
_INCOMING = "incoming"
_RELEASE = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9]{3,}")


def load_published(folder: Path) -> Manifest:
    """What the folder's readers see now. Raises `KimError` where something else stands there."""
    current = folder / CURRENT
    if current.exists() and not current.is_symlink():
        raise KimError(f"{current} is no link to a release. Move it, or name another folder.")
    file = current / MANIFEST_FILE
    return parse_manifest(file.read_bytes() if file.is_file() else None)


def load_files(folder: Path, paths: Iterable[str]) -> Mapping[str, bytes]:
    """The bytes of files that the folder's readers see, by their paths; those not there are left out."""
    return {
        path: (folder / CURRENT / path).read_bytes() for path in paths if (folder / CURRENT / path).is_file()
    }


def publish_release(folder: Path, built: Path, transfer: Transfer, extra: Path, now: datetime) -> str:
    """Make a release from the last one and what has changed, and show it; its name.

    `extra` holds files that are not of the portal itself (redirects for a server). A publish that is
    killed at any moment leaves the last release shown, and the next one begins anew.
    """
    with _locked(folder):
        incoming = folder / RELEASES / _INCOMING
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        sent = set(transfer.sent)
        for path in transfer.after.files:
            source = built / path if path in sent else folder / CURRENT / path
            _place(source, incoming / path, copy=path in sent)
        for file in sorted(extra.rglob("*")):
            if file.is_file():
                _place(file, incoming / file.relative_to(extra), copy=True)
        (incoming / MEMORY).mkdir(exist_ok=True)
        (incoming / MANIFEST_FILE).write_bytes(dump_manifest(transfer.after))
        os.sync()
        name = next_name(list_releases(folder), now)
        incoming.rename(folder / RELEASES / name)
        _show(folder, name)
        _prune(folder)
    return name


def refresh_release(folder: Path, extra: Path) -> None:
    """Write the files that are not of the portal itself into the release that is shown, each whole."""
    with _locked(folder):
        for file in sorted(extra.rglob("*")):
            if file.is_file():
                target = folder / CURRENT / file.relative_to(extra)
                waiting = target.with_name(f".{target.name}.new")
                _place(file, waiting, copy=True)
                waiting.replace(target)


def roll_back(folder: Path) -> tuple[str, str]:
    """Show the release before the one that is shown: what was shown, and what is now. Raises `KimError`."""
    with _locked(folder):
        names = list_releases(folder)
        shown = shown_release(folder)
        earlier = [name for name in names if name < shown]
        if not shown or not earlier:
            raise KimError(f"{folder} holds no release before the one that is shown.")
        _show(folder, earlier[-1])
        return shown, earlier[-1]


def list_releases(folder: Path) -> list[str]:
    """The names of all releases, oldest first."""
    releases = folder / RELEASES
    if not releases.is_dir():
        return []
    return sorted(entry.name for entry in releases.iterdir() if _RELEASE.fullmatch(entry.name))


def shown_release(folder: Path) -> str:
    """The name of the release that readers see; empty before the first."""
    current = folder / CURRENT
    return current.readlink().name if current.is_symlink() else ""


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise KimError(
                f"Another publish into {folder} is running. Wait for it, then try again."
            ) from fault
        yield


def _place(source: Path, target: Path, *, copy: bool) -> None:
    """The file at its place; one that has not changed is the same file in both releases, times and all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if copy:
        shutil.copyfile(source, target)
        target.chmod(0o644)
        return
    try:
        os.link(source.resolve(), target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def next_name(names: Iterable[str], now: datetime) -> str:
    """A name that sorts after all others, also where two are made in one second or the clock was set back."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    last = max((name for name in names if _RELEASE.fullmatch(name)), default="")
    if last[: len(stamp)] < stamp:
        return f"{stamp}-001"
    newest, _, count = last.partition("-")
    return f"{newest}-{int(count) + 1:03d}"


def _show(folder: Path, name: str) -> None:
    """One rename: a reader sees the old release or the new one."""
    link = folder / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(f"{RELEASES}/{name}")
    link.replace(folder / CURRENT)


def _prune(folder: Path) -> None:
    shown = shown_release(folder)
    for name in list_releases(folder)[:-KEPT]:
        if name != shown:
            shutil.rmtree(folder / RELEASES / name)
