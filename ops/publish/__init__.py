"""`invoke publish`: build, look at it, send what has changed, and look at what is served."""

import fcntl
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress

from kim.addresses import ASSETS, REGISTRY_FILE, href
from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.group import GROUP_FILE, Group
from kim.load import load_groups, require_network
from kim.network import Network, is_address
from kim.standing import find_standing
from ops.build import BuildReport, build_command, parse_report
from ops.feeds_check import compare_feeds
from ops.feeds_read import FolderSource
from ops.publish.gates import (
    Stop,
    check_foreign,
    check_links,
    check_pages,
    check_published_feeds,
    check_weight,
    read_pages,
)
from ops.publish.git import ask_git
from ops.publish.published import (
    Published,
    PublishedFeeds,
    is_feed,
    load_feeds,
    open_pages,
    open_published,
    open_remote,
)
from ops.publish.pull import Attempt, is_due, load_attempt, pull, write_attempt
from ops.publish.releases import publish_release, refresh_release, roll_back
from ops.publish.remote import send
from ops.publish.served import check_served
from ops.publish.ssh import Ssh
from ops.publish.status import STATUS_FILE, compose_status
from ops.publish.targets import Target, choose_target, load_targets
from ops.publish.transfer import (
    MANIFEST_FILE,
    MEMORY,
    Transfer,
    dump_manifest,
    plan_transfer,
    read_tree,
)
from ops.serving import MOVED_FILE, Place, moved_lines, parse_moved, render_config
from ops.stopwatch import Stopwatch

#: Siblings that only a server with our configuration sends.
_SIBLINGS = (".br", ".gz")
_CITED = re.compile(rf"/({ASSETS}/[0-9a-z._-]+)")
#: Said of a group whose settings cannot be taken as they are now.
_STANDS = (
    f"{{group.folder}}/{GROUP_FILE} cannot be taken as it is now; {{group.name}} goes on as it was published "
    "last. Its problem stands in what the build says."
)
#: How many of the changed files are asked for when all is sent.
_ASKED = 12


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    to: str = ""
    content: str = ""
    dry_run: bool = False
    force: bool = False
    pull: bool = False


@dataclass(frozen=True)
class _Sending:
    """All that an upload needs to know."""

    target: Target
    root: Path
    environment: Mapping[str, str]
    built: Path
    local: Mapping[str, str]
    transfer: Transfer
    unsure: frozenset[str]
    extra: Path
    console: Console


def publish(root: Path, wish: Wish, environment: Mapping[str, str] = os.environ) -> Mapping[str, float]:
    """Publish a project's content to one of its targets; the seconds of each step by its name.

    With `pull`, what was merged is taken first; there are no steps where nothing is new. Raises `KimError`,
    before or after the upload, that says what is published and what is not.
    """
    with _alone(root, wait=wish.pull):
        return (_pull_and_publish if wish.pull else _publish_as_it_is)(root, wish, environment)


def _pull_and_publish(root: Path, wish: Wish, environment: Mapping[str, str]) -> Mapping[str, float]:
    commit, now = pull(root, environment), datetime.now(UTC)
    target = choose_target(load_targets(root), wish.to)
    if not is_due(load_attempt(root, target.name), commit, now):
        return {}
    attempt = Attempt(commit, now.isoformat(), done=False)
    write_attempt(root, target.name, attempt)
    seconds = _publish_as_it_is(root, wish, environment)
    write_attempt(root, target.name, replace(attempt, done=not wish.dry_run))
    return seconds


def _publish_as_it_is(root: Path, wish: Wish, environment: Mapping[str, str]) -> Mapping[str, float]:
    target = choose_target(load_targets(root), wish.to)
    content = Path(wish.content or root / "content")
    network = _readdress(
        require_network(partial(load_file, content), scan_content(content)),
        environment.get("KIM_ADDRESS", ""),
    )
    watch = Stopwatch()
    _publish(root, wish, environment, target, network, watch)
    return watch.seconds


def _publish(
    root: Path,
    wish: Wish,
    environment: Mapping[str, str],
    target: Target,
    network: Network,
    watch: Stopwatch,
) -> None:
    console, content = Console(), Path(wish.content or root / "content")
    built = root / ".cache" / "publish"
    with watch.step("ask"):
        published = open_published(target, root, environment, assume_new=wish.force)
    groups, standing = _plan_groups(content, network, published.manifest.groups)
    for group in standing:
        console.out(_STANDS.format(group=group), highlight=False)
    with watch.step("build"):
        report = _build(root, content, built, environment, standing)
    with watch.step("gates"):
        local = _read_built(target, built)
        stops = _find_all_stops(target, network, built, local, published, report)
    for stop in stops:
        console.out(str(stop), highlight=False)
    if any(not (stop.can_force and wish.force) for stop in stops):
        raise KimError("Nothing was published.")
    transfer = plan_transfer(local, published.manifest, published.unsure, cited_assets(built, local), groups)
    console.out(describe(transfer, built, target), highlight=False)
    if wish.dry_run:
        return
    with watch.step("transfer"), tempfile.TemporaryDirectory() as folder:
        extra = Path(folder)
        _write_server_files(extra, built, target, network)
        (extra / STATUS_FILE).write_bytes(_status(root, built, report, watch.seconds["build"], standing))
        _send(_Sending(target, root, environment, built, local, transfer, published.unsure, extra, console))
    if target.kind == "pages":
        told = f"{target.folder} holds the portal for {target.address}; the forge takes it from there."
    else:
        with watch.step("check"):
            told = _look(target, transfer, local, console)
    console.out(f"{told}\n{watch}", highlight=False)


def _plan_groups(
    content: Path, network: Network, published: Sequence[Group]
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The groups as they will be published, and those of them that stand as they were published last."""
    scanned, load = scan_content(content), partial(load_file, content)
    now, _ = load_groups(load, scanned, network)
    standing = find_standing(scanned, now, published)
    groups, _ = load_groups(load, scanned, network, standing)
    return tuple(replace(group, editors=()) for group in groups), standing


def _read_built(target: Target, built: Path) -> Mapping[str, str]:
    """The digests of the built files that go to this target."""
    return {
        path: digest
        for path, digest in read_tree(built).items()
        if target.kind != "s3" or not path.endswith(_SIBLINGS)
    }


def _find_all_stops(
    target: Target,
    network: Network,
    built: Path,
    local: Mapping[str, str],
    published: Published,
    report: BuildReport,
) -> tuple[Stop, ...]:
    feeds = load_feeds(target.name, published, built, local)
    held = held_links(found.path for found in report.errors)
    return find_stops(built, local, published, feeds, network, report.foreign, held)


def find_stops(
    built: Path,
    local: Mapping[str, str],
    published: Published,
    feeds: PublishedFeeds | None,
    network: Network,
    foreign: Sequence[str],
    held: Collection[str] = (),
) -> tuple[Stop, ...]:
    """What every gate says of a built folder; `held` are the links of posts that a problem holds back."""
    pages = read_pages(built, local)
    sizes = {path: _size_sent(built / path) for path in pages}
    return (
        *check_pages(local, published.manifest.files),
        *check_links(pages, local, href(network.address, "")),
        *check_weight(sizes),
        *check_foreign(foreign),
        *(check_published_feeds(compare_feeds(feeds, FolderSource(built), held)) if feeds and local else ()),
    )


def held_links(paths: Iterable[str]) -> frozenset[str]:
    """Where the posts of these files of the content would stand, below the portal's root."""
    return frozenset("/".join(path.removesuffix(".md").split("/")[:3]) + "/" for path in paths)


def roll_back_target(root: Path, to: str) -> None:
    """Show the release before the one that readers see. Raises `KimError` where a target keeps none."""
    target = choose_target(load_targets(root), to)
    if target.kind == "folder":
        shown, now = roll_back(root / target.folder)
    elif target.kind == "ssh":
        shown, now = Ssh(target, os.environ).roll_back()
    else:
        raise KimError(
            f"{target.name} keeps no releases. Take the change back in Git and publish again: "
            "git revert COMMIT && invoke publish"
        )
    Console().print(f"{target.name} shows {now} instead of {shown}.", markup=False, highlight=False)


def cited_assets(built: Path, local: Mapping[str, str]) -> frozenset[str]:
    """The assets that the built feeds name."""
    feeds = [path for path in local if is_feed(path)]
    return frozenset(
        name for path in feeds for name in _CITED.findall((built / path).read_text(encoding="utf-8"))
    )


def describe(transfer: Transfer, built: Path, target: Target) -> str:
    """What will be done, in one line."""
    if transfer.is_empty:
        return f"{target.name} holds all of it already."
    size = sum((built / path).stat().st_size for path in transfer.sent)
    return (
        f"To {target.name}: {len(transfer.assets)} assets, {len(transfer.new)} new and "
        f"{len(transfer.changed)} changed files ({size:,} bytes); {len(transfer.removed)} to remove."
    )


def _build(
    root: Path, content: Path, built: Path, environment: Mapping[str, str], standing: Sequence[Group]
) -> BuildReport:
    """The report of a production build. Raises `KimError` where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        report, groups = Path(folder) / "report.json", Path(folder) / "groups.json"
        groups.write_bytes(msgspec.json.encode(standing))
        command = build_command(
            root, str(content), str(built), settings="publishconf.py", report=report, groups=groups
        )
        done = subprocess.run([sys.executable, *command], cwd=root, env=dict(environment), check=False)
        if done.returncode or not report.exists():
            raise KimError("The build failed; nothing was published.")
        return parse_report(report.read_bytes())


def _readdress(network: Network, address: str) -> Network:
    """The network at the address of a trial host, where one is named. Raises `KimError`."""
    if address and not is_address(address):
        raise KimError(f"KIM_ADDRESS is {address!r}; write a whole address, as https://coba.example.id/.")
    return replace(network, address=address or network.address)


@contextmanager
def _alone(root: Path, *, wait: bool) -> Iterator[None]:
    """Two at once would build into one folder. `wait` for the other, or raise `KimError`."""
    (root / ".cache").mkdir(exist_ok=True)
    with (root / ".cache" / "publish.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as fault:
            raise KimError(
                "Another publish of this project is running. Wait for it, then try again."
            ) from fault
        yield


def _send(sending: _Sending) -> None:
    target, now = sending.target, datetime.now(UTC)
    transfer, is_new = sending.transfer, not sending.transfer.is_empty
    if not is_new:
        (sending.extra / MEMORY).mkdir(exist_ok=True)
        (sending.extra / MANIFEST_FILE).write_bytes(dump_manifest(transfer.after))
    if target.kind == "folder" and is_new:
        publish_release(sending.root / target.folder, sending.built, transfer, sending.extra, now)
    elif target.kind == "folder":
        refresh_release(sending.root / target.folder, sending.extra)
    elif target.kind == "ssh" and is_new:
        Ssh(target, sending.environment).publish_release(sending.built, transfer, sending.extra, now)
    elif target.kind == "ssh":
        Ssh(target, sending.environment).refresh_release(sending.extra, now)
    elif target.kind == "pages":
        pages = open_pages(target, sending.root)
        pages.write(sending.built, sending.local, transfer, sending.extra)
    else:
        _send_files(sending)


def _send_files(sending: _Sending) -> None:
    transfer = sending.transfer
    remote = open_remote(sending.target, sending.environment)
    with Progress(console=sending.console, transient=True) as progress:
        task = progress.add_task("Sending", total=len(transfer.sent) + len(transfer.removed))
        send(
            remote,
            sending.built,
            transfer,
            sending.unsure,
            sending.extra,
            lambda count: progress.advance(task, count),
        )


def _write_server_files(extra: Path, built: Path, target: Target, network: Network) -> None:
    """What the target's server reads: Apache's whole configuration, the others' list of old addresses."""
    if not target.server:
        return
    moved = parse_moved((built / MOVED_FILE).read_bytes())
    base = href(network.address, "")
    if target.server == "apache":
        text = render_config("apache", network, Place(Path(f"/srv/kim{base}")), moved)
        (extra / ".htaccess").write_text(text, encoding="utf-8")
        return
    (extra / MEMORY).mkdir()
    lines = moved_lines(target.server, base, moved)
    (extra / MEMORY / f"moved.{target.server}").write_text(lines, encoding="utf-8")


def _status(root: Path, built: Path, report: BuildReport, seconds: float, standing: Sequence[Group]) -> bytes:
    registry = json.loads((built / REGISTRY_FILE).read_bytes())
    try:
        version = ask_git(root, os.environ, "describe", "--always", "--dirty")
    except KimError:  # a project without a repository
        version = ""
    status = compose_status(report, registry, version, datetime.now(UTC), seconds, standing)
    return msgspec.json.format(msgspec.json.encode(status), indent=1)


def _look(target: Target, transfer: Transfer, local: Mapping[str, str], console: Console) -> str:
    """What came of asking for what is served, in one sentence. Raises `KimError` where it is not as built."""
    if not target.address:
        return f"Published to {target.name}. It names no address, so that nothing was asked for."
    pages = [path for path in reversed(transfer.sent) if not path.endswith(_SIBLINGS)]
    asked = list(dict.fromkeys(["index.html", *pages[:_ASKED]]))
    faults = check_served(target.address, local, asked, ssl.create_default_context())
    for fault in faults:
        console.out(f"{fault.path} {fault.found}", highlight=False)
    if faults:
        raise KimError(f"Published to {target.name}, but {target.address} does not show it as it was built.")
    return f"Published to {target.name}; {len(asked)} files were asked for at {target.address}."


def _size_sent(file: Path) -> int:
    """The bytes that a reader pays for a page: its smallest precompressed sibling, or itself."""
    return min(
        path.stat().st_size
        for path in (file, *(file.with_name(file.name + suffix) for suffix in _SIBLINGS))
        if path.exists()
    )
