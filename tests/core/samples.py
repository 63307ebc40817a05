"""A tiny network, a group, a post and photos: what the tests of the core build their cases from."""

import io
import struct
import zlib
from collections.abc import Mapping

from PIL import Image

from kim.group import Group, read_group
from kim.markup import MarkupReader
from kim.network import Network, read_network
from kim.problems import Problem
from kim.rules import PostReading, PostSource, read_post

NETWORK_TOML = """\
name = "KIM Contoh"
region = "Kota Contoh"
short = "Contoh"
level = "kota"
code = "71.74"
province = "Sulawesi Utara"
authority = "kim.example.id,2026"
time_zone = "WITA"
address = "https://kim.example.id/"
colours = ["#0b6e4f", "#c8553d"]

[office]
name = "Diskominfo Kota Contoh"
contact = "redaksi@kim.example.id"

[words]
head_desa = "sangadi"

[[districts]]
code = "71.74.01"
slug = "utara"

[[districts]]
code = "71.74.04"
slug = "barat"

[[topics]]
slug = "budaya"
name = "Budaya dan adat"

[[topics]]
slug = "kesehatan"
name = "Kesehatan"

[[topics]]
slug = "ekonomi-umkm"
name = "Ekonomi dan UMKM"
"""
WILAYAH_CSV = """\
code,kind,name,kecamatan_code,kecamatan,lat,lon
71.74.01,kecamatan,Contoh Utara,71.74.01,Contoh Utara,0.759620,124.325282
71.74.01.1005,kelurahan,Biga,71.74.01,Contoh Utara,0.750120,124.321854
71.74.01.2001,desa,Bilalang,71.74.01,Contoh Utara,0.757425,124.331341
71.74.04,kecamatan,Contoh Barat,71.74.04,Contoh Barat,0.720000,124.300000
71.74.04.1003,kelurahan,Gogagoman,71.74.04,Contoh Barat,0.730000,124.310000
71.74.04.1004,kelurahan,Mongkonai,71.74.04,Contoh Barat,0.740000,124.320000
"""
GROUP_TOML = """\
id = "gogagoman"
name = "KIM Gogagoman"
scope = ["71.74.04"]
contact = "kim-gogagoman@example.id"
"""
FOLDER = "barat/kim-gogagoman"
STEM = "2026-11-20-panen-raya"
PATH = f"{FOLDER}/{STEM}/index.md"
HEAD = {"Judul": "Panen raya di sawah Poyowa", "Tanggal": "2026-11-20", "Topik": "budaya"}
BODY = "Warga memanen padi pagi ini."


def make_network(settings: str = NETWORK_TOML, villages: str = WILAYAH_CSV) -> Network:
    reading = read_network(settings.encode(), villages.encode())
    assert reading.network, reading.problems
    return reading.network


def make_group(settings: str = GROUP_TOML, folder: str = FOLDER) -> Group:
    reading = read_group(settings.encode(), folder, NETWORK)
    assert reading.group, reading.problems
    return reading.group


def post_text(body: str = BODY, **head: str | None) -> str:
    """A post that keeps every rule; other keys by name (`_` is a space), None leaves one out."""
    lines = HEAD | {key.replace("_", " "): value for key, value in head.items()}
    fields = "\n".join(f"{key}: {value}" for key, value in lines.items() if value is not None)
    return f"{fields}\n\n{body}\n"


def read(
    text: str | bytes | None = None, files: Mapping[str, bytes] | None = None, stem: str = STEM
) -> PostReading:
    """What comes of one post in the group's folder."""
    data = post_text() if text is None else text
    data = data.encode() if isinstance(data, str) else data
    source = PostSource(f"{FOLDER}/{stem}/index.md", stem, data, files or {})
    return read_post(source, NETWORK, GROUP, MARKUP)


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, int]]:
    """The problems as `(code, line)`."""
    return [(found.code, found.line) for found in problems]


def only(problems: tuple[Problem, ...]) -> Problem:
    """The one problem that there is."""
    assert len(problems) == 1, problems
    return problems[0]


def photo(
    form: str = "JPEG", size: tuple[int, int] = (40, 30), colour: str = "green", **options: object
) -> bytes:
    """A small photo without metadata."""
    return save(Image.new("RGB", size, colour), form, **options)


def save(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def camera_data(orientation: int = 1, *, location: bool = False) -> bytes:
    """EXIF as a phone writes it."""
    exif = Image.Exif()
    exif[0x010F] = "Telepon"
    exif[0x0112] = orientation
    if location:
        exif.get_ifd(0x8825).update({1: "N", 2: (0.0, 43.0, 30.0), 3: "E", 4: (124.0, 18.0, 0.0)})
    return exif.tobytes()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says that it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        png_chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def jpeg_that_claims(width: int, height: int) -> bytes:
    """A JPEG whose header says that it is this large."""
    data = bytearray(photo())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


PDF = b"%PDF-1.7\n%%EOF\n"
NETWORK = make_network()
GROUP = make_group()
MARKUP = MarkupReader()
