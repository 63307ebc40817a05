"""The notice board of a section: which posts stand on its sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kim.post import Post
from kim.site import Site

#: What a sheet of A4 holds, and one that reads it from two metres away.
STORIES = 7
#: Below this many in a week, earlier ones fill the sheet.
FEW = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Board:
    """The newest week of a section, `earlier` posts where it has few, and how many `more` found no room."""

    section: str
    week: Sequence[Post]
    stories: Sequence[Post]
    earlier: Sequence[Post]
    more: int


def plan_boards(site: Site) -> tuple[Board, ...]:
    """The sheet of every kecamatan that has posts, and of the whole region."""
    return tuple(plan_board(section, site.posts_of_section(section)) for section in site.sections_with_posts)


def plan_board(section: str, posts: Sequence[Post]) -> Board:
    """Of posts from the newest to the oldest those of the seven days that end with the newest."""
    last = posts[0].published.at.date()
    old = (at for at, post in enumerate(posts) if last - post.published.at.date() >= _WEEK)
    week = posts[: next(old, None)]
    earlier = posts[len(week) : max(len(week), FEW)]
    return Board(section, week, week[:STORIES], earlier, max(0, len(week) - STORIES))


def code_id(address: str) -> str:
    """The name by which a page asks for the QR code of an address."""
    return f"code {address}"
