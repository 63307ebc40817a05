"""What a feed says, in no particular form: every form is written from this and from nothing else.

Every address is absolute. Every datetime has the offset of the region's clocks.
"""

from dataclasses import dataclass
from datetime import datetime

from kim.dates import Moment
from kim.feeds import archive_file
from plugins.portal.output import Deferred


@dataclass(frozen=True)
class Thumbnail:
    """A small JPEG of a photo; pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class FeedPhoto:
    """A photo as a feed shows it: one JPEG. Width and height are pixels, `size` is bytes.

    `thumbnail` is the same photo narrower, where it has a narrower variant.
    """

    address: str
    width: int
    height: int
    size: int
    alt: str
    caption: str = ""
    credit: str = ""
    thumbnail: Thumbnail | None = None
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
    """What is known of one post in a feed, apart from its text.

    `identity` is its tag URI, for good; `photos` are those of its text. `topic` is what it is about, `areas`
    are the Kemendagri codes of where, `labels` the writer's own. `summary` is plain text and never empty.
    `updated` is later than `published` where the post was corrected, and None elsewhere.
    `portal` is the address that links to the portal's own pages are completed with.
    """

    identity: str
    address: str
    portal: str
    title: str
    author: str
    group: str
    group_page: str
    topic: Category
    areas: tuple[Category, ...]
    labels: tuple[Category, ...]
    published: datetime
    updated: datetime | None
    summary: str
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

    @property
    def categories(self) -> tuple[Category, ...]:
        """All that it is filed under, its topic first."""
        return (self.topic, *self.areas, *self.labels)

    @property
    def changed(self) -> datetime:
        """When it was last published or corrected."""
        return self.updated or self.published


@dataclass(frozen=True)
class Entry:
    """An item with its full text as HTML that stands alone."""

    item: Item
    html: str


@dataclass(frozen=True)
class Icon:
    """The picture that stands for a feed: a PNG; pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Feed:
    """One document of a feed: its newest posts, or an archive of older ones; newest first.

    `folder` is counted from the portal's root and empty for the portal itself; `page` is the page that shows
    the same news. `identity` is a tag URI that depends on the folder alone. `owner` is who speaks.
    `archive` is 0 in the document that one subscribes to, and the number of the archive in others;
    `older` is the number of the archive that comes before this document, or 0. `hub` may be empty.
    """

    identity: str
    folder: str
    page: str
    title: str
    description: str
    owner: str
    rights: str
    icon: Icon
    hub: str
    updated: datetime
    archive: int
    older: int
    entries: tuple[Deferred[Entry], ...]

    def address(self, file: str) -> str:
        """Where the document that one subscribes to stands in the form of this file (`feed.xml`)."""
        return f"{self.page}{file}"

    def own_address(self, file: str) -> str:
        """Where this document stands in that form."""
        return self.address(archive_file(file, self.archive) if self.archive else file)

    def older_address(self, file: str) -> str:
        """Where the archive before this document stands in that form; empty where there is none."""
        return self.address(archive_file(file, self.older)) if self.older else ""
