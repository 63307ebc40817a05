"""A page that stands apart from the news: who we are, how to write, the editorial code, privacy."""

from dataclasses import dataclass

from kim.addresses import LATER_PAGES, RESERVED_AT_ROOT, folder_address, is_slug
from kim.bounds import find_excess
from kim.files import (
    pdf_sizes,
    read_attachments,
    read_figures,
    read_files,
    report_bad_links,
    report_unused,
)
from kim.findings import Findings, portal_links, read_text, report_private
from kim.frontmatter import parse_document
from kim.markup import MarkupReader
from kim.network import Network
from kim.post import Attachment, Body, Photo, PortalLink
from kim.problems import Problem, has_errors
from kim.rules import PostSource
from kim.text import digest_of, fold, shorten

_KEYS = {"judul": "Judul", "title": "Judul", "ringkasan": "Ringkasan", "summary": "Ringkasan"}
_LONGEST_SUMMARY = 220


@dataclass(frozen=True)
class Page:
    """A page without its text; `body` is the digest by which its text is loaded.

    `photos` are those in the text, in order.
    """

    path: str
    slug: str
    title: str
    summary: str
    body: str
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    links: tuple[PortalLink, ...] = ()

    @property
    def address(self) -> str:
        """Where it stands."""
        return folder_address(self.slug)


@dataclass(frozen=True)
class PageReading:
    """What came of reading: a page with its text, unless a problem holds it back."""

    page: Page | None
    body: Body | None
    problems: tuple[Problem, ...]


def read_page(source: PostSource, network: Network, markup: MarkupReader) -> PageReading:
    """Read a page as it lies in content/pages/: `Judul`, `Ringkasan`, a text, and the files beside it.

    Its photos and PDFs keep the rules of a post's.
    """
    findings, stem = Findings(source.path), source.stem
    if not is_slug(stem) or stem in network.by_slug or stem in RESERVED_AT_ROOT - LATER_PAGES:
        advice = "pakai huruf kecil dan tanda hubung, dan nama yang belum dipakai."
        findings.add("K074", found=stem, advice=advice)
    text = read_text(source.text, findings)
    if text is None:
        return PageReading(None, None, findings.sorted())
    document = parse_document(text)
    findings.lines = tuple(text.split("\n"))
    report_private(text, (stem, *source.files), (network.office.contact,), findings)
    values: dict[str, str] = {}
    for stray in document.strays:
        findings.add("K011", stray.line, found=stray.text)
    for field in document.fields:
        if fold(field.key) in _KEYS:
            values[_KEYS[fold(field.key)]] = " ".join(field.value.split())
        else:
            advice = "halaman hanya punya Judul dan Ringkasan."
            findings.add("K014", field.line, found=field.key, advice=advice)
    if not values.get("Judul"):
        findings.add("K016", key="Judul", example="Judul: Tentang kami")
    if excess := find_excess(document.body):
        line = excess.line + document.body_line - 1
        findings.add("K030", line, found=excess.found, advice=excess.advice)
        return PageReading(None, None, findings.sorted())
    shown = markup.read(document.body, folder_address(stem), pdf_sizes(source.files))
    report_bad_links(shown, document.body_line, stem, source.files, findings)
    files = read_files(source.path, source.files, findings)
    photos = read_figures(shown, document.body_line, source.files, files, findings)
    report_unused(shown, source.files, findings)
    problems = findings.sorted()
    if has_errors(problems):
        return PageReading(None, None, problems)
    summary = values.get("Ringkasan") or shorten(shown.first, _LONGEST_SUMMARY)
    page = Page(
        path=source.path,
        slug=stem,
        title=values["Judul"],
        summary=summary,
        body=digest_of(*shown.prose),
        photos=photos,
        attachments=read_attachments(shown, source.path, source.files),
        links=portal_links(shown, document, findings),
    )
    return PageReading(page, Body(shown.prose), problems)
