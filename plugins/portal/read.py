"""Second step: what the files say, from memory where nothing that they depend on has changed.

A post's reading depends on its own bytes and name, the files beside it, its group's and its network's
settings, and the code; on nothing else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from kim.folder import PAGES_FOLDER, PostEntry
from kim.group import Group
from kim.load import Load, load_groups, load_post, require_network, require_withdrawn
from kim.markup import MarkupReader
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network
from kim.page import Page, read_page
from kim.post import Body, Post, Posts
from kim.problems import Problem
from kim.rules import PostSource, read_post
from kim.site import Assembly, assemble_site
from plugins.portal.output import Deferred, digest_inputs, load_exactly, make_key
from plugins.portal.pool import Pool, own
from plugins.portal.scan import Scan
from plugins.portal.settings import BuildSettings
from plugins.portal.store import Store

#: Texts that are read in one go, and their bytes with those of the photos beside them.
_CHUNK, _CHUNK_BYTES = 40, 10_000_000


class Row(Struct, frozen=True, gc=False):
    """What is remembered of reading a text: all but its body, which is stored by its digest.

    `files` is the digest of the bytes that it was read from.
    """

    files: str
    post: Post | None
    page: Page | None
    problems: tuple[Problem, ...]


class FolderRows(Struct, frozen=True):
    """The rows of a group's folder, or of content/pages/, by path; `settings` is what they depend on beside
    their own bytes."""

    settings: str
    rows: dict[str, Row]


@dataclass(frozen=True)
class Reading:
    """A whole network, every problem in it, and how many posts are held back by one.

    `lost` are bodies of before that no text has any more.
    """

    assembly: Assembly
    problems: tuple[Problem, ...]
    held: int
    body: Callable[[Post | Page], Deferred[Body]]
    lost: frozenset[str]


@dataclass(frozen=True)
class _Chunk:
    """Some posts of one group, or some pages, with all their bytes and the digest of these, to be read in one
    go; picklable."""

    network: Network
    group: Group | None
    sources: tuple[tuple[str, PostSource], ...]


@dataclass(frozen=True)
class _Read:
    """What came of reading a text; picklable."""

    path: str
    row: Row
    body: Body | None


#: Texts of a folder that are read together, each with the digest of its bytes.
_Run = tuple[str, list[tuple[str, PostEntry]]]


@dataclass(frozen=True)
class _Folders:
    """The rows of every folder, and the bodies that folders had which have changed."""

    rows: dict[str, FolderRows]
    dropped: frozenset[str]


def read(settings: BuildSettings, scan: Scan, store: Store, pool: Pool) -> Reading:
    """Read the network as it stands. Raises `KimError` where it has no readable network.toml."""
    content = scan.content
    load = partial(_load_scanned, settings.content, scan.digests)
    network = require_network(load, content)
    if settings.address:
        network = replace(network, address=settings.address)
    groups, group_problems = load_groups(load, content, network, settings.standing)
    folders = _read_folders(load, scan, store, network, groups, pool)
    rows = [row for folder in folders.rows.values() for row in folder.rows.values()]
    posts = [row.post for row in rows if row.post]
    pages = [row.page for row in rows if row.page]
    withdrawn = require_withdrawn(load, content)
    assembly = assemble_site(network, groups, posts, pages, settings.now, withdrawn)
    site = assembly.site
    if not all(post.key for post in site.posts):
        # of what the rules between posts have changed
        site = replace(site, posts=Posts(map(_with_key, site.posts)))
        assembly = replace(assembly, site=site)
    problems = sorted(
        {
            *content.problems,
            *group_problems,
            *(found for row in rows if row.problems for found in row.problems),
            *assembly.problems,
        }
    )
    shown = len(assembly.site.posts) + len(assembly.waiting) + len(assembly.drafts)
    held = sum(len(entry.posts) for entry in content.groups) - shown
    return Reading(
        assembly,
        tuple(problems),
        held,
        partial(_deferred_body, store),
        folders.dropped and folders.dropped - _bodies(folders.rows.values()),
    )


def _load_scanned(root: Path, digests: Mapping[str, str], path: str) -> bytes:
    """The bytes that were scanned: what is remembered under their digest must come from them."""
    return load_exactly(root, path, digests[path])


def _read_folders(
    load: Load, scan: Scan, store: Store, network: Network, groups: Sequence[Group], pool: Pool
) -> _Folders:
    """The rows of every folder; what was read anew is remembered."""
    common = digest_inputs(network.address, [scan.digests[name] for name in (NETWORK_FILE, VILLAGES_FILE)])
    entries = {entry.folder: entry.posts for entry in scan.content.groups} | {
        PAGES_FOLDER: scan.content.pages
    }
    by_folder: dict[str, Group | None] = {group.folder: group for group in groups} | {PAGES_FOLDER: None}
    before: dict[str, FolderRows] = {}
    after: dict[str, FolderRows] = {}
    unread: list[_Run] = []
    for folder, group in by_folder.items():
        settings = digest_inputs(common, group)
        known = before[folder] = store.rows(folder, FolderRows) or FolderRows("", {})
        rows = known.rows if known.settings == settings else {}
        digests = {entry.text.path: _files_digest(entry, scan.digests) for entry in entries[folder]}
        kept = {path: row for path in digests if (row := rows.get(path)) and row.files == digests[path]}
        after[folder] = FolderRows(settings, kept)
        new = ((digests[e.text.path], e) for e in entries[folder] if e.text.path not in kept)
        unread += _runs(folder, new)
    chunks = (
        _Chunk(network, by_folder[folder], tuple((digest, load_post(load, entry)) for digest, entry in run))
        for folder, run in unread
    )
    results = pool.run(_read_chunk, chunks, "Membaca", 3, total=len(unread))
    for (folder, _), readings in zip(unread, results, strict=True):
        after[folder].rows.update({r.path: r.row for r in readings})
        texts = ((r.row.post or r.row.page, r.body) for r in readings)
        store.put_bodies({text.body: body for text, body in texts if text})
    read_in = {folder for folder, _ in unread}
    changed = [
        folder
        for folder, now in after.items()
        if folder in read_in
        or now.settings != before[folder].settings
        or len(now.rows) != len(before[folder].rows)
    ]
    for folder in changed:
        after[folder] = FolderRows(after[folder].settings, dict(sorted(after[folder].rows.items())))
        store.put_rows(folder, after[folder])
    gone = store.keep_rows(after, FolderRows)
    return _Folders(after, _bodies([*(before[folder] for folder in changed), *gone]))


def _runs(folder: str, entries: Iterable[tuple[str, PostEntry]]) -> Iterator[_Run]:
    """Texts that are read together: not too many, and not too many bytes with what lies beside them."""
    run: list[tuple[str, PostEntry]] = []
    weight = 0
    for digest, entry in entries:
        size = sum(file.size for file in (entry.text, *entry.files))
        if run and (len(run) == _CHUNK or weight + size > _CHUNK_BYTES):
            yield folder, run
            run, weight = [], 0
        run.append((digest, entry))
        weight += size
    if run:
        yield folder, run


def _read_chunk(chunk: _Chunk) -> list[_Read]:
    markup = own(MarkupReader)
    return [_read_one(chunk, files, source, markup) for files, source in chunk.sources]


def _read_one(chunk: _Chunk, files: str, source: PostSource, markup: MarkupReader) -> _Read:
    if chunk.group is None:
        page = read_page(source, chunk.network, markup)
        row = Row(files, None, page.page, page.problems)
        return _Read(source.path, row, page.body)
    post = read_post(source, chunk.network, chunk.group, markup)
    row = Row(files, _with_key(post.post) if post.post else None, None, post.problems)
    return _Read(source.path, row, post.body)


def _with_key(post: Post) -> Post:
    return post if post.key else structs.replace(post, key=make_key(post))


def _files_digest(entry: PostEntry, digests: Mapping[str, str]) -> str:
    """The digest of all bytes that a text is read from."""
    text = digests[entry.text.path]
    files = [(file.name, digests[file.path]) for file in entry.files]
    return digest_inputs(text, files) if files else text


def _bodies(folders: Iterable[FolderRows]) -> frozenset[str]:
    texts = (row.post or row.page for folder in folders for row in folder.rows.values())
    return frozenset(text.body for text in texts if text)


def _deferred_body(store: Store, post: Post | Page) -> Deferred[Body]:
    return Deferred(post.body, partial(store.body, post.body, Body))
