"""The files beside a post or a page: photos and PDFs, each looked at before anything shows it.

And what its text makes of them: which photo stands where, which file is missing, which is not used.
"""

import hashlib
import re
from collections.abc import Collection, Mapping

from msgspec import structs

from kim.findings import Findings
from kim.markup import Markup
from kim.post import Attachment, Photo
from kim.sizes import FORMATS, LONGEST_SIDE, MOST_BYTES, PHOTO_SUFFIXES
from kim.text import kilobytes, nearest, slug

MOST_PHOTOS = 20
MOST_PDF_BYTES = 5_000_000
PDF_SUFFIX = ".pdf"
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.[A-Za-z]{3,4}")


def read_files(path: str, files: Mapping[str, bytes], findings: Findings) -> dict[str, Photo]:
    """The photos beside the text at `path`, without words yet; every file is looked at, used or not."""
    photos: dict[str, Photo] = {}
    folder = path.rpartition("/")[0]
    names: set[str] = set()
    for name, data in sorted(files.items()):
        suffix = "." + name.rpartition(".")[2].lower()
        if suffix not in (*PHOTO_SUFFIXES, PDF_SUFFIX):
            findings.add("K052", found=name, known=", ".join([*FORMATS, "PDF"]))
        elif not FILE_NAME.fullmatch(name):
            stem = slug(name.rpartition(".")[0], longest=50) or "foto"
            findings.add("K046", found=name, example=f"{stem}{suffix}")
        elif name.lower() in names:
            stem = slug(name.rpartition(".")[0], longest=50)
            findings.add("K046", found=name, example=f"{stem}-2{suffix}")
        elif suffix == PDF_SUFFIX:
            if not data.startswith(b"%PDF-"):
                findings.add("K048", found=name)
            elif len(data) > MOST_PDF_BYTES:
                findings.add("K049", found=name, size=kilobytes(len(data)), limit=kilobytes(MOST_PDF_BYTES))
        elif photo := _read_photo(name, data, f"{folder}/{name}", findings):
            photos[name] = photo
        names.add(name.lower())  # names that differ only in case are one file on many a host
    if len(photos) > MOST_PHOTOS:
        findings.add("K051", found=len(photos), limit=MOST_PHOTOS)
    return photos


def _read_photo(name: str, data: bytes, path: str, findings: Findings) -> Photo | None:
    from kim.photos import NoPhotoError, PhotoBombError, read_photo  # Pillow: not for texts without photos

    try:
        facts = read_photo(data)
    except PhotoBombError as bomb:
        findings.add("K050", found=name, width=bomb.width, height=bomb.height)
        return None
    except NoPhotoError:
        findings.add("K042", found=name)
        return None
    if max(facts.width, facts.height) > LONGEST_SIDE:
        findings.add("K043", found=name, width=facts.width, height=facts.height, limit=LONGEST_SIDE)
    if len(data) > MOST_BYTES:
        findings.add("K044", found=name, size=kilobytes(len(data)), limit=kilobytes(MOST_BYTES))
    if facts.has_metadata:
        findings.add(
            "K045", found=name, location=", juga tempat pengambilannya" if facts.has_location else ""
        )
    return Photo(path, hashlib.sha256(data).hexdigest(), len(data), facts.width, facts.height, alt="")


def pdf_sizes(files: Mapping[str, bytes]) -> dict[str, int]:
    """The PDFs by name with their size in bytes, as a text says it where it links them."""
    return {name: len(data) for name, data in files.items() if name.lower().endswith(PDF_SUFFIX)}


def read_figures(
    shown: Markup, start: int, files: Collection[str], photos: Mapping[str, Photo], findings: Findings
) -> tuple[Photo, ...]:
    """The photos of a text with their words, in its order; the text begins at line `start` of its file.

    `files` are the names of all that lies beside it, `photos` those of them that can be shown.
    """
    found = []
    for figure in shown.figures:
        line = findings.line_of(figure.file, start)
        if not figure.alt.strip():
            findings.add("K041", line, found=figure.file, example=f"![Warga memanen padi]({figure.file})")
        photo = find_photo(figure.file, line, files, photos, findings)
        if photo:
            alt, caption = " ".join(figure.alt.split()), " ".join(figure.caption.split())
            found.append(structs.replace(photo, alt=alt, caption=caption))
    return tuple(found)


def find_photo(
    name: str, line: int, files: Collection[str], photos: Mapping[str, Photo], findings: Findings
) -> Photo | None:
    """The photo that a text calls by this name at a line, or the finding why there is none."""
    if name in photos:
        return photos[name]
    if "://" in name or name.startswith("//"):
        findings.add("K047", line, found=name)
    elif name in files and not name.lower().endswith(PHOTO_SUFFIXES):
        findings.add("K042", line, found=name)
    elif name not in files:  # a photo that is there and cannot be shown has its own problem
        near = nearest(name, photos)
        advice = (
            f'mungkin maksudnya "{near}".'
            if near
            else "kirim juga fotonya, di folder tulisan bersama index.md."
        )
        findings.add("K040", line, found=name, advice=advice)
    return None


def report_bad_links(
    shown: Markup, start: int, stem: str, files: Collection[str], findings: Findings
) -> None:
    """Links that lead nowhere; of a PDF, that it is not beside the text."""
    for target in shown.bad_links:
        line = findings.line_of(target, start)
        if target.lower().endswith(PDF_SUFFIX) and "/" not in target:
            near = nearest(target, files)
            advice = (
                f'mungkin maksudnya "{near}".'
                if near
                else f"kirim juga berkasnya, di folder {stem}/ bersama index.md."
            )
            findings.add("K040", line, found=target, advice=advice)
        else:
            findings.add("K032", line, found=target)


def report_unused(shown: Markup, files: Collection[str], findings: Findings, lead: str = "") -> None:
    """A file that nothing shows is not lost silently: its sender hears of it."""
    used = {lead, *(figure.file for figure in shown.figures)}
    links = "".join(shown.prose)
    for name in files:
        is_pdf = name.lower().endswith(PDF_SUFFIX)
        is_photo = name.lower().endswith(PHOTO_SUFFIXES)
        if (is_photo and name not in used) or (is_pdf and f'/{name}"' not in links):
            how = f"[Judul dokumen]({name})" if is_pdf else f"![Keterangan]({name})"
            findings.add("K006", found=name, advice=f"pakai di tulisan dengan {how}, atau hapus.")


def read_attachments(shown: Markup, path: str, files: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    """The PDFs that the text at `path` links."""
    folder, links = path.rpartition("/")[0], "".join(shown.prose)
    return tuple(
        Attachment(name, f"{folder}/{name}", hashlib.sha256(data).hexdigest(), len(data))
        for name, data in sorted(files.items())
        if name.lower().endswith(PDF_SUFFIX) and f'/{name}"' in links
    )
