"""The rules of a post: its file's bytes become a `Post`, or the problems that hold it back.

Stands once and serves three callers: the check on a pull request, the build and the web form. Rules that
need other posts (two with one identity) are in `kim.site`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kim.addresses import folder_address, is_post_stem, tag_uri
from kim.bounds import MOST_HTML, find_excess
from kim.files import PDF_SUFFIX, read_files
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
from kim.markup import Markup, MarkupReader
from kim.network import Network
from kim.photos import PHOTO_SUFFIXES
from kim.post import Attachment, Body, Photo, Post
from kim.problems import Problem, has_errors
from kim.text import (
    digest_of,
    nearest,
    shorten,
    slug,
)

LONGEST_SUMMARY = 220
#: larger files than this are not even read
MOST_FILE_BYTES = 15_000_000


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
    _report_unused(source, head, shown, findings)
    post = _read_fields(source, head, shown, files, document, network, group, findings)
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
    lead = _read_lead(head, source, files, findings)
    photos = _read_figures(shown, source, files, document, findings)
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
        attachments=_read_attachments(source, shown),
        source=head.text("Sumber"),
        tags=_read_tags(head),
        villages=villages,
        draft=STATUS.get(head.text("Status").lower(), False),
        modified=modified,
        correction=correction,
        pinned_until=pinned.at.date() if pinned else None,
        former=split_list(head.text("Alamat lama")),
        links=portal_links(shown, document, findings),
        size=sum(len(part.encode()) for part in shown.prose),
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
    sizes = {name: len(data) for name, data in source.files.items() if name.lower().endswith(PDF_SUFFIX)}
    shown = markup.read(document.body, folder_address(f"{group.folder}/{source.stem}"), sizes)
    start = document.body_line
    if shown.raw_html:
        findings.add("K031", findings.line_of(shown.raw_html[0], start), found=", ".join(shown.raw_html[:3]))
    for target in shown.bad_links:
        if target.lower().endswith(PDF_SUFFIX) and "/" not in target:
            findings.add(
                "K040", findings.line_of(target, start), found=target, advice=_missing_advice(target, source)
            )
        else:
            findings.add("K032", findings.line_of(target, start), found=target)
    if not (shown.words or shown.figures):
        findings.add("K027")
    if (size := sum(map(len, shown.prose))) > MOST_HTML:
        findings.add("K010", found=size, limit=MOST_HTML, unit="huruf di halamannya")
        return None
    return shown


def _missing_advice(name: str, source: PostSource) -> str:
    near = nearest(name, source.files)
    if near:
        return f'mungkin maksudnya "{near}".'
    return f"kirim juga berkasnya, di folder {source.stem}/ bersama index.md."


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
    photo = _find_photo(name, head.line("Foto"), source, files, findings)
    return replace(photo, alt=alt, credit=credit) if photo else None


def _read_figures(
    shown: Markup | None,
    source: PostSource,
    files: Mapping[str, Photo],
    document: Document,
    findings: Findings,
) -> tuple[Photo, ...]:
    photos = []
    for figure in shown.figures if shown else ():
        line = findings.line_of(figure.file, document.body_line)
        if not figure.alt.strip():
            findings.add("K041", line, found=figure.file, example=f"![Warga memanen padi]({figure.file})")
        photo = _find_photo(figure.file, line, source, files, findings)
        if photo:
            alt, caption = " ".join(figure.alt.split()), " ".join(figure.caption.split())
            photos.append(replace(photo, alt=alt, caption=caption))
    return tuple(photos)


def _find_photo(
    name: str, line: int, source: PostSource, files: Mapping[str, Photo], findings: Findings
) -> Photo | None:
    if name in files:
        return files[name]
    if "://" in name or name.startswith("//"):
        findings.add("K047", line, found=name)
    elif name in source.files and not name.lower().endswith(PHOTO_SUFFIXES):
        findings.add("K042", line, found=name)
    elif name not in source.files:  # a photo that is there and cannot be shown has its own problem
        near = nearest(name, files)
        advice = (
            f'mungkin maksudnya "{near}".'
            if near
            else "kirim juga fotonya, di folder tulisan bersama index.md."
        )
        findings.add("K040", line, found=name, advice=advice)
    return None


def _check_stem(source: PostSource, head: Head, findings: Findings) -> None:
    published = head.moment("Tanggal")
    if not is_post_stem(source.stem):
        words = slug(source.stem.lstrip("0123456789-_ ")) or "judul-singkat"
        day = f"{published.at:%Y-%m-%d}" if published else "2026-11-20"
        findings.add("K004", found=source.stem, example=f"{day}-{words}")
    elif published and source.stem[:10] != f"{published.at:%Y-%m-%d}":
        findings.add("K005", in_name=source.stem[:10], in_text=f"{published.at:%Y-%m-%d}")


def _report_unused(source: PostSource, head: Head, shown: Markup | None, findings: Findings) -> None:
    """A file that nothing shows is not lost silently: its sender hears of it."""
    if shown is None:
        return
    used = {head.text("Foto"), *(figure.file for figure in shown.figures)}
    links = "".join(shown.prose)
    for name in source.files:
        is_pdf = name.lower().endswith(PDF_SUFFIX)
        is_photo = name.lower().endswith(PHOTO_SUFFIXES)
        if (is_photo and name not in used) or (is_pdf and f'/{name}"' not in links):
            how = f"[Judul dokumen]({name})" if is_pdf else f"![Keterangan]({name})"
            findings.add("K006", found=name, advice=f"pakai di tulisan dengan {how}, atau hapus.")


def _read_attachments(source: PostSource, shown: Markup) -> tuple[Attachment, ...]:
    folder = source.path.rpartition("/")[0]
    links = "".join(shown.prose)
    return tuple(
        Attachment(name, f"{folder}/{name}", hashlib.sha256(data).hexdigest(), len(data))
        for name, data in sorted(source.files.items())
        if name.lower().endswith(PDF_SUFFIX) and f'/{name}"' in links
    )
