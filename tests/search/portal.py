"""A large portal in memory for the tests of search, and the page's script to search it."""

import html
import itertools
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import brotli
import rjsmin

from kim.dates import ZONES, Moment
from kim.group import read_group
from kim.network import read_network
from kim.post import Body, Post
from kim.site import Site
from kim.text import digest_of, slug
from plugins import search
from plugins.pages.builder import Builder, build_frame
from plugins.pages.search import search_pages
from plugins.pages.templates import Templates
from plugins.portal.output import Deferred, Options, Output, Request, digest_inputs, recall_nothing
from tests.corpus import replace, state

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
HARNESS = Path(__file__).with_name("script.mjs")
SCRIPT = ROOT / "theme" / "static" / "search.js"
#: Words of the language of the corpus. Texts of so many posts have about as many.
_WORDS = 30_000


@dataclass(frozen=True)
class Portal:
    """Posts with their texts, newest first, in the network of the sample."""

    posts: tuple[Post, ...]
    texts: Mapping[str, str]
    recall: Any = recall_nothing

    @cached_property
    def request(self) -> Request:
        """What the plugins are asked with; no other stage has made anything."""
        network = read_network(
            (CONTENT / "network.toml").read_bytes(), (CONTENT / "wilayah.csv").read_bytes()
        ).network
        assert network
        groups = [
            read_group(file.read_bytes(), file.parent.relative_to(CONTENT).as_posix(), network).group
            for file in sorted(CONTENT.glob("*/*/kim.toml"))
        ]
        posts = tuple(replace(post, key=digest_inputs(post)) for post in self.posts)
        site = Site(network, tuple(filter(None, groups)), posts, (), datetime(2026, 11, 20).date())
        return Request(site, ROOT / "theme", Options(), CONTENT, self._body, self.recall)

    def _body(self, post: Any) -> Deferred[Body]:
        return Deferred(post.body, lambda: Body((f"<p>{html.escape(self.texts[post.body])}</p>",)))

    @cached_property
    def planned(self) -> Mapping[str, Output]:
        """The index, by path."""
        return {output.path: output for output in state(search.outputs(self.request))}

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """What tells whether a file must be made anew."""
        return {path: digest_inputs(output.inputs) for path, output in self.planned.items()}

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The index as it is published."""
        return {path: output.make(output.inputs) for path, output in self.planned.items()}

    @cached_property
    def page(self) -> tuple[bytes, bytes]:
        """The page and its script."""
        builder = Builder(self.request, build_frame(self.request))
        made = {
            output.kind: output.make(output.inputs)
            for output in search_pages(builder, Templates(ROOT / "theme" / "templates"))
        }
        return made["search"], made["script"]

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """What the page tells its script."""
        return {
            name: html.unescape(value)
            for name, value in re.findall(r' data-([a-z]+)="([^"]*)"', self.page[0].decode())
        }

    def search(self, *queries: Mapping[str, object]) -> list[dict[str, Any]]:
        """What the page's script finds; a query has a text, filters, and how many cards it wants."""
        files = {path.removeprefix("cari/"): data.decode() for path, data in self.files.items()}
        return ask(page=dict(self.attributes), files=files, queries=list(queries))

    def find(self, text: str, *filters: str) -> list[str]:
        """The addresses of what the script finds, the best first."""
        (answer,) = self.search({"text": text, "filters": filters, "most": 1_000})
        return [address for address, *_ in answer["cards"]]


def ask(**question: object) -> Any:
    """What the page's script answers, run by Node as it is served."""
    node = shutil.which("node")
    assert node, "Node.js is not installed (on Debian: apt install nodejs)."
    with TemporaryDirectory() as folder:
        script = Path(folder, "served.mjs")
        script.write_text(rjsmin.jsmin(SCRIPT.read_text()))
        command = [node, str(HARNESS), str(script)]
        question_text = json.dumps(question)
        done = subprocess.run(command, input=question_text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sent(data: bytes) -> int:
    """Bytes that a server sends for it."""
    return len(brotli.compress(data, mode=brotli.MODE_TEXT, quality=5))


def make_portal(count: int, seed: int = 1) -> Portal:
    """A portal of so many posts: words of the sample and invented ones, as often as words of a language are."""
    chance = random.Random(seed)
    draw = _language(chance)
    folders = [file.parent.relative_to(CONTENT).as_posix() for file in sorted(CONTENT.glob("*/*/kim.toml"))]
    topics = ["pemerintahan", "budaya", "kesehatan", "pendidikan", "lingkungan", "pembangunan"]
    posts, texts = [], {}
    for number in range(count):
        moment = datetime(2023, 6, 1, 8, tzinfo=ZONES["WITA"]) + timedelta(hours=3 * number)
        text, title = draw(chance.randint(80, 300)), draw(chance.randint(5, 9)).capitalize()
        post = make_post(title, text, moment, chance.choice(folders), chance.choice(topics))
        texts[post.body] = text
        posts.append(post)
    return Portal(tuple(reversed(posts)), texts)


def make_post(
    title: str, text: str, moment: datetime, group: str, topic: str = "budaya", **parts: Any
) -> Post:
    """One post, without its text but with its digest."""
    stem = f"{moment.date().isoformat()}-{slug(title)}-{moment.hour}"
    body, voice = digest_of(text), group.split("/")[1]
    date = Moment(moment, "WITA", has_time=False)
    shown = " ".join(text.split()[:30])
    return Post(
        f"{group}/{stem}.md",
        group,
        stem,
        stem,
        title,
        date,
        topic,
        voice,
        shown,
        body,
        len(text.split()),
        **parts,
    )


def _language(chance: random.Random) -> Callable[[int], str]:
    sample = Counter(
        word
        for file in sorted(CONTENT.rglob("*.md"))
        for word in re.findall(r"[A-Za-z]+(?:-[a-z]+)?", file.read_text().partition("\n\n")[2])
    )
    words = dict.fromkeys(word for word, _ in sample.most_common())
    syllables = "ba da ga ja ka la ma na pa ra sa ta wa bu du ku lu mu nu ru su bi di ki li mi bang lam tor pus".split()
    while len(words) < _WORDS:
        middle = "".join(chance.choices(syllables, k=chance.randint(2, 4)))
        words[
            chance.choice(["", "", "", "me", "ber", "ke"]) + middle + chance.choice(["", "", "an", "nya"])
        ] = None
    listed: Sequence[str] = list(words)
    shares = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(listed))))
    return lambda length: " ".join(chance.choices(listed, cum_weights=shares, k=length))
