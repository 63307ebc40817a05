"""What a cheap phone loads of every kind of page: requests, bytes, jumps, scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from ops.phone import Line, Phone, Request, open_phone
from ops.table import format_table
from tests.pages.browsing import CASES, find_page
from tests.pages.conftest import Hosts
from tests.pages.networks import NAMES, Network

#: Requests and bytes with their heads, of a first view before any tap.
MOST: dict[str, tuple[int, int]] = {"front": (14, 45_000), "post": (5, 32_000)}
MOST_OF_A_LIST = (18, 40_000)
#: Bytes of a page without its photos, all that comes with it included.
WITHOUT_PHOTOS = 16_000
#: Fast enough for a test, and slow enough that a page comes piece by piece.
LINE = Line(bits=400_000, latency=20)


def most_of(kind: str) -> tuple[int, int]:
    return MOST.get(kind.split("-")[0], MOST_OF_A_LIST)


@pytest.mark.parametrize(("name", "kind"), [case for case in CASES if case[0] in ("content", "invented")])
def test_first_view_is_light_and_nothing_jumps(name: str, kind: str, hosts: Hosts, browser: Browser) -> None:
    host = hosts(name)
    with open_phone(browser, LINE) as phone:
        host.answers.clear()
        phone.open(host.url(find_page(host.network, kind)))
        requests, size = most_of(kind)
        assert len(phone.requests) <= requests, describe(phone)
        assert phone.size <= size, describe(phone)
        # counted by the host, which also sees what a service worker asks for
        everything = sum(answer.size for answer in host.answers if not answer.path.endswith(".avif"))
        assert everything <= WITHOUT_PHOTOS, host.answers
        read_through(phone)
        assert phone.paints().shifts < 0.005


@pytest.mark.parametrize("kind", ["front", "post-photos"])
def test_phone_takes_the_photo_that_the_meter_speaks_of(kind: str, hosts: Hosts, browser: Browser) -> None:
    host = hosts("content")
    page = find_page(host.network, kind)
    with open_phone(browser) as phone:
        phone.open(host.url(page))
        read_through(phone)
        loaded = {request.url.split("/aset/")[1] for request in phone.requests if "/aset/" in request.url}
    assert loaded == {photo.on_a_phone.split("/aset/")[1] for photo in page.photos}


def test_photos_that_wait_are_loaded_one_by_one_when_tapped(hosts: Hosts, browser: Browser) -> None:
    host = hosts("content")
    with open_phone(browser) as phone:
        phone.open(host.url(find_page(host.network, "post-photos")))
        phone.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        phone.page.wait_for_timeout(300)
        assert len(photos(phone)) == 1, "only the lead comes by itself"
        for number, summary in enumerate(phone.page.locator("summary").all(), 2):
            said = re.match(r"Foto, (\d+) KB, ketuk untuk memuat: .{10}", summary.inner_text())
            assert said
            summary.tap()
            phone.page.wait_for_function(
                "s => s.parentNode.querySelector('img').complete", arg=summary.element_handle()
            )
            phone.page.wait_for_timeout(50)
            assert len(photos(phone)) == number
            assert photos(phone)[-1].size <= int(said[1]) * 1000 + 500, "its head comes on top"
            assert summary.inner_text().startswith(f"Foto, {said[1]} KB")
            assert "ketuk" not in summary.inner_text()


@pytest.mark.parametrize("name", NAMES)
def test_post_brings_one_light_photo_by_itself_at_most(name: str, networks: Callable[[str], Network]) -> None:
    network = networks(name)
    for page in network.shown:
        costs = [
            (network.folder / network.file_of(photo.on_a_phone)).stat().st_size
            for photo in page.photos
            if not photo.waits
        ]
        if page.is_post:
            assert len(costs) <= 1, page.path
            assert sum(costs) <= 18_000, page.path


def read_through(phone: Phone) -> None:
    """Tap every photo that waits, and scroll to the end."""
    for summary in phone.page.locator("summary").all():
        summary.tap()
    for image in phone.page.locator("img:visible").all():  # not what is for paper only
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.complete || new Promise(done => image.onload = image.onerror = done)")


def photos(phone: Phone) -> list[Request]:
    return [request for request in phone.requests if request.kind == "Image"]


def describe(phone: Phone) -> str:
    rows = [(request.url, request.kind, f"{request.size:.0f}") for request in phone.requests]
    return "\n" + format_table(("asked for", "as", "bytes"), rows)
