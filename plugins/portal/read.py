"""Second step: what the files say, from memory where nothing that they depend on has changed.

A post's reading depends on its own bytes and name, the files beside it, its group's and its network's
settings, and the code; on nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from kim.folder import PostEntry
from kim.group import Group
from kim.load import Load, load_groups, load_post, require_network, require_withdrawn
from kim.markup import MarkupReader
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network
from kim.page import Page, PageReading, read_page
from kim.post import Body, Post
from kim.problems import Problem
from kim.rules import PostReading, read_post
from kim.site import Assembly, assemble_site
from plugins.portal.output import Deferred, digest_inputs, load_exactly
from plugins.portal.pool import Pool, own
from plugins.portal.scan import Scan
from plugins.portal.store import Store

_CHUNK = 40


@dataclass(frozen=True)
class PostRow:
    """What is remembered of reading a post: the light part; its text is stored by its digest."""

    post: Post | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class PageRow:
    """The same of reading a page."""

    page: Page | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Reading:
    """A whole network, every problem in it, and how many posts are held back by one."""

    assembly: Assembly
    problems: tuple[Problem, ...]
    held: int
    body: Callable[[Post | Page], Deferred[Body]]


@dataclass(frozen=True)
class _Chunk:
    """Some posts of one group, to be read in one go; picklable."""

    root: Path
    digests: Mapping[str, str]
    network: Network
    group: Group
    entries: tuple[PostEntry, ...]


def read(
    root: Path,
    scan: Scan,
    store: Store,
    now: datetime,
    pool: Pool,
    address: str = "",
    standing: Sequence[Group] = (),
) -> Reading:
    """Read the network as it stands at `now`. Raises `KimError` where it has no readable network.toml.

    `address` is used instead of the network's own, where one is given; `standing` are groups that go on as
    they are here, whatever their folder says.
    """
    content = scan.content
    load = partial(_load_scanned, root, scan.digests)
    network = require_network(load, content)
    if address:
        network = replace(network, address=address)
    groups, group_problems = load_groups(load, content, network, standing)
    rows = _read_posts(root, scan, store, network, {group.folder: group for group in groups}, pool)
    pages = _read_pages(load, scan, store, network)
    posts = [row.post for row in rows if row.post]
    shown_pages = [row.page for row in pages if row.page]
    store.keep_bodies([*(post.body for post in posts), *(page.body for page in shown_pages)])
    withdrawn = require_withdrawn(load, content)
    assembly = assemble_site(network, groups, posts, shown_pages, now, withdrawn)
    problems = sorted(
        {
            *content.problems,
            *group_problems,
            *(found for row in rows for found in row.problems),
            *(found for row in pages for found in row.problems),
            *assembly.problems,
        }
    )
    shown = len(assembly.site.posts) + len(assembly.waiting) + len(assembly.drafts)
    held = sum(len(entry.posts) for entry in content.groups) - shown
    return Reading(assembly, tuple(problems), held, partial(_deferred_body, store))


def _load_scanned(root: Path, digests: Mapping[str, str], path: str) -> bytes:
    """The bytes that were scanned: what is remembered under their digest must come from them."""
    return load_exactly(root, path, digests[path])


def _read_posts(
    root: Path, scan: Scan, store: Store, network: Network, groups: Mapping[str, Group], pool: Pool
) -> list[PostRow]:
    remembered = store.readings("post", PostRow)
    settings = _settings_key(scan, network)
    keys: dict[str, PostEntry] = {}
    chunks: list[_Chunk] = []
    for entry in scan.content.groups:
        if entry.folder not in groups:
            continue
        group_key = digest_inputs(settings, groups[entry.folder])
        own = {_post_key(group_key, post, scan): post for post in entry.posts}
        keys |= own
        unread = [post for key, post in own.items() if key not in remembered]
        chunks += _chunks(root, scan.digests, network, groups[entry.folder], unread)
    new = {
        reading.path: reading for result in pool.run(_read_chunk, chunks, "Membaca", 3) for reading in result
    }
    new_rows = {
        key: PostRow(new[post.text.path].reading.post, new[post.text.path].reading.problems)
        for key, post in keys.items()
        if key not in remembered
    }
    rows = [new_rows.get(key) or remembered[key] for key in keys]
    store.put_readings("post", dict(new_rows), keys)
    bodies: dict[str, object] = {r.reading.post.body: r.reading.body for r in new.values() if r.reading.post}
    store.put_bodies(bodies)
    return rows


def _read_pages(load: Load, scan: Scan, store: Store, network: Network) -> list[PageRow]:
    remembered = store.readings("page", PageRow)
    markup = MarkupReader()
    rows: dict[str, PageRow] = {}
    new: dict[str, object] = {}
    bodies: dict[str, object] = {}
    settings = digest_inputs(_settings_key(scan, network))
    for entry in scan.content.pages:
        key = _post_key(settings, entry, scan)
        if key in remembered:
            rows[key] = remembered[key]
            continue
        reading: PageReading = read_page(load_post(load, entry), network, markup)
        rows[key] = PageRow(reading.page, reading.problems)
        new[key] = rows[key]
        if reading.page:
            bodies[reading.page.body] = reading.body
    store.put_readings("page", new, rows)
    store.put_bodies(bodies)
    return list(rows.values())


def _settings_key(scan: Scan, network: Network) -> list[str]:
    return [network.address, *(scan.digests[name] for name in (NETWORK_FILE, VILLAGES_FILE))]


def _post_key(group_key: str, post: PostEntry, scan: Scan) -> str:
    files = [(file.name, scan.digests[file.path]) for file in post.files]
    return digest_inputs(group_key, post.text.path, scan.digests[post.text.path], files)


def _chunks(
    root: Path, digests: Mapping[str, str], network: Network, group: Group, posts: list[PostEntry]
) -> Iterator[_Chunk]:
    for start in range(0, len(posts), _CHUNK):
        entries = tuple(posts[start : start + _CHUNK])
        own = {file.path: digests[file.path] for entry in entries for file in (entry.text, *entry.files)}
        yield _Chunk(root, own, network, group, entries)


@dataclass(frozen=True)
class _PathReading:
    path: str
    reading: PostReading


def _read_chunk(chunk: _Chunk) -> list[_PathReading]:
    load = partial(_load_scanned, chunk.root, chunk.digests)
    markup = own(MarkupReader)
    return [
        _PathReading(entry.text.path, read_post(load_post(load, entry), chunk.network, chunk.group, markup))
        for entry in chunk.entries
    ]


def _deferred_body(store: Store, post: Post | Page) -> Deferred[Body]:
    return Deferred(post.body, partial(store.body, post.body, Body))
