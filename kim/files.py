"""The files beside a post: photos and PDFs, each looked at before anything shows it."""

import hashlib
import re
from collections.abc import Mapping

from kim.findings import Findings
from kim.photos import (
    FORMATS,
    LONGEST_SIDE,
    MOST_BYTES,
    PHOTO_SUFFIXES,
    NoPhotoError,
    PhotoBombError,
    read_photo,
)
from kim.post import Photo
from kim.text import kilobytes, slug

MOST_PHOTOS = 20
MOST_PDF_BYTES = 5_000_000
PDF_SUFFIX = ".pdf"
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.[A-Za-z]{3,4}")


def read_files(path: str, files: Mapping[str, bytes], findings: Findings) -> dict[str, Photo]:
    """The photos beside the post at `path`, without words yet; every file is looked at, used or not."""
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
