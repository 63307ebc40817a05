"""Addresses of feeds, copied with a button where a browser can, and from their field where it cannot."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.pages.browsing import SMALL_TARGETS, WIDE
from tests.pages.conftest import Hosts
from tests.pages.test_browser import open_page

KINDS = ["subscribe", "group"]
each_kind = pytest.mark.parametrize("kind", KINDS)
#: Field and button, as they stand.
BOXES = """() => [...document.querySelectorAll('.copy')].map(copy => {
  const [field, button] = ['input', 'button'].map(name => copy.querySelector(name).getBoundingClientRect());
  return {top: field.top - button.top, bottom: field.bottom - button.bottom, apart: button.left - field.right,
    height: button.height, width: button.width};
})"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that may copy, and shows what was copied."""
    made = browser.new_context(viewport={"width": 360, "height": 640}, service_workers="block")
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@each_kind
def test_each_button_copies_the_address_beside_it_and_says_so(
    kind: str, hosts: Hosts, phone: BrowserContext
) -> None:
    tab = open_page(phone, hosts("content"), kind)
    addresses = tab.locator(".copy input").evaluate_all("fields => fields.map(field => field.value)")
    buttons = tab.get_by_role("button", name="Salin", exact=True)
    assert buttons.count() == len(addresses) > 0
    for at, address in reversed(list(enumerate(addresses))):
        button = tab.locator(".copy button").nth(at)
        assert button.get_attribute("aria-live") == "polite"
        button.click()
        tab.locator(".copy").nth(at).get_by_text("Tersalin", exact=True).wait_for()
        assert tab.evaluate("navigator.clipboard.readText()") == address
    tab.get_by_text("Tersalin", exact=True).first.wait_for(state="detached")
    assert buttons.count() == len(addresses)


@each_kind
def test_button_stands_in_line_with_its_field_and_keeps_its_width(
    kind: str, hosts: Hosts, phone: BrowserContext
) -> None:
    tab = open_page(phone, hosts("content"), kind)
    for width in (320, 360, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        before = tab.evaluate(BOXES)
        tab.locator(".copy button").first.click()
        tab.get_by_text("Tersalin", exact=True).wait_for()
        assert tab.evaluate(BOXES) == before
        for box in before:
            assert (box["top"], box["bottom"]) == (0, 0)
            assert box["apart"] >= 8
            assert min(box["height"], box["width"]) >= 44
        assert tab.evaluate("() => document.querySelector('.copy button').scrollWidth") <= before[0]["width"]
        assert tab.evaluate(WIDE) == []
        tab.get_by_text("Tersalin", exact=True).wait_for(state="detached")


@each_kind
def test_field_alone_is_there_without_javascript(kind: str, hosts: Hosts, browser: Browser) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=False, service_workers="block"
    )
    tab = open_page(context, hosts("content"), kind)
    assert tab.locator(".copy button:visible").count() == 0
    field = tab.locator(".copy input").first
    assert field.is_visible()
    box, room = field.bounding_box(), tab.locator(".copy").first.bounding_box()
    assert box and room and box["width"] == room["width"], "no place is kept for a button that never comes"
    assert tab.evaluate(SMALL_TARGETS, 44) == []
    context.close()


@each_kind
def test_button_is_not_shown_where_the_browser_cannot_copy(
    kind: str, hosts: Hosts, phone: BrowserContext
) -> None:
    phone.add_init_script("delete Navigator.prototype.clipboard")
    tab = open_page(phone, hosts("content"), kind)
    assert tab.locator(".copy button:visible").count() == 0
    assert tab.locator(".copy input").first.is_visible()


def test_address_is_marked_where_copying_is_refused(hosts: Hosts, phone: BrowserContext) -> None:
    phone.add_init_script("Clipboard.prototype.writeText = () => Promise.reject(new Error('denied'))")
    tab = open_page(phone, hosts("content"), "subscribe")
    tab.locator(".copy button").first.click()
    tab.wait_for_function("() => getSelection().toString()")
    assert tab.evaluate("getSelection().toString()") == tab.locator(".copy input").first.input_value()
    assert tab.get_by_text("Tersalin", exact=True).count() == 0
