"""The pages that list no posts: the directory of groups, the texts of content/pages/, and 404."""

from collections.abc import Iterator
from dataclasses import replace

from kim.addresses import DIRECTORY, PORTAL, folder_address, page_file
from kim.group import group_villages
from kim.network import District
from plugins.pages.builder import Builder
from plugins.pages.templates import Templates
from plugins.pages.views import DirectoryPage, DistrictEntry, MissingPage, TextPage
from plugins.portal.output import Output

MISSING_FILE = "404.html"
_MISSING_ROWS = 4


def directory_page(builder: Builder, templates: Templates) -> Output:
    """All groups by kecamatan, and the villages that have none yet."""
    network, site = builder.network, builder.site
    title = f"Semua {network.words.district} dan kelompok"
    facts = f"{len(site.groups)} kelompok, {builder.count_villages(network.villages.values())}"
    view = DirectoryPage(
        frame=builder.frame,
        meta=builder.meta(title, f"{facts}, {network.region}.", DIRECTORY),
        crumbs=(builder.home,),
        facts=facts,
        districts=tuple(_district_entry(builder, district) for district in network.districts),
        wide=tuple(builder.group_link(group) for group in site.groups_of_section(network.level)),
        wide_name=f"Seluruh {network.level}",
    )
    return templates.page(page_file(DIRECTORY), "directory", view)


def text_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """Every page of content/pages/."""
    for page in builder.site.pages:
        view = TextPage(
            frame=builder.frame,
            meta=builder.meta(page.title, page.summary, page.address),
            crumbs=(builder.home,),
            title=page.title,
            base=builder.base,
            body=builder.request.body(page),
        )
        yield templates.page(page_file(page.address), "text", view)


def missing_page(builder: Builder, templates: Templates) -> Output:
    """What a host shows where nothing is: a way on, and the newest posts."""
    about = "Halaman ini tidak ada atau sudah pindah."
    meta = replace(builder.meta("Halaman tidak ada", about, PORTAL), canonical="")
    view = MissingPage(builder.frame, meta, builder.cards(builder.site.posts[:_MISSING_ROWS]))
    return templates.page(MISSING_FILE, "missing", view)


def _district_entry(builder: Builder, district: District) -> DistrictEntry:
    groups = builder.site.groups_of_section(district.slug)
    served = {village.code for group in groups for village in group_villages(builder.network, group)}
    return DistrictEntry(
        name=district.name,
        href=builder.href(folder_address(district.slug)),
        facts=builder.count_villages(district.villages),
        groups=tuple(builder.group_link(group) for group in groups),
        without=tuple(village.name for village in district.villages if village.code not in served),
    )
