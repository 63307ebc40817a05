"""The examples of docs/masalah/: read from a page, and laid out as a content folder that can be checked.

An example is a fenced block whose first line says what it is:

    ```post bad file=2026-11-20-panen/index.md beside=panen.jpg:4000x3000 encoding=cp1252
    ```group good file=kotamobagu-barat/kim-baru/kim.toml
    ```tree bad                 one path a line; `-> target` for a symbolic link
    ```wilayah good

All bad blocks of a page lie in one folder, all good ones in another. Files named in `beside` are made up:
what stands behind the colon says how (`TRAITS`). ␋ stands for the control character that it depicts.
"""

import random
import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from PIL import Image

from kim.check import check_content
from kim.files import MOST_PDF_BYTES
from kim.mend import plan_mending, write_mended
from kim.photos import MOST_PIXELS
from kim.problems import Problem
from tests.core.samples import PDF, camera_data, jpeg_that_claims, photo, save

NOW = datetime(2026, 12, 1, tzinfo=UTC)
GROUP_FOLDER = "kotamobagu-barat/kim-gogagoman"

NETWORK = """\
name = "KIM Kotamobagu"
region = "Kota Kotamobagu"
short = "Kotamobagu"
level = "kota"
code = "71.74"
province = "Sulawesi Utara"
authority = "kim-kotamobagu.example,2026"
time_zone = "WITA"
address = "https://kim-kotamobagu.example/"
colours = ["#0b6e4f", "#c8553d"]
office = { name = "Diskominfo Kota Kotamobagu", contact = "redaksi@kim-kotamobagu.example" }
districts = [
    { code = "71.74.01", slug = "kotamobagu-utara" },
    { code = "71.74.04", slug = "kotamobagu-barat" },
]
topics = [
    { slug = "budaya", name = "Budaya" },
    { slug = "kesehatan", name = "Kesehatan" },
    { slug = "ekonomi-umkm", name = "Ekonomi dan UMKM" },
]
"""
VILLAGES = """\
code,kind,name,kecamatan_code,kecamatan,lat,lon
71.74.01,kecamatan,Kotamobagu Utara,71.74.01,Kotamobagu Utara,0.759620,124.325282
71.74.04,kecamatan,Kotamobagu Barat,71.74.04,Kotamobagu Barat,0.720000,124.300000
71.74.04.1001,kelurahan,Mongkonai,71.74.04,Kotamobagu Barat,0.740000,124.320000
71.74.04.1004,kelurahan,Gogagoman,71.74.04,Kotamobagu Barat,0.730000,124.310000
"""
GROUP = """\
id = "{id}"
name = "KIM Gogagoman"
scope = ["71.74.04"]
contact = "gogagoman@kim-kotamobagu.example"
"""
POST = """\
Judul: Panen raya di sawah Gogagoman
Tanggal: {day}
Topik: budaya

Warga memanen padi pagi ini.
"""

_BLOCK = re.compile(r"^```(post|group|tree|wilayah) (bad|good)\b(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One block: its kind, its options as written behind the kind, its text."""

    kind: str
    options: dict[str, str]
    text: str


def read_examples(page: str, verdict: str) -> list[Example]:
    """The examples of a page that are `bad` or `good`."""
    return [
        Example(kind, dict(option.split("=", 1) for option in shlex.split(options)), text)
        for kind, found, options, text in _BLOCK.findall(page)
        if found == verdict
    ]


def lay_out(root: Path, examples: Iterable[Example]) -> None:
    """Write a network with one group, and the examples into it."""
    _write(root / "network.toml", NETWORK)
    _write(root / "wilayah.csv", VILLAGES)
    _write(root / GROUP_FOLDER / "kim.toml", GROUP.format(id="kim-gogagoman"))
    for example in examples:
        _LAYERS[example.kind](root, example)


def check(root: Path) -> tuple[Problem, ...]:
    """All problems of the folder, at a fixed time."""
    return check_content(root, NOW).problems


def mend(root: Path) -> None:
    """What `--fix` does."""
    for mended in list(plan_mending(root)):
        write_mended(root, mended)


def _lay_post(root: Path, example: Example) -> None:
    file = root / GROUP_FOLDER / example.options["file"]
    _write(file, example.text.replace("␋", "\x0b"), example.options.get("encoding", "utf-8"))
    for beside in filter(None, example.options.get("beside", "").split(",")):
        name, _, trait = beside.partition(":")
        (file.parent / name).write_bytes(_made_up(name, trait))


def _lay_group(root: Path, example: Example) -> None:
    _write(root / example.options.get("file", f"{GROUP_FOLDER}/kim.toml"), example.text)


def _lay_villages(root: Path, example: Example) -> None:
    _write(root / "wilayah.csv", example.text)


def _lay_tree(root: Path, example: Example) -> None:
    for line in example.text.splitlines():
        path, _, target = line.removeprefix("content/").partition(" -> ")
        file = root / path
        if target:
            file.symlink_to(target)
        elif file.name == "kim.toml":
            _write(file, GROUP.format(id=re.sub("[^a-z0-9]+", "-", file.parent.name.lower())))
        else:
            _write(file, POST.format(day=file.stem[:10]))


_LAYERS: dict[str, Callable[[Path, Example], None]] = {
    "post": _lay_post,
    "group": _lay_group,
    "tree": _lay_tree,
    "wilayah": _lay_villages,
}


def _made_up(name: str, trait: str) -> bytes:
    suffix = PurePosixPath(name).suffix
    if suffix not in (".jpg", ".pdf"):
        return b"\0" * 100
    if "x" in trait:
        width, height = (int(part) for part in trait.split("x"))
        size = (width, height)
        return jpeg_that_claims(*size) if width * height > MOST_PIXELS else photo(size=size)
    return TRAITS[suffix, trait]()


def _noise() -> bytes:
    side = 900
    return save(
        Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)), "JPEG", quality=95
    )


TRAITS: dict[tuple[str, str], Callable[[], bytes]] = {
    (".jpg", ""): photo,
    (".jpg", "rusak"): lambda: photo()[:200],
    (".jpg", "berat"): _noise,
    (".jpg", "lokasi"): lambda: photo(exif=camera_data(location=True)),
    (".pdf", ""): lambda: PDF,
    (".pdf", "rusak"): lambda: b"PK\x03\x04",
    (".pdf", "berat"): lambda: PDF + bytes(MOST_PDF_BYTES),
}


def _write(file: Path, text: str, encoding: str = "utf-8") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode(encoding))
