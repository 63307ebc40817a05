"""A `Feed` as the bytes of JSON Feed 1.1; no disk is touched.

What the format has no word for stands under `_kim`, as its rules for extensions have it.
"""

from typing import Any

import msgspec

from kim.feeds import JSON_FILE
from plugins.feeds.generator import GENERATOR, LANGUAGE
from plugins.feeds.model import Category, Entry, Feed, FeedPhoto, Item

VERSION = "https://jsonfeed.org/version/1.1"


def write_json(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1. Loads the text of every item."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own_address(JSON_FILE),
        "description": feed.description,
        "icon": feed.icon.address,
        "favicon": feed.icon.address,
        "authors": [{"name": feed.owner, "url": feed.page}],
        "language": LANGUAGE,
        **({"next_url": feed.older_address(JSON_FILE)} if feed.older else {}),
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
        "_kim": _facts(feed),
        "items": [_item(deferred.load()) for deferred in feed.entries],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _facts(feed: Feed) -> dict[str, Any]:
    """What RSS and Atom say of a feed beside that."""
    return {
        "id": feed.identity,
        "updated": feed.updated.isoformat(),
        "rights": feed.rights,
        "generator": GENERATOR,
        **({"archive": True, "current": feed.address(JSON_FILE)} if feed.archive else {}),
    }


def _item(entry: Entry) -> dict[str, Any]:
    item = entry.item
    photo = item.enclosure
    return {
        "id": item.identity,
        "url": item.address,
        "title": item.title,
        "content_html": entry.html,
        "summary": item.summary,
        **({"image": photo.address} if photo else {}),
        "date_published": item.published.isoformat(),
        **({"date_modified": item.updated.isoformat()} if item.updated else {}),
        "authors": [{"name": item.byline, "url": item.group_page}],
        "tags": [category.label for category in item.categories],
        "language": LANGUAGE,
        **({"attachments": [_attachment(photo)]} if photo else {}),
        "_kim": _more(item, photo),
    }


def _attachment(photo: FeedPhoto) -> dict[str, Any]:
    return {
        "url": photo.address,
        "mime_type": photo.type,
        **({"title": photo.alt} if photo.alt else {}),
        "size_in_bytes": photo.size,
    }


def _more(item: Item, photo: FeedPhoto | None) -> dict[str, Any]:
    """The codes behind the tags, the photo's size and the correction, each as the other forms have it."""
    facts: dict[str, Any] = {"categories": [_category(category) for category in item.categories]}
    if photo:
        facts["photo"] = {"width": photo.width, "height": photo.height, "alt": photo.alt}
        if small := photo.thumbnail:
            thumbnail = {"url": small.address, "width": small.width, "height": small.height}
            facts["photo"]["thumbnail"] = thumbnail
    if correction := item.correction:
        at = correction.moment.at
        when = at if correction.moment.has_time else at.date()
        facts["correction"] = {"date": when.isoformat(), "text": correction.text}
    return facts


def _category(category: Category) -> dict[str, str]:
    return {"term": category.term, "label": category.label, "scheme": category.scheme}
