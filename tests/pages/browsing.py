"""Pages in a real Chromium: served from this machine, opened by kind, and measured."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kim.folder import scan_content
from ops.host import Answer, serve_folder
from tests.pages.networks import Network, Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Links that stand by themselves, in bars, lists and notices, and are lower than a thumb is broad. A link
#: inside of running text is as high as its line, and axe sees to its distance from the next.
SMALL_TARGETS = """least => [...document.querySelectorAll('a[href],button,input,select,summary')].filter(link => {
  const box = link.getBoundingClientRect(), style = getComputedStyle(link);
  if (!box.width || style.visibility == 'hidden' || box.right < 0) return false;
  const text = link.closest('p,dd,td,th,li,figcaption,.text');
  const alone = link.closest('nav') || !text
    || (!link.closest('.text') && text.textContent.trim() == link.textContent.trim());
  return alone && (box.height < least || box.width < 24);
}).map(link => `${link.className} ${link.textContent.trim().slice(0, 40)} ${link.getBoundingClientRect().height}`)"""
#: What is wider than the window, the innermost first; boxes that scroll by themselves may be.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(-5)"""
#: A picture that only paper has is not loaded for a screen.
BROKEN_IMAGES = """() => [...document.images].filter(i => i.getClientRects().length && (!i.complete || !i.naturalWidth)).map(i => i.currentSrc || i.src)"""
#: Whether what has the focus is covered, as by a bar.
COVERED = """() => { const e = document.activeElement, b = e.getClientRects()[0];
  const middle = (Math.max(b.left, 0) + Math.min(b.right, innerWidth)) / 2;
  const top = document.elementFromPoint(middle, b.top + b.height / 2);
  return top && (e.contains(top) || top.contains(e)) ? '' : `${e.textContent.trim().slice(0, 60)} ${b.top}`; }"""
#: Every landmark with the name that a screen reader says; a form without a name is none.
LANDMARKS = """() => [...document.querySelectorAll('nav,aside,search,form[aria-label],[role=region],[role=search]')]
  .map(e => `${e.tagName.toLowerCase()}: ${e.getAttribute('aria-label') || ''}`)"""
FOCUS = """() => { const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);
  return {text: e.textContent.trim(), tag: e.tagName, left: b.left, top: b.top, width: b.width, height: b.height,
    outline: s.outlineStyle != 'none' && parseFloat(s.outlineWidth) >= 2}; }"""


@dataclass(frozen=True)
class Host:
    """A network that is served on this machine; `answers` grows with what is sent."""

    network: Network
    port: int
    answers: list[Answer]

    def url(self, page: Page) -> str:
        """Where a page stands on this machine."""
        return f"http://127.0.0.1:{self.port}{self.network.base}/{page.path.removesuffix('index.html')}"


@contextmanager
def serve(network: Network) -> Iterator[Host]:
    """The network below the path of its address, until the block ends."""
    with serve_folder(network.host, network.base) as served:
        yield Host(network, served.port, served.answers)


def _at(pattern: str) -> Callable[[Network], list[Page]]:
    """The pages whose file matches, the longest heading first."""
    shape = re.compile(pattern)

    def find(network: Network) -> list[Page]:
        found = [
            page for page in network.pages.values() if shape.fullmatch(page.path) and not page.is_redirect
        ]
        return sorted(found, key=lambda page: (-len(page.headings[0]), page.path))

    return find


def _post(value: Callable[[Page], float]) -> Callable[[Network], list[Page]]:
    """The posts that have something, those with most of it first."""

    def find(network: Network) -> list[Page]:
        return sorted(
            (page for page in network.posts if value(page)), key=lambda page: (-value(page), page.path)
        )

    return find


def _folders(network: Network, depth: int) -> list[Page]:
    """The pages of kecamatan (1) or of groups (2)."""
    content: Path = network.host.parent / "content"
    found = {file.parent for file in content.glob("*/*/kim.toml")}
    if depth == 1:
        settings = tomllib.loads((content / "network.toml").read_text())
        found = {content / district["slug"] for district in settings["districts"]}
    paths = [f"{folder.relative_to(content).as_posix()}/index.html" for folder in sorted(found)]
    return sorted((network.pages[path] for path in paths), key=lambda page: -len(page.headings[0]))


def _groups(network: Network) -> list[Page]:
    return [page for page in _folders(network, 2) if page not in _empty_groups(network)]


def _sections(network: Network) -> list[Page]:
    return [page for page in _folders(network, 1) if page not in _empty_sections(network)]


def _empty_groups(network: Network) -> list[Page]:
    return [page for page in _folders(network, 2) if "belum menerbitkan kabar" in page.text]


def _empty_sections(network: Network) -> list[Page]:
    return [page for page in _folders(network, 1) if "Belum ada kabar" in page.text]


def _texts(network: Network) -> list[Page]:
    texts = scan_content(network.host.parent / "content").pages
    return sorted((network.pages[f"{text.stem}/index.html"] for text in texts), key=lambda page: -page.words)


#: Each kind of page, and how the hardest of them is found.
KINDS: Mapping[str, Callable[[Network], list[Page]]] = {
    "front": _at(r"index\.html"),
    "section": _sections,
    "region": _at(r"(kota|kabupaten)/index\.html"),
    "board": _at(r"[^/]+/mading/index\.html"),
    "group": _groups,
    "post-photo": _post(lambda page: page.images == 1),
    "post-photos": _post(lambda page: page.images),
    "post-table": _post(lambda page: page.tables),
    "post-title": _post(lambda page: len(page.headings[0])),
    "post-corrected": _post(lambda page: "Ralat, " in page.text),
    "topic": _at(r"topik/[^/]+/index\.html"),
    "label": _at(r"label/[^/]+/index\.html"),
    "month": _at(r"arsip/\d+/\d+/index\.html"),
    "archive": _at(r"arsip/index\.html"),
    "search": _at(r"cari/index\.html"),
    "send": _at(r"kirim/index\.html"),
    "directory": _at(r"kim/index\.html"),
    "subscribe": _at(r"langganan/index\.html"),
    "text": _texts,
    "older": _at(r"(.*/)?hal/\d+/index\.html"),
    "missing": _at(r"404\.html"),
    "offline": _at(r"offline/index\.html"),
    "empty-group": _empty_groups,
    "empty-section": _empty_sections,
}
_USUAL = "front section board group post-title topic label month archive search send directory subscribe missing offline"
#: Which kinds each network is opened for.
OPENED: Mapping[str, str] = {
    "invented": f"{_USUAL} region post-photo post-photos post-table older empty-group",
    "content": f"{_USUAL} region post-photo post-photos post-table text older",
    "metro": f"{_USUAL} region post-photo empty-section",
    "pulang-pisau": "front region post-title topic month archive search send directory missing empty-section",
    "empty": "front archive search directory missing empty-section",
    "random": "front section board group post-table post-corrected archive directory text older empty-group",
}
CASES = [(name, kind) for name, kinds in OPENED.items() for kind in kinds.split()]


def find_page(network: Network, kind: str) -> Page:
    """The hardest page of a kind."""
    found = KINDS[kind](network)
    assert found, f"{network.name} has no page of the kind {kind}; give it one, or take it out of OPENED"
    return found[0]
