"""`kim check`: every rule over a content folder, all problems in one run.

Reads and reports; `kim.mend` is what writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path, PurePosixPath

from kim.changes import Change, list_before, read_before, read_changes, read_other_changes
from kim.continuity import check_continuity
from kim.errors import KimError
from kim.folder import PAGES_FOLDER, ContentEntry, load_file, scan_content
from kim.former import pair_posts
from kim.group import GROUP_FILE, Group, read_group
from kim.identity import check_identities
from kim.load import load_groups, load_network, load_post, load_withdrawn
from kim.markup import MarkupReader
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network, read_network
from kim.owners import Owners, check_owners
from kim.page import read_page
from kim.post import Post
from kim.problems import Problem
from kim.rules import read_post
from kim.site import assemble_site
from kim.withdrawn import Withdrawal


@dataclass(frozen=True)
class Checked:
    """What a check found: all problems, sorted, and how many posts were looked at."""

    problems: tuple[Problem, ...]
    posts: int


def check_content(
    root: Path, now: datetime, paths: Sequence[str] = (), base: str = "", user: str = ""
) -> Checked:
    """Check a content folder as it stands at `now`.

    `paths` (counted from content/) limit what is reported to these files and folders. `base` is a git
    revision: reported is what changed since, and a rename that would lose a post's identity. `user` is the
    forge's name of who changed it: what is not theirs is reported, too. Raises `KimError` where the folder
    or the revision cannot be read, and for a user without a revision.
    """
    content = scan_content(root)
    changes = read_changes(root, base) if base else ()
    found = _check(root, content, now)
    problems = list(found.problems)
    if base:
        if found.network:
            problems += _compare(root, base, changes, content, found, found.network, now)
        problems = _only(problems, [change.path for change in changes])
    if user:
        if not base:
            raise KimError("--as needs --base: who belongs to which group is read from before the change.")
        problems += _not_theirs(root, base, changes, user)
    if paths:
        problems = _only(problems, paths)
    return Checked(tuple(sorted(set(problems))), sum(len(group.posts) for group in content.groups))


@dataclass(frozen=True)
class _Found:
    """What the folder says: its problems, and all that could be read; no network where none could."""

    problems: Sequence[Problem]
    posts: Sequence[Post] = ()
    groups: Sequence[Group] = ()
    network: Network | None = None
    withdrawn: Sequence[Withdrawal] = ()


def _compare(
    root: Path,
    base: str,
    changes: Sequence[Change],
    content: ContentEntry,
    found: _Found,
    network: Network,
    now: datetime,
) -> Iterator[Problem]:
    """What a change would take from those who have read what was there before."""
    before = cache(partial(read_before, root, base))
    pairs = pair_posts(before, changes, found.posts, found.groups, network.zone)
    yield from check_identities(before, changes, pairs, found.posts, found.groups, network)
    files = {post.text.path for group in content.groups for post in group.posts}
    yield from check_continuity(pairs, files, found.groups, found.withdrawn, now)


def _not_theirs(root: Path, base: str, changes: Iterable[Change], user: str) -> list[Problem]:
    """What somebody changed beyond their own group's folder."""
    paths = [path for change in changes for path in (change.path, change.renamed_from) if path]
    paths += read_other_changes(root, base)
    return list(check_owners(paths, user, _owners_before(root, base)))


def _owners_before(root: Path, base: str) -> Owners:
    """Who belonged to which group before the change. Raises `KimError` where nobody can be known."""
    network = read_network(
        read_before(root, base, NETWORK_FILE) or b"", read_before(root, base, VILLAGES_FILE) or b""
    ).network
    if network is None:
        raise KimError(f"{NETWORK_FILE} at {base} cannot be read; without it nobody is known.")
    found = [PurePosixPath(path) for path in list_before(root, base)]
    folders = [
        path.parent.as_posix()
        for path in found
        if path.name == GROUP_FILE
        and len(path.parts) == 3
        and path.parts[0] in {*network.by_slug, network.level}
    ]
    readings = [
        read_group(read_before(root, base, f"{folder}/{GROUP_FILE}") or b"", folder, network)
        for folder in folders
    ]
    return Owners(network.editors, tuple(reading.group for reading in readings if reading.group))


def content_path(root: Path, given: str) -> str:
    """A path as somebody typed it, counted from content/. Raises `KimError` where it lies elsewhere."""
    for start in (Path.cwd(), root):
        path = (start / given).absolute()
        if path.exists() and path.is_relative_to(root.absolute()):
            return path.relative_to(root.absolute()).as_posix()
    raise KimError(f"{given} tidak ada di {root}. Tulis berkas atau folder di dalam folder content.")


def _check(root: Path, content: ContentEntry, now: datetime) -> _Found:
    load = partial(load_file, root)
    reading = load_network(load, content)
    problems = [*content.problems, *reading.problems]
    network = reading.network
    if network is None:
        return _Found(problems)
    groups, found = load_groups(load, content, network)
    problems += found
    by_folder = {group.folder: group for group in groups}
    markup = MarkupReader()
    posts = []
    for entry in content.groups:
        for post in entry.posts if entry.folder in by_folder else ():
            result = read_post(load_post(load, post), network, by_folder[entry.folder], markup)
            problems += result.problems
            posts += [result.post] if result.post else []
    pages = []
    for entry_of_page in content.pages:
        reading_of_page = read_page(load_post(load, entry_of_page), network, markup)
        problems += reading_of_page.problems
        pages += [reading_of_page.page] if reading_of_page.page else []
    withdrawn, found = load_withdrawn(load, content)
    problems += found
    problems += assemble_site(network, groups, posts, pages, now, withdrawn).problems
    return _Found(problems, posts, groups, network, withdrawn)


def _only(problems: Iterable[Problem], paths: Iterable[str]) -> list[Problem]:
    """The problems in these files, in the folders of these files' posts, or above them."""
    wanted = [PurePosixPath(path) for path in paths]
    return [found for found in problems if any(_touches(PurePosixPath(found.path), path) for path in wanted)]


def _touches(found: PurePosixPath, wanted: PurePosixPath) -> bool:
    if wanted.name in (NETWORK_FILE, VILLAGES_FILE):
        return True
    # a photo speaks for its whole post or page, a kim.toml for its whole group
    deep = 3 if wanted.parts[0] == PAGES_FOLDER else 4
    beside = wanted.parent if len(wanted.parts) == deep or wanted.name == GROUP_FILE else wanted
    return found.is_relative_to(wanted) or found.is_relative_to(beside) or wanted.is_relative_to(found)
