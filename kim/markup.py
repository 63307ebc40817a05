"""Markdown to HTML that is safe to publish.

Two walls: raw HTML is not read as HTML at all but shown as the text that it is, and what Markdown makes goes
through an allow-list sanitiser (nh3). Photos are taken out of the text as figures, so that a page and a
feed can each show them in their own way.
"""

import html as html_entities
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from kim.text import kilobytes, remove_forbidden

#: Stands for a figure while the text is HTML: an element that no writer can make, as raw HTML is not read.
_MARK = "figure"
_FIGURE = re.compile(rf"<{_MARK}>([0-9]+)</{_MARK}>\s*")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][0-9a-z]{0,31});", re.IGNORECASE)
_RAW_HTML = re.compile(r"<(?:!--|/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>)")
_CODE = re.compile(r"(`+)[^`]*\1")
_INTERNAL = re.compile(r"/[a-z0-9/-]*")
#: Browsers drop tabs and take a backslash for a slash, so that `/\\host` would lead to another host.
_PORTAL_LINK = re.compile(r"/(?![/\\])[^\\\s]*")
_VIDEO_HOSTS = (
    "youtube.com",
    "youtu.be",
    "facebook.com",
    "fb.watch",
    "tiktok.com",
    "instagram.com",
    "vimeo.com",
)

_TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code",
    "strong", "em", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
_CLASSES = {"th": {"right", "center"}, "td": {"right", "center"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True)
class Figure:
    """A photo in the text: the file beside the post, its alternative text and its caption."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True)
class LongRow:
    """A row of a table as it was written, with more `cells` than its head has (`columns`)."""

    text: str
    cells: int
    columns: int


@dataclass(frozen=True)
class Markup:
    """A text as HTML: `prose[i]` stands before `figures[i]`, the last prose behind the last figure.

    Links to the portal itself are addresses from its root (`/…`). `first` is the first paragraph as plain
    text. `bad_links`, `raw_html` and `long_rows` are what the writer should hear of. `internal` are the links
    to the portal's pages: as they were written, and the address that is meant.
    """

    prose: tuple[str, ...]
    figures: tuple[Figure, ...]
    first: str
    words: int
    bad_links: tuple[str, ...]
    raw_html: tuple[str, ...]
    long_rows: tuple[LongRow, ...] = ()
    internal: tuple[tuple[str, str], ...] = ()


def sanitise(html: str, address: str | None = None) -> str:
    """The HTML with nothing outside the allow-list; portal links made absolute below `address` if given."""
    return _clean(html, _TAGS, address.rstrip("/") if address else "")


def _clean(html: str, tags: set[str], base: str) -> str:
    """Entities that stand for control characters (`&#26;`) are characters by then, and go too."""
    cleaned = nh3.clean(
        html,
        tags=tags,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative=lambda url: base + url if _PORTAL_LINK.fullmatch(url) else None,
    )
    return remove_forbidden(cleaned)


def find_raw_html(text: str) -> tuple[str, ...]:
    """The HTML tags in a Markdown text, outside its code."""
    return tuple(dict.fromkeys(_RAW_HTML.findall(_CODE.sub("", text))))


class MarkupReader:
    """Reads one text after the other; holds the one Markdown instance, which is costly to make."""

    def __init__(self) -> None:
        self._page = _Page()
        self._markdown = Markdown(
            extensions=["tables", "sane_lists", _PortalMarkdown(self._page)],
            output_format="html",
        )

    def read(self, text: str, address: str, attachments: Mapping[str, int]) -> Markup:
        """The HTML of a text that `kim.bounds` has let through.

        `address` is the post's own; `attachments` are the sizes in bytes of the PDFs beside it.
        """
        self._page.begin(address, attachments)
        self._markdown.reset()
        html = _clean(self._markdown.convert(text), {*_TAGS, _MARK}, "")
        parts = _FIGURE.split(html)
        return Markup(
            prose=tuple(part.strip() for part in parts[::2]),
            figures=tuple(self._page.figures[int(number)] for number in parts[1::2]),
            first=self._page.first,
            words=len(" ".join(nh3.clean(part, tags=set()) for part in parts[::2]).split()),
            bad_links=tuple(dict.fromkeys(self._page.bad_links)),
            raw_html=find_raw_html(text),
            long_rows=tuple(self._page.long_rows),
            internal=tuple(dict.fromkeys(self._page.internal)),
        )


@dataclass
class _Page:
    """What the tree processor needs to know of the text at hand, and what it found in it."""

    address: str = ""
    attachments: Mapping[str, int] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    bad_links: list[str] = field(default_factory=list)
    long_rows: list[LongRow] = field(default_factory=list)
    internal: list[tuple[str, str]] = field(default_factory=list)
    first: str = ""

    def begin(self, address: str, attachments: Mapping[str, int]) -> None:
        self.address, self.attachments, self.first = address, attachments, ""
        self.figures, self.bad_links = [], []
        self.long_rows, self.internal = [], []


class _PortalMarkdown(Extension):
    def __init__(self, page: _Page) -> None:
        super().__init__()
        self._page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Markdown's own name)
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # It hides entities behind control characters; the serialiser and the sanitiser read them as they are.
        md.inlinePatterns.deregister("entity")
        md.inlinePatterns.register(_MailAddress(r"<([^\s<>@!]+@[^\s<>@]+)>", md), "automail", 110)
        md.inlinePatterns.register(
            _BareAddress(r"https?://[^\s<>()\[\]\"'*`]*[^\s<>()\[\]\"'*`.,;:!?]", md), "bare", 90
        )
        md.parser.blockprocessors.register(_WholeTables(md, self._page), "table", 75)
        md.treeprocessors.register(_PortalTree(md, self._page), "portal", -10)


class _WholeTables(TableProcessor):
    """A row with more cells than its head keeps them all, in its last: Markdown itself drops them.

    How a row is split is not public; who splits it otherwise disagrees with the page.
    """

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md.parser, {"use_align_attribute": True})
        self._page = page

    def _build_row(self, row: str, parent: Element, align: Sequence[str | None]) -> None:
        super()._build_row(row, parent, align)  # type: ignore[misc]
        cells: list[str] = self._split_row(row)  # type: ignore[attr-defined]
        if len(cells) > len(align):
            parent[-1][-1].text = " | ".join(cell.strip() for cell in cells[len(align) - 1 :])
            self._page.long_rows.append(LongRow(row, len(cells), len(align)))


class _BareAddress(InlineProcessor):
    """`https://kim.id` in running text becomes a link, as everybody expects who pastes one."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        link = Element("a", {"href": m[0]})
        link.text = AtomicString(m[0])
        return link, m.start(0), m.end(0)


class _MailAddress(InlineProcessor):
    """`<redaksi@kim.id>` becomes a link. Markdown's own writes every letter as an entity, against robots."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        link = Element("a", {"href": f"mailto:{m[1]}"})
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _PortalTree(Treeprocessor):
    """Headings from h2 without gaps, figures out of the text, links looked at."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, root: Element) -> None:
        self._rank_headings(root)
        for cell in (*root.iter("td"), *root.iter("th")):
            align = cell.attrib.pop("align", "")
            if align in _CLASSES[cell.tag]:
                cell.set("class", align)
        for link in root.iter("a"):
            self._look_at(link)
        for block in list(root):
            if block.tag == "p" and not self._page.first:
                self._page.first = _plain(block)
            self._lift_images(root, block)
        if not self._page.first:  # a text that is a list or a table
            self._page.first = " ".join(_plain(block) for block in root if block.tag != _MARK).strip()

    def _rank_headings(self, root: Element) -> None:
        """Down by one rank at a time, whatever was written: `###` above `##` leaves no gap either."""
        above: list[str] = []
        for heading in root.iter():
            if re.fullmatch("h[1-6]", heading.tag):
                while above and above[-1] >= heading.tag:
                    above.pop()
                above.append(heading.tag)
                heading.tag = f"h{min(len(above) + 1, 6)}"

    def _lift_images(self, root: Element, block: Element) -> None:
        found = [(parent, image) for parent in block.iter() for image in parent if image.tag == "img"]
        for parent, image in found:
            self._page.figures.append(
                Figure(*(_unescape(image.get(name, "")) for name in ("src", "alt", "title")))
            )
            _take_out(parent, image)
            marker = Element(_MARK)
            marker.text = AtomicString(str(len(self._page.figures) - 1))
            root.insert(list(root).index(block) + found.index((parent, image)) + 1, marker)
        if found and block.tag == "p" and not "".join(block.itertext()).strip():
            root.remove(block)

    def _look_at(self, link: Element) -> None:
        target = _unescape(link.get("href", "")).strip()
        parts = _split(target)
        if parts and target in self._page.attachments:
            link.set("href", self._page.address + target)
            _add_words(link, f" (PDF, {kilobytes(self._page.attachments[target])})")
        elif parts and parts.scheme in ("http", "https") and "." in parts.netloc and "@" not in parts.netloc:
            link.set("rel", "nofollow noopener ugc")
            host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
            if host in _VIDEO_HOSTS:
                _add_words(link, " (video, memakai banyak kuota)")
        elif parts and parts.scheme in ("mailto", "tel") and parts.path:
            link.set("href", target)
        elif (
            parts
            and not parts.scheme
            and not parts.netloc
            and _INTERNAL.fullmatch(address := urljoin(self._page.address, target))
            and target.endswith("/")
        ):
            link.set("href", address)
            self._page.internal.append((target, address))
        else:
            self._page.bad_links.append(target)
            link.attrib.pop("href", None)


def _split(target: str) -> SplitResult | None:
    """The parts of a link's target; None where browsers and libraries differ on what they are."""
    if "\\" in target:
        return None
    try:
        return urlsplit(target)
    except ValueError:
        return None


def _unescape(text: str) -> str:
    """Text of Markdown's tree, where entities still stand as they were written, as readers see it."""
    return remove_forbidden(_ENTITY.sub(lambda entity: html_entities.unescape(entity[0]), text))


def _plain(block: Element) -> str:
    return " ".join(
        _unescape(" ".join(block.itertext()) if block.tag != "p" else "".join(block.itertext())).split()
    )


def _take_out(parent: Element, child: Element) -> None:
    """Remove a child and keep the text behind it; a link that held nothing else goes with it."""
    before = list(parent).index(child)
    tail = child.tail or ""
    if before:
        parent[before - 1].tail = (parent[before - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(child)


def _add_words(link: Element, words: str) -> None:
    if len(link):
        link[-1].tail = (link[-1].tail or "") + words
    else:
        link.text = AtomicString((link.text or "") + words)
