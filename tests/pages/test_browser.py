"""Every kind of page in a real Chromium: for fingers, keyboards, screen readers, small and large windows."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from playwright.sync_api import Page as Tab

from tests.pages.browsing import (
    AXE_TAGS,
    BROKEN_IMAGES,
    CASES,
    FOCUS,
    OPENED,
    SMALL_TARGETS,
    WIDE,
    Host,
    find_page,
)
from tests.pages.conftest import Hosts

PHONE = {"width": 320, "height": 640}
WIDTHS = (320, 360, 768, 1280)
#: CSS pixels that a thumb needs.
THUMB = 44

each = pytest.mark.parametrize(("name", "kind"), CASES)
every_network = pytest.mark.parametrize("name", OPENED)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, color_scheme="light", service_workers="block")
    made.set_default_timeout(60_000)
    yield made
    made.close()


@each
def test_axe_finds_nothing_on_a_phone_in_light_and_dark(
    name: str, kind: str, hosts: Hosts, context: BrowserContext, axe: str
) -> None:
    tab = open_page(context, hosts(name), kind)
    tab.evaluate(axe)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        if scheme == "dark":
            see_all(tab)
        options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"]}
        violations = tab.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
        assert violations == [], f"{scheme}, {tab.url}:\n" + "\n".join(map(describe, violations))


@each
def test_page_fits_its_window_and_its_links_fit_a_thumb(
    name: str, kind: str, hosts: Hosts, context: BrowserContext
) -> None:
    tab = open_page(context, hosts(name), kind)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate(WIDE) == [], f"{width} px, {tab.url}"
        assert tab.evaluate(SMALL_TARGETS, THUMB) == [], f"{width} px, {tab.url}"


@each
def test_page_loads_all_that_it_shows_without_a_complaint(
    name: str, kind: str, hosts: Hosts, context: BrowserContext
) -> None:
    complaints: list[str] = []
    context.on("console", lambda message: note(complaints, message))
    context.on("requestfailed", lambda request: complaints.append(f"{request.url} failed"))
    context.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    tab = open_page(context, hosts(name), kind)
    see_all(tab)
    assert tab.evaluate(BROKEN_IMAGES) == []
    assert complaints == []


@pytest.mark.parametrize("width", [320, 360])
def test_both_ways_to_share_have_room_on_a_phone(width: int, hosts: Hosts, context: BrowserContext) -> None:
    context.add_init_script("Navigator.prototype.share = async () => {}")
    tab = open_page(context, hosts("invented"), "post-title")
    tab.set_viewport_size({"width": width, "height": 640})
    assert tab.get_by_role("button", name="Lainnya").is_visible()
    assert tab.evaluate(WIDE) == []
    assert tab.evaluate(SMALL_TARGETS, THUMB) == []


@pytest.mark.parametrize(
    ("name", "kind"), [("invented", "front"), ("content", "post-photos"), ("metro", "directory")]
)
def test_first_tab_shows_the_skip_link_and_focus_can_be_seen_all_the_way(
    name: str, kind: str, hosts: Hosts, context: BrowserContext
) -> None:
    tab = open_page(context, hosts(name), kind)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.reload()
        tab.keyboard.press("Tab")
        first = tab.evaluate(FOCUS)
        assert first["text"] == "Langsung ke isi"
        assert first["left"] >= 0, first
        assert first["top"] >= 0, first
        for _ in range(12):
            assert tab.evaluate(FOCUS)["outline"], tab.evaluate(FOCUS)
            tab.keyboard.press("Tab")
    tab.goto(tab.url)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => !!document.activeElement.closest('main')"), "the skip link leads into the page"


@every_network
def test_portal_is_read_from_front_page_to_post_without_javascript(
    name: str, hosts: Hosts, browser: Browser
) -> None:
    host = hosts(name)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, service_workers="block")
    tab = open_page(context, host, "front")
    for follow in ("main a[href] >> nth=0", "nav.bar a >> nth=1", "main h2 a[href], main .grp a >> nth=0"):
        link = tab.locator(follow).first
        target = link.evaluate("link => link.href")
        link.click()
        tab.wait_for_load_state("load")
        assert tab.url == target
        assert tab.locator("h1").count() == 1
        assert tab.locator("main").inner_text().strip()
    context.close()


@pytest.mark.parametrize("name", ["invented", "content"])
def test_every_photo_is_shown_without_javascript(name: str, hosts: Hosts, browser: Browser) -> None:
    host = hosts(name)
    loaded: list[str] = []
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, service_workers="block")
    context.on("response", lambda answer: loaded.append(answer.url) if answer.ok else None)
    page = find_page(host.network, "post-photos")
    tab = open_page(context, host, "post-photos")
    see_all(tab)
    assert tab.evaluate(BROKEN_IMAGES) == []
    assert len({url for url in loaded if "/aset/" in url}) >= page.images
    context.close()


def open_page(context: BrowserContext, host: Host, kind: str) -> Tab:
    """The hardest page of a kind, in a new tab."""
    tab = context.new_page()
    tab.goto(host.url(find_page(host.network, kind)))
    return tab


def see_all(tab: Tab) -> None:
    """Tap every photo that waits, and go to the end as a reader does, until what loads late is there."""
    for summary in tab.locator("summary").all():
        summary.click()
    for image in tab.locator("img:visible").all():  # what is there for paper only has no place on a screen
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.complete || new Promise(done => image.onload = image.onerror = done)")


def note(complaints: list[str], message: ConsoleMessage) -> None:
    """What the browser says that it minds."""
    # that the worker is kept out is these tests' own wish; tests/offline lets it in
    if message.type in ("error", "warning") and "blocked by Playwright" not in message.text:
        complaints.append(message.text)


def describe(violation: dict[str, Any]) -> str:
    """One of axe's findings, with the first places where it stands."""
    nodes = "\n".join(
        f"      {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:3]
    )
    return f"  {violation['id']}: {violation['help']} ({len(violation['nodes'])} places)\n{nodes}"
