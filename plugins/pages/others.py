"""The pages that list no posts: the directory of groups, the texts of content/pages/, and 404."""

from collections.abc import Iterator

from msgspec import structs

from kim.addresses import (
    DIRECTORY,
    OFFLINE,
    OPML_FILE,
    PORTAL,
    REGISTRY_FILE,
    SUBSCRIBE,
    absolute,
    folder_address,
    page_file,
)
from kim.feeds import FORMS, FeedFace, district_face, portal_face, region_face, topic_face
from kim.group import group_villages
from kim.network import District, count_villages
from plugins.pages.builder import Builder, day_of, page_policy, small_script
from plugins.pages.templates import Templates
from plugins.pages.views import (
    DirectoryPage,
    DistrictEntry,
    FeedAddress,
    Link,
    MissingPage,
    OfflinePage,
    SubscribePage,
    TextPage,
    TombstonePage,
)
from plugins.portal.output import Output

_OFFLINE_TITLE, _OFFLINE_ABOUT = (
    "Sedang tanpa internet",
    "Yang pernah dibaca di sini dan bisa dibuka tanpa internet.",
)
MISSING_FILE = "404.html"
_MISSING_ROWS = 4


def directory_page(builder: Builder, templates: Templates) -> Output:
    """All groups by kecamatan, and the villages that have none yet."""
    network, site = builder.network, builder.site
    title = f"Semua {network.words.district} dan kelompok"
    facts = f"{len(site.groups)} kelompok, {count_villages(network, network.villages.values())}"
    view = DirectoryPage(
        frame=builder.frame,
        meta=builder.meta(title, f"{facts}, {network.region}.", DIRECTORY),
        crumbs=(builder.home,),
        facts=facts,
        districts=tuple(_district_entry(builder, district) for district in network.districts),
        wide=tuple(builder.group_link(group) for group in site.groups_of_section(network.level)),
        wide_name=network.whole,
    )
    return templates.page(page_file(DIRECTORY), "directory", view)


def subscribe_page(builder: Builder, templates: Templates) -> Output:
    """What a feed is, which one to take, and its address to be copied."""
    builder = builder.wearing("prose.css", "copy.css")
    network, site = builder.network, builder.site
    about = f"Terima setiap kabar baru dari {network.region} di ponsel Anda, gratis dan tanpa mendaftar."
    sections = [(district.name, district_face(network, district)) for district in network.districts]
    if site.groups_of_section(network.level):
        sections.append((f"Kelompok seluruh {network.level}", region_face(network)))
    topics = [(topic.name, topic_face(network, topic)) for topic in network.topics]
    portal = portal_face(network)
    view = SubscribePage(
        frame=builder.frame,
        meta=builder.meta("Langganan", about, SUBSCRIBE),
        crumbs=(builder.home,),
        whole=_feed_address(builder, "Cocok untuk kebanyakan orang", portal),
        sections=tuple(_feed_address(builder, name, face) for name, face in sections),
        topics=tuple(_feed_address(builder, name, face) for name, face in topics),
        forms=tuple(FeedAddress(form.title, form.file) for form in FORMS),
        files=(
            FeedAddress("Semua umpan dalam satu berkas (OPML)", absolute(network.address, f"/{OPML_FILE}")),
            FeedAddress("Daftar wilayah dan kelompok (JSON)", absolute(network.address, f"/{REGISTRY_FILE}")),
        ),
    )
    return templates.page(page_file(SUBSCRIBE), "subscribe", view)


def text_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """Every page of content/pages/."""
    builder = builder.wearing("prose.css")
    for page in builder.site.pages:
        view = TextPage(
            frame=builder.frame,
            meta=builder.meta(page.title, page.summary, page.address),
            crumbs=(builder.home,),
            title=page.title,
            base=builder.base,
            body=builder.request.body(page),
            dead=builder.dead_links(page),
            photos=builder.pictures(page.photos),
        )
        yield templates.page(page_file(page.address), "text", view)


def tombstone_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """Where a post was taken down, the reason: a link that was shared must not end in nothing."""
    builder = builder.wearing("prose.css")
    for address, (group, entry) in builder.site.tombstones.items():
        meta = builder.meta("Kabar ini dicabut", "Kabar di alamat ini sudah dicabut.", address)
        view = TombstonePage(
            frame=builder.frame,
            meta=structs.replace(meta, canonical=""),
            crumbs=(
                builder.home,
                builder.section(group.section),
                Link(builder.href(group.address), group.name),
            ),
            day=day_of(entry.day),
            reason=entry.reason,
            contact=group.contact,
        )
        yield templates.page(page_file(address), "tombstone", view)


def missing_page(builder: Builder, templates: Templates) -> Output:
    """What a host shows where nothing is: a way on, and the newest posts."""
    about = "Halaman ini tidak ada atau sudah pindah."
    meta = structs.replace(builder.meta("Halaman tidak ada", about, PORTAL), canonical="")
    view = MissingPage(
        builder.wearing("ask.css").frame, meta, builder.cards(builder.site.posts[:_MISSING_ROWS])
    )
    return templates.page(MISSING_FILE, "missing", view)


def _feed_address(builder: Builder, name: str, face: FeedFace) -> FeedAddress:
    return FeedAddress(name, absolute(builder.network.address, f"{face.address}{FORMS[0].file}"))


def offline_page(builder: Builder, templates: Templates) -> Output:
    """What a browser that kept some pages shows instead of one that it did not keep.

    It names no post: every reader's browser fetches it once, and again only when it changed.
    """
    meta = structs.replace(builder.meta(_OFFLINE_TITLE, _OFFLINE_ABOUT, OFFLINE), canonical="")
    script = small_script(builder.request.theme, "offline.js")
    policy = page_policy(builder.frame.style, builder.frame.script, script)
    view = OfflinePage(structs.replace(builder.frame, policy=policy), meta, script)
    return templates.page(page_file(OFFLINE), "offline", view)


def _district_entry(builder: Builder, district: District) -> DistrictEntry:
    groups = builder.site.groups_of_section(district.slug)
    served = {village.code for group in groups for village in group_villages(builder.network, group)}
    return DistrictEntry(
        name=district.name,
        href=builder.href(folder_address(district.slug)),
        facts=count_villages(builder.network, district.villages),
        groups=tuple(builder.group_link(group) for group in groups),
        without=tuple(village.name for village in district.villages if village.code not in served),
    )
