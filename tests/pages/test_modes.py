"""Every kind of page in the modes that people need: zoom, forced colours, paper, a keyboard, a screen reader."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext

from ops.page_types import page_type
from tests.pages.browsing import (
    AXE_TAGS,
    CASES,
    COVERED,
    KINDS,
    LANDMARKS,
    WIDE,
    find_page,
)
from tests.pages.conftest import Hosts
from tests.pages.networks import Network
from tests.pages.test_browser import describe, open_page

#: Each kind once, from the network whose page of it is the hardest.
HARDEST = [next(case for case in CASES if case[1] == kind) for kind in KINDS]
each_kind = pytest.mark.parametrize(("name", "kind"), HARDEST)
PLAIN = {"forced_colors": "none"}
FORCED = {"forced_colors": "active"}
PAPER = {"media": "print", "forced_colors": "none"}
CONTRAST = ["color-contrast", "link-in-text-block"]
#: What landmarks are called, in the words of a network or our own.
NAMES = {"Kecamatan", "Distrik", "Utama", "Anda di sini"}


@pytest.fixture
def zoomed(browser: Browser) -> Iterator[BrowserContext]:
    """A window of 1280 pixels at 200 %."""
    made = browser.new_context(
        viewport={"width": 640, "height": 400}, device_scale_factor=2, service_workers="block"
    )
    yield made
    made.close()


@each_kind
def test_axe_finds_nothing_zoomed_in_forced_colours_and_on_paper(
    name: str, kind: str, hosts: Hosts, zoomed: BrowserContext, axe: str
) -> None:
    tab = open_page(zoomed, hosts(name), kind)
    assert tab.evaluate(WIDE) == []
    tab.evaluate(axe)
    # where colours are the reader's own, axe still reads those of the stylesheet: nothing may insist on them
    insisting = "() => [...document.querySelectorAll('*')].filter(e => getComputedStyle(e).forcedColorAdjust == 'none').length"
    assert tab.evaluate(insisting) == 0
    no_contrast = {"runOnly": AXE_TAGS, "rules": {"color-contrast": {"enabled": False}}}
    for mode, rules in (
        (PLAIN, {"runOnly": AXE_TAGS}),
        (FORCED, no_contrast),
        (PAPER, {"runOnly": CONTRAST}),
    ):
        tab.emulate_media(**mode)
        options = {**rules, "resultTypes": ["violations"]}
        violations = tab.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
        assert violations == [], f"{mode}, {tab.url}:\n" + "\n".join(map(describe, violations))


@each_kind
def test_nothing_moves_where_people_ask_for_that(
    name: str, kind: str, hosts: Hosts, zoomed: BrowserContext
) -> None:
    tab = open_page(zoomed, hosts(name), kind)
    tab.emulate_media(reduced_motion="reduce")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.getAnimations().length") == 0
    assert tab.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@each_kind
def test_landmarks_have_names_of_their_own_in_indonesian(
    name: str, kind: str, hosts: Hosts, zoomed: BrowserContext
) -> None:
    tab = open_page(zoomed, hosts(name), kind)
    found: list[str] = tab.evaluate(LANDMARKS)
    assert len(set(found)) == len(found), found
    names = [text.split(": ")[1] for text in found]
    assert [
        text for text in names if text not in NAMES and not text.startswith(("Kabar ", "Cari", "Menu"))
    ] == []
    for landmark in ("main", "header", "footer"):
        assert tab.locator(f"body > {landmark}").count() == 1
    assert tab.locator("html").get_attribute("lang") == "id"


@pytest.mark.parametrize(
    ("name", "kind"), [("invented", "front"), ("content", "post-photos"), ("invented", "section")]
)
def test_focus_goes_down_the_page_and_is_never_covered(
    name: str, kind: str, hosts: Hosts, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 480}, service_workers="block")
    tab = open_page(context, hosts(name), kind)
    stops = tab.locator("main a[href], main summary, main [tabindex='0'], footer a[href]").count()
    tab.locator("main").evaluate("main => { main.tabIndex = -1; main.focus(); }")
    heights = []
    for _ in range(stops):
        tab.keyboard.press("Tab")
        assert tab.evaluate(COVERED) == ""
        heights.append(tab.evaluate("() => document.activeElement.getBoundingClientRect().top + scrollY"))
    assert all(lower >= upper - 60 for upper, lower in pairwise(heights)), heights
    assert tab.evaluate("() => !!document.activeElement.closest('footer')")
    context.close()


def test_photo_that_waits_is_opened_and_closed_by_keyboard(hosts: Hosts, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 480}, java_script_enabled=False)
    tab = open_page(context, hosts("content"), "post-photos")
    summary, photo = tab.locator("summary").first, tab.locator("details img").first
    summary.focus()
    assert not photo.is_visible()
    tab.keyboard.press("Enter")
    assert photo.is_visible()
    photo.scroll_into_view_if_needed()
    shown = "image => image.complete && image.naturalWidth > 0"
    for _ in range(40):
        if photo.evaluate(shown):
            break
        tab.wait_for_timeout(50)
    assert photo.evaluate(shown)
    assert photo.get_attribute("alt")
    tab.keyboard.press("Space")
    assert not photo.is_visible()
    context.close()


@pytest.mark.parametrize("name", ["content", "invented"])
def test_every_type_of_page_is_looked_at(name: str, networks: Callable[[str], Network]) -> None:
    network = networks(name)
    base = len(network.address)
    opened = {page_type(find_page(network, kind).url[base:]) for where, kind in CASES if where == name}
    there = {page_type(page.url[base:]) for page in network.shown}
    assert there - opened == set(), "give them a line in KINDS (tests/pages/browsing.py)"
