"""A small network on disk that tests build, break and mend; and the random edits that they play on it."""

import contextlib
import dataclasses
import io
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from msgspec import Struct, structs
from PIL import Image

from kim.errors import KimError
from plugins import cards, codes, feeds, files, offline, pages, photos, redirects, registry, search, sitemap
from plugins.portal.engine import BuildReport, build
from plugins.portal.output import Asset, Bundle, Options, Output, Part, Stated
from plugins.portal.settings import BuildSettings

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = (photos, cards, codes, files, pages, feeds, redirects, registry, search, sitemap, offline)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

NETWORK = """\
name = "KIM Rekaan"
region = "Kota Rekaan"
short = "Rekaan"
level = "kota"
code = "99.01"
province = "Contoh"
authority = "kim-rekaan.example,2026"
time_zone = "WITA"
address = "https://kim-rekaan.example/"
colours = ["#0b6e4f", "#c8553d"]
office = { name = "Diskominfo Rekaan", contact = "redaksi@kim-rekaan.example" }
topics = [{ slug = "budaya", name = "Budaya" }, { slug = "kesehatan", name = "Kesehatan" }]
districts = [{ code = "99.01.01", slug = "hulu" }, { code = "99.01.02", slug = "hilir" }]
"""
VILLAGES = """\
code,kind,name,kecamatan_code,kecamatan,lat,lon
99.01.01,kecamatan,Hulu,99.01.01,Hulu,0.5,124.3
99.01.01.1001,kelurahan,Mata Air,99.01.01,Hulu,0.5,124.3
99.01.01.2001,desa,Lembah,99.01.01,Hulu,0.5,124.3
99.01.02,kecamatan,Hilir,99.01.02,Hilir,0.4,124.2
99.01.02.1001,kelurahan,Muara,99.01.02,Hilir,0.4,124.2
"""
GROUP = 'id = "{id}"\nname = "{name}"\nscope = ["{scope}"]\ncontact = "{id}@kim-rekaan.example"\n'
POST = "Judul: {title}\nTanggal: {date}\nTopik: {topic}\n{more}\n{body}\n"


def photo_bytes(colour: str = "green", size: tuple[int, int] = (60, 40), form: str = "JPEG") -> bytes:
    """A small plain photo."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def post_text(
    title: str = "Kabar dari hulu", date: str = "2026-11-01", more: str = "", body: str = "Isi kabar."
) -> str:
    """A post that keeps every rule."""
    return POST.format(title=title, date=date, topic="budaya", more=more, body=body)


class Corpus:
    """A content folder, a theme and an output folder under one root."""

    def __init__(self, root: Path) -> None:
        self.content, self.theme = root / "content", root / "theme"
        self.output, self.cache = root / "output", root / "cache"
        shutil.copytree(ROOT / "theme", self.theme)
        self.write("network.toml", NETWORK)
        self.write("wilayah.csv", VILLAGES)
        self.add_group("hulu/kim-mata-air", "99.01.01")
        self.add_group("hilir/kim-muara", "99.01.02")
        self.settings = BuildSettings(
            self.content,
            self.output,
            self.theme,
            self.cache,
            Options(page_size=3, feed_size=4),
            NOW,
            workers=1,
        )

    def write(self, path: str, data: str | bytes) -> Path:
        """Write a file of the content folder."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return file

    def add_group(self, folder: str, scope: str) -> None:
        """Register a group."""
        name = folder.split("/")[1]
        self.write(
            f"{folder}/kim.toml", GROUP.format(id=name, name=name.replace("-", " ").upper(), scope=scope)
        )

    def add_posts(self, count: int, folder: str = "hulu/kim-mata-air") -> None:
        """Posts on consecutive days."""
        for number in range(count):
            day = (datetime(2026, 1, 1) + timedelta(days=number)).date().isoformat()
            self.write(f"{folder}/{day}-kabar-{number}.md", post_text(f"Kabar nomor {number}", day))

    def build(self, **changes: object) -> BuildReport:
        """Build in this process; `changes` are to the settings."""
        plugins = changes.pop("plugins", PLUGINS)
        return build(replace(self.settings, **changes), plugins)

    def build_clean(self, folder: Path, **changes: object) -> dict[str, bytes]:
        """The tree that a build from nothing makes."""
        shutil.rmtree(folder, ignore_errors=True)
        self.build(output=folder / "output", cache=folder / "cache", **changes)
        return tree(folder / "output")


def replace(value: T, **changes: Any) -> T:
    """The same with other fields: of a dataclass or a struct."""
    change: Any = structs.replace if isinstance(value, Struct) else dataclasses.replace
    changed: T = change(value, **changes)
    return changed


def state(found: Iterable[Stated]) -> Iterator[Output | Asset]:
    """All that a plugin states, its bundles and parts taken apart."""
    for one in found:
        if isinstance(one, Bundle):
            yield from state(one.parts())
        else:
            yield from one.state() if isinstance(one, Part) else (one,)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, and every empty folder as an entry of its own."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[f"{name}/"] = b""
    return found


class Editor:
    """Plays random edits on a corpus, all drawn from one seeded generator."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self.corpus = corpus
        self.random = random.Random(seed)
        self.count = 0

    def play(self) -> str:
        """One edit; its name."""
        edit: Callable[[], None] = self.random.choice(
            [
                self.add_post, self.add_post, self.add_photo_post, self.edit_body, self.edit_body, self.edit_title,
                self.edit_date, self.rename, self.delete, self.break_post, self.draft, self.correct, self.pin,
                self.replace_photo, self.add_group, self.delete_group, self.edit_group, self.edit_network,
                self.edit_template, self.edit_sheet, self.page_size, self.step_clock, self.same_size_edit,
                self.delete_output, self.tamper_output, self.touch, self.add_pdf, self.move_post, self.leave_folder,
                self.secret_edit, self.kill_build, self.fail_build,
            ]
        )  # fmt: skip
        edit()
        return edit.__name__

    def _texts(self) -> list[Path]:
        return sorted(self.corpus.content.rglob("2*.md")) + sorted(self.corpus.content.rglob("index.md"))

    def _groups(self) -> list[Path]:
        return sorted(file.parent for file in self.corpus.content.rglob("kim.toml"))

    def _change(self, old: str, new: str) -> None:
        texts = self._texts()
        if texts:
            file = self.random.choice(texts)
            file.write_text(file.read_text().replace(old, new, 1))

    def _day(self) -> str:
        return (datetime(2026, 11, 25) - timedelta(days=self.random.randrange(60))).date().isoformat()

    def _new(self) -> tuple[Path, str, str]:
        self.count += 1
        day = self._day()
        return self.random.choice(self._groups()), day, f"{day}-baru-{self.count}"

    def add_post(self) -> None:
        group, day, stem = self._new()
        (group / f"{stem}.md").write_text(post_text(f"Kabar baru {self.count}", day))

    def add_photo_post(self) -> None:
        group, day, stem = self._new()
        (group / stem).mkdir(exist_ok=True)
        colour = f"#{self.random.randrange(16**6):06x}"
        (group / stem / "a.jpg").write_bytes(photo_bytes(colour))
        (group / stem / "b.png").write_bytes(photo_bytes("blue", (40, 60), "PNG"))
        more, body = "Foto: a.jpg\nKeterangan foto: Warna polos\n", 'Isi.\n\n![Biru](b.png "Warna")\n\nLagi.'
        (group / stem / "index.md").write_text(post_text(f"Kabar berfoto {self.count}", day, more, body))

    def edit_body(self) -> None:
        self._change("\n\n", f"\n\nTambahan {self.random.randrange(1000)}. ")

    def edit_title(self) -> None:
        self._change("Judul: ", f"Judul: {self.random.choice('ABCDE')} & <i>")

    def edit_date(self) -> None:
        self._change("Tanggal: 2026-1", f"Tanggal: {self._day()}\nSumber: 1")

    def rename(self) -> None:
        texts = [file for file in self._texts() if file.name != "index.md"]
        if texts:
            file = self.random.choice(texts)
            self.count += 1
            if self.random.random() < 0.5:
                file.write_text(f"Id: {file.stem}\n{file.read_text()}")
            file.rename(file.with_name(f"{self._day()}-pindah-{self.count}.md"))

    def move_post(self) -> None:
        texts = [file for file in self._texts() if file.name != "index.md"]
        if texts:
            file = self.random.choice(texts)
            file.rename(self.random.choice(self._groups()) / file.name)

    def delete(self) -> None:
        texts = self._texts()
        if texts:
            file = self.random.choice(texts)
            if file.name == "index.md":
                shutil.rmtree(file.parent)
            else:
                file.unlink()

    def break_post(self) -> None:
        self._change("Tanggal: ", "Tanggal: 31 Februari ")

    def draft(self) -> None:
        self._change("Topik: ", "Status: draf\nTopik: ")

    def correct(self) -> None:
        self._change("Topik: budaya", "Ubah: 2026-11-19\nRalat: Angkanya keliru.\nTopik: kesehatan")

    def pin(self) -> None:
        self._change("Topik: ", f"Sematkan: {self._day()}\nTopik: ")

    def replace_photo(self) -> None:
        found = sorted(self.corpus.content.rglob("a.jpg"))
        if found:
            self.random.choice(found).write_bytes(
                photo_bytes(f"#{self.random.randrange(16**6):06x}", (50, 70))
            )

    def add_pdf(self) -> None:
        found = sorted(self.corpus.content.rglob("index.md"))
        if found:
            file = self.random.choice(found)
            (file.parent / "jadwal.pdf").write_bytes(b"%PDF-1.4 " + str(self.random.random()).encode())
            file.write_text(f"{file.read_text()}\n[Jadwal](jadwal.pdf)\n")

    def add_group(self) -> None:
        self.count += 1
        section, scope = self.random.choice([("hulu", "99.01.01"), ("hilir", "99.01.02"), ("kota", "99.01")])
        self.corpus.add_group(f"{section}/kim-{self.count}", scope)

    def delete_group(self) -> None:
        groups = self._groups()
        if len(groups) > 2:
            shutil.rmtree(self.random.choice(groups))

    def edit_group(self) -> None:
        file = self.random.choice(self._groups()) / "kim.toml"
        file.write_text(file.read_text().replace('name = "', 'name = "Baru ', 1))

    def edit_network(self) -> None:
        file = self.corpus.content / "network.toml"
        old, new = self.random.choice(
            [
                ("#0b6e4f", "#123456"),
                ('"Budaya"', '"Seni & budaya"'),
                ("WITA", "WIT"),
                (".example/", ".example/a/"),
            ]
        )
        file.write_text(file.read_text().replace(old, new, 1))

    def edit_template(self) -> None:
        file = self.random.choice(sorted((self.corpus.theme / "templates").rglob("*.html")))
        file.write_text(f"{file.read_text()}{{# {self.random.random()} #}}")

    def edit_sheet(self) -> None:
        file = self.corpus.theme / "static" / "portal.css"
        file.write_text(f"{file.read_text()}\n.x{self.random.randrange(10**6)} {{ color: red }}\n")

    def page_size(self) -> None:
        options = Options(page_size=self.random.randint(1, 5), feed_size=self.random.randint(1, 5))
        self.corpus.settings = replace(self.corpus.settings, options=options)

    def step_clock(self) -> None:
        now = self.corpus.settings.now + timedelta(hours=self.random.choice([-30, 1, 26, 24 * 9]))
        self.corpus.settings = replace(self.corpus.settings, now=now)

    def same_size_edit(self) -> None:
        texts = self._texts()
        if texts:
            file = self.random.choice(texts)
            text = file.read_text()
            file.write_text(text[:-2] + self.random.choice("abcdef") + "\n")

    def secret_edit(self) -> None:
        """As long as before, and with the time that it had."""
        if texts := self._texts():
            file = self.random.choice(texts)
            facts = file.stat()
            file.write_text(file.read_text()[:-2] + self.random.choice("ghijkl") + "\n")
            os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    def kill_build(self) -> None:
        """A build ends between two renames, and leaves the site in between."""
        left, place = self.random.randrange(20), os.replace

        def replace_or_die(file: str, target: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            place(file, target)

        self.add_post()
        with mock.patch.object(os, "replace", replace_or_die), contextlib.suppress(KeyboardInterrupt):
            self.corpus.build()

    def fail_build(self) -> None:
        """A build reads an edit and finds a file gone, and then can make nothing."""
        self.edit_body()
        self.delete_output()
        file = self.corpus.theme / "templates" / "front.html"
        text = file.read_text()
        file.write_text(text.replace('"base.html"', '"gone.html"'))
        with contextlib.suppress(KimError):
            self.corpus.build()
        file.write_text(text)

    def _outputs(self) -> list[Path]:
        return sorted(path for path in self.corpus.output.rglob("*") if path.is_file())

    def delete_output(self) -> None:
        if outputs := self._outputs():
            self.random.choice(outputs).unlink()

    def tamper_output(self) -> None:
        if outputs := self._outputs():
            file = self.random.choice(outputs)
            file.unlink()  # as an editor that writes a new file and renames it
            file.write_bytes(b"tampered")

    def touch(self) -> None:
        for file in self._texts():
            file.touch()

    def leave_folder(self) -> None:
        (self.corpus.content / "hulu" / "kim-kosong" / "kosong").mkdir(parents=True, exist_ok=True)
