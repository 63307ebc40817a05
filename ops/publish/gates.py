"""What must hold before anything travels. Each gate looks at facts and says what is wrong and what to do.

A gate that finds nothing returns nothing. What an operator may overrule with --force is marked so.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kim.addresses import page_file
from ops.feeds_check import FeedsReport

#: Fewer pages than this share of the last published are taken for a broken content folder.
LEAST_SHARE = 0.9
#: What a page without its photos may weigh as sent, in bytes; the suite of the theme is far stricter.
MOST_PAGE = 40_000
#: The same of a post's own page: more than any text within the rules (60,000 characters) can come to, so that
#: no writer stops the news of all others.
MOST_POST = 300_000

_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
_SOURCES = re.compile(r'\ssrcset="([^"]*)"')
_SHOWN = 5
#: `<kecamatan>/<group>/<post>/index.html`
_POST_DEPTH = 3


@dataclass(frozen=True)
class Stop:
    """Why nothing is published. `can_force` is whether `--force` goes on all the same."""

    gate: str
    found: str
    advice: str
    can_force: bool = False

    def __str__(self) -> str:
        return f"{self.gate}: {self.found}\n    {self.advice}"


def check_pages(local: Collection[str], published: Collection[str]) -> Iterator[Stop]:
    """An empty or half content folder must never empty a published portal."""
    pages, before = _count_pages(local), _count_pages(published)
    if pages == 0 or "index.html" not in local:
        yield Stop("pages", "The build has no front page.", "Look at what the build said above.")
    elif pages < before * LEAST_SHARE:
        yield Stop(
            "pages",
            f"The build has {pages} pages; {before} are published.",
            "Is the content folder whole? If so many pages are meant to go, publish with --force.",
            can_force=True,
        )


def check_links(pages: Mapping[str, str], files: Collection[str], base: str) -> Iterator[Stop]:
    """Every link inside the portal has its file. `pages` are HTML by path, `base` the path of the portal."""
    known = set(files)
    dead = [
        f"{path} links to {address}"
        for path, html in sorted(pages.items())
        for address in _inside(html, base)
        if file_of(address) not in known
    ]
    yield from _some("links", dead, "A template names an address that no output has; that is a bug.")


def check_weight(sizes: Mapping[str, int]) -> Iterator[Stop]:
    """No page costs a reader more than it may. `sizes` are bytes as sent, by the page's path."""
    heavy = [
        f"{path} weighs {size:,} bytes"
        for path, size in sorted(sizes.items(), key=lambda item: -item[1])
        if size > (MOST_POST if path.count("/") == _POST_DEPTH else MOST_PAGE)
    ]
    yield from _some("weight", heavy, f"A page may weigh {MOST_PAGE:,} bytes as sent; look at what grew.")


def check_foreign(foreign: Sequence[str]) -> Iterator[Stop]:
    """Nothing travels that no output made."""
    yield from _some("foreign files", foreign, "Remove them; the build's folder is for the build alone.")


def check_published_feeds(report: FeedsReport) -> Iterator[Stop]:
    """No aggregator loses anything, or gets it twice."""
    if not report.is_good:
        yield Stop(
            "feeds", str(report), "Mend the content as it is said above; --force does not overrule this."
        )


def file_of(address: str) -> str:
    """The file below the portal's root that answers an address."""
    path = unquote(address)
    return page_file(path) if path.endswith("/") else path[1:]


def read_pages(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """The HTML of every page below a folder."""
    return {path: (folder / path).read_text(encoding="utf-8") for path in paths if path.endswith(".html")}


def _count_pages(paths: Collection[str]) -> int:
    return sum(path.endswith(".html") for path in paths)


def _inside(html: str, base: str) -> Iterator[str]:
    """The addresses that a page names below the portal's own root, each from there."""
    named = [found[1] for found in _LINK.finditer(html)]
    for sources in _SOURCES.finditer(html):
        named += [source.split()[0] for source in sources[1].split(",") if source.strip()]
    for address in dict.fromkeys(named):
        parts = urlsplit(unescape(address))
        if not parts.scheme and not parts.netloc and parts.path.startswith(f"{base}/"):
            yield parts.path[len(base) :]


def _some(gate: str, found: Sequence[str], advice: str) -> Iterator[Stop]:
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Stop(gate, f"{'; '.join(found[:_SHOWN])}{more}.", advice)
