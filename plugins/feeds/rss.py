"""A `Feed` as the bytes of RSS 2.0, by feedgen; no disk is touched."""

from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from kim.feeds import RSS_FILE
from plugins.feeds.generator import (
    ATOM,
    add_entry,
    add_media,
    link_other_forms,
    mark_history,
    name_hub,
    start_feed,
)
from plugins.feeds.model import Feed, Item

MINUTES_BETWEEN_VISITS = 60


def write_rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0. Loads the text of every item."""
    rss = start_feed(feed, RSS_FILE)
    rss.ttl(MINUTES_BETWEEN_VISITS)
    _show_icon(rss, feed)
    rss.load_extension("dc", atom=False)
    link_other_forms(rss, feed, RSS_FILE, ATOM)
    name_hub(rss, feed, ATOM)
    mark_history(rss, feed, RSS_FILE, ATOM)
    for deferred in feed.entries:
        entry = deferred.load()
        item, added = entry.item, add_entry(rss, entry)
        _describe(added, item)
        _sign(added, item)
        _date_correction(added, item)
        _file_under(added, item)
        added.link(href=item.address, rel="alternate")
        if photo := item.enclosure:
            added.enclosure(photo.address, photo.size, photo.type)
            add_media(added, photo)
    written: bytes = rss.rss_str(pretty=True)
    return written


def _show_icon(rss: FeedGenerator, feed: Feed) -> None:
    """The feed's picture. feedgen writes the size as it is given, and lxml takes no number (no issue)."""
    icon = feed.icon
    rss.image(icon.address, feed.title, feed.page, str(icon.width), str(icon.height))


def _describe(entry: FeedEntry, item: Item) -> None:
    """The summary as RSS `description`, so that the full text goes to `content:encoded`.

    With `content()` alone feedgen writes the text as the description (no issue). A description is HTML by the
    rules of RSS, so that the plain summary is escaped once more; a title is not.
    """
    entry.description(escape(item.summary, quote=False), isSummary=True)


def _sign(entry: FeedEntry, item: Item) -> None:
    """The author as `dc:creator`: RSS wants an e-mail address in its own, and feedgen drops one without.

    The KIM's page stands in Atom's word for an author, as RSS and Dublin Core have none for it.
    """
    entry.dc.dc_creator(item.byline)
    author = entry.extra.add(f"{{{ATOM}}}author")
    etree.SubElement(author, f"{{{ATOM}}}name").text = item.byline
    etree.SubElement(author, f"{{{ATOM}}}uri").text = item.group_page


def _date_correction(entry: FeedEntry, item: Item) -> None:
    """When the item was corrected, in Atom's word: RSS has none, and feedgen drops an entry's `updated`."""
    if item.updated:
        entry.extra.add(f"{{{ATOM}}}updated", item.updated.isoformat())


def _file_under(entry: FeedEntry, item: Item) -> None:
    """The categories of RSS, which have one text each: an area's is its code, all others' their name.

    feedgen takes the label wherever there is one, and the code would be lost (no issue).
    """
    for category in item.categories:
        text = category.term if category in item.areas else category.label
        entry.category({"term": text, "scheme": category.scheme})
