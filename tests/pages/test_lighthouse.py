"""Lighthouse judges a sample of what `invoke lighthouse` has it judge."""

from pathlib import Path

import pytest

from kim.addresses import DIRECTORY
from ops.lighthouse import judge
from ops.page_types import find_page_types, page_type
from tests.pages.browsing import find_page
from tests.pages.conftest import Hosts
from tests.pages.networks import ROOT


@pytest.mark.parametrize("kind", ["front", "post-photos"])
def test_lighthouse_gives_everything_it_has(kind: str, hosts: Hosts, node_modules: Path) -> None:
    host = hosts("content")
    found = judge(ROOT, host.url(find_page(host.network, kind)))
    timed = found.scores["performance"]
    assert {**found.scores, "performance": 100} == dict.fromkeys(found.scores, 100), found.faults
    # whether all of it is there is for `invoke lighthouse` to say: it is a figure of this machine's speed
    assert timed >= 90, found.faults


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "front"),
        ("/hal/3/", "older"),
        ("/hulu/", "section"),
        ("/kota/", "section"),
        ("/hulu/kim-mata-air/", "group"),
        ("/hulu/kim-mata-air/2026-11-01-posyandu/", "post"),
        ("/hulu/kim-mata-air/hal/1/", "older"),
        ("/hulu/mading/", "mading"),
        ("/topik/budaya/", "topic"),
        ("/arsip/2026/11/", "month"),
        ("/arsip/", "arsip"),
        ("/panduan/", "text"),
        (DIRECTORY, "kim"),
    ],
)
def test_type_of_a_page_is_read_from_its_address(address: str, kind: str) -> None:
    assert page_type(address) == kind


def test_heaviest_page_of_each_type_that_may_be_found_is_named(tmp_path: Path) -> None:
    for name, html in {
        "index.html": "x",
        "hulu/index.html": "x",
        "hilir/index.html": "xxx",
        "lama/index.html": '<meta http-equiv="refresh" content="0; url=/hilir/">' * 9,
        "cari/index.html": '<meta name="robots" content="noindex">',
        "404.html": "xxxxxxxx",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(html)
    assert find_page_types(tmp_path) == {"front": "/", "section": "/hilir/"}
