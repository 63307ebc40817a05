"""What a template sees: frozen view objects, and nothing else.

A page is keyed on its view, so that whatever a template can show is in its key. All texts are plain (the
templates escape them) but `style`, `script`, `policy` and a body's prose; every `href` is ready to be linked.
"""

from msgspec import Struct

from kim.post import Body
from plugins.portal.output import Deferred


class Link(Struct, frozen=True):
    """Somewhere to go."""

    href: str
    text: str


class Source(Struct, frozen=True):
    """One format of a picture: its media type and `srcset`."""

    type: str
    srcset: str


class Picture(Struct, frozen=True):
    """A photo in all its sizes; width and height are those of `src`, the JPEG that every browser shows.

    `size` is what it costs a phone, in bytes. One that `waits` is loaded when it is tapped.
    """

    sources: tuple[Source, ...]
    src: str
    width: int
    height: int
    size: int
    alt: str
    caption: str = ""
    credit: str = ""
    waits: bool = False


class Day(Struct, frozen=True):
    """A day for machines and for people."""

    iso: str
    shown: str


class Card(Struct, frozen=True):
    """A post in a list. `voice` is its group, `place` its kecamatan; only the lead has a summary."""

    href: str
    title: str
    summary: str
    voice: str
    place: str
    day: Day
    thumb: Picture | None = None
    picture: Picture | None = None


class Frame(Struct, frozen=True):
    """What stands around every page of a network; `worker` is empty where nothing is kept for offline."""

    name: str
    short: str
    home: str
    style: str
    script: str
    policy: str
    worker: str
    manifest: str
    colours: tuple[str, str]
    sections: tuple[Link, ...]
    pages: tuple[Link, ...]
    directory: str
    archive: str
    subscribe: str
    search: str
    send: str
    office: str
    contact: str
    district_word: str


class Image(Struct, frozen=True):
    """A picture that stands for a page elsewhere: its whole address, its size and what it shows."""

    address: str
    width: int
    height: int
    alt: str


class FeedLink(Struct, frozen=True):
    """A feed, or the list of them, as programs find it: its media type, and what it is called."""

    href: str
    type: str
    title: str


class Meta(Struct, frozen=True):
    """The page for machines: its whole address, what it is called and says, its feeds.

    `schema` is JSON-LD, safe inside a `<script>`. A page without `canonical` is not to be found.
    """

    title: str
    description: str
    canonical: str
    kind: str = "website"
    schema: str = ""
    image: Image | None = None
    feeds: tuple[FeedLink, ...] = ()


class Notice(Struct, frozen=True):
    """A pinned post, until a day."""

    href: str
    title: str
    until: Day


class Block(Struct, frozen=True):
    """A kecamatan, or the whole region, on the front page."""

    title: str
    href: str
    facts: str
    cards: tuple[Card, ...]


class FrontPage(Struct, frozen=True):
    """The portal's first page; no post stands on it twice."""

    frame: Frame
    meta: Meta
    newest: Day | None
    facts: str
    notices: tuple[Notice, ...]
    lead: Card | None
    cards: tuple[Card, ...]
    blocks: tuple[Block, ...]
    topics: tuple[Link, ...]
    older: str


class GroupLink(Struct, frozen=True):
    """A group in a list, with the villages that it writes for."""

    href: str
    name: str
    villages: str


class VillageKind(Struct, frozen=True):
    """The villages of one kind: what they are called, who leads them, their names."""

    word: str
    head: str
    names: tuple[str, ...]


class SectionPage(Struct, frozen=True):
    """A kecamatan, or the groups of the whole region."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    here: str
    kind: str
    name: str
    villages: tuple[VillageKind, ...]
    groups: tuple[GroupLink, ...]
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]
    older: str
    board: str


class Story(Struct, frozen=True):
    """A post on the notice board; `code` is the picture of its QR code."""

    href: str
    code: str
    title: str
    summary: str
    voice: str
    day: Day
    picture: Picture | None


class BoardPage(Struct, frozen=True):
    """A section's newest week on paper. `more` counts the week's posts that found no room; where it has few
    there are `earlier` ones. `answerable` are its groups with their contacts."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    name: str
    period: str
    stories: tuple[Story, ...]
    earlier: tuple[Story, ...]
    more: int
    answerable: str
    section: Link
    section_address: str
    code: str


class GroupPage(Struct, frozen=True):
    """A group: who they are, and what they write."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    name: str
    about: str
    villages: tuple[str, ...]
    founded: str
    decree: str
    contact: str
    feed: str
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]
    older: str


class ListPage(Struct, frozen=True):
    """Posts of one kind: a topic, a label, a month, or one full page of older posts.

    `kind` is a word over the name; `note` stands under it; `newest` leads to the listing's first page.
    """

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    kind: str
    name: str
    note: str
    cards: tuple[Card, ...]
    older: str
    newest: str = ""


class YearEntry(Struct, frozen=True):
    """A year in the archive: its months, with how many posts each has."""

    year: int
    months: tuple[Link, ...]


class ArchivePage(Struct, frozen=True):
    """The ways into all posts: by month, topic and label."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    years: tuple[YearEntry, ...]
    topics: tuple[Link, ...]
    labels: tuple[Link, ...]


class Choice(Struct, frozen=True):
    """One entry of a list to choose from."""

    value: str
    text: str


class SearchIndex(Struct, frozen=True):
    """What the script must know of the index, written as it reads it.

    `segments` are `token:first post:files`, `runs` are tokens, both parted by spaces; `names` by `|`.
    """

    count: int
    unit: int
    segments: str
    runs: str
    stop: str
    names: str


class SearchPage(Struct, frozen=True):
    """The search form, and the ways into all posts without it.

    `script` is the address of its script, and `weight` what that costs: `4 KB`.
    """

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    title: str
    script: str
    weight: str
    index: SearchIndex
    sections: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    places: tuple[Link, ...]
    subjects: tuple[Link, ...]
    months: tuple[Link, ...]


class TextPage(Struct, frozen=True):
    """A page that stands apart from the news."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    title: str
    base: str
    body: Deferred[Body]
    dead: tuple[str, ...]
    photos: tuple[Picture, ...] = ()


class TombstonePage(Struct, frozen=True):
    """What stands where a post was taken down: since when, and why."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    day: Day
    reason: str
    contact: str


class FeedAddress(Struct, frozen=True):
    """A feed to be copied: what it is of, and its whole address."""

    name: str
    address: str


class SendForge(Struct, frozen=True):
    """Where a new file can be begun: the forge's kind, its name for people, the project and its branch."""

    kind: str
    name: str
    address: str
    branch: str


class SendPage(Struct, frozen=True):
    """How to send a post: `form` is the form's address; without one the page composes the post itself."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    form: str
    forge: SendForge | None
    folder: str
    groups: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    script: str
    weight: str
    guide: str


class SubscribePage(Struct, frozen=True):
    """What a feed is, and which there are; groups' own stand on their pages."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    whole: FeedAddress
    sections: tuple[FeedAddress, ...]
    topics: tuple[FeedAddress, ...]
    forms: tuple[FeedAddress, ...]
    files: tuple[FeedAddress, ...]


class MissingPage(Struct, frozen=True):
    """What is shown where nothing is."""

    frame: Frame
    meta: Meta
    cards: tuple[Card, ...]


class OfflinePage(Struct, frozen=True):
    """What is shown without a network; `script` finds in the browser what was kept there."""

    frame: Frame
    meta: Meta
    script: str


class DistrictEntry(Struct, frozen=True):
    """A kecamatan in the directory: its groups, and the villages that have none yet."""

    name: str
    href: str
    facts: str
    groups: tuple[GroupLink, ...]
    without: tuple[str, ...]


class DirectoryPage(Struct, frozen=True):
    """All groups by kecamatan."""

    frame: Frame
    meta: Meta
    crumbs: tuple[Link, ...]
    facts: str
    districts: tuple[DistrictEntry, ...]
    wide: tuple[GroupLink, ...]
    wide_name: str


class PostPage(Struct, frozen=True):
    """A post. `body.prose[i]` stands before `photos[i]`; `base` goes before the portal's links in it, and
    those to `dead` lead nowhere on this day."""

    frame: Frame
    meta: Meta
    title: str
    crumbs: tuple[Link, ...]
    group: Link
    group_contact: str
    place: str
    author: str
    moment: Day
    topic: Link
    labels: tuple[Link, ...]
    correction: str
    corrected: str
    source: str
    lead: Picture | None
    base: str
    body: Deferred[Body]
    dead: tuple[str, ...]
    photos: tuple[Picture, ...]
    share: str
    code: str
    newer: Link | None
    older: Link | None
    related: tuple[Card, ...]
