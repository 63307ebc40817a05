"""Each page's own Content-Security-Policy: nothing runs but what we wrote, byte for byte."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from lxml import html

from tests.pages.networks import NAMES, Network

Networks = Callable[[str], Network]
named = pytest.mark.parametrize("name", NAMES)


def policy_of(tree: html.HtmlElement) -> dict[str, list[str]]:
    """The directives of a page, each with its sources."""
    (meta,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']")
    parts = [part.split() for part in meta.get("content").split(";")]
    return {name: sources for name, *sources in parts}


@named
def test_every_page_names_the_hash_of_each_text_that_stands_in_it(name: str, networks: Networks) -> None:
    network = networks(name)
    faults = []
    for path in network.pages:
        tree = html.document_fromstring((network.folder / path).read_bytes())
        policy = policy_of(tree)
        assert policy["default-src"] == ["'none'"]
        for tag, directive in (("style", "style-src"), ("script", "script-src")):
            for element in tree.iter(tag):
                if element.get("src") or element.get("type") == "application/ld+json":
                    continue
                text = (element.text or "").encode()
                digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
                if f"'sha256-{digest}'" not in policy.get(directive, []):
                    faults.append((path, tag, text[:60]))
    assert faults == []


@named
def test_no_policy_allows_what_anybody_could_write_into_a_page(name: str, networks: Networks) -> None:
    network = networks(name)
    for path in network.pages:
        tree = html.document_fromstring((network.folder / path).read_bytes())
        sources = {source for sources in policy_of(tree).values() for source in sources}
        assert not sources & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
        assert tree.xpath("//@style") == []
        assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []


@named
def test_the_policy_comes_before_anything_that_it_speaks_of(name: str, networks: Networks) -> None:
    network = networks(name)
    for path in network.pages:
        text = (network.folder / path).read_text()
        at = text.index("Content-Security-Policy")
        assert all(at < text.index(tag) for tag in ("<style", "<script", "<link", "<img") if tag in text)
