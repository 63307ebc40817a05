"""What strangers send as photos: none of it reaches the repository but pixels."""

import io
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from kim.photos import NoPhotoError, PhotoBombError, read_photo
from webform.photos import CleanPhoto, PhotoDesk

from .samples import photo_bytes


def clean(tmp_path: Path, data: bytes) -> CleanPhoto:
    file = tmp_path / "foto"
    file.write_bytes(data)
    return PhotoDesk().clean(file)


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG that claims to be so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def heic_bytes(size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010F] = "Telepon"
    pillow_heif.from_pillow(image).save(out, quality=60, exif=exif.tobytes())
    return out.getvalue()


def test_the_photo_of_an_iphone_becomes_jpeg_without_its_data(tmp_path: Path) -> None:
    found = clean(tmp_path, heic_bytes())
    assert (found.suffix, found.width, found.height) == ("jpg", 400, 300)
    assert b"Telepon" not in found.data
    assert not read_photo(found.data).has_metadata


def test_twelve_megapixels_become_1600_pixels_and_a_small_square(tmp_path: Path) -> None:
    found = clean(tmp_path, photo_bytes((4000, 3000)))
    assert (found.width, found.height) == (1600, 1200)
    with Image.open(io.BytesIO(found.thumbnail)) as image:
        assert image.size == (168, 168)


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (10_000, 10_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises((PhotoBombError, NoPhotoError)):
        clean(tmp_path, png(width, height, b"\0" * 1_000_000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 50,
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff" + b"\0" * 100,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic" + b"\0" * 200,
        photo_bytes((800, 600))[:2000],
        heic_bytes()[:600],
    ],
    ids=["nothing", "svg", "gif", "pdf", "png", "jpeg", "webp", "heic", "half a jpeg", "half a heic"],
)
def test_what_is_no_whole_photo_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NoPhotoError):
        clean(tmp_path, data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_is_also_a_page_or_an_archive_is_only_a_photo_afterwards(
    tmp_path: Path, form: str
) -> None:
    tail = b"<script>alert(1)</script>PK\x03\x04" * 20
    found = clean(tmp_path, photo_bytes((64, 64), form=form) + tail)
    assert b"script" not in found.data
    assert b"PK\x03\x04" not in found.data
    assert not read_photo(found.data).has_metadata


def test_a_decoder_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webform.photos._SECONDS", 0.01)
    with pytest.raises(NoPhotoError):
        clean(tmp_path, photo_bytes((4000, 3000)))
