"""The pages that list posts, each with its older pages: portal, kecamatan, group; and the directory."""

from collections.abc import Iterator, Sequence

from kim.addresses import PORTAL, folder_address, older_address, page_file
from kim.group import Group, group_villages
from kim.listing import split_listing
from kim.network import District
from kim.post import Post
from plugins.pages.builder import DIRECTORY, Builder, day_of, title_of_section
from plugins.pages.templates import Templates
from plugins.pages.views import (
    Block,
    DirectoryPage,
    DistrictEntry,
    FrontPage,
    GroupLink,
    GroupPage,
    Link,
    OlderPage,
    SectionPage,
)
from plugins.portal.output import Output

#: Rows under the lead story, before the kecamatan take over.
_FRONT_ROWS = 8


def front_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """The portal's first page and its older ones."""
    site, network = builder.site, builder.network
    listing = split_listing(site.posts, builder.request.options.page_size)
    unpinned = [post for post in listing.first if not site.is_pinned(post)]
    lead = next((post for post in unpinned if post.lead), unpinned[0] if unpinned else None)
    rest = [post for post in unpinned if post is not lead]
    villages = builder.count_villages(network.villages.values())
    view = FrontPage(
        frame=builder.frame,
        meta=builder.meta(
            network.name,
            f"Kabar dari {villages} di {network.region}, ditulis warga.",
            PORTAL,
            [(network.name, PORTAL)],
        ),
        newest=day_of(listing.first[0].published.at.date()) if listing.first else None,
        facts=villages,
        notices=builder.notices(site.posts),
        lead=builder.card(lead, with_picture=True) if lead else None,
        cards=builder.cards(rest[:_FRONT_ROWS]),
        blocks=tuple(_blocks(builder, rest[_FRONT_ROWS:])),
        older=_older_href(builder, PORTAL, len(listing.older)),
    )
    yield templates.page(page_file(PORTAL), "front", view)
    yield from _older_pages(builder, templates, network.name, PORTAL, listing.older)


def section_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """Every kecamatan, with and without groups, and the groups of the whole region where there are any."""
    network = builder.network
    sections = [district.slug for district in network.districts]
    if builder.site.groups_of_section(network.level):
        sections.append(network.level)
    for section in sections:
        posts = builder.site.posts_of_section(section)
        listing = split_listing(posts, builder.request.options.page_size)
        address, title = folder_address(section), title_of_section(network, section)
        district = network.by_slug.get(section)
        view = SectionPage(
            frame=builder.frame,
            meta=builder.meta(title, f"Kabar dari {title}, ditulis warga.", address, [(title, address)]),
            kind=network.words.district.capitalize() if district else "",
            name=district.name if district else title,
            villages=tuple(village.name for village in district.villages) if district else (),
            groups=tuple(builder.group_link(group) for group in builder.site.groups_of_section(section)),
            notices=builder.notices(posts),
            cards=builder.cards(listing.first),
            older=_older_href(builder, address, len(listing.older)),
        )
        yield templates.page(page_file(address), "section", view)
        yield from _older_pages(builder, templates, title, address, listing.older)


def group_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """Every group, with and without posts."""
    for group in builder.site.groups:
        posts = builder.site.posts_of_group(group)
        listing = split_listing(posts, builder.request.options.page_size)
        place = folder_address(group.section)
        view = GroupPage(
            frame=builder.frame,
            meta=builder.meta(
                group.name,
                group.about or f"Kabar dari {group.name}.",
                group.address,
                [(group.name, group.address)],
            ),
            name=group.name,
            place=Link(builder.href(place), title_of_section(builder.network, group.section)),
            about=group.about,
            villages=_scope_lines(builder, group),
            founded=day_of(group.founded).shown if group.founded else "",
            decree=group.decree,
            contact=group.contact,
            feed=builder.href(f"{group.address}feed.xml"),
            notices=builder.notices(posts),
            cards=builder.cards(listing.first),
            older=_older_href(builder, group.address, len(listing.older)),
        )
        yield templates.page(page_file(group.address), "group", view)
        yield from _older_pages(builder, templates, group.name, group.address, listing.older)


def directory_page(builder: Builder, templates: Templates) -> Output:
    """All groups by kecamatan, and the villages that have none yet."""
    network, site = builder.network, builder.site
    villages = builder.count_villages(network.villages.values())
    facts = f"{len(site.groups)} kelompok di {villages}"
    view = DirectoryPage(
        frame=builder.frame,
        meta=builder.meta(
            f"Semua {network.words.district} dan kelompok", f"{facts}, {network.region}.", DIRECTORY
        ),
        facts=facts,
        districts=tuple(_district_entry(builder, district) for district in network.districts),
        wide=tuple(builder.group_link(group) for group in site.groups_of_section(network.level)),
        wide_name=f"Seluruh {network.level}",
    )
    return templates.page(page_file(DIRECTORY), "directory", view)


def _blocks(builder: Builder, posts: Sequence[Post]) -> Iterator[Block]:
    """Every kecamatan with those of the posts that are its own, then the whole region's."""
    network = builder.network
    for district in network.districts:
        own = [post for post in posts if post.group.startswith(f"{district.slug}/")]
        address = builder.href(folder_address(district.slug))
        yield Block(district.name, address, builder.district_facts(district), builder.cards(own))
    wide = [post for post in posts if post.group.startswith(f"{network.level}/")]
    if wide:
        title = f"Seluruh {network.level}"
        yield Block(title, builder.href(folder_address(network.level)), "", builder.cards(wide))


def _older_href(builder: Builder, address: str, number: int) -> str:
    """The link to an older page; empty where there is none."""
    return builder.href(older_address(address, number)) if number else ""


def _older_pages(
    builder: Builder, templates: Templates, name: str, address: str, pages: Sequence[Sequence[Post]]
) -> Iterator[Output]:
    for number, posts in enumerate(pages, 1):
        own = older_address(address, number)
        view = OlderPage(
            frame=builder.frame,
            meta=builder.meta(
                f"{name}, kabar lama {number}", f"Kabar lama dari {name}, halaman {number}.", own
            ),
            name=name,
            first=builder.href(address),
            number=number,
            cards=builder.cards(posts),
            older=_older_href(builder, address, number - 1),
        )
        yield templates.page(page_file(own), "older", view)


def _scope_lines(builder: Builder, group: Group) -> tuple[str, ...]:
    scope = builder.scope(group)
    if scope.startswith("Seluruh "):
        return (scope,)
    words = builder.network.words
    return tuple(
        f"{words.village(v.kind).capitalize()} {v.name}" for v in group_villages(builder.network, group)
    )


def _district_entry(builder: Builder, district: District) -> DistrictEntry:
    groups = builder.site.groups_of_section(district.slug)
    served = {village.code for group in groups for village in group_villages(builder.network, group)}
    links: tuple[GroupLink, ...] = tuple(builder.group_link(group) for group in groups)
    return DistrictEntry(
        name=district.name,
        href=builder.href(folder_address(district.slug)),
        facts=builder.count_villages(district.villages),
        groups=links,
        without=tuple(village.name for village in district.villages if village.code not in served),
    )
