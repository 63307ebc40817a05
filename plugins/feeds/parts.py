"""Feeds: the newest posts of the portal, of every section, topic and group, and all older ones in archives.

What stands in a feed is planned once, as a `Feed` (`plan`), and written from it as RSS 2.0, Atom 1.0 and JSON
Feed 1.1. How the history is cut into documents is `kim.history`.
"""

from collections.abc import Iterator
from functools import partial

from kim.feeds import ATOM_FILE, JSON_FILE, RSS_FILE, archive_file
from plugins.feeds.atom import write_atom
from plugins.feeds.icon import ICON_FILE, draw_icon
from plugins.feeds.jsonfeed import write_json
from plugins.feeds.plan import PlannedDocument, PlannedFeed, plan_feeds
from plugins.feeds.rss import write_rss
from plugins.portal.output import Bundle, Output, Part, Request

#: Who writes each of `kim.feeds.FORMS`.
WRITERS = {RSS_FILE: write_rss, ATOM_FILE: write_atom, JSON_FILE: write_json}


def state_parts(request: Request) -> Iterator[Output | Bundle]:
    """Three files for each document. Raises `KeyError` where a photo of a post was not made an asset."""
    yield Output(path=ICON_FILE, kind="icon", inputs=request.site.network.colours, make=draw_icon)
    for feed in plan_feeds(request):
        yield Bundle(f"feed {feed.face.folder}", feed.inputs, partial(_parts, feed))


def _parts(feed: PlannedFeed) -> Iterator[Part]:
    for document in feed.documents():
        name = f"feed {document.face.folder} {document.archive}"
        yield Part(name, document.inputs, partial(_state, document))


def _state(planned: PlannedDocument) -> Iterator[Output]:
    feed = planned.plan()
    folder = f"{feed.folder}/" if feed.folder else ""
    for file, write in WRITERS.items():
        name = archive_file(file, feed.archive) if feed.archive else file
        yield Output(path=f"{folder}{name}", kind="feed", inputs=feed, make=write)
