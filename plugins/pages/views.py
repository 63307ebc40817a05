"""What a template sees: frozen view objects, and nothing else.

A page is keyed on its view, so that whatever a template can show is in its key. All texts are plain (the
templates escape them) but `style` and a body's prose; every `href` is ready to be linked.
"""

from dataclasses import dataclass

from kim.post import Body
from plugins.portal.output import Deferred


@dataclass(frozen=True)
class Link:
    """Somewhere to go."""

    href: str
    text: str
    current: bool = False


@dataclass(frozen=True)
class Source:
    """One format of a picture: its media type and `srcset`."""

    type: str
    srcset: str


@dataclass(frozen=True)
class Picture:
    """A photo in all its sizes; width and height are those of `src`, the JPEG that every browser shows."""

    sources: tuple[Source, ...]
    src: str
    srcset: str
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Day:
    """A day for machines and for people."""

    iso: str
    shown: str


@dataclass(frozen=True)
class Card:
    """A post in a list. `voice` is its group, `place` its kecamatan."""

    href: str
    title: str
    summary: str
    voice: str
    place: str
    day: Day
    topic: str
    thumb: Picture | None = None
    picture: Picture | None = None


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a network."""

    name: str
    short: str
    home: str
    style: str
    colours: tuple[str, str]
    sections: tuple[Link, ...]
    directory: str
    form: str
    office: str
    contact: str
    district_word: str


@dataclass(frozen=True)
class Meta:
    """The page for machines: its whole address, what it is called and says, its feeds."""

    title: str
    description: str
    canonical: str
    feeds: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A pinned post, until a day."""

    href: str
    title: str
    until: Day


@dataclass(frozen=True)
class Block:
    """A kecamatan, or the whole region, on the front page."""

    title: str
    href: str
    facts: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class FrontPage:
    """The portal's first page; no post stands on it twice."""

    frame: Frame
    meta: Meta
    newest: Day | None
    facts: str
    notices: tuple[Notice, ...]
    lead: Card | None
    cards: tuple[Card, ...]
    blocks: tuple[Block, ...]
    older: str


@dataclass(frozen=True)
class GroupLink:
    """A group in a list, with the villages that it writes for."""

    href: str
    name: str
    villages: str


@dataclass(frozen=True)
class SectionPage:
    """A kecamatan, or the groups of the whole region."""

    frame: Frame
    meta: Meta
    kind: str
    name: str
    villages: tuple[str, ...]
    groups: tuple[GroupLink, ...]
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]
    older: str


@dataclass(frozen=True)
class GroupPage:
    """A group: who they are, and what they write."""

    frame: Frame
    meta: Meta
    name: str
    place: Link
    about: str
    villages: tuple[str, ...]
    founded: str
    decree: str
    contact: str
    feed: str
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]
    older: str


@dataclass(frozen=True)
class OlderPage:
    """One full page of older posts; it never changes again."""

    frame: Frame
    meta: Meta
    name: str
    first: str
    number: int
    cards: tuple[Card, ...]
    older: str


@dataclass(frozen=True)
class DistrictEntry:
    """A kecamatan in the directory: its groups, and the villages that have none yet."""

    name: str
    href: str
    facts: str
    groups: tuple[GroupLink, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class DirectoryPage:
    """All groups by kecamatan."""

    frame: Frame
    meta: Meta
    facts: str
    districts: tuple[DistrictEntry, ...]
    wide: tuple[GroupLink, ...]
    wide_name: str


@dataclass(frozen=True)
class PostPage:
    """A post. `body.prose[i]` stands before `photos[i]`."""

    frame: Frame
    meta: Meta
    title: str
    crumbs: tuple[Link, ...]
    group: Link
    group_contact: str
    place: str
    author: str
    moment: Day
    topic: str
    summary: str
    correction: str
    corrected: str
    source: str
    lead: Picture | None
    body: Deferred[Body]
    photos: tuple[Picture, ...]
