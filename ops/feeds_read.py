"""Published feeds as an aggregator finds them: the OPML, every feed in every form, every archive.

They are read from a folder (an earlier output) or from an address on the web. Nothing is judged here.
"""

import gzip
import io
import json
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from lxml import etree

from kim.addresses import OPML_FILE, REGISTRY_FILE
from kim.errors import KimError
from kim.feeds import ATOM_FILE, JSON_FILE, RSS_FILE

_ATOM = "{http://www.w3.org/2005/Atom}"
_SECONDS = 30
_MOST_BYTES = 20_000_000
#: A network of 100,000 posts has 5,000 archives in its longest feed.
_MOST_ARCHIVES = 20_000


@dataclass(frozen=True)
class PublishedItem:
    """What an aggregator remembers of an item. Links and lists of categories count from the root.

    `updated` is None where the item says that it was never corrected.
    """

    identity: str
    link: str
    published: datetime
    updated: datetime | None
    title: str
    categories: frozenset[tuple[str, str]]

    @property
    def facts(self) -> tuple[str, datetime, datetime | None]:
        """What must not change unsaid."""
        return (self.link, self.published, self.updated)


@dataclass(frozen=True)
class Document:
    """One file of a feed: what one subscribes to, or an archive. `older` is the address of the one before."""

    path: str
    identity: str
    items: tuple[PublishedItem, ...]
    older: str


@dataclass(frozen=True)
class PublishedFeed:
    """A feed in one form with all its archives, the newest document first."""

    path: str
    documents: tuple[Document, ...]

    @cached_property
    def items(self) -> Mapping[str, PublishedItem]:
        """Every item by its identity; where two documents have it, the newer one counts (RFC 5005)."""
        found: dict[str, PublishedItem] = {}
        for document in self.documents:
            for item in document.items:
                found.setdefault(item.identity, item)
        return found


@dataclass(frozen=True)
class Publication:
    """All feeds of a portal by their paths.

    `withdrawn` are the identities that it says it has taken down, `missing` what is named and not there.
    """

    place: str
    root: str
    feeds: Mapping[str, PublishedFeed]
    withdrawn: frozenset[str]
    missing: tuple[tuple[str, str], ...]


class Source(Protocol):
    """Where a portal was published."""

    @property
    def place(self) -> str:
        """Its name in reports."""

    def read(self, path: str) -> bytes | None:
        """A file by its path below the portal's root; None where there is none."""

    def folders(self) -> Iterator[str]:
        """Where feeds lie, as far as it can be told without a list of them."""


@dataclass(frozen=True)
class FolderSource:
    """An output folder."""

    folder: Path

    @property
    def place(self) -> str:
        """Its name in reports."""
        return str(self.folder)

    def read(self, path: str) -> bytes | None:
        """A file's bytes. Nothing outside the folder is read."""
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder.resolve()) or not file.is_file():
            return None
        return file.read_bytes()

    def folders(self) -> Iterator[str]:
        """Every folder with a feed in it."""
        for file in sorted(self.folder.rglob(RSS_FILE)):
            folder = file.parent.relative_to(self.folder).as_posix()
            yield "" if folder == "." else f"{folder}/"


@dataclass(frozen=True)
class WebSource:
    """A portal on the web, at an address that ends with a slash."""

    place: str

    def read(self, path: str) -> bytes | None:
        """What the host answers. Raises `KimError` where that is neither a file nor 404 nor 410."""
        address = urljoin(self.place, path)
        headers = {"User-Agent": "kim-feeds-check", "Accept-Encoding": "gzip"}
        request = urllib.request.Request(address, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 (checked: open_source)
                data: bytes = answer.read(_MOST_BYTES + 1)
                if answer.headers.get("Content-Encoding", "").lower() == "gzip":
                    data = _unzip(data, address)
        except urllib.error.HTTPError as fault:
            if fault.code in (404, 410):
                return None
            raise KimError(f"{address} answers with {fault.code} {fault.reason}. Try again later.") from fault
        except (OSError, ValueError) as fault:
            raise KimError(f"{address} cannot be reached: {fault}") from fault
        if len(data) > _MOST_BYTES:
            raise KimError(
                f"{address} is larger than {_MOST_BYTES // 1_000_000} MB; that is no feed of ours."
            )
        return data

    def folders(self) -> Iterator[str]:
        """The portal's own."""
        yield ""


def _unzip(data: bytes, address: str) -> bytes:
    """What was sent small, up to just over the bound. Raises `KimError` where it is damaged."""
    try:
        with gzip.open(io.BytesIO(data)) as unzipped:
            return unzipped.read(_MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise KimError(f"{address} is sent damaged: {fault}. Try again later.") from fault


def open_source(place: str) -> Source:
    """A folder, or an address with http:// or https://. Raises `KimError` where it is neither."""
    if urlsplit(place).scheme in ("http", "https"):
        return WebSource(place if place.endswith("/") else f"{place}/")
    if not Path(place).is_dir():
        raise KimError(f"No folder at {place}. Name an output folder, or an address with https://.")
    return FolderSource(Path(place))


def read_publication(source: Source, *, also: Iterable[str] = ()) -> Publication:
    """All feeds that stand somewhere; `also` are folders in which one may lie that is not listed any more.

    Raises `KimError` where there are none, or one cannot be read.
    """
    portal = source.read(RSS_FILE)
    if portal is None:
        raise KimError(f"{source.place} has no {RSS_FILE}: that is not a portal with feeds.")
    root = (_parse_xml(portal, RSS_FILE).findtext("channel/link") or "").strip()
    feeds: dict[str, PublishedFeed] = {}
    missing: list[tuple[str, str]] = []
    listed = _folders(source, root)
    for folder in dict.fromkeys([*listed, *also]):
        for file in PARSERS:
            path = f"{folder}{file}"
            data = source.read(path)
            if data is None:
                missing += [(OPML_FILE, path)] if folder in listed else []
                continue
            documents = [PARSERS[file](data, path, root)]
            documents += _read_archives(source, root, file, documents[0], missing)
            feeds[path] = PublishedFeed(path, tuple(documents))
    return Publication(source.place, root, feeds, _read_withdrawn(source), tuple(missing))


def _folders(source: Source, root: str) -> list[str]:
    """Where feeds lie: what the OPML says or, before there was one, what can be seen."""
    data = source.read(OPML_FILE)
    if data is None:
        return list(source.folders())
    addresses = [outline.get("xmlUrl") or "" for outline in _parse_xml(data, OPML_FILE).iter("outline")]
    return [
        _path(address, root).removesuffix(RSS_FILE) for address in addresses if address.endswith(RSS_FILE)
    ]


def _read_archives(
    source: Source, root: str, file: str, newest: Document, missing: list[tuple[str, str]]
) -> Iterator[Document]:
    seen = {newest.path}
    document = newest
    while document.older and len(seen) < _MOST_ARCHIVES:
        path = _path(document.older, root)
        data = None if path in seen or urlsplit(path).scheme else source.read(path)
        if data is None:
            missing.append((document.path, path))
            return
        seen.add(path)
        document = PARSERS[file](data, path, root)
        yield document


def _read_withdrawn(source: Source) -> frozenset[str]:
    """What the registry says was taken down on purpose."""
    data = source.read(REGISTRY_FILE)
    registry = _parse_json(data, REGISTRY_FILE) if data else {}
    return frozenset(str(entry["id"]) for entry in registry.get("withdrawn", ()))


def parse_rss(data: bytes, path: str, root: str) -> Document:
    """An RSS document. Raises `KimError` where it cannot be read."""
    channel = _parse_xml(data, path).find("channel")
    if channel is None:
        raise KimError(f"{path} is not RSS: it has no channel.")
    items = []
    for item in channel.findall("item"):
        updated = item.findtext(f"{_ATOM}updated")
        categories = ((each.get("domain") or "", each.text or "") for each in item.findall("category"))
        items.append(
            PublishedItem(
                identity=_need(item.findtext("guid"), path, "guid"),
                link=_path(_need(item.findtext("link"), path, "link"), root),
                published=_moment(_need(item.findtext("pubDate"), path, "pubDate"), path),
                updated=_moment(updated, path) if updated else None,
                title=item.findtext("title") or "",
                categories=frozenset((_path(scheme, root), text) for scheme, text in categories),
            )
        )
    older = [
        link.get("href") or ""
        for link in channel.findall(f"{_ATOM}link")
        if link.get("rel") == "prev-archive"
    ]
    return Document(path, "", tuple(items), older[0] if older else "")


def parse_atom(data: bytes, path: str, root: str) -> Document:
    """An Atom document. Raises `KimError` where it cannot be read."""
    feed = _parse_xml(data, path)
    items = []
    for entry in feed.findall(f"{_ATOM}entry"):
        published = _moment(_need(entry.findtext(f"{_ATOM}published"), path, "published"), path)
        updated = _moment(_need(entry.findtext(f"{_ATOM}updated"), path, "updated"), path)
        categories = ((c.get("scheme") or "", c.get("term") or "") for c in entry.findall(f"{_ATOM}category"))
        items.append(
            PublishedItem(
                identity=_need(entry.findtext(f"{_ATOM}id"), path, "id"),
                link=_path(_need(_link(entry, "alternate"), path, "link"), root),
                published=published,
                updated=updated if updated != published else None,
                title=entry.findtext(f"{_ATOM}title") or "",
                categories=frozenset((_path(scheme, root), term) for scheme, term in categories),
            )
        )
    identity = _need(feed.findtext(f"{_ATOM}id"), path, "id")
    return Document(path, identity, tuple(items), _link(feed, "prev-archive"))


def parse_json(data: bytes, path: str, root: str) -> Document:
    """A JSON Feed. Raises `KimError` where it cannot be read."""
    feed = _parse_json(data, path)
    items = []
    for item in feed.get("items", ()):
        updated = item.get("date_modified")
        items.append(
            PublishedItem(
                identity=_need(item.get("id"), path, "id"),
                link=_path(_need(item.get("url"), path, "url"), root),
                published=_moment(_need(item.get("date_published"), path, "date_published"), path),
                updated=_moment(updated, path) if updated else None,
                title=str(item.get("title", "")),
                categories=frozenset(("", str(tag)) for tag in item.get("tags", ())),
            )
        )
    return Document(
        path, str(feed.get("_kim", {}).get("id", "")), tuple(items), str(feed.get("next_url", ""))
    )


#: How each form of a feed is read, by the name of its file.
PARSERS = {RSS_FILE: parse_rss, ATOM_FILE: parse_atom, JSON_FILE: parse_json}


def _link(element: etree._Element, rel: str) -> str:
    found = (link.get("href") for link in element.findall(f"{_ATOM}link") if link.get("rel") == rel)
    return next(found, None) or ""


def _path(address: str, root: str) -> str:
    """The address counted from the portal's root; as it is where it leads elsewhere."""
    return address.strip().removeprefix(root) if root else address.strip()


def _need(text: str | None, path: str, name: str) -> str:
    if not text or not text.strip():
        raise KimError(f"{path}: an item has no {name}.")
    return text.strip()


def _moment(text: str, path: str) -> datetime:
    """A date of RFC 822 or RFC 3339, with its offset."""
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except ValueError as fault:
        raise KimError(f'{path}: "{text}" is no date.') from fault
    if moment.tzinfo is None:
        raise KimError(f'{path}: the date "{text}" has no offset.')
    return moment


def _parse_xml(data: bytes, path: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise KimError(f"{path} is not well-formed XML: {fault}") from fault


def _parse_json(data: bytes, path: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as fault:
        raise KimError(f"{path} is not JSON: {fault}") from fault
    if not isinstance(found, dict):
        raise KimError(f"{path} is not a JSON object.")
    return found
