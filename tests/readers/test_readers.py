"""Every item of every feed, read by aggregators that people run, over HTTP and subscribed from the OPML."""

import io
import itertools
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from kim.feeds import ATOM_FILE, JSON_FILE, RSS_FILE
from plugins.portal.engine import build
from plugins.portal.output import Options
from plugins.portal.settings import BuildSettings
from tests.corpus import PLUGINS, ROOT, Corpus, post_text
from tests.feeds.test_hostile import HOSTILE
from tests.pages.networks import NOW
from tests.readers.aggregators import Aggregator, Seen, all_aggregators, subscriptions, words
from tests.readers.live import put_address, serve

NETWORKS = {
    "content": ROOT / "content",
    **{name: ROOT / "tests" / "networks" / name for name in ("metro", "pulang-pisau", "invented")},
}


def expected_items(output: Path, address: str) -> dict[tuple[str, str], Seen]:
    """What each listed feed says, by its RSS address and the item's identity, as its JSON has it."""
    found = {}
    listed = subscriptions(f"{address}feeds.opml")
    for file in output.rglob("feed.json"):
        folder = file.parent.relative_to(output).as_posix()
        feed = f"{address}{'' if folder == '.' else f'{folder}/'}feed.xml"
        if feed not in listed:  # that of a group which has moved goes on where it was
            continue
        for item in json.loads(file.read_bytes())["items"]:
            found[feed, item["id"]] = Seen(
                item["id"],
                item["title"],
                item["url"],
                item["authors"][0]["name"],
                datetime.fromisoformat(item["date_published"]),
                words(item["content_html"]),
            )
    return found


def shrink_photos(content: Path) -> None:
    """The same photos, small: what is tested here is not how they look."""
    for file in content.rglob("*"):
        if file.suffix in (".jpg", ".png", ".webp"):
            with Image.open(file) as photo:
                form = str(photo.format)
            data = io.BytesIO()
            Image.new("RGB", (64, 48), f"#{len(file.name):02x}88aa").save(data, form)
            file.write_bytes(data.getvalue())


def check_all_read(name: str, aggregator: Aggregator, expected: dict[tuple[str, str], Seen]) -> None:
    """Everything expected has come, once, with all that it says, and nothing else has."""
    delivered = aggregator.deliveries()
    if aggregator.is_one_heap:
        expected = {("", identity): seen for (_, identity), seen in expected.items()}
    assert Counter((shelf, seen.identity) for shelf, seen in delivered) == Counter(expected.keys()), name
    for shelf, seen in delivered:
        wanted = expected[shelf, seen.identity]
        if (
            name == "rss2email"
        ):  # whose sender is the feed and the author, and which takes tags in titles for bold
            assert seen.author.endswith(f": {wanted.author}"), name
            wanted = replace(wanted, author=seen.author, title=re.sub("</?b>", "**", wanted.title))
        assert seen == wanted, name


@pytest.mark.parametrize("network", NETWORKS)
def test_every_item_of_every_feed_is_read_once_with_date_link_author_and_text(
    network: str, tmp_path: Path
) -> None:
    content, output = tmp_path / "content", tmp_path / "output"
    shutil.copytree(NETWORKS[network], content)
    shrink_photos(content)
    with serve(output) as (address, answers):
        put_address(content, address)
        settings = BuildSettings(
            content, output, ROOT / "theme", tmp_path / "cache", Options(), NOW, compress=False, workers=1
        )
        build(settings, PLUGINS)
        expected = expected_items(output, address)
        assert expected
        for name, aggregator in all_aggregators(tmp_path).items():
            aggregator.subscribe(f"{address}feeds.opml")
            aggregator.poll()
            check_all_read(name, aggregator, expected)
            aggregator.poll()
            check_all_read(name, aggregator, expected)
        assert not [path for path in answers if path.startswith("404")]
        feeds = len(subscriptions(f"{address}feeds.opml"))
        assert answers["feedparser 304"] == 2 * feeds  # rss2email's are of that name too
        assert answers["python-reader 304"] == feeds


@pytest.fixture
def live(corpus: Corpus) -> Iterator[tuple[Corpus, str]]:
    """A small network on loopback with five posts of one group and two of another, and its address."""
    with serve(corpus.output) as (address, _):
        put_address(corpus.content, address)
        corpus.settings = replace(corpus.settings, options=Options(feed_size=20), compress=False)
        corpus.add_posts(5)
        corpus.add_posts(2, "hilir/kim-muara")
        corpus.build()
        yield corpus, address


IDENTITY = "tag:kim-rekaan.example,2026:kim-mata-air/"
FOLDER = "hulu/kim-mata-air/"


def test_after_each_kind_of_change_readers_show_exactly_that_change(
    live: tuple[Corpus, str], tmp_path: Path
) -> None:
    corpus, address = live
    readers = all_aggregators(tmp_path)
    for aggregator in readers.values():
        aggregator.subscribe(f"{address}feeds.opml")
        aggregator.poll()
    before = {name: Counter(keys(aggregator)) for name, aggregator in readers.items()}
    assert all(set(found.values()) == {1} for found in before.values())

    def change(name: str, path: str, text: str | None, came: int = 0) -> None:
        """Build and poll after one edit; `came` is how many items are new to each reader of all feeds."""
        if text is None:
            (corpus.content / path).unlink()
        else:
            corpus.write(path, text)
        assert not [found for found in corpus.build().problems if found.severity == "error"]
        for reader_name, aggregator in readers.items():
            aggregator.poll()
            found = Counter(keys(aggregator))
            new = found - before[reader_name]
            assert sum(new.values()) == (min(came, 1) if aggregator.is_one_heap else came), (
                name,
                reader_name,
            )
            assert set(found.values()) == {1}, (name, reader_name)
            assert not before[reader_name] - found, (name, reader_name)
            before[reader_name] = found

    def shown(identity: str) -> list[Seen]:
        """The item as those readers show it that follow changes."""
        return [
            seen
            for aggregator in readers.values()
            if aggregator.shows_changes
            for _, seen in aggregator.deliveries()
            if seen.identity == IDENTITY + identity
        ]

    edited = post_text("Kabar nomor 1", "2026-01-02", body="Isi yang dibetulkan diam-diam.")
    change("edit", f"{FOLDER}2026-01-02-kabar-1.md", edited)
    assert {seen.text for seen in shown("2026-01-02-kabar-1")} == {"Isi yang dibetulkan diam-diam."}

    renamed = f"Id: 2026-01-03-kabar-2\nAlamat lama: /{FOLDER}2026-01-03-kabar-2/\n"
    (corpus.content / f"{FOLDER}2026-01-03-kabar-2.md").unlink()
    change("rename", f"{FOLDER}2026-01-03-nama-baru.md", renamed + post_text("Kabar nomor 2", "2026-01-03"))
    assert {seen.link for seen in shown("2026-01-03-kabar-2")} == {f"{address}{FOLDER}2026-01-03-nama-baru/"}

    corrected = post_text("Kabar nomor 3", "2026-01-04", "Ubah: 2026-11-19\nRalat: Bukan 34, melainkan 43.\n")
    change("correction", f"{FOLDER}2026-01-04-kabar-3.md", corrected)
    for seen in shown("2026-01-04-kabar-3"):
        assert "Bukan 34, melainkan 43." in seen.text
        assert "19 November 2026" in seen.text
        assert seen.published == datetime.fromisoformat("2026-01-04T00:00:00+08:00")

    change("deletion", f"{FOLDER}2026-01-05-kabar-4.md", None)
    assert "2026-01-05-kabar-4" not in (corpus.output / "feed.xml").read_text()

    new = post_text("Kabar segar", "2026-11-19")
    change("new post", f"{FOLDER}2026-11-19-segar.md", new, came=4)  # portal, kecamatan, group, topic
    assert {seen.title for seen in shown("2026-11-19-segar")} == {"Kabar segar"}


def keys(aggregator: Aggregator) -> list[tuple[str, str]]:
    """Shelf and identity of everything delivered, once for each time that it came."""
    return [(shelf, seen.identity) for shelf, seen in aggregator.deliveries()]


#: Titles that rss2email takes for HTML in RSS, which does not say what they are, and how it shows them.
TAKEN_FOR_HTML = {
    HOSTILE[0]: "a ]]> b ]]> c",
    "Padi ]]> & <b>jagung</b> &amp; ubi": "Padi ]]> & **jagung** & ubi",
}
#: Who reads which form: newsboat, rss2email and feedparser know no JSON Feed.
HOSTILE_FORMS = [
    *itertools.product(("feedparser", "reader", "newsboat", "rss2email"), (RSS_FILE, ATOM_FILE)),
    ("reader", JSON_FILE),
]


@pytest.mark.parametrize(("name", "file"), HOSTILE_FORMS)
def test_hostile_titles_and_texts_reach_every_reader_as_they_were_written(
    name: str, file: str, live: tuple[Corpus, str], tmp_path: Path
) -> None:
    corpus, address = live
    for number, text in enumerate(dict.fromkeys([*HOSTILE, *TAKEN_FOR_HTML]), 10):
        post = post_text(f"Kabar {number}: {text}", f"2026-11-{number}", body=f"Isi {number}: {text}")
        corpus.write(f"{FOLDER}2026-11-{number}-aneh.md", post)
    assert not [found for found in corpus.build().problems if found.severity == "error"]
    feed = f"{address}{FOLDER}{file}"
    opml = f'<opml version="2.0"><body><outline type="rss" text="x" xmlUrl="{feed}"/></body></opml>'
    (corpus.output / "satu.opml").write_text(opml)
    aggregator = all_aggregators(tmp_path)[name]
    aggregator.subscribe(f"{address}satu.opml")
    aggregator.poll()
    delivered = {seen.identity: seen for _, seen in aggregator.deliveries()}
    expected = {
        identity: seen
        for (shelf, identity), seen in expected_items(corpus.output, address).items()
        if shelf == f"{address}{FOLDER}feed.xml"
    }
    assert len(expected) == 5 + len(HOSTILE) + 1
    for identity, wanted in expected.items():
        seen, title = delivered.pop(identity), wanted.title
        if (name, file) == ("rss2email", RSS_FILE):
            start, colon, text = title.partition(": ")
            title = start + colon + TAKEN_FOR_HTML.get(text, text)
        assert seen.title == title
        assert seen.text == wanted.text
    assert not delivered
