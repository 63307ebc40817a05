"""What a feed says, in no particular form: every form is written from this and from nothing else.

Every address is absolute. Every datetime has the offset of the region's clocks.
"""

from dataclasses import dataclass
from datetime import datetime

from kim.dates import Moment
from kim.post import Body
from plugins.portal.output import Deferred


@dataclass(frozen=True)
class FeedPhoto:
    """A photo as a feed shows it: one JPEG. Width and height are pixels, `size` is bytes."""

    address: str
    width: int
    height: int
    size: int
    alt: str
    caption: str = ""
    credit: str = ""
    type: str = "image/jpeg"


@dataclass(frozen=True)
class Category:
    """What an item is filed under: `term` for machines, `label` for people, `scheme` says which list."""

    term: str
    label: str
    scheme: str


@dataclass(frozen=True)
class Correction:
    """What was put right, and when."""

    moment: Moment
    text: str


@dataclass(frozen=True)
class Item:
    """One post in a feed. `identity` is its tag URI, for good; `body.prose[i]` stands before `photos[i]`.

    `topic` is what it is about, `areas` are the Kemendagri codes of where. `summary` is plain text and never
    empty. `updated` is later than `published` where the post was corrected, and equal to it elsewhere.
    """

    identity: str
    address: str
    title: str
    author: str
    group: str
    group_page: str
    topic: Category
    areas: tuple[Category, ...]
    published: datetime
    updated: datetime
    summary: str
    body: Deferred[Body]
    lead: FeedPhoto | None = None
    photos: tuple[FeedPhoto, ...] = ()
    correction: Correction | None = None
    source: str = ""

    @property
    def byline(self) -> str:
        """Who wrote it and for whom: `Rani, KIM Mata Air`; the group alone where it wrote as a group."""
        return self.group if self.author == self.group else f"{self.author}, {self.group}"

    @property
    def enclosure(self) -> FeedPhoto | None:
        """The one photo that goes with it: the lead, or else the first of the text."""
        return self.lead or next(iter(self.photos), None)


@dataclass(frozen=True)
class Feed:
    """One feed: the newest posts of one folder of the portal, newest first.

    `folder` is counted from the portal's root and empty for the portal itself; `page` is the page that shows
    the same news, `portal` the portal's own address. `identity` is a tag URI that depends on the folder
    alone. `owner` is who speaks.
    """

    identity: str
    folder: str
    page: str
    portal: str
    title: str
    description: str
    owner: str
    rights: str
    updated: datetime
    items: tuple[Item, ...]
