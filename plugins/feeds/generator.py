"""feedgen, mended: what it drops, reverses or fills with the time of day, one function or class each.

What RSS and Atom have in common is here too: both are started and filled in the same way. Nothing may be left
to feedgen's defaults. Where upstream knows of a fault, its issue is named.
"""

from collections.abc import Mapping
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from kim.feeds import FORMS
from plugins.feeds.model import Entry, Feed, FeedPhoto

LANGUAGE = "id"
#: Without a version: a feed's bytes change when its news do, not when its program does.
GENERATOR = "Portal KIM"

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
HISTORY = "http://purl.org/syndication/history/1.0"


class Extra:
    """Elements that feedgen has no call for, added to a feed or an entry as they are.

    feedgen makes one of these for the feed and one for each entry, and calls `extend_…` when it is written.
    """

    def __init__(self) -> None:
        self._elements: list[etree._Element] = []

    def add(self, tag: str, text: str = "", **attributes: str) -> etree._Element:
        """One more element at the end; what is put into the element returned stands in it."""
        element = etree.Element(tag, attributes)
        element.text = text or None
        self._elements.append(element)
        return element

    def extend_ns(self) -> Mapping[str, str]:
        """The prefixes of the whole document."""
        return {"media": MEDIA, "fh": HISTORY}

    def extend_rss(self, element: etree._Element) -> etree._Element:
        """Called with `<rss>` for the feed, and with `<item>` for an entry."""
        (element[0] if element.tag == "rss" else element).extend(self._elements)
        return element

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Called with `<feed>` or `<entry>`."""
        element.extend(self._elements)
        return element


def start_feed(feed: Feed, file: str) -> FeedGenerator:
    """A feed without entries, in the form of this file.

    The page is the last link given, as feedgen takes that one for the `<link>` of RSS, whatever its `rel`
    (its own comment says the first; no issue). `updated` is always set: it is also `lastBuildDate`, and both
    are the time of the build by default (no issue), so that no build would be like the one before.
    """
    generator = FeedGenerator()
    generator.id(feed.identity)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.language(LANGUAGE)
    generator.generator(GENERATOR)
    generator.copyright(feed.rights)
    generator.updated(feed.updated)
    (own,) = (form for form in FORMS if form.file == file)
    generator.link(href=feed.own_address(file), rel="self", type=own.media_type)
    generator.link(href=feed.page, rel="alternate", type="text/html")
    generator.register_extension("extra", Extra, Extra)
    return generator


def add_entry(generator: FeedGenerator, entry: Entry) -> FeedEntry:
    """One more entry, with what both forms have in common.

    Appended, as feedgen puts a new entry before the others (python-feedgen pull requests 55 and 70). The text
    is given as escaped HTML, never as CDATA, which a `]]>` in it would end. `updated` is always set, as it is
    the time of the build by default; Atom requires it, so that it is the publication where nothing was
    corrected.
    """
    added = generator.add_entry(order="append")
    added.id(entry.item.identity)
    added.title(entry.item.title)
    added.published(entry.item.published)
    added.updated(entry.item.changed)
    added.content(entry.html, type="html")
    return added


def add_link(place: Any, namespace: str, **attributes: str) -> None:
    """One more link, with all its attributes, for feeds in RSS and for entries in Atom.

    In RSS feedgen writes the `self` link and drops all others: hub, archives, other forms (python-feedgen
    issue 122). In Atom its loop over an entry's links names the new element as it names the link, so that of
    all that was given only `href` is written, and an enclosure becomes one more page of the post
    (python-feedgen issues 135 and 143). `namespace` is empty in Atom, where feedgen writes `xmlns` as if it
    were an attribute of the feed and its elements have none.
    """
    place.extra.add(f"{{{namespace}}}link" if namespace else "link", **attributes)


def add_media(entry: FeedEntry, photo: FeedPhoto) -> None:
    """A photo as Media RSS has it, with its words for those who do not see it.

    feedgen's own extension knows no `media:description`, and wraps each photo in a group, which means that
    they are versions of one (no issue).
    """
    content = entry.extra.add(
        f"{{{MEDIA}}}content",
        url=photo.address,
        type=photo.type,
        medium="image",
        fileSize=str(photo.size),
        width=str(photo.width),
        height=str(photo.height),
    )
    if photo.alt:
        etree.SubElement(content, f"{{{MEDIA}}}description", {"type": "plain"}).text = photo.alt
    if small := photo.thumbnail:
        facts = {"url": small.address, "width": str(small.width), "height": str(small.height)}
        etree.SubElement(content, f"{{{MEDIA}}}thumbnail", facts)


def link_other_forms(generator: FeedGenerator, feed: Feed, file: str, namespace: str) -> None:
    """The same document in the other forms, behind the link to its page: many readers take the first."""
    for other in FORMS:
        if other.file != file:
            address = feed.own_address(other.file)
            add_link(generator, namespace, rel="alternate", type=other.media_type, href=address)


def mark_history(generator: FeedGenerator, feed: Feed, file: str, namespace: str) -> None:
    """Where a document stands in the feed's history (RFC 5005), which feedgen does not know (no issue).

    An archive names what is older, and never what is newer: it is complete when it is written, and what is
    written later does not change it.
    """
    if feed.archive:
        generator.extra.add(f"{{{HISTORY}}}archive")
        add_link(generator, namespace, rel="current", href=feed.address(file))
    if feed.older:
        add_link(generator, namespace, rel="prev-archive", href=feed.older_address(file))


def name_hub(generator: FeedGenerator, feed: Feed, namespace: str) -> None:
    """The WebSub hub, where there is one; in RSS feedgen drops it (python-feedgen issue 122)."""
    if feed.hub:
        add_link(generator, namespace, rel="hub", href=feed.hub)
