"""Every feed of every sample network keeps the rules; and the rules see what breaks them."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kim.dates import Moment
from kim.folder import load_file, scan_content
from kim.load import require_network
from tests.corpus import replace

from .published import CONTENTS, publish
from .reading import SeenFeed, read_feed
from .rules import find_faults
from .samples import (
    CITY_GROUP,
    FORMS,
    GROUP,
    INLINE,
    LEAD,
    NETWORK,
    POST,
    WITA,
    make_request,
    posts_by_day,
    write,
)

FEED = re.compile(r"(?:.*/)?(?:feed|atom)(?:-\d+)?\.(?:xml|json)")
named = pytest.mark.parametrize("name", CONTENTS)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, bytes]]:
    """The feeds of a sample network by their addresses."""
    built: dict[str, dict[str, bytes]] = {}

    def feeds_of(name: str) -> dict[str, bytes]:
        if name not in built:
            content = CONTENTS[name]
            network = require_network(lambda path: load_file(content, path), scan_content(content))
            output = publish(content, tmp_path_factory.mktemp(name))
            paths = (file.relative_to(output).as_posix() for file in sorted(output.rglob("*")))
            built[name] = {
                f"{network.address}{path}": (output / path).read_bytes()
                for path in paths
                if FEED.fullmatch(path)
            }
        return built[name]

    return feeds_of


Published = Callable[[str], dict[str, bytes]]


@named
def test_no_feed_breaks_a_rule(name: str, published: Published) -> None:
    feeds = published(name)
    assert len(feeds) > 20
    assert {
        address: faults for address, data in feeds.items() if (faults := find_faults(data, address))
    } == {}


@named
def test_three_forms_of_a_document_say_the_same(name: str, published: Published) -> None:
    feeds = published(name)

    def said(address: str) -> SeenFeed:
        feed = read_feed(feeds[address])
        folder = address.rpartition("/")[0]
        older = feed.older.removeprefix(folder).translate(
            str.maketrans("", "", "/.abcdefghijklmnopqrstuvwxyz")
        )
        return replace(feed, own="", older=older, current=str(bool(feed.current)))

    for address in feeds:
        if address.endswith(".xml") and "/feed" in address:
            rss = said(address)
            atom = said(re.sub(r"/feed(-\d+)?\.xml$", r"/atom\1.xml", address))
            assert rss == atom == said(f"{address.removesuffix('.xml')}.json"), address


@named
def test_every_published_post_is_found_once_by_walking_each_feed(name: str, published: Published) -> None:
    feeds = published(name)
    everything: set[str] = set()
    for address in feeds:
        if re.search(r"/(feed|atom)\.(xml|json)$", address):
            seen: dict[str, str] = {}
            document = read_feed(feeds[address])
            newest = {item.id for item in document.items}
            while document.older:
                document = read_feed(feeds[document.older])
                ids = [item.id for item in document.items]
                assert not set(ids) & set(seen)
                seen |= dict.fromkeys(ids, document.own)
            everything |= newest | set(seen)
    for form in FORMS:
        portal = min((address for address in feeds if address.endswith(f"/{form}")), key=len)
        document = read_feed(feeds[portal])
        found = {item.id for item in document.items}
        while document.older:
            document = read_feed(feeds[document.older])
            found |= {item.id for item in document.items}
        assert found == everything
    assert everything


def test_every_enclosure_is_there_with_the_length_that_is_said(tmp_path: Path) -> None:
    content = CONTENTS["invented"]
    network = require_network(lambda path: load_file(content, path), scan_content(content))
    output = publish(content, tmp_path)
    lengths = set()
    for name in FORMS:
        for file in output.rglob(name):
            for item in read_feed(file.read_bytes()).items:
                if item.photo:
                    found = output / item.photo.address.removeprefix(network.address)
                    assert found.stat().st_size == item.photo.length
                    assert found.suffix == ".jpg" and item.photo.type == "image/jpeg"
                    assert item.photo.address in item.html
                    lengths.add(item.photo.length)
    assert len(lengths) > 1


def test_drafts_held_and_future_posts_stand_in_no_feed(tmp_path: Path, published: Published) -> None:
    text = b"".join(published("invented").values()).decode()
    assert "2099-01-01" not in text
    held_or_draft = [
        file
        for file in CONTENTS["invented"].rglob("*.md")
        if "Status: draf" in file.read_text(encoding="utf-8", errors="replace")
    ]
    assert held_or_draft
    for file in held_or_draft:
        assert (file.parent.name if file.name == "index.md" else file.stem) not in text


# The rules themselves


def sound(name: str) -> bytes:
    corrected = Moment(datetime(2026, 11, 22, tzinfo=WITA), "WITA")
    posts = (
        replace(
            POST, lead=LEAD, photos=(INLINE,), modified=corrected, correction="Bukan 43.", tags=("Panen",)
        ),
        *posts_by_day(3)[1:],
    )
    network = replace(NETWORK, hub="https://hub.example/")
    prose = ('<p><a href="/a/">a</a></p>', "<p>b</p>")
    return write(make_request(*posts, network=network, prose=prose, groups=(GROUP, CITY_GROUP), size=2), name)


@pytest.mark.parametrize("name", [*FORMS, "feed-1.xml", "atom-1.xml", "feed-1.json"])
def test_sound_feed_has_no_fault(name: str) -> None:
    assert find_faults(sound(name), f"https://kim.example/{name}") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("feed.xml", "<language>id</language>", "", "channel has 0 language"),
        ("feed.xml", "<ttl>60</ttl>", "<ttl>1 jam</ttl>", "ttl is no number"),
        ("feed.xml", "Fri, 20 Nov", "Sat, 20 Nov", "pubDate Sat, 20 Nov"),
        ("feed.xml", "<lastBuildDate>Sun, 22", "<lastBuildDate>Mon, 23", "not that of the newest item"),
        ("feed.xml", ' isPermaLink="false"', "", "is no identity"),
        ("feed.xml", 'rel="self"', 'rel="first"', "self link"),
        ("feed.xml", "<link>https://kim.example/contoh-utara", "<link>/contoh-utara", "no whole address"),
        ("feed.xml", "2026-11-19-kabar</guid>", "2026-11-20-panen-raya</guid>", "stands twice"),
        ("feed.xml", "<width>144", "<width>512", "too large"),
        ("feed.xml", 'src="https://kim.example', 'loading="lazy" src="', "<img> has loading"),
        ("feed.xml", 'href="https://kim.example/a/"&gt;', 'href="/a/"&gt;', "a text links /a/"),
        ("feed.xml", "&lt;p&gt;b", "&lt;script&gt;b", "a text has <script>"),
        ("feed.xml", ' length="1200000"', "", "no length or type"),
        ("feed.xml", ' fileSize="1200000"', "", "media:content has no fileSize"),
        ("feed-1.xml", 'rel="current"', 'rel="next-archive"', "feed has a link next-archive"),
        ("feed-1.xml", "<fh:archive/>", "", "names the current document"),
        ("atom.xml", ' xml:lang="id"', "", "the language"),
        (
            "atom.xml",
            "<published>2026-11-20T14:20:00+08:00",
            "<published>2026-11-23T14:20:00+08:00",
            "before",
        ),
        ("atom.xml", "<published>2026-11-20T14:20:00+08:00", "<published>2026-11-20", "is no date"),
        ("atom.xml", '<content type="html">', "<content>", "does not say that it is HTML"),
        ("atom.xml", 'type="application/rss+xml"', 'type="text/html"', "stands twice"),
        ("atom.xml", "<name>KIM Hulu</name>", "<name/>", "author has no name"),
        ("feed.xml", "<atom:name>KIM Hulu</atom:name>", "<atom:name/>", "author has no name"),
        ("feed.json", "version/1.1", "version/1", "version is not 1.1"),
        ("feed.json", '"feed_url": "https://kim.example/feed', '"feed_url": "/feed', "own address"),
        ("feed.json", '"summary"', '"ringkasan"', "unknown ringkasan"),
        ("feed.json", "2026-11-20T14:20:00+08:00", "20 November 2026", "is no date"),
        ("feed.json", '"size_in_bytes": 1200000', '"size_in_bytes": "besar"', "no size or type"),
    ],
)
def test_rules_see_a_fault(name: str, old: str, new: str, fault: str) -> None:
    data = sound(name).decode()
    assert old in data
    broken = data.replace(old, new)
    faults = find_faults(broken.encode(), f"https://kim.example/{name}")
    assert any(fault in found for found in faults), faults
