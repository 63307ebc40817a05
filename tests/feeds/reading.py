"""A strict reader: what a feed says, the same from all three forms. Knows nothing of how they are written."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from lxml import etree

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "fh": "http://purl.org/syndication/history/1.0",
}


@dataclass(frozen=True)
class SeenPhoto:
    address: str
    type: str
    length: int
    width: int
    height: int
    alt: str
    thumbnail: tuple[str, int, int] | None


@dataclass(frozen=True)
class SeenItem:
    id: str
    link: str
    title: str
    author: str
    #: the page of the KIM that wrote it
    group_page: str
    published: datetime
    updated: datetime | None
    summary: str
    html: str
    #: scheme and text as RSS has it: an area's code, the name of all else
    categories: tuple[tuple[str, str], ...]
    photo: SeenPhoto | None


@dataclass(frozen=True)
class SeenFeed:
    title: str
    page: str
    own: str
    description: str
    language: str
    rights: str
    generator: str
    icon: str
    updated: datetime
    hub: str
    older: str
    current: str
    is_archive: bool
    items: tuple[SeenItem, ...]


def read_feed(data: bytes) -> SeenFeed:
    """Any of the three forms."""
    if data.startswith(b"{"):
        return _read_json(json.loads(data))
    root = etree.fromstring(data)
    return _read_rss(root[0]) if root.tag == "rss" else _read_atom(root)


def _text(element: etree._Element, path: str) -> str:
    """The text of the one element at this path; empty where there is none."""
    found = element.findall(path, NS)
    assert len(found) <= 1, path
    return (found[0].text or "") if found else ""


def _link(element: etree._Element, rel: str, path: str = "atom:link") -> str:
    return next((link.get("href") for link in element.findall(path, NS) if link.get("rel") == rel), "")


def _read_rss(channel: etree._Element) -> SeenFeed:
    return SeenFeed(
        title=_text(channel, "title"),
        page=_text(channel, "link"),
        own=_link(channel, "self"),
        description=_text(channel, "description"),
        language=_text(channel, "language"),
        rights=_text(channel, "copyright"),
        generator=_text(channel, "generator"),
        icon=_text(channel, "image/url"),
        updated=parsedate_to_datetime(_text(channel, "lastBuildDate")),
        hub=_link(channel, "hub"),
        older=_link(channel, "prev-archive"),
        current=_link(channel, "current"),
        is_archive=channel.find("fh:archive", NS) is not None,
        items=tuple(_read_rss_item(item) for item in channel.findall("item")),
    )


def _read_rss_item(item: etree._Element) -> SeenItem:
    updated = _text(item, "atom:updated")
    enclosure = item.find("enclosure")
    assert _text(item, "dc:creator") == _text(item, "atom:author/atom:name")
    return SeenItem(
        id=_text(item, "guid"),
        link=_text(item, "link"),
        title=_text(item, "title"),
        author=_text(item, "dc:creator"),
        group_page=_text(item, "atom:author/atom:uri"),
        published=parsedate_to_datetime(_text(item, "pubDate")),
        updated=datetime.fromisoformat(updated) if updated else None,
        summary=unescape(_text(item, "description")),
        html=_text(item, "content:encoded"),
        categories=tuple((found.get("domain"), found.text) for found in item.findall("category")),
        photo=None if enclosure is None else _read_media(item, enclosure.get("url"), enclosure),
    )


def _read_atom(feed: etree._Element) -> SeenFeed:
    return SeenFeed(
        title=_text(feed, "atom:title"),
        page=_link(feed, "alternate"),
        own=_link(feed, "self"),
        description=_text(feed, "atom:subtitle"),
        language=feed.get("{http://www.w3.org/XML/1998/namespace}lang"),
        rights=_text(feed, "atom:rights"),
        generator=_text(feed, "atom:generator"),
        icon=_text(feed, "atom:icon"),
        updated=datetime.fromisoformat(_text(feed, "atom:updated")),
        hub=_link(feed, "hub"),
        older=_link(feed, "prev-archive"),
        current=_link(feed, "current"),
        is_archive=feed.find("fh:archive", NS) is not None,
        items=tuple(_read_entry(entry) for entry in feed.findall("atom:entry", NS)),
    )


def _read_entry(entry: etree._Element) -> SeenItem:
    published, updated = (
        datetime.fromisoformat(_text(entry, f"atom:{name}")) for name in ("published", "updated")
    )
    enclosures = [link for link in entry.findall("atom:link", NS) if link.get("rel") == "enclosure"]
    assert len(enclosures) <= 1
    return SeenItem(
        id=_text(entry, "atom:id"),
        link=_link(entry, "alternate"),
        title=_text(entry, "atom:title"),
        author=_text(entry, "atom:author/atom:name"),
        group_page=_text(entry, "atom:author/atom:uri"),
        published=published,
        updated=None if updated == published else updated,
        summary=_text(entry, "atom:summary"),
        html=_text(entry, "atom:content"),
        categories=tuple(_category(dict(found.attrib)) for found in entry.findall("atom:category", NS)),
        photo=_read_media(entry, enclosures[0].get("href"), enclosures[0]) if enclosures else None,
    )


def _category(found: dict[str, str]) -> tuple[str, str]:
    return found["scheme"], found["term" if found["scheme"].endswith("#wilayah") else "label"]


def _read_media(entry: etree._Element, address: str, enclosure: etree._Element) -> SeenPhoto:
    content = entry.find("media:content", NS)
    assert (content.get("url"), content.get("fileSize")) == (address, enclosure.get("length"))
    thumbnail = content.find("media:thumbnail", NS)
    return SeenPhoto(
        address=address,
        type=enclosure.get("type"),
        length=int(enclosure.get("length")),
        width=int(content.get("width")),
        height=int(content.get("height")),
        alt=_text(content, "media:description"),
        thumbnail=None
        if thumbnail is None
        else (thumbnail.get("url"), int(thumbnail.get("width")), int(thumbnail.get("height"))),
    )


def _read_json(feed: dict[str, Any]) -> SeenFeed:
    more = feed["_kim"]
    return SeenFeed(
        title=feed["title"],
        page=feed["home_page_url"],
        own=feed["feed_url"],
        description=feed["description"],
        language=feed["language"],
        rights=more["rights"],
        generator=more["generator"],
        icon=feed["icon"],
        updated=datetime.fromisoformat(more["updated"]),
        hub="".join(hub["url"] for hub in feed.get("hubs", [])),
        older=feed.get("next_url", ""),
        current=more.get("current", ""),
        is_archive=more.get("archive", False),
        items=tuple(_read_json_item(item) for item in feed["items"]),
    )


def _read_json_item(item: dict[str, Any]) -> SeenItem:
    updated, more = item.get("date_modified"), item["_kim"]
    (author,) = item["authors"]
    assert item["tags"] == [category["label"] for category in more["categories"]]
    photo = None
    if attachments := item.get("attachments"):
        (attachment,) = attachments
        assert item["image"] == attachment["url"]
        facts = more["photo"]
        thumbnail = facts.get("thumbnail")
        photo = SeenPhoto(
            address=attachment["url"],
            type=attachment["mime_type"],
            length=attachment["size_in_bytes"],
            width=facts["width"],
            height=facts["height"],
            alt=facts["alt"],
            thumbnail=thumbnail and (thumbnail["url"], thumbnail["width"], thumbnail["height"]),
        )
    return SeenItem(
        id=item["id"],
        link=item["url"],
        title=item["title"],
        author=author["name"],
        group_page=author["url"],
        published=datetime.fromisoformat(item["date_published"]),
        updated=datetime.fromisoformat(updated) if updated else None,
        summary=item["summary"],
        html=item["content_html"],
        categories=tuple(_category(category) for category in more["categories"]),
        photo=photo,
    )
