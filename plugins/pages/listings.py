"""The pages that list posts, each with its older pages: portal, kecamatan, group, topic, label, month."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from kim.addresses import (
    ARCHIVE,
    PORTAL,
    absolute,
    board_address,
    folder_address,
    older_address,
    page_file,
    topic_address,
)
from kim.archive import label_address
from kim.feeds import RSS_FILE, FeedFace, district_face, group_face, portal_face, region_face, topic_face
from kim.group import Group, group_villages
from kim.listing import Listing, split_listing
from kim.network import count_villages, village_title
from kim.post import Post, keys_of
from kim.site import section_title
from plugins.pages.builder import Builder, day_of
from plugins.pages.schema import Schema, crumbs_schema, group_schema, list_schema, portal_schema
from plugins.pages.templates import Templates
from plugins.pages.views import (
    ArchivePage,
    Block,
    FrontPage,
    GroupPage,
    Link,
    ListPage,
    SectionPage,
    YearEntry,
)
from plugins.portal.output import Bundle, Output, Part

#: Rows under the lead story, before the kecamatan take over.
_FRONT_ROWS = 8
#: Older pages that are planned together.
_RUN = 8

Way = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Shelf:
    """Posts, with all that the pages which list them have in common; `kind` is the template of the first.

    `way` are names and addresses down to it. `feed` carries the same posts, where there is one.
    """

    kind: str
    name: str
    address: str
    way: Way
    posts: Sequence[Post]
    pinned: tuple[Post, ...]
    size: int
    feed: FeedFace | None

    @cached_property
    def listing(self) -> Listing[Post]:
        """The posts of each page."""
        return split_listing(self.posts, self.size)


def front_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """The portal's first page and its older ones."""
    network = builder.network
    shelf = _shelf(builder, "front", network.name, PORTAL, (), builder.site.posts, portal_face(network))
    yield _bundle(builder, templates, shelf, partial(_front, builder, shelf))


def _front(builder: Builder, shelf: _Shelf) -> FrontPage:
    site, network = builder.site, builder.network
    unpinned = [post for post in shelf.listing.first if not site.is_pinned(post)]
    lead = next((post for post in unpinned if post.lead), unpinned[0] if unpinned else None)
    rest = [post for post in unpinned if post is not lead]
    villages = count_villages(network, network.villages.values())
    about = f"Kabar dari {villages} di {network.region}, {network.province}, ditulis warga."
    schema = (portal_schema(network), list_schema(network, shelf.listing.first))
    photo = lead.lead if lead else None
    return FrontPage(
        frame=builder.frame,
        meta=builder.meta(network.name, about, PORTAL, schema=schema, photo=photo),
        newest=day_of(shelf.listing.first[0].published.at.date()) if shelf.listing.first else None,
        facts=villages,
        notices=builder.notices(shelf.pinned),
        lead=builder.card(lead, with_picture=True) if lead else None,
        cards=builder.cards(rest[:_FRONT_ROWS]),
        blocks=tuple(_blocks(builder, rest[_FRONT_ROWS:])),
        topics=_topic_links(builder),
        older=_older_href(builder, shelf),
    )


def section_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """Every kecamatan, with and without groups, and the groups of the whole region where there are any."""
    network, site = builder.network, builder.site
    sections = [district.slug for district in network.districts]
    if site.groups_of_section(network.level):
        sections.append(network.level)
    for section in sections:
        posts = site.posts_of_section(section)
        address, title = folder_address(section), section_title(network, section)
        district = network.by_slug.get(section)
        feed = district_face(network, district) if district else region_face(network)
        shelf = _shelf(builder, "section", title, address, (), posts, feed)
        yield _bundle(builder, templates, shelf, partial(_section, builder, shelf, section))


def _section(builder: Builder, shelf: _Shelf, section: str) -> SectionPage:
    network, title, address = builder.network, shelf.name, shelf.address
    district = network.by_slug.get(section)
    about = f"Kabar dari {title}, {network.region}, ditulis warga."
    return SectionPage(
        frame=builder.frame,
        meta=builder.meta(title, about, address, shelf.feed, _schema(builder, shelf)),
        crumbs=(builder.home,),
        here=builder.href(address),
        kind=network.words.district.capitalize() if district else "",
        name=district.name if district else title,
        villages=builder.village_kinds(district.villages) if district else (),
        groups=tuple(builder.group_link(group) for group in builder.site.groups_of_section(section)),
        notices=builder.notices(shelf.pinned),
        cards=builder.cards(shelf.listing.first),
        older=_older_href(builder, shelf),
        board=builder.href(board_address(section)) if shelf.listing.first else "",
    )


def group_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """Every group, with and without posts."""
    builder = builder.wearing("copy.css")
    for group in builder.site.groups:
        section = section_title(builder.network, group.section)
        way = ((section, folder_address(group.section)),)
        posts, feed = builder.site.posts_of_group(group), group_face(builder.network, group)
        shelf = _shelf(builder, "group", group.name, group.address, way, posts, feed)
        yield _bundle(builder, templates, shelf, partial(_group, builder, shelf, group))


def _group(builder: Builder, shelf: _Shelf, group: Group) -> GroupPage:
    own = group_schema(builder.network, group, builder.scope(group))
    return GroupPage(
        frame=builder.frame,
        meta=builder.meta(
            group.name,
            group.about or f"Kabar dari {group.name}, {builder.place(group)}.",
            group.address,
            shelf.feed,
            (own, *_schema(builder, shelf)),
        ),
        crumbs=(builder.home, builder.section(group.section)),
        name=group.name,
        about=group.about,
        villages=_scope_lines(builder, group),
        founded=day_of(group.founded).shown if group.founded else "",
        decree=group.decree,
        contact=group.contact,
        feed=absolute(builder.network.address, f"{group.address}{RSS_FILE}"),
        notices=builder.notices(shelf.pinned),
        cards=builder.cards(shelf.listing.first),
        older=_older_href(builder, shelf),
    )


def topic_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """Every topic of the network, with and without posts."""
    for topic in builder.network.topics:
        posts, feed = builder.site.by_topic.get(topic.slug, ()), topic_face(builder.network, topic)
        shelf = _shelf(builder, "list", topic.name, topic_address(topic.slug), (), posts, feed)
        yield _bundle(builder, templates, shelf, partial(_list, builder, shelf, "Topik"))


def label_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """Every label that a post has."""
    for label, posts in builder.site.by_label.items():
        shelf = _shelf(builder, "list", label.name, label_address(label), (), posts)
        yield _bundle(builder, templates, shelf, partial(_list, builder, shelf, "Label"))


def month_pages(builder: Builder, templates: Templates) -> Iterator[Bundle | Output]:
    """Every month with posts, and the way into all of them."""
    months = builder.site.by_month
    for month, posts in months.items():
        shelf = _shelf(builder, "list", str(month), month.address, (("Arsip", ARCHIVE),), posts)
        yield _bundle(builder, templates, shelf, partial(_list, builder, shelf, "Arsip"))
    title = "Arsip kabar"
    about = f"Semua kabar {builder.network.region} menurut bulan, topik dan label."
    view = ArchivePage(
        frame=builder.frame,
        meta=builder.meta(title, about, ARCHIVE),
        crumbs=(builder.home,),
        years=tuple(
            YearEntry(
                year,
                tuple(
                    Link(builder.href(month.address), f"{month} ({len(posts)})")
                    for month, posts in months.items()
                    if month.year == year
                ),
            )
            for year in sorted({month.year for month in months}, reverse=True)
        ),
        topics=_topic_links(builder),
        labels=builder.labels(builder.site.by_label),
    )
    yield templates.page(page_file(ARCHIVE), "archive", view)


def _shelf(
    builder: Builder,
    kind: str,
    name: str,
    address: str,
    way: Way,
    posts: Sequence[Post],
    feed: FeedFace | None = None,
) -> _Shelf:
    own = {post.path for post in posts} if builder.site.pinned else ()
    pinned = tuple(post for post in builder.site.pinned if post.path in own)
    down = (("Beranda", PORTAL), *way, (name, address))
    return _Shelf(kind, name, address, down, posts, pinned, builder.request.options.page_size, feed)


def _bundle(builder: Builder, templates: Templates, shelf: _Shelf, view: Callable[[], object]) -> Bundle:
    """All pages of a shelf; `view` is of the first."""
    looks = (builder.look(templates, kind) for kind in (shelf.kind, "list"))

    def parts() -> Iterator[Part]:
        yield _first_part(builder, templates, shelf, view)
        yield from _older_parts(builder, templates, shelf)

    inputs = (*looks, shelf.name, keys_of(shelf.posts), keys_of(shelf.pinned))
    return Bundle(f"shelf {shelf.address}", inputs, parts)


def _first_part(builder: Builder, templates: Templates, shelf: _Shelf, view: Callable[[], object]) -> Part:
    """A shelf's first page."""
    kind, listing = shelf.kind, shelf.listing
    return Part(
        f"{kind} {shelf.address}",
        (
            builder.look(templates, kind),
            shelf.name,
            keys_of(listing.first),
            keys_of(shelf.pinned),
            len(listing.older),
        ),
        lambda: (templates.page(page_file(shelf.address), kind, view()),),
    )


def _older_parts(builder: Builder, templates: Templates, shelf: _Shelf) -> Iterator[Part]:
    """A shelf's older pages, some together."""
    look, older = builder.look(templates, "list"), shelf.listing.older
    for start in range(0, len(older), _RUN):
        run = older[start : start + _RUN]
        yield Part(
            f"older {shelf.address} {start}",
            (look, shelf.name, [keys_of(posts) for posts in run]),
            partial(_older_pages, builder, templates, shelf, start),
        )


def _schema(builder: Builder, shelf: _Shelf) -> tuple[Schema, ...]:
    network = builder.network
    return (crumbs_schema(network, shelf.way), list_schema(network, shelf.listing.first))


def _list(builder: Builder, shelf: _Shelf, kind: str) -> ListPage:
    about = f"{kind} {shelf.name}: kabar dari {builder.network.region}, ditulis warga."
    return ListPage(
        frame=builder.frame,
        meta=builder.meta(f"{kind} {shelf.name}", about, shelf.address, shelf.feed, _schema(builder, shelf)),
        crumbs=_crumbs(builder, shelf.way[:-1]),
        kind=kind,
        name=shelf.name,
        note="",
        cards=builder.cards(shelf.listing.first),
        older=_older_href(builder, shelf),
    )


def _older_pages(builder: Builder, templates: Templates, shelf: _Shelf, start: int) -> Iterator[Output]:
    for number, posts in enumerate(shelf.listing.older[start : start + _RUN], start + 1):
        address, title = older_address(shelf.address, number), f"Kabar lama {shelf.name}"
        note = f"Halaman {number}, dihitung dari yang tertua."
        schema = [list_schema(builder.network, posts)]
        view = ListPage(
            frame=builder.frame,
            meta=builder.meta(f"{title}, halaman {number}", f"{title}. {note}", address, shelf.feed, schema),
            crumbs=_crumbs(builder, shelf.way),
            kind="",
            name=title,
            note=note,
            cards=builder.cards(posts),
            older=_older_href(builder, shelf, number - 1),
            newest=builder.href(shelf.address),
        )
        yield templates.page(page_file(address), "list", view)


def _older_href(builder: Builder, shelf: _Shelf, number: int | None = None) -> str:
    """The link to an older page, by default the newest of them; empty where there is none."""
    number = len(shelf.listing.older) if number is None else number
    return builder.href(older_address(shelf.address, number)) if number else ""


def _crumbs(builder: Builder, way: Way) -> tuple[Link, ...]:
    """The way as links; the portal itself stands in it once, as its beginning."""
    below = [(name, address) for name, address in way if address != PORTAL]
    return (builder.home, *(Link(builder.href(address), name) for name, address in below))


def _topic_links(builder: Builder) -> tuple[Link, ...]:
    return tuple(
        Link(builder.href(topic_address(topic.slug)), topic.name) for topic in builder.network.topics
    )


def _blocks(builder: Builder, posts: Sequence[Post]) -> Iterator[Block]:
    """Every kecamatan with those of the posts that are its own, then the whole region's."""
    network = builder.network
    for district in network.districts:
        own = [post for post in posts if post.group.startswith(f"{district.slug}/")]
        own_cards = builder.cards(own, with_thumbs=False)
        address = builder.href(folder_address(district.slug))
        yield Block(district.name, address, builder.district_facts(district), own_cards)
    wide = [post for post in posts if post.group.startswith(f"{network.level}/")]
    if wide:
        link = builder.section(network.level)
        yield Block(link.text, link.href, "", builder.cards(wide, with_thumbs=False))


def _scope_lines(builder: Builder, group: Group) -> tuple[str, ...]:
    scope = builder.scope(group)
    if scope.startswith("Seluruh "):
        return (scope,)
    network = builder.network
    return tuple(village_title(network, village) for village in group_villages(network, group))
