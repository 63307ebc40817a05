"""Identities that were published once and must not be lost: a reader who knows one takes another for news.

Compares what a content folder says now with what it said at a git revision; `kim.changes` asks git.
"""

from collections.abc import Iterable, Mapping, Sequence

from kim.changes import Change
from kim.former import Before, Pairs, former_setting
from kim.group import GROUP_FILE, Group
from kim.network import NETWORK_FILE, Network
from kim.post import Post
from kim.problems import Problem, problem


def check_identities(
    before: Before,
    changes: Sequence[Change],
    pairs: Pairs,
    posts: Iterable[Post],
    groups: Iterable[Group],
    network: Network,
) -> list[Problem]:
    """Changes after which an identity of before stands nowhere, though its post or group is still there."""
    shown = list(posts)
    by_folder = {group.folder: group for group in groups}
    identities = {(by_folder[post.group].id, post.id) for post in shown}
    problems = _check_settings(before, changes, by_folder, {post.group for post in shown}, network)
    for post, former in pairs.changed:
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
        old = former_setting(before(change.renamed_from or change.path), key)
        if old and old != now:
            problems.append(problem("K078", change.path, key=key, old=old, found=now))
    return problems
