"""Every address that the portal names leads somewhere, and every page can be reached."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rjsmin
from lxml import etree

from tests.pages.networks import NAMES, ROOT, Network

named = pytest.mark.parametrize("name", NAMES)
Networks = Callable[[str], Network]
_ATOM = "{http://www.w3.org/2005/Atom}"


@named
def test_every_link_and_anchor_inside_the_portal_leads_somewhere(name: str, networks: Networks) -> None:
    network = networks(name)
    assert (
        faults(network, ((page.path, url) for page in network.pages.values() for url in page.anchors)) == []
    )


@named
def test_no_link_leaves_the_folder_that_the_portal_stands_in(name: str, networks: Networks) -> None:
    network = networks(name)
    host = network.address.removesuffix(f"{network.base}/")
    strays = {
        (page.path, url)
        for page in network.pages.values()
        for url in (*page.anchors, *page.resources, *page.alternates)
        if url.startswith(f"{host}/") and not network.is_inside(url)
    }
    assert sorted(strays)[:10] == []


@named
def test_every_picture_in_every_size_is_there(name: str, networks: Networks) -> None:
    network = networks(name)
    named = [
        (page.path, url)
        for page in network.pages.values()
        for url in page.resources
        if not url.startswith("data:")
    ]
    assert [url for _, url in named if not network.is_inside(url)] == [], "nothing is fetched from elsewhere"
    assert faults(network, named) == []


@named
def test_what_a_page_says_to_machines_about_addresses_is_true(name: str, networks: Networks) -> None:
    network = networks(name)
    named = []
    for page in network.shown:
        assert page.canonical == page.url, page.path
        assert page.metas["og:url"] == page.url, page.path
        assert page.alternates, f"{page.path} names no feed"
        named += [(page.path, url) for url in page.alternates]
        named += [(page.path, page.metas[key]) for key in ("og:image",) if key in page.metas]
        named += [(page.path, url) for url in schema_addresses(page.schema)]
    assert [url for _, url in named if not network.is_inside(url)] == []
    assert faults(network, named) == []


@named
def test_every_redirect_leads_to_a_page_that_is_no_redirect(name: str, networks: Networks) -> None:
    network = networks(name)
    for page in network.pages.values():
        if page.is_redirect:
            assert network.fault_of(page.refresh) == "", page.path
            assert not network.pages[network.file_of(page.refresh)].is_redirect, page.path
            assert page.canonical == page.refresh, page.path


@named
def test_every_address_in_every_feed_leads_somewhere(name: str, networks: Networks) -> None:
    network = networks(name)
    named = []
    for path in sorted(network.files):
        if re.search(r"(^|/)feed(-\d+)?\.xml$", path):
            named += [(path, url) for url in rss_addresses(network.folder / path)]
        elif re.search(r"(^|/)atom(-\d+)?\.xml$", path):
            named += [(path, url) for url in atom_addresses(network.folder / path)]
        elif re.search(r"(^|/)feed(-\d+)?\.json$", path):
            named += [(path, url) for url in json_addresses(network.folder / path)]
    inside = [(path, url) for path, url in named if network.is_inside(url)]
    assert inside
    assert faults(network, inside) == []


@named
def test_sitemap_names_every_page_that_is_meant_to_be_found_and_no_other(
    name: str, networks: Networks
) -> None:
    network = networks(name)
    tree = etree.parse(network.folder / "sitemap.xml")
    listed = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(listed) == len(set(listed))
    assert set(listed) == {page.url for page in network.shown}
    assert f"Sitemap: {network.address}sitemap.xml" in (network.folder / "robots.txt").read_text()


@named
def test_every_page_can_be_reached_from_the_front_page(name: str, networks: Networks) -> None:
    network = networks(name)
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for url in network.pages[waiting.pop()].anchors:
            file = network.file_of(url) if network.is_inside(url) else ""
            if file in network.pages and file not in seen:
                seen.add(file)
                waiting.append(file)
    assert {page.path for page in network.shown} - seen == set()


@named
def test_no_page_has_one_id_twice(name: str, networks: Networks) -> None:
    doubled = {
        page.path: [name for name, count in Counter(page.ids).items() if count > 1]
        for page in networks(name).pages.values()
    }
    assert {path: ids for path, ids in doubled.items() if ids} == {}


@named
def test_every_page_says_what_it_is_in_indonesian(name: str, networks: Networks) -> None:
    network = networks(name)
    for page in network.pages.values():
        assert page.lang == "id", page.path
        assert len(page.headings) == 1, (page.path, page.headings)
        assert page.headings[0], page.path
        assert page.title, page.path
        if not page.is_redirect:
            assert 10 <= len(page.metas["description"]) <= 1_200, (page.path, page.metas["description"])


@named
def test_no_two_pages_but_posts_have_one_title(name: str, networks: Networks) -> None:
    network = networks(name)
    titles = Counter(page.title for page in network.shown if not page.is_post)
    assert [title for title, count in titles.items() if count > 1] == []
    descriptions = Counter(page.metas["description"] for page in network.shown if not page.is_post)
    assert [text for text, count in descriptions.items() if count > 1] == []


@named
def test_no_page_carries_a_script_that_runs_but_the_themes_one(name: str, networks: Networks) -> None:
    own, offline = (
        rjsmin.jsmin((ROOT / "theme" / "static" / script).read_text())
        for script in ("portal.js", "offline.js")
    )
    more = {"offline/index.html": (offline,)}
    for page in networks(name).pages.values():
        assert page.scripts == (() if page.is_redirect else (own, *more.get(page.path, ()))), page.path
        fetched = [url for url in page.resources if url.endswith(".js")]
        asked = page.path == "cari/index.html" or "kirim" in page.ids  # the form of /kirim/ without a server
        assert len(fetched) == asked, page.path


def test_random_corpus_is_published_as_its_writer_says(networks: Networks) -> None:
    network = networks("random")
    content = network.host.parent / "content"
    texts = [path.read_bytes() for path in content.rglob("*.md")]
    assert len(texts) > len(network.posts) > 900
    assert len({page.title for page in network.posts}) > 900


def faults(network: Network, named: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> list[str]:
    """The addresses inside the portal that lead nowhere, with the first file that names each; ten at most."""
    seen: dict[str, str] = {}
    for path, url in named:
        if network.is_inside(url):
            seen.setdefault(url, path)
    found = [f"{path}: {fault}" for url, path in seen.items() if (fault := network.fault_of(url))]
    return found[:10]


def schema_addresses(schema: str) -> Iterator[str]:
    """The addresses in a page's JSON-LD."""
    waiting: list[object] = [json.loads(schema)] if schema else []
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            yield from (
                thing[key]
                for key in ("url", "item", "image", "@id", "logo")
                if isinstance(thing.get(key), str)
            )
            waiting += thing.values()
        elif isinstance(thing, list):
            waiting += thing


def rss_addresses(file: Path) -> Iterator[str]:
    """Where an RSS feed leads: links, enclosures, and what stands in its texts."""
    for element in etree.parse(file).iter():
        yield from filter(None, (element.get("href"), element.get("url")))
        if element.tag == "link" and element.text:
            yield element.text
        yield from html_addresses(element.text or "")


def atom_addresses(file: Path) -> Iterator[str]:
    """Where an Atom feed leads."""
    for element in etree.parse(file).iter():
        if element.get("href"):
            yield str(element.get("href"))
        yield from html_addresses(element.text or "" if element.tag != f"{_ATOM}id" else "")


def json_addresses(file: Path) -> Iterator[str]:
    """Where a JSON Feed leads; a category's scheme is a name and no address."""
    waiting = [json.loads(file.read_text(encoding="utf-8"))]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            waiting += [value for key, value in thing.items() if key != "scheme"]
        elif isinstance(thing, list):
            waiting += thing
        elif isinstance(thing, str):
            yield from [thing] if re.fullmatch(r"https?://\S+", thing) else html_addresses(thing)


def html_addresses(text: str) -> Iterator[str]:
    """The addresses in a piece of HTML."""
    if "</" in text or "<img" in text:
        yield from re.findall(r'(?:href|src)="(https?://[^"]*)"', text)
