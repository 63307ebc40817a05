"""A `Feed` as the bytes of Atom 1.0, by feedgen; no disk is touched."""

from kim.feeds import ATOM_FILE
from plugins.feeds.generator import (
    add_entry,
    add_link,
    add_media,
    link_other_forms,
    mark_history,
    name_hub,
    start_feed,
)
from plugins.feeds.model import Category, Feed

#: feedgen's elements of Atom have no namespace in memory.
NONE = ""


def write_atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0. Loads the text of every item."""
    atom = start_feed(feed, ATOM_FILE)
    atom.icon(feed.icon.address)
    atom.author(name=feed.owner, uri=feed.page)
    link_other_forms(atom, feed, ATOM_FILE, NONE)
    name_hub(atom, feed, NONE)
    mark_history(atom, feed, ATOM_FILE, NONE)
    for deferred in feed.entries:
        entry = deferred.load()
        item, added = entry.item, add_entry(atom, entry)
        added.summary(item.summary)
        added.author(name=item.byline, uri=item.group_page)
        added.category([_category(category) for category in item.categories])
        add_link(added, NONE, rel="alternate", type="text/html", href=item.address)
        if photo := item.enclosure:
            add_link(
                added,
                NONE,
                rel="enclosure",
                type=photo.type,
                length=str(photo.size),
                href=photo.address,
                **({"title": photo.alt} if photo.alt else {}),
            )
            add_media(added, photo)
    written: bytes = atom.atom_str(pretty=True)
    return written


def _category(category: Category) -> dict[str, str]:
    return {"term": category.term, "label": category.label, "scheme": category.scheme}
