"""The networks that the tests of pages look at, each built once, and what stands on their pages.

Every page is read once into plain facts, so that a thousand pages can be asked many questions.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html

from kim.sizes import PHONE_WIDTH
from plugins import cards, codes, feeds, files, offline, pages, photos, redirects, registry, search, sitemap
from plugins.portal.compress import SUFFIXES
from plugins.portal.engine import build
from plugins.portal.output import Options
from plugins.portal.settings import BuildSettings
from tests.corpus import NETWORK, VILLAGES
from tests.pages.random_corpus import build_time, write_random_corpus

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = (photos, cards, codes, files, pages, feeds, redirects, registry, search, sitemap, offline)
#: After the newest sample post; pins of the networks under tests/networks/ are still up.
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
RANDOM_POSTS = 1_000
#: The type of a script that holds facts and does not run.
JSON_LD = "application/ld+json"


@dataclass(frozen=True)
class PagePhoto:
    """A photo on a page: what a phone takes of it, and whether it waits for a tap."""

    on_a_phone: str
    waits: bool


@dataclass(frozen=True)
class Page:
    """What one HTML page says. `path` is its file below the portal's root; links are whole addresses.

    `scripts` are the texts of those that run and stand in the page.
    """

    path: str
    url: str
    size: int
    lang: str
    title: str
    headings: tuple[str, ...]
    metas: Mapping[str, str]
    canonical: str
    alternates: tuple[str, ...]
    refresh: str
    ids: tuple[str, ...]
    anchors: tuple[str, ...]
    resources: tuple[str, ...]
    scripts: tuple[str, ...]
    schema: str
    words: int
    images: int
    tables: int
    text: str = field(repr=False)
    footer: str = field(repr=False)
    photos: tuple[PagePhoto, ...] = field(repr=False)

    @property
    def is_redirect(self) -> bool:
        """Whether it only leads to another page."""
        return bool(self.refresh)

    @property
    def is_stand_in(self) -> bool:
        """Whether it is shown in the place of another: of none, or of one that cannot be had."""
        return self.path in ("404.html", "offline/index.html")

    @property
    def is_post(self) -> bool:
        """Whether it is a piece of news."""
        return self.metas.get("og:type") == "article"


@dataclass(frozen=True)
class Network:
    """A built network. `folder` holds what its address' path leads to; a host serves `host`."""

    name: str
    host: Path
    folder: Path
    address: str

    @property
    def base(self) -> str:
        """The path that the portal stands below: empty, or `/kim-metro`."""
        return urlsplit(self.address).path.rstrip("/")

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file below the portal's root, but precompressed siblings."""
        return frozenset(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and path.suffix not in SUFFIXES
        )

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """Every HTML page by its file."""
        return {
            path: read_page(self.folder / path, path, self.address)
            for path in sorted(self.files)
            if path.endswith(".html")
        }

    @property
    def shown(self) -> Iterator[Page]:
        """The pages that are meant to be found."""
        return (page for page in self.pages.values() if not page.is_redirect and not page.is_stand_in)

    @property
    def posts(self) -> list[Page]:
        """The pages of posts."""
        return [page for page in self.shown if page.is_post]

    def is_inside(self, url: str) -> bool:
        """Whether an address is the portal's own; another folder of its host is not."""
        return url.startswith(self.address)

    def file_of(self, url: str) -> str:
        """The file that answers an address of the portal, whether it is there or not."""
        path = unquote(urlsplit(url).path)[len(self.base) + 1 :]
        return f"{path}index.html" if path.endswith("/") or not path else path

    def fault_of(self, url: str) -> str:
        """What is wrong with an address of the portal; empty where it leads somewhere."""
        plain, anchor = urldefrag(url)
        file = self.file_of(plain)
        if file not in self.files:
            return f"{url} has no file {file}"
        if anchor and file.endswith(".html") and anchor not in self.pages[file].ids:
            return f"{url} has no such id"
        return ""


def read_page(file: Path, path: str, address: str) -> Page:
    """The facts of one page."""
    data = file.read_bytes()
    tree = html.document_fromstring(data.decode())
    url = urljoin(address, path.removesuffix("index.html"))
    metas = {
        (meta.get("name") or meta.get("property") or ""): meta.get("content", "")
        for meta in tree.iter("meta")
    }
    links: dict[str, list[str]] = {}
    for link in tree.iter("link"):
        links.setdefault(link.get("rel", ""), []).append(urljoin(url, link.get("href", "")))
    refresh = next(
        (meta.get("content", "") for meta in tree.iter("meta") if meta.get("http-equiv") == "refresh"), ""
    )
    main = tree.find(".//main")
    return Page(
        path=path,
        url=url,
        size=len(data),
        lang=tree.get("lang", ""),
        title=(tree.findtext(".//title") or "").strip(),
        headings=tuple(" ".join(h1.text_content().split()) for h1 in tree.iter("h1")),
        metas=metas,
        canonical=next(iter(links.get("canonical", ())), ""),
        alternates=tuple(links.get("alternate", ())),
        refresh=urljoin(url, refresh.partition("url=")[2]) if refresh else "",
        ids=tuple(element.get("id") for element in tree.xpath("//*[@id]")),
        anchors=tuple(urljoin(url, a.get("href")) for a in tree.xpath("//a[@href]")),
        resources=tuple(dict.fromkeys(_resources(tree, url))),
        scripts=tuple(
            script.text or ""
            for script in tree.iter("script")
            if script.get("type") != JSON_LD and not script.get("src")
        ),
        schema="".join(tree.xpath("//script[@type='application/ld+json']/text()")),
        words=len(" ".join("".join(part.itertext()) for part in tree.find_class("text")).split()),
        images=len(main.findall(".//figure//img")) if main is not None else 0,
        tables=len(main.findall(".//table")) if main is not None else 0,
        text=" ".join("".join(main.itertext()).split()) if main is not None else "",
        footer=" ".join("".join(part.text_content() for part in tree.iter("footer")).split()),
        photos=tuple(_photos(tree, url)),
    )


def _photos(tree: html.HtmlElement, url: str) -> Iterator[PagePhoto]:
    for picture in tree.iter("picture"):
        (avif,) = picture.xpath("source[@type='image/avif']/@srcset")
        sizes = [candidate.split() for candidate in avif.split(",")]
        fitting = [size for size in sizes if len(size) == 1 or int(size[1][:-1]) <= PHONE_WIDTH]
        waits = any(above.tag == "details" for above in picture.iterancestors())
        yield PagePhoto(urljoin(url, fitting[-1][0]), waits)


def _resources(tree: html.HtmlElement, url: str) -> Iterator[str]:
    """What a browser fetches by itself."""
    for element in tree.iter("img", "source", "script", "iframe", "video", "audio"):
        if src := element.get("src"):
            yield urljoin(url, src)
        for candidate in (element.get("srcset") or "").split(","):
            if candidate.strip():
                yield urljoin(url, candidate.split()[0])
    for link in tree.iter("link"):
        if link.get("rel") in ("stylesheet", "icon", "manifest", "preload", "apple-touch-icon"):
            yield urljoin(url, link.get("href", ""))


def _random(folder: Path) -> None:
    write_random_corpus(folder, RANDOM_POSTS)


def _empty(folder: Path) -> None:
    """A network on its first day: no group, no post."""
    folder.mkdir()
    (folder / "network.toml").write_text(NETWORK)
    (folder / "wilayah.csv").write_text(VILLAGES)


def _copy(source: Path) -> Callable[[Path], None]:
    def copy(folder: Path) -> None:
        shutil.copytree(source, folder)

    return copy


#: How the content of each network comes about.
CONTENTS: Mapping[str, Callable[[Path], None]] = {
    "content": _copy(ROOT / "content"),
    "metro": _copy(ROOT / "tests" / "networks" / "metro"),
    "pulang-pisau": _copy(ROOT / "tests" / "networks" / "pulang-pisau"),
    "invented": _copy(ROOT / "tests" / "networks" / "invented"),
    "empty": _empty,
    "random": _random,
}
NAMES = tuple(CONTENTS)


def build_network(name: str, root: Path) -> Network:
    """The network, built below `root` unless another process of the same run has done so."""
    home = root / name
    home.mkdir(parents=True, exist_ok=True)
    facts = home / "facts.json"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            try:
                facts.write_text(json.dumps(_build(name, home)))
            except Exception as fault:  # told to every test that asks, without building again
                facts.write_text(json.dumps({"fault": f"{type(fault).__name__}: {fault}"}))
                raise
    given = json.loads(facts.read_text())
    assert "fault" not in given, given["fault"]
    return Network(name, home / "host", home / "host" / given["below"], given["address"])


def _build(name: str, home: Path) -> dict[str, str]:
    for left in ("content", "host", "cache"):  # of a build that was broken off
        shutil.rmtree(home / left, ignore_errors=True)
    CONTENTS[name](home / "content")
    settings = (home / "content" / "network.toml").read_text()
    address = next(
        line.split('"')[1] for line in settings.splitlines() if line.replace(" ", "").startswith("address=")
    )
    below = urlsplit(address).path.strip("/")
    now = build_time() if name == "random" else NOW
    report = build(
        BuildSettings(
            home / "content",
            home / "host" / below,
            ROOT / "theme",
            home / "cache",
            Options(cards=name != "random"),
            now,
            # as publishconf.py has it; a thousand posts take a minute and a half that way, and 5 makes no
            # page lighter
            brotli=5 if name == "random" else 11,
        ),
        PLUGINS,
    )
    errors = [str(problem) for problem in report.problems if problem.severity == "error"]
    assert not errors, errors
    return {"below": below, "address": address}
