"""What a target holds: its manifest, and the feeds that aggregators have read there."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kim.addresses import OPML_FILE, REGISTRY_FILE
from kim.errors import KimError
from kim.feeds import RSS_FILE
from ops.publish.ftp import Ftp
from ops.publish.pages import Pages
from ops.publish.releases import load_files, load_published
from ops.publish.remote import Remote, load_state
from ops.publish.s3 import S3
from ops.publish.sftp import Sftp
from ops.publish.ssh import Ssh
from ops.publish.targets import Target
from ops.publish.transfer import Manifest

_FEED = re.compile(r"(?:^|/)(?:feed|atom)(?:-\d+)?\.(?:xml|json)\Z")
#: Gives the bytes of files by their paths, without those that are not there.
Load = Callable[[Collection[str]], Mapping[str, bytes]]


@dataclass(frozen=True)
class Published:
    """What a target is known to hold; `unsure` are the paths that a broken upload may have touched."""

    manifest: Manifest
    unsure: frozenset[str]
    load: Load


def open_published(
    target: Target, root: Path, environment: Mapping[str, str], *, assume_new: bool = False
) -> Published:
    """Ask a target. Raises `KimError` where it cannot be reached.

    `assume_new` takes a forge's Pages that do not answer for those of a portal that was never published.
    """
    if target.kind == "folder":
        folder = root / target.folder
        return Published(load_published(folder), frozenset(), lambda paths: load_files(folder, paths))
    if target.kind == "ssh":
        ssh = Ssh(target, environment)
        return Published(ssh.load_published(), frozenset(), ssh.load)
    if target.kind == "pages":
        pages = open_pages(target, root)
        try:
            return Published(pages.load_published(), frozenset(), pages.load)
        except KimError as fault:
            if assume_new:
                return Published(Manifest(), frozenset(), lambda paths: {})
            raise KimError(
                f"{fault}\nWhat is published there must be known. If the portal has never been published, "
                "publish with --force once."
            ) from fault
    remote = open_remote(target, environment)
    manifest, unsure = load_state(remote)
    return Published(manifest, unsure, remote.load)


def open_remote(target: Target, environment: Mapping[str, str]) -> Remote:
    """A target that is written file by file. Raises `KimError` where a program or a secret is missing."""
    if target.kind == "sftp":
        return Sftp(target, environment)
    if target.kind == "s3":
        return S3(target, environment)
    return Ftp(target, environment)


def open_pages(target: Target, root: Path) -> Pages:
    """The folder of a forge's Pages."""
    return Pages(root / target.folder, target.address)


def is_feed(path: str) -> bool:
    """Whether a path is that of a feed or one of its archives, in any form."""
    return _FEED.search(path) is not None


@dataclass(frozen=True)
class PublishedFeeds:
    """The feeds that were published, for `compare_feeds`: only those that differ from the new build's were
    asked for; the others are its own."""

    place: str
    built: Path
    same: frozenset[str]
    loaded: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        """A file's bytes, or None where it was not published."""
        return (self.built / path).read_bytes() if path in self.same else self.loaded.get(path)

    def folders(self) -> Iterator[str]:
        """Every folder with a feed in it."""
        for path in sorted(self.same | self.loaded.keys()):
            if path == RSS_FILE or path.endswith(f"/{RSS_FILE}"):
                yield path.removesuffix(RSS_FILE)


def load_feeds(
    place: str, published: Published, built: Path, local: Mapping[str, str]
) -> PublishedFeeds | None:
    """What aggregators have read at a target so far; None where no portal has been published there."""
    files = published.manifest.files
    if RSS_FILE not in files:
        return None
    named = {path for path in files if is_feed(path) or path in (OPML_FILE, REGISTRY_FILE)}
    same = {path for path in named - published.unsure if local.get(path) == files[path]}
    return PublishedFeeds(place, built, frozenset(same), published.load(sorted(named - same)))
