"""Posts as they were at a git revision, each beside what became of it. Judges nothing."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import PurePosixPath

from kim.addresses import folder_address
from kim.changes import Change
from kim.dates import DateError, Moment, parse_date
from kim.folder import FOLDER_POST
from kim.frontmatter import parse_document
from kim.group import GROUP_FILE, Group
from kim.head import STATUS
from kim.post import Post
from kim.text import UnknownEncodingError, decode

#: The bytes of a file (counted from content/) at the revision; None where it was not there.
Before = Callable[[str], bytes | None]


@dataclass(frozen=True)
class FormerPost:
    """A post as its file told it; drafts are none, as they were never published.

    `published` and `modified` are None where they were missing or could not be read.
    """

    path: str
    folder: str
    group_id: str
    id: str
    title: str
    address: str
    published: Moment | None
    modified: Moment | None

    def was_live(self, now: datetime) -> bool:
        """Whether its readers have seen it, as far as its date tells."""
        return self.published is not None and self.published.at <= now


@dataclass(frozen=True)
class Pairs:
    """Posts that were changed or renamed, each with what it was, and former posts that nothing follows."""

    changed: tuple[tuple[Post, FormerPost], ...]
    gone: tuple[FormerPost, ...]


def pair_posts(
    before: Before,
    changes: Iterable[Change],
    posts: Iterable[Post],
    groups: Iterable[Group],
    zone: timezone,
) -> Pairs:
    """What became of the posts in changed files. A file that was deleted is followed by the one that has its
    identity now, or by a new one with its title beside it: it was renamed and rewritten."""
    ids = {group.folder: group.id for group in groups}
    by_path = {post.path: post for post in posts}
    by_identity = {(ids[post.group], post.id): post for post in by_path.values()}
    changed: list[tuple[Post, FormerPost]] = []
    new: list[Post] = []
    gone: list[FormerPost] = []
    for change in changes:
        former = _read_former(before, change.renamed_from or change.path, zone)
        post = by_path.get(change.path)
        if post and former:
            changed.append((post, former))
        elif post:
            new.append(post)
        elif former:
            gone.append(former)
    titles = {(post.group, post.title): post for post in new}
    followed = set()
    for former in gone:
        follower = by_identity.get((former.group_id, former.id)) or titles.get((former.folder, former.title))
        if follower:
            changed.append((follower, former))
            followed.add(former.path)
    return Pairs(tuple(changed), tuple(former for former in gone if former.path not in followed))


def former_setting(data: bytes | None, key: str) -> str:
    """One text of a settings file; empty where the file cannot be read."""
    try:
        value = tomllib.loads((data or b"").decode()).get(key)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return value if isinstance(value, str) else ""


def _read_former(before: Before, path: str, zone: timezone) -> FormerPost | None:
    file = PurePosixPath(path)
    parts = file.parts
    if file.suffix != ".md" or len(parts) not in (3, 4) or (len(parts) == 4 and file.name != FOLDER_POST):
        return None
    data = before(path)
    if data is None:
        return None
    try:
        text, _ = decode(data)
    except UnknownEncodingError:
        text = ""
    said = {field.key.lower(): field.value for field in parse_document(text).fields}
    if STATUS.get(said.get("status", "").lower(), False):
        return None
    folder = "/".join(parts[:2])
    stem = file.parent.name if len(parts) == 4 else file.stem
    return FormerPost(
        path=path,
        folder=folder,
        group_id=former_setting(before(f"{folder}/{GROUP_FILE}"), "id"),
        id=said.get("id") or stem,
        title=said.get("judul") or said.get("title", ""),
        address=folder_address(f"{folder}/{stem}"),
        published=_read_moment(said.get("tanggal") or said.get("date", ""), zone),
        modified=_read_moment(said.get("ubah") or said.get("modified", ""), zone),
    )


def _read_moment(text: str, zone: timezone) -> Moment | None:
    try:
        return parse_date(text, zone)
    except DateError:
        return None
