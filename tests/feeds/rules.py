"""The rules of the W3C feed validator, RFC 4287, RFC 5005, RSS 2.0 and its best practices, Media RSS and JSON
Feed 1.1, as far as our feeds can meet them. A fault is a sentence; no fault, no sentence.

Left out, on purpose, are three warnings that docs/decisions tells of: two items with one date, the oldest
archive without an older one, titles that hold tags.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from .reading import NS

_ABSOLUTE = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~%/?#@!$&'()*+,;=:-]*")
_TAG_URI = re.compile(r"tag:[a-z0-9.-]+(?:@[a-z0-9.-]+)?,\d{4}(?:-\d\d(?:-\d\d)?)?:[A-Za-z0-9._~/:-]+")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
#: What the validator takes for safe in HTML, as far as our texts have it.
_PLAIN = "p h2 h3 h4 h5 h6 ul li blockquote hr br pre code strong em table thead tbody tr figure figcaption"
_SAFE = {
    **{tag: set[str]() for tag in _PLAIN.split()},
    **{"a": {"href", "rel", "title"}, "img": {"src", "width", "height", "alt"}, "ol": {"start"}},
    **{"td": {"class"}, "th": {"class"}},
}
_CHANNEL = {
    "title": True, "link": True, "description": True, "language": True, "copyright": True, "docs": True,
    "generator": True, "image": True, "lastBuildDate": True, "ttl": True,
}  # fmt: skip
_ITEM = {"title", "link", "description", "guid", "pubDate"}
_ENTRY = {"id", "title", "updated", "published", "author", "content", "summary"}


def find_faults(data: bytes, address: str) -> list[str]:
    """What is wrong with a feed that is served at this address."""
    if data.startswith(b"{"):
        return list(_json_faults(json.loads(data), address))
    root = etree.fromstring(data)
    if not data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n"):
        return ["the encoding is not declared"]
    faults = _rss_faults(root, address) if root.tag == "rss" else _atom_faults(root, address)
    return [*faults, *_link_faults(root, address), *_media_faults(root)]


def _rss_faults(root: etree._Element, address: str) -> Iterator[str]:
    channel = root[0]
    tags = Counter(etree.QName(element).localname for element in channel if "{" not in element.tag)
    yield from (f"channel has {tags[tag]} {tag}" for tag in _CHANNEL if tags[tag] != 1)
    yield from (f"channel has an unknown {tag}" for tag in tags if tag not in _CHANNEL and tag != "item")
    yield from _absolute(channel.findtext("link"), "channel link")
    yield from _rfc822(channel.findtext("lastBuildDate"), "lastBuildDate")
    if channel.findtext("language") != "id":
        yield "the language is not Indonesian"
    if not (channel.findtext("ttl") or "").isdigit():
        yield "ttl is no number"
    image = channel.find("image")
    for tag in ("title", "link"):
        if image.findtext(tag) != channel.findtext(tag):
            yield f"the image has another {tag}"
    if int(image.findtext("width")) > 144 or int(image.findtext("height")) > 400:
        yield "the image is too large"
    if not re.search(r"\.(png|gif|jpe?g)$", image.findtext("url")):
        yield "the image is in no format that RSS knows"
    items = channel.findall("item")
    yield from _doubles([item.findtext("guid") for item in items], "guid")
    for item in items:
        yield from _rss_item_faults(item)
    newest = [item.findtext("pubDate") for item in items] + [
        format_datetime(datetime.fromisoformat(updated.text))
        for updated in root.iter(f"{{{NS['atom']}}}updated")
    ]
    if items and parsedate_to_datetime(channel.findtext("lastBuildDate")) != max(
        map(parsedate_to_datetime, newest)
    ):
        yield "lastBuildDate is not that of the newest item"


def _rss_item_faults(item: etree._Element) -> Iterator[str]:
    tags = [element.tag for element in item]
    yield from (f"item has {tags.count(tag)} {tag}" for tag in _ITEM if tags.count(tag) != 1)
    yield from (f"item has an empty {tag}" for tag in _ITEM if not (item.findtext(tag) or "").strip())
    if "author" in tags:
        yield "item has an author, which must be an e-mail address"
    if tags.count("enclosure") > 1:
        yield "item has two enclosures"
    if not (item.findtext("dc:creator", namespaces=NS) or "").strip():
        yield "item has no dc:creator"
    yield from _person(item.find("atom:author", NS))
    if item.find("guid").get("isPermaLink") != "false" or not _TAG_URI.fullmatch(item.findtext("guid")):
        yield f"guid {item.findtext('guid')} is no identity"
    yield from _absolute(item.findtext("link"), "item link")
    yield from _rfc822(item.findtext("pubDate"), "pubDate")
    content = f"{{{NS['content']}}}encoded"
    if content not in tags or tags.index("description") > tags.index(content):
        yield "content:encoded does not stand behind a description"
    else:
        yield from _html_faults(item.findtext(content))
    yield from _html_faults(item.findtext("description"))
    for enclosure in item.findall("enclosure"):
        yield from _absolute(enclosure.get("url"), "enclosure")
        if not (enclosure.get("length") or "").isdigit() or not _TYPE.fullmatch(enclosure.get("type") or ""):
            yield "enclosure has no length or type"
    for category in item.findall("category"):
        yield from _absolute(category.get("domain"), "category domain")
        if not (category.text or "").strip():
            yield "category is empty"


def _atom_faults(feed: etree._Element, address: str) -> Iterator[str]:
    for tag in ("id", "title", "updated", "author", "subtitle", "rights", "generator", "icon"):
        if len(feed.findall(f"atom:{tag}", NS)) != 1:
            yield f"feed has not one {tag}"
    if feed.get("{http://www.w3.org/XML/1998/namespace}lang") != "id":
        yield "the language is not Indonesian"
    yield from _person(feed.find("atom:author", NS))
    yield from _absolute(feed.findtext("atom:icon", namespaces=NS), "icon")
    entries = feed.findall("atom:entry", NS)
    ids = [feed.findtext("atom:id", namespaces=NS)]
    ids += [entry.findtext("atom:id", namespaces=NS) for entry in entries]
    yield from _doubles(ids, "id")
    yield from (f"id {name} is no identity" for name in ids if not _TAG_URI.fullmatch(name))
    dates = []
    for entry in entries:
        yield from _entry_faults(entry)
        dates.append(entry.findtext("atom:updated", namespaces=NS))
    if entries and datetime.fromisoformat(feed.findtext("atom:updated", namespaces=NS)) != max(
        map(datetime.fromisoformat, dates)
    ):
        yield "updated is not that of the newest entry"


def _entry_faults(entry: etree._Element) -> Iterator[str]:
    tags = [etree.QName(element).localname for element in entry if NS["atom"] in element.tag]
    yield from (f"entry has {tags.count(tag)} {tag}" for tag in _ENTRY if tags.count(tag) != 1)
    yield from _person(entry.find("atom:author", NS))
    published, updated = (entry.findtext(f"atom:{tag}", namespaces=NS) for tag in ("published", "updated"))
    yield from _rfc3339(published, "published")
    yield from _rfc3339(updated, "updated")
    if _RFC3339.fullmatch(published) and datetime.fromisoformat(updated) < datetime.fromisoformat(published):
        yield "entry was updated before it was published"
    content = entry.find("atom:content", NS)
    if content.get("type") != "html":
        yield "content does not say that it is HTML"
    yield from _html_faults(content.text)
    for category in entry.findall("atom:category", NS):
        yield from _absolute(category.get("scheme"), "category scheme")
        if not category.get("term") or not category.get("label"):
            yield "category is empty"


def _person(author: etree._Element) -> Iterator[str]:
    if not (author.findtext("atom:name", namespaces=NS) or "").strip():
        yield "author has no name"
    yield from _absolute(author.findtext("atom:uri", namespaces=NS), "author's page")


def _link_faults(root: etree._Element, address: str) -> Iterator[str]:
    """Atom's links, in both; those of an archive among them."""
    top = root[0] if root.tag == "rss" else root
    links = top.findall("atom:link", NS)
    rels = [link.get("rel") for link in links]
    if [link.get("href") for link in links if link.get("rel") == "self"] != [address]:
        yield "the self link is not the feed's own address"
    for place in (top, *top.findall("atom:entry", NS), *top.findall("item")):
        found = place.findall("atom:link", NS)
        kinds = [(link.get("type"), link.get("hreflang")) for link in found if link.get("rel") == "alternate"]
        yield from _doubles(kinds, "alternate link of one type")
        for link in found:
            yield from _absolute(link.get("href"), f"link {link.get('rel')}")
            if link.get("type") and not _TYPE.fullmatch(link.get("type")):
                yield f"link has the type {link.get('type')}"
    known = {"self", "alternate", "hub", "prev-archive", "current"}
    yield from (f"feed has a link {rel}" for rel in rels if rel not in known)
    if (top.find("fh:archive", NS) is not None) != ("current" in rels):
        yield "an archive, and only that, names the current document"


def _media_faults(root: etree._Element) -> Iterator[str]:
    for content in root.iter(f"{{{NS['media']}}}content"):
        yield from _absolute(content.get("url"), "media:content")
        for name in ("fileSize", "width", "height"):
            if not (content.get(name) or "").isdigit():
                yield f"media:content has no {name}"
        if content.get("medium") != "image" or not _TYPE.fullmatch(content.get("type") or ""):
            yield "media:content does not say what it is"
        if [element.get("type") for element in content.findall("media:description", NS)] != ["plain"]:
            yield "media:content has no words"
        for thumbnail in content.findall("media:thumbnail", NS):
            yield from _absolute(thumbnail.get("url"), "media:thumbnail")


def _json_faults(feed: dict[str, Any], address: str) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "version is not 1.1"
    if feed.get("feed_url") != address:
        yield "feed_url is not the feed's own address"
    known = {
        "version", "title", "home_page_url", "feed_url", "description", "icon", "favicon", "authors",
        "language", "next_url", "hubs", "items",
    }  # fmt: skip
    yield from (f"feed has an unknown {key}" for key in feed if key not in known and not key.startswith("_"))
    for key in ("title", "description", "language"):
        if not isinstance(feed.get(key), str) or not feed[key].strip():
            yield f"feed has no {key}"
    for key in ("home_page_url", "icon", "favicon", *(["next_url"] if "next_url" in feed else [])):
        yield from _absolute(feed.get(key), key)
    yield from _doubles([item.get("id") for item in feed["items"]], "id")
    for item in feed["items"]:
        yield from _json_item_faults(item)


def _json_item_faults(item: dict[str, Any]) -> Iterator[str]:
    known = {
        "id", "url", "title", "content_html", "summary", "image", "date_published", "date_modified",
        "authors", "tags", "language", "attachments",
    }  # fmt: skip
    yield from (f"item has an unknown {key}" for key in item if key not in known and not key.startswith("_"))
    if not _TAG_URI.fullmatch(item["id"]):
        yield f"id {item['id']} is no identity"
    for key in ("title", "content_html", "summary"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            yield f"item has no {key}"
    for key in ("url", *(["image"] if "image" in item else [])):
        yield from _absolute(item.get(key), key)
    yield from _rfc3339(item.get("date_published"), "date_published")
    if "date_modified" in item:
        yield from _rfc3339(item["date_modified"], "date_modified")
    yield from _html_faults(item.get("content_html"))
    for author in item["authors"]:
        yield from _absolute(author.get("url"), "author's page")
        if not author.get("name", "").strip():
            yield "author has no name"
    for attachment in item.get("attachments", []):
        yield from _absolute(attachment.get("url"), "attachment")
        size = attachment.get("size_in_bytes")
        if not _TYPE.fullmatch(attachment.get("mime_type", "")) or not isinstance(size, int):
            yield "attachment has no size or type"


def _html_faults(html: str | None) -> Iterator[str]:
    if not html or not html.strip():
        yield "a text is empty"
        return
    for element in etree.HTML(f"<div>{html}</div>").find("body/div").iterdescendants():
        if element.tag not in _SAFE:
            yield f"a text has <{element.tag}>"
        elif extra := set(element.attrib) - _SAFE[element.tag]:
            yield f"<{element.tag}> has {', '.join(sorted(extra))}"
        if element.tag == "img":
            yield from _absolute(element.get("src"), "img")
            if not (element.get("width", "").isdigit() and element.get("height", "").isdigit()):
                yield "img has no size"
        if element.tag == "a" and element.get("href"):
            scheme = urlsplit(element.get("href")).scheme
            if scheme not in ("http", "https", "mailto", "tel"):
                yield f"a text links {element.get('href')}"


def _absolute(address: str | None, what: str) -> Iterator[str]:
    if not address or not _ABSOLUTE.fullmatch(address):
        yield f"{what} {address} is no whole address"


def _rfc822(text: str | None, what: str) -> Iterator[str]:
    """With the right day of the week, a year of four digits, and a numeric offset."""
    if (
        not text
        or format_datetime(parsedate_to_datetime(text)) != text
        or not re.search(r" [+-]\d{4}$", text)
    ):
        yield f"{what} {text} is no date of RFC 822"


def _rfc3339(text: str | None, what: str) -> Iterator[str]:
    if not text or not _RFC3339.fullmatch(text):
        yield f"{what} {text} is no date of RFC 3339"


def _doubles(names: list[Any], what: str) -> Iterator[str]:
    yield from (f"{what} {name} stands twice" for name, count in Counter(names).items() if count > 1)
