"""The rules of a post: its file's bytes become a `Post`, or the problems that hold it back.

Stands once and serves three callers: the check on a pull request, the build and the web form. Rules that
need other posts (two with one identity) are in `kim.site`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import structs

from kim.addresses import folder_address, is_post_stem, tag_uri
from kim.bounds import find_excess
from kim.files import (
    find_photo,
    pdf_sizes,
    read_attachments,
    read_figures,
    read_files,
    report_bad_links,
    report_unused,
)
from kim.findings import Findings, portal_links, read_text, report_private
from kim.frontmatter import Document, parse_document
from kim.group import Group
from kim.head import (
    EXAMPLES,
    STATUS,
    Head,
    collect_fields,
    read_correction,
    read_title,
    read_topic,
    read_villages,
    split_list,
)
from kim.history import MOST_BYTES, weigh_item
from kim.markup import Markup, MarkupReader
from kim.network import Network
from kim.post import Body, Photo, Post
from kim.problems import Problem, has_errors
from kim.text import (
    digest_of,
    kilobytes,
    shorten,
    slug,
)

LONGEST_SUMMARY = 220


@dataclass(frozen=True)
class PostSource:
    """A post as it lies in its folder: the bytes of its text and of the files beside it.

    `path` is counted from content/; `files` are by name. A post without a folder of its own has none.
    """

    path: str
    stem: str
    text: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class PostReading:
    """What came of reading: a post with its text, unless a problem holds it back."""

    post: Post | None
    body: Body | None
    problems: tuple[Problem, ...]


def read_post(source: PostSource, network: Network, group: Group, markup: MarkupReader) -> PostReading:
    """Read one post by every rule; all problems in one go."""
    findings = Findings(source.path)
    text = read_text(source.text, findings)
    if text is None:
        return PostReading(None, None, findings.sorted())
    document = parse_document(text)
    findings.lines = tuple(text.split("\n"))
    names = (source.stem, *source.files)
    report_private(text, names, (group.contact, network.office.contact), findings)
    head = Head(collect_fields(document, findings), findings, network)
    shown = _read_markup(document, source, group, markup, findings)
    files = read_files(source.path, source.files, findings)
    _check_stem(source, head, findings)
    if shown:
        report_unused(shown, source.files, findings, lead=head.text("Foto"))
    post = _read_fields(source, head, shown, files, document, network, group, findings)
    if shown and post:
        post = structs.replace(post, weight=weigh_item(post, shown.prose))
        _check_weight(post, findings)
    problems = findings.sorted()
    if shown is None or post is None or has_errors(problems):
        return PostReading(None, None, problems)
    return PostReading(post, Body(shown.prose), problems)


def _read_fields(
    source: PostSource,
    head: Head,
    shown: Markup | None,
    files: Mapping[str, Photo],
    document: Document,
    network: Network,
    group: Group,
    findings: Findings,
) -> Post | None:
    """The post, its every field checked; None where there is too little of it to make one."""
    published = head.moment("Tanggal")
    title, topic = read_title(head, findings), read_topic(head, network, findings)
    photos = () if shown is None else read_figures(shown, document.body_line, source.files, files, findings)
    lead = _read_lead(head, source, files, findings)
    villages = read_villages(head, network, group, findings)
    modified, correction = read_correction(head, published, findings)
    pinned = head.moment("Sematkan")
    if published is None or shown is None:
        return None
    return Post(
        path=source.path,
        group=group.folder,
        stem=source.stem,
        id=head.text("Id") or source.stem,
        title=title,
        published=published,
        topic=topic,
        author=head.text("Penulis") or group.name,
        summary=head.text("Ringkasan") or shorten(shown.first, LONGEST_SUMMARY),
        body=digest_of(*shown.prose),
        words=shown.words,
        lead=lead,
        photos=photos,
        attachments=read_attachments(shown, source.path, source.files),
        source=head.text("Sumber"),
        tags=_read_tags(head),
        villages=villages,
        draft=STATUS.get(head.text("Status").lower(), False),
        modified=modified,
        correction=correction,
        pinned_until=pinned.at.date() if pinned else None,
        former=split_list(head.text("Alamat lama")),
        links=portal_links(shown, document, findings),
    )


def _read_tags(head: Head) -> tuple[str, ...]:
    """The labels, each address once; one without a letter or digit has no address."""
    tags = {slug(tag): tag for tag in reversed(split_list(head.text("Label")))}
    tags.pop("", None)
    return tuple(reversed(tags.values()))


def post_identity(network: Network, group: Group, post: Post) -> str:
    """The post's identity everywhere, for good."""
    return tag_uri(network.authority, group.id, post.id)


def _read_markup(
    document: Document, source: PostSource, group: Group, markup: MarkupReader, findings: Findings
) -> Markup | None:
    if not document.body.strip():
        findings.add("K027")
        return None
    if excess := find_excess(document.body):
        line = excess.line + document.body_line - 1
        findings.add("K030", line, found=excess.found, advice=excess.advice)
        return None
    address = folder_address(f"{group.folder}/{source.stem}")
    shown = markup.read(document.body, address, pdf_sizes(source.files))
    start = document.body_line
    if shown.raw_html:
        findings.add("K031", findings.line_of(shown.raw_html[0], start), found=", ".join(shown.raw_html[:3]))
    for row in shown.long_rows:
        findings.add("K033", findings.line_of(row.text, start), found=row.cells, limit=row.columns)
    report_bad_links(shown, start, source.stem, source.files, findings)
    if not (shown.words or shown.figures):
        findings.add("K027")
    return shown


def _read_lead(
    head: Head, source: PostSource, files: Mapping[str, Photo], findings: Findings
) -> Photo | None:
    name, alt, credit = head.text("Foto"), head.text("Keterangan foto"), head.text("Kredit foto")
    if not name:
        for key, value in (("Keterangan foto", alt), ("Kredit foto", credit)):
            if value:
                findings.add("K023", head.line(key), missing="Foto", present=key, example=EXAMPLES["Foto"])
        return None
    if not alt:
        findings.add("K041", head.line("Foto"), found=name, example=f"`{EXAMPLES['Keterangan foto']}`")
    photo = find_photo(name, head.line("Foto"), source.files, files, findings)
    return structs.replace(photo, alt=alt, credit=credit) if photo else None


def _check_weight(post: Post, findings: Findings) -> None:
    """Whether a feed can carry it. A long address that is used again and again is long each time, and what
    is no Latin letter takes two to four bytes."""
    if post.weight > MOST_BYTES:
        unit = "bersama alamat tautan dan keterangan fotonya"
        findings.add("K010", found=kilobytes(post.weight), limit=kilobytes(MOST_BYTES), unit=unit)


def _check_stem(source: PostSource, head: Head, findings: Findings) -> None:
    published = head.moment("Tanggal")
    if not is_post_stem(source.stem):
        words = slug(source.stem.lstrip("0123456789-_ ")) or "judul-singkat"
        day = f"{published.at:%Y-%m-%d}" if published else "2026-11-20"
        findings.add("K004", found=source.stem, example=f"{day}-{words}")
    elif published and source.stem[:10] != f"{published.at:%Y-%m-%d}":
        findings.add("K005", in_name=source.stem[:10], in_text=f"{published.at:%Y-%m-%d}")
