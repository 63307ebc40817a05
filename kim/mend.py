"""`kim check --fix`: mends what is mechanical, and says what it changed.

Text becomes UTF-8 with plain line ends and without invisible control characters; photos become small enough
and lose what the camera wrote beside them. Nothing that needs a person's judgement is touched.
"""

import difflib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from kim.folder import FileEntry, load_file, scan_content
from kim.photos import NoPhotoError, PhotoBombError, clean_photo, read_photo
from kim.privacy import mask_private
from kim.sizes import LONGEST_SIDE, MOST_BYTES, PHOTO_SUFFIXES
from kim.text import UnknownEncodingError, decode, kilobytes, remove_forbidden


@dataclass(frozen=True)
class Mended:
    """A file that can be mended: its new bytes, and the difference for people."""

    path: str
    data: bytes
    difference: str


def plan_mending(root: Path, paths: Sequence[str] = ()) -> Iterator[Mended]:
    """What would be mended in the posts and pages of a content folder, or only in these files and folders."""
    content = scan_content(root)
    for entry in chain(content.pages, *(group.posts for group in content.groups)):
        for file in (entry.text, *entry.files):
            if not paths or any(PurePosixPath(file.path).is_relative_to(path) for path in paths):
                mended = _mend(root, file, is_text=file is entry.text)
                if mended:
                    yield mended


def write_mended(root: Path, mended: Mended) -> None:
    """Put the new bytes in the file's place, by one rename."""
    target = root / mended.path
    # a name that nobody can have put there before, as a link to somewhere else
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as temporary:
        temporary.write(mended.data)
    file = Path(temporary.name)
    file.chmod(target.stat().st_mode & 0o777)
    file.replace(target)


def mend_text(data: bytes) -> bytes:
    """The text as UTF-8. Raises `UnknownEncodingError`."""
    text, _ = decode(data)
    return remove_forbidden(text).encode()


def mend_photo(data: bytes) -> bytes:
    """The photo as the repository takes it; the same bytes where it is. Raises as `kim.photos`."""
    facts = read_photo(data)
    small = max(facts.width, facts.height) <= LONGEST_SIDE and len(data) <= MOST_BYTES
    return data if small and not facts.has_metadata else clean_photo(data)


def _mend(root: Path, file: FileEntry, *, is_text: bool) -> Mended | None:
    data = load_file(root, file.path)
    try:
        if is_text:
            new = mend_text(data)
        elif file.name.lower().endswith(PHOTO_SUFFIXES):
            new = mend_photo(data)
        else:
            return None
    except (UnknownEncodingError, NoPhotoError, PhotoBombError):
        return None
    if new == data:
        return None
    return Mended(
        file.path, new, _text_difference(file.path, data, new) if is_text else _photo_difference(data, new)
    )


def _text_difference(path: str, old: bytes, new: bytes) -> str:
    before, encoding = decode(old)
    lines = difflib.unified_diff(
        before.splitlines(),
        new.decode().splitlines(),
        f"{path} ({encoding})",
        f"{path} (utf-8)",
        lineterm="",
        n=0,
    )
    shown = "\n".join("".join(char if char.isprintable() else "�" for char in line) for line in lines)
    return mask_private(shown) or f"{path}: {encoding}, sekarang UTF-8 dengan akhir baris biasa"


def _photo_difference(old: bytes, new: bytes) -> str:
    before, after = read_photo(old), read_photo(new)
    bare = ", data kamera dibuang" if before.has_metadata else ""
    return (
        f"{before.width} x {before.height}, {kilobytes(len(old))} menjadi "
        f"{after.width} x {after.height}, {kilobytes(len(new))}{bare}"
    )
