"""Feeds: the newest posts of the portal, of every section and of every group, as RSS 2.0 and Atom 1.0.

What stands in a feed is planned once, as a `Feed` (`plan`), and written in each form from it (`write`).
"""

from collections.abc import Iterator

from kim.feeds import ATOM_FILE, RSS_FILE
from plugins.feeds.plan import plan_feeds
from plugins.feeds.write import write_atom, write_rss
from plugins.portal.output import Output, Request, Stage

STAGE = Stage.DOCUMENTS


def outputs(request: Request) -> Iterator[Output]:
    """Two files for each feed. Raises `KeyError` where a photo of a post was not made an asset."""
    for feed in plan_feeds(request):
        folder = f"{feed.folder}/" if feed.folder else ""
        yield Output(path=f"{folder}{RSS_FILE}", kind="feed", inputs=feed, make=write_rss)
        yield Output(path=f"{folder}{ATOM_FILE}", kind="feed", inputs=feed, make=write_atom)


def register() -> None:
    """Nothing to connect: the engine asks the plugins that Pelican has loaded."""
