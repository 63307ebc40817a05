"""The search page and its script. The index itself is made by plugins/search."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import rjsmin

from kim.addresses import SEARCH, page_file, topic_address
from kim.folder import digest_bytes
from kim.search import STOP_WORDS, place_names, plan_index
from kim.site import Site
from kim.text import kilobytes
from plugins.pages.builder import Builder
from plugins.pages.templates import Templates
from plugins.pages.views import Choice, Link, SearchIndex, SearchPage
from plugins.portal.output import Output

#: Months that the page leads to; the archive has all of them.
_MONTHS = 12


def search_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """`/cari/` and the script that it needs, under an address of its own fingerprint."""
    builder, network = builder.wearing("ask.css"), builder.network
    script = _script(builder.request.theme)
    file = f"aset/{digest_bytes(script.encode())[:16]}.js"
    yield Output(file, "script", script, write_script)
    title = "Cari kabar"
    about = f"Cari di semua kabar {network.region}: kata, {network.words.district} dan topik."
    places = builder.frame.sections
    slugs = [link.href.rstrip("/").rpartition("/")[2] for link in places]
    view = SearchPage(
        frame=builder.frame,
        meta=builder.meta(title, about, SEARCH),
        crumbs=(builder.home,),
        title=f"{title} · {network.name}",
        script=builder.href(f"/{file}"),
        weight=kilobytes(len(gzip.compress(script.encode(), 9))),
        index=_index(builder.site),
        sections=tuple(Choice(slug, link.text) for slug, link in zip(slugs, places, strict=True)),
        topics=tuple(Choice(topic.slug, topic.name) for topic in network.topics),
        places=places,
        subjects=tuple(Link(builder.href(topic_address(topic.slug)), topic.name) for topic in network.topics),
        months=tuple(
            Link(builder.href(month.address), str(month)) for month in list(builder.site.by_month)[:_MONTHS]
        ),
    )
    yield templates.page(page_file(SEARCH), "search", view)


def write_script(script: str) -> bytes:
    """The script as it is."""
    return script.encode()


def _script(theme: Path) -> str:
    """The theme's script for this page, without comments and space."""
    return str(rjsmin.jsmin((theme / "static" / "search.js").read_text(encoding="utf-8")))


def _index(site: Site) -> SearchIndex:
    plan = plan_index(site.addresses[::-1])
    return SearchIndex(
        count=plan.posts,
        unit=plan.unit,
        segments=" ".join(f"{part.token}:{part.first}:{part.shards}" for part in plan.segments),
        runs=" ".join(run.token for run in plan.runs),
        stop=" ".join(sorted(STOP_WORDS)),
        names="|".join(place_names(site.network)),
    )
