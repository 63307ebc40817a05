"""A page that comes piece by piece, as over 2G: what is on the screen stays where it is. No clock is asked."""

import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import find_page
from tests.pages.conftest import Hosts
from tests.pages.test_modes import HARDEST

#: Writes a page into a phone's window, one tag after the other, and tells what has moved on the screen. As
#: Chromium counts it: three pixels are no jump.
MOVES = """html => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  frame.style = 'width: 360px; height: 640px; border: 0';
  const page = frame.contentDocument, places = new Map(), moved = [];
  const measure = () => {
    for (const element of page.body.querySelectorAll('*')) {
      const {top, left, width, height} = element.getBoundingClientRect(), before = places.get(element);
      if (!width || !height || element.closest('svg')) continue;
      if (before && Math.min(before.top, top) < 640 && Math.max(Math.abs(before.top - top), Math.abs(before.left - left)) > 3)
        moved.push(`${element.localName}.${element.className} ${element.textContent.trim().slice(0, 40)}:`
          + ` ${before.left},${before.top} to ${left},${top}`);
      places.set(element, {top, left});
    }
  };
  page.open();
  let at = 0;
  for (const tag of html.matchAll(/<(?=[a-z/])/g)) {
    page.write(html.slice(at, tag.index));
    at = tag.index;
    if (page.body) measure();
  }
  page.write(html.slice(at));
  measure();
  page.close();
  frame.remove();
  return moved;
}"""


@pytest.mark.parametrize(("name", "kind"), HARDEST)
def test_nothing_moves_while_a_page_comes_piece_by_piece(
    name: str, kind: str, hosts: Hosts, browser: Browser
) -> None:
    host = hosts(name)
    page = find_page(host.network, kind)
    context = browser.new_context(service_workers="block")
    tab = context.new_page()
    tab.goto(host.url(host.network.pages["index.html"]) + "robots.txt")
    html = (host.network.folder / page.path).read_text(encoding="utf-8")
    assert tab.evaluate(MOVES, html) == []
    context.close()


def test_a_move_would_be_seen(hosts: Hosts, browser: Browser) -> None:
    host = hosts("content")
    context = browser.new_context(service_workers="block")
    tab = context.new_page()
    tab.goto(host.url(host.network.pages["index.html"]) + "robots.txt")
    html = '<!doctype html><title>x</title><body style="display: flex; flex-direction: column-reverse"><p>satu</p><p>dua</p>'
    assert "p. satu" in tab.evaluate(MOVES, html)[0]
    context.close()
