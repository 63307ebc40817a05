"""`invoke status`: ask a published portal how it is doing. Fit for a timer: exit 1 where it is not well."""

import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from kim.errors import KimError
from ops.publish.status import STATUS_FILE, GroupStatus, Status, find_worries
from ops.publish.targets import Target, choose_target, load_targets

_TIMEOUT = 20
#: More than any portal's status; what is longer is something else.
_MOST = 20_000_000


def load_status(target: Target, root: Path) -> Status:
    """A target's status. Raises `KimError` where it cannot be had."""
    if target.kind == "folder" and not target.address:
        file = root / target.folder / "current" / STATUS_FILE
        if not file.is_file():
            raise KimError(f"Nothing has been published to {target.name} yet.")
        return parse_status(file.read_bytes(), str(file))
    if not target.address:
        raise KimError(f"The target {target.name} names no address where its status could be asked for.")
    address = target.address + STATUS_FILE
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310 (http or https by rule)
            return parse_status(answer.read(_MOST), address)
    except (urllib.error.URLError, OSError) as fault:
        raise KimError(f"{address} does not answer ({fault}).") from fault


def parse_status(data: bytes, source: str) -> Status:
    """Raises `KimError` where it is no status."""
    try:
        return msgspec.json.decode(data, type=Status)
    except msgspec.DecodeError as fault:
        raise KimError(f"{source} is no status of a portal: {fault}") from fault


def show_status(root: Path, to: str, hours: int, quiet_days: int) -> None:
    """On the terminal. Raises `KimError` where the portal is not well."""
    console = Console()
    target = choose_target(load_targets(root), to)
    status = load_status(target, root)
    console.print(
        f"{target.name}: published {status.published} from {status.version or 'no repository'}, "
        f"built in {status.built_in:.1f} s; "
        f"{status.posts} posts, {status.held} held back, {status.waiting} waiting, {status.drafts} drafts",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    console.print(_groups_table(status.groups))
    for problem in status.problems:
        console.print(f"{problem.code}  {problem.path}:{problem.line}", markup=False, highlight=False)
    worries = find_worries(status, datetime.now(UTC), hours, quiet_days)
    if worries:
        raise KimError("\n".join(worries))
    console.print("All is well.")


def _groups_table(groups: Iterable[GroupStatus]) -> Table:
    table = Table("group", "posts", "newest", box=None)
    for group in sorted(groups, key=lambda group: group.newest, reverse=True):
        table.add_row(group.name, str(group.posts), group.newest[:10] or "none")
    return table
