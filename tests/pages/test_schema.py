"""What pages say to machines about themselves: JSON-LD by schema.org's own rules, and Open Graph."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from PIL import Image

from tests.pages.networks import NAMES, Network

named = pytest.mark.parametrize("name", NAMES)
Networks = Callable[[str], Network]

#: https://schema.org, those properties of each type that a news portal has use for: the type's own and those
#: of the types above it. A property that stands here and is unused costs nothing; one that does not exist
#: there must not stand here.
_THING = set(
    "name url description image sameAs identifier mainEntityOfPage alternateName potentialAction".split()
)
_WORK = _THING | set(
    "about abstract accessMode author citation contentLocation contributor copyrightHolder copyrightYear "
    "correction creator creditText dateCreated dateModified datePublished editor encoding hasPart headline "
    "inLanguage isAccessibleForFree isBasedOn isPartOf keywords license locationCreated mainEntity mentions "
    "publisher publishingPrinciples sourceOrganization spatialCoverage text thumbnailUrl version".split()
)
_ORGANIZATION = _THING | set(
    "address areaServed contactPoint correctionsPolicy department email ethicsPolicy foundingDate "
    "foundingLocation location logo member memberOf parentOrganization publishingPrinciples subOrganization "
    "telephone".split()
)
PROPERTIES: Mapping[str, set[str]] = {
    "NewsArticle": _WORK | set("articleBody articleSection dateline speakable wordCount backstory".split()),
    "WebSite": _WORK | {"issn"},
    "Organization": _ORGANIZATION,
    "NewsMediaOrganization": _ORGANIZATION | {"masthead", "missionCoveragePrioritiesPolicy"},
    "GovernmentOrganization": _ORGANIZATION,
    "Person": _THING | set("affiliation email jobTitle memberOf worksFor".split()),
    "Place": _THING | set("address containedInPlace geo hasMap".split()),
    "AdministrativeArea": _THING | set("address containedInPlace geo".split()),
    "GeoCoordinates": _THING | {"latitude", "longitude"},
    "ImageObject": _WORK | set("caption contentUrl width height representativeOfPage encodingFormat".split()),
    "BreadcrumbList": _THING | set("itemListElement itemListOrder numberOfItems".split()),
    "ItemList": _THING | set("itemListElement itemListOrder numberOfItems".split()),
    "ListItem": _THING | set("item position nextItem previousItem".split()),
    "SearchAction": _THING | set("target query query-input".split()),
    "EntryPoint": _THING | {"urlTemplate"},
}
#: What each type must have here: what schema.org's examples and the search engines' own guides ask for.
REQUIRED: Mapping[str, set[str]] = {
    "NewsArticle": set(
        "headline description url datePublished dateModified author publisher articleSection inLanguage isPartOf".split()
    ),
    "WebSite": {"name", "url"},
    "Organization": {"name", "url"},
    "GovernmentOrganization": {"name"},
    "Person": {"name"},
    "Place": {"name"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
}
#: Of which types the value of a property may be; texts and numbers are looked at one by one.
RANGES: Mapping[str, set[str]] = {
    "author": {"Person", "Organization", "NewsMediaOrganization", "GovernmentOrganization"},
    "publisher": {"Person", "Organization", "NewsMediaOrganization", "GovernmentOrganization"},
    "isPartOf": {"WebSite"},
    "contentLocation": {"Place", "AdministrativeArea"},
    "areaServed": {"Place", "AdministrativeArea"},
    "image": {"ImageObject"},
    "logo": {"ImageObject"},
    "itemListElement": {"ListItem"},
}


@named
def test_every_thing_has_a_known_type_and_only_properties_of_that_type(name: str, networks: Networks) -> None:
    for path, thing in things(networks(name)):
        kind = thing.get("@type")
        assert kind in PROPERTIES, (path, kind)
        strange = set(thing) - PROPERTIES[kind] - {"@type", "@id"}
        assert not strange, f"{path}: {kind} has no {', '.join(sorted(strange))} at schema.org"
        for key, allowed in RANGES.items():
            values = thing.get(key, [])
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict):
                    assert value.get("@type") in allowed, (path, key, value)


@named
def test_every_thing_has_what_its_type_needs_and_no_empty_value(name: str, networks: Networks) -> None:
    for path, thing in things(networks(name)):
        missing = REQUIRED.get(str(thing["@type"]), set()) - set(thing)
        assert not missing, f"{path}: {thing['@type']} lacks {', '.join(sorted(missing))}"
        lists = {"ItemList": {"itemListElement"}}.get(str(thing["@type"]), set())  # a list may be empty
        empty = [key for key, value in thing.items() if value in ("", None, [], {}) and key not in lists]
        assert not empty, (path, thing["@type"], empty)
        for key in ("datePublished", "dateModified"):
            if key in thing:
                assert datetime.fromisoformat(thing[key]).tzinfo, (path, thing[key])


@named
def test_every_post_is_one_news_article_that_says_what_its_page_says(name: str, networks: Networks) -> None:
    network = networks(name)
    for page in network.posts:
        (article,) = [thing for thing in graph(page.schema) if thing["@type"] == "NewsArticle"]
        assert article["url"] == page.url
        assert " ".join(article["headline"].split()) == page.headings[0]
        assert article["description"] == page.metas["description"] == page.metas["og:description"]
        assert article["dateModified"] >= article["datePublished"]
        assert article["inLanguage"] == "id"
        assert article.get("image") == page.metas.get("og:image"), page.path


@named
def test_crumbs_and_lists_are_counted_from_one_and_lead_down_to_the_page(
    name: str, networks: Networks
) -> None:
    network = networks(name)
    for page in network.shown:
        for thing in graph(page.schema):
            if thing["@type"] in ("BreadcrumbList", "ItemList"):
                items = thing["itemListElement"]
                assert [item["position"] for item in items] == list(range(1, len(items) + 1)), page.path
            if thing["@type"] == "BreadcrumbList":
                assert items[0]["item"] == network.address, page.path
                assert items[-1]["item"] == page.url, page.path
                assert all(item["name"] for item in items), page.path


def test_every_type_that_the_portal_needs_is_there(networks: Networks) -> None:
    found = {thing["@type"] for _, thing in things(networks("content"))}
    assert {"NewsArticle", "BreadcrumbList", "Organization", "ItemList", "WebSite"} <= found


@named
def test_open_graph_is_complete_on_every_page(name: str, networks: Networks) -> None:
    for page in networks(name).shown:
        metas = page.metas
        for key in ("og:type", "og:locale", "og:site_name", "og:title", "og:description", "og:url"):
            assert metas.get(key), (page.path, key)
        assert metas["og:locale"] == "id_ID"
        assert metas["og:type"] in ("website", "article")
        if name != "random" or "og:image" in metas:  # the random corpus is built without cards
            assert re.match("https?://", metas["og:image"])
            assert int(metas["og:image:width"]) > 0, page.path
            assert int(metas["og:image:height"]) > 0, page.path
            assert metas["og:image:alt"], page.path
            assert metas["twitter:card"] == "summary_large_image"
        if page.is_post:
            assert datetime.fromisoformat(metas["article:published_time"]), page.path
            assert metas["article:section"], page.path


@pytest.mark.parametrize("name", ["content", "metro", "invented", "empty"])
def test_every_page_shows_a_card_and_each_post_and_section_its_own(name: str, networks: Networks) -> None:
    network = networks(name)
    shown: dict[str, list[str]] = {}
    for page in network.shown:
        shown.setdefault(page.metas["og:image"], []).append(page.path)
        file = network.folder / network.file_of(page.metas["og:image"])
        with Image.open(file) as card:
            assert card.format == "JPEG"
            assert (
                card.size
                == (1200, 630)
                == (
                    int(page.metas["og:image:width"]),
                    int(page.metas["og:image:height"]),
                )
            )
        assert file.stat().st_size <= 100_000, page.path
    portal = network.pages["index.html"].metas["og:image"]
    assert [paths for image, paths in shown.items() if image != portal and len(paths) > 1] == []
    own = [page for page in network.shown if page.metas["og:image"] != portal]
    assert {page.path for page in network.posts} <= {page.path for page in own}


def graph(schema: str) -> list[dict[str, Any]]:
    """The things that a page states."""
    if not schema:
        return []
    whole = json.loads(schema)
    assert whole["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = whole["@graph"]
    return found


def things(network: Network) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every thing on every page, those inside of others too, with the page's file."""
    for page in network.pages.values():
        waiting: list[object] = [*graph(page.schema)]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, dict):
                yield page.path, thing
                waiting += thing.values()
            elif isinstance(thing, list):
                waiting += thing
