"""Identities that were published once and must not be lost: a reader who knows one takes another for news.

Compares what a content folder says now with what it said at a git revision; `kim.changes` asks git.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kim.changes import Change
from kim.folder import FOLDER_POST
from kim.frontmatter import parse_document
from kim.group import GROUP_FILE, Group
from kim.head import STATUS
from kim.network import NETWORK_FILE, Network
from kim.post import Post
from kim.problems import Problem, problem
from kim.text import UnknownEncodingError, decode

#: The bytes of a file (counted from content/) at the revision; None where it was not there.
Before = Callable[[str], bytes | None]


@dataclass(frozen=True)
class _FormerPost:
    """What made a post's identity, as far as its file tells."""

    path: str
    folder: str
    group_id: str
    id: str
    title: str


def check_identities(
    before: Before,
    changes: Sequence[Change],
    posts: Iterable[Post],
    groups: Iterable[Group],
    network: Network,
) -> list[Problem]:
    """Changes after which an identity of before stands nowhere, though its post or group is still there."""
    shown = list(posts)
    by_folder = {group.folder: group for group in groups}
    identities = {(by_folder[post.group].id, post.id) for post in shown}
    by_path = {post.path: post for post in shown}
    problems = _check_settings(before, changes, by_folder, {post.group for post in shown}, network)
    for post, former in _pairs(before, changes, by_path):
        group = by_folder[post.group]
        same_group = former.folder == post.group or former.group_id == group.id
        if ((group.id if same_group else former.group_id), former.id) in identities:
            continue
        advice = (
            f"tambahkan baris `Id: {former.id}` di bagian atas."
            if same_group
            else f"kembalikan ke folder {former.folder}; tulisan tidak bisa berpindah kelompok."
        )
        problems.append(problem("K073", post.path, other=former.path, old=former.id, advice=advice))
    return problems


def _pairs(
    before: Before, changes: Iterable[Change], by_path: Mapping[str, Post]
) -> Iterable[tuple[Post, _FormerPost]]:
    """Posts that were changed or renamed, each with what it was; drafts were never published.

    A file that was deleted, and a new one with its title beside it, are one that was renamed and rewritten.
    """
    new: list[Post] = []
    gone: dict[tuple[str, str], _FormerPost] = {}
    for change in changes:
        former = _former_post(before, change.renamed_from or change.path)
        post = by_path.get(change.path)
        if post and former:
            yield post, former
        elif post:
            new.append(post)
        elif former:
            gone[former.folder, former.title] = former
    for post in new:
        if former := gone.get((post.group, post.title)):
            yield post, former


def _former_post(before: Before, path: str) -> _FormerPost | None:
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
    return _FormerPost(
        path=path,
        folder=folder,
        group_id=_setting(before(f"{folder}/{GROUP_FILE}"), "id"),
        id=said.get("id") or (file.parent.name if len(parts) == 4 else file.stem),
        title=said.get("judul") or said.get("title", ""),
    )


def _check_settings(
    before: Before,
    changes: Iterable[Change],
    by_folder: Mapping[str, Group],
    with_posts: set[str],
    network: Network,
) -> list[Problem]:
    """The `id` of a group that has posts, and the network's `authority`."""
    problems = []
    for change in changes:
        folder, _, name = change.path.rpartition("/")
        if change.path == NETWORK_FILE:
            key, now = "authority", network.authority
        elif name == GROUP_FILE and folder in with_posts:
            key, now = "id", by_folder[folder].id
        else:
            continue
        old = _setting(before(change.renamed_from or change.path), key)
        if old and old != now:
            problems.append(problem("K078", change.path, key=key, old=old, found=now))
    return problems


def _setting(data: bytes | None, key: str) -> str:
    """One text of a settings file; empty where the file cannot be read."""
    try:
        value = tomllib.loads((data or b"").decode()).get(key)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return value if isinstance(value, str) else ""
