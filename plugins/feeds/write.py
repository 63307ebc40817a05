"""A `Feed` as the bytes of RSS 2.0 or of Atom 1.0, by feedgen; no disk is touched.

What feedgen does otherwise than one expects is mended in one small function or class each, whose docstring
says what and why. Nothing here may be left to its defaults: they hold the time of day.
"""

from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from kim.feeds import ATOM_FILE, RSS_FILE
from plugins.feeds.model import Category, Feed, Item
from plugins.feeds.text import full_text

LANGUAGE = "id"
#: Without a version: a feed's bytes change when its news do, not when its program does.
GENERATOR = "Portal KIM"
MINUTES_BETWEEN_VISITS = 60


def write_rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0. Loads the body of every item."""
    rss = _start(feed, RSS_FILE, "application/rss+xml")
    rss.ttl(MINUTES_BETWEEN_VISITS)
    rss.load_extension("dc", atom=False)
    for item in feed.items:
        entry = _add(rss, item, feed)
        _describe(entry, item)
        _sign(entry, item)
        _file_under(entry, item)
        entry.link(href=item.address, rel="alternate")
        if photo := item.enclosure:
            entry.enclosure(photo.address, photo.size, photo.type)
    written: bytes = rss.rss_str(pretty=True)
    return written


def write_atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0. Loads the body of every item."""
    atom = _start(feed, ATOM_FILE, "application/atom+xml")
    atom.author(name=feed.owner, uri=feed.page)
    atom.register_extension("links", BaseExtension, EntryLinks, atom=True, rss=False)
    for item in feed.items:
        entry = _add(atom, item, feed)
        entry.summary(item.summary)
        entry.author(name=item.byline, uri=item.group_page)
        entry.category([_atom_category(category) for category in (item.topic, *item.areas)])
        entry.links.add(href=item.address, rel="alternate", type="text/html")
        if photo := item.enclosure:
            entry.links.add(
                href=photo.address, rel="enclosure", type=photo.type, length=str(photo.size), title=photo.alt
            )
    written: bytes = atom.atom_str(pretty=True)
    return written


class EntryLinks:
    """The links of one Atom entry, in the place of feedgen's own.

    feedgen's loop over an entry's links names the new element as it names the link, so that of all that was
    given only `href` is written: an enclosure would be one more page of the post.
    """

    def __init__(self) -> None:
        self._links: list[dict[str, str]] = []

    def add(self, **attributes: str) -> None:
        """One more `<link>`, with these attributes as they are."""
        self._links.append(attributes)

    def extend_atom(self, entry: Any) -> Any:
        """Called by feedgen with the finished entry.

        The elements have no namespace: feedgen's do not have one either, it writes `xmlns` as if it were an
        attribute of the feed.
        """
        for attributes in self._links:
            xml_elem("link", entry, **attributes)
        return entry


def _start(feed: Feed, file: str, media_type: str) -> FeedGenerator:
    """A feed without entries.

    The page is the last link given, as feedgen takes that one for the `<link>` of RSS, whatever its `rel`.
    `updated` is always set: it is also `lastBuildDate`, and both are the time of the build by default.
    """
    generator = FeedGenerator()
    generator.id(feed.identity)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.language(LANGUAGE)
    generator.generator(GENERATOR)
    generator.copyright(feed.rights)
    generator.updated(feed.updated)
    generator.link(href=f"{feed.page}{file}", rel="self", type=media_type)
    generator.link(href=feed.page, rel="alternate", type="text/html")
    return generator


def _add(generator: FeedGenerator, item: Item, feed: Feed) -> FeedEntry:
    """One more entry, with what both forms have in common.

    Appended, as feedgen puts a new entry before the others. The text is given as escaped HTML, never as
    CDATA, which a `]]>` in it would end.
    """
    entry = generator.add_entry(order="append")
    entry.id(item.identity)
    entry.title(item.title)
    entry.published(item.published)
    entry.updated(item.updated)
    entry.content(full_text(item, feed.portal), type="html")
    return entry


def _describe(entry: FeedEntry, item: Item) -> None:
    """The summary as RSS `description`, so that the full text goes to `content:encoded`.

    With `content()` alone feedgen writes the text as the description. A description is HTML by the rules of
    RSS, so that the plain summary is escaped once more; a title is not.
    """
    entry.description(escape(item.summary, quote=False), isSummary=True)


def _sign(entry: FeedEntry, item: Item) -> None:
    """The author as `dc:creator`: RSS wants an e-mail address in its own, and feedgen drops one without."""
    entry.dc.dc_creator(item.byline)


def _file_under(entry: FeedEntry, item: Item) -> None:
    """The categories of RSS, which have one text each: the topic's is its name, an area's its code.

    feedgen takes the label wherever there is one, and the code would be lost.
    """
    entry.category({"term": item.topic.label, "scheme": item.topic.scheme})
    entry.category([{"term": area.term, "scheme": area.scheme} for area in item.areas])


def _atom_category(category: Category) -> dict[str, str]:
    return {"term": category.term, "label": category.label, "scheme": category.scheme}
