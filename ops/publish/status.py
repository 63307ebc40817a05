"""`status.json`: how a published portal is doing, for whoever watches over it. Sent by publish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kim.group import GROUP_FILE, Group
from ops.build import BuildReport

STATUS_FILE = "status.json"


@dataclass(frozen=True)
class Held:
    """A problem that holds something back, without the words of a post that is not published."""

    code: str
    path: str
    line: int


@dataclass(frozen=True)
class GroupStatus:
    """A group's posts, and when it last published; empty before its first."""

    id: str
    name: str
    posts: int
    newest: str


@dataclass(frozen=True)
class Status:
    """A portal at a publish. Times are ISO 8601; `version` is the content's, as its repository names it;
    `built_in` are the seconds that the build took, `standing` the folders of groups that go on as they were
    published, because their settings cannot be taken as they are now."""

    published: str
    version: str
    posts: int
    newest: str
    held: int
    waiting: int
    drafts: int
    problems: tuple[Held, ...]
    groups: tuple[GroupStatus, ...]
    built_in: float = 0.0
    standing: tuple[str, ...] = ()


def compose_status(
    report: BuildReport,
    registry: Mapping[str, Any],
    version: str,
    now: datetime,
    seconds: float,
    standing: Sequence[Group] = (),
) -> Status:
    """From what a build reports and the registry that it made in so many seconds."""
    return Status(
        published=now.isoformat(timespec="seconds"),
        version=version,
        posts=registry["posts"],
        newest=registry["newest"] or "",
        held=report.held,
        waiting=report.waiting,
        drafts=report.drafts,
        problems=tuple(Held(found.code, found.path, found.line) for found in report.errors),
        groups=tuple(
            GroupStatus(group["id"], group["name"], group["posts"], group["newest"] or "")
            for group in registry["groups"]
        ),
        built_in=round(seconds, 1),
        standing=tuple(group.folder for group in standing),
    )


def find_worries(status: Status, now: datetime, hours: int, quiet_days: int) -> tuple[str, ...]:
    """What somebody should look at: no publish for so long, posts held back, groups gone quiet."""
    worries: list[str] = []
    age = now - datetime.fromisoformat(status.published)
    if age.total_seconds() > hours * 3600:
        worries.append(f"The last publish was {age.days} days and {age.seconds // 3600} hours ago.")
    if status.held:
        codes = ", ".join(sorted({problem.code for problem in status.problems}))
        worries.append(f"{status.held} posts are held back by problems ({codes}).")
    if status.standing:
        worries.append(
            f"These groups go on as they were published; their {GROUP_FILE} must be mended: "
            f"{', '.join(status.standing)}."
        )
    quiet = _quiet(status.groups, now, quiet_days)
    if quiet:
        worries.append(f"No post for {quiet_days} days from: {', '.join(quiet)}.")
    return tuple(worries)


def _quiet(groups: Sequence[GroupStatus], now: datetime, days: int) -> list[str]:
    return [
        group.name
        for group in groups
        if not group.newest or (now - datetime.fromisoformat(group.newest)).days >= days
    ]
