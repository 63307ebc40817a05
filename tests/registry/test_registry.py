"""What programs and people find out about a network's feeds: the OPML, the registry, /langganan/, the heads of pages."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from jsonschema import Draft202012Validator
from lxml import etree, html

from kim.feeds import FORMS
from tests.corpus import Corpus, post_text, tree

ADDRESS = "https://kim-rekaan.example/"
OPML_TYPE = "text/x-opml"


@pytest.fixture
def network(corpus: Corpus) -> Corpus:
    """Two groups with posts in two kecamatan, one of the whole region, and nothing under one topic."""
    corpus.add_posts(6)
    corpus.add_posts(2, "hilir/kim-muara")
    corpus.add_group("kota/forum-kim", "99.01")
    assert not corpus.build().problems
    return corpus


def outlines(corpus: Corpus) -> list[etree._Element]:
    """The feeds of the OPML."""
    return etree.parse(corpus.output / "feeds.opml").xpath("//outline[@xmlUrl]")


def registry(corpus: Corpus) -> dict[str, Any]:
    """The registry."""
    return json.loads((corpus.output / "network.json").read_bytes())


def page(corpus: Corpus, address: str) -> html.HtmlElement:
    """A page of the portal."""
    return html.document_fromstring((corpus.output / address / "index.html").read_bytes().decode())


def file_of(corpus: Corpus, address: str) -> Path:
    """The file behind a whole address of the portal."""
    assert address.startswith(ADDRESS), address
    return corpus.output / address.removeprefix(ADDRESS)


def schema_faults(corpus: Corpus) -> list[object]:
    """What the registry's own schema minds about it."""
    found = registry(corpus)
    schema = json.loads(file_of(corpus, found["$schema"]).read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == found["$schema"]
    return list(Draft202012Validator(schema).iter_errors(found))


def alternates(tree: html.HtmlElement) -> list[tuple[str, str]]:
    """Media type and address of what a page names as its feeds."""
    return [(link.get("type"), link.get("href")) for link in tree.xpath("//link[@rel='alternate']")]


# The list of feeds


def test_every_feed_stands_in_the_list_exactly_once(network: Corpus) -> None:
    listed = [file_of(network, outline.get("xmlUrl")) for outline in outlines(network)]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(network.output.rglob(FORMS[0].file))


def test_list_is_nested_as_people_see_the_network(network: Corpus) -> None:
    body = etree.parse(network.output / "feeds.opml").find("body")
    shelves = {shelf.get("text"): [feed.get("text") for feed in shelf] for shelf in body}
    assert shelves == {
        "KIM Rekaan": ["KIM Rekaan"],
        "Kecamatan Hulu": ["KIM Rekaan: Hulu", "KIM MATA AIR"],
        "Kecamatan Hilir": ["KIM Rekaan: Hilir", "KIM MUARA"],
        "Seluruh kota": ["KIM Rekaan: Kota Rekaan", "FORUM KIM"],
        "Topik": ["KIM Rekaan: Budaya", "KIM Rekaan: Kesehatan"],
    }
    assert all(set(shelf.attrib) == {"text"} for shelf in body)


def test_head_of_the_list_has_only_what_opml_knows(network: Corpus) -> None:
    head = etree.parse(network.output / "feeds.opml").find("head")
    assert [element.tag for element in head] == ["title", "ownerName", "ownerEmail", "ownerId"]


def test_list_says_of_each_feed_what_the_feed_says_of_itself(network: Corpus) -> None:
    for outline in outlines(network):
        feed = feedparser.parse(file_of(network, outline.get("xmlUrl")).read_bytes()).feed
        assert (outline.get("title"), outline.get("description")) == (feed.title, feed.subtitle)
        assert (outline.get("htmlUrl"), outline.get("language")) == (feed.link, feed.language)
        assert outline.get("type") == "rss"


def test_names_that_xml_must_escape_come_through_the_list(corpus: Corpus) -> None:
    settings = corpus.content / "hulu/kim-mata-air/kim.toml"
    name = 'KIM "Mata" <Air> & Kopi 😀'
    settings.write_text(settings.read_text().replace('"KIM MATA AIR"', json.dumps(name, ensure_ascii=False)))
    corpus.build()
    assert name in [outline.get("title") for outline in outlines(corpus)]


def test_new_post_changes_the_registry_and_not_the_list(network: Corpus) -> None:
    before = tree(network.output)
    network.write("hulu/kim-mata-air/2026-11-10-kabar-segar.md", post_text("Kabar segar", "2026-11-10"))
    network.build()
    after = tree(network.output)
    assert after["feeds.opml"] == before["feeds.opml"]
    assert after["network.schema.json"] == before["network.schema.json"]
    assert after["network.json"] != before["network.json"]


# The registry


def test_registry_keeps_the_schema_that_it_names(network: Corpus) -> None:
    assert schema_faults(network) == []


@pytest.mark.parametrize("fault", ["code", "posts", "feeds", "$schema"])
def test_schema_would_find_a_fault(network: Corpus, fault: str) -> None:
    found = registry(network)
    schema = json.loads(file_of(network, found["$schema"]).read_bytes())
    if fault == "$schema":
        del found[fault]
    else:
        found["districts"][0][fault] = -1
    assert list(Draft202012Validator(schema).iter_errors(found))


def test_registry_counts_what_is_published(network: Corpus) -> None:
    network.write(
        "hulu/kim-mata-air/2026-11-02-draf.md", post_text("Belum jadi", "2026-11-02", "Status: draf")
    )
    network.write("hulu/kim-mata-air/2027-01-01-besok.md", post_text("Kabar tahun depan", "2027-01-01"))
    network.write("hulu/kim-mata-air/2026-11-03-rusak.md", "Judul: Tanpa tanggal\n\nIsi.\n")
    network.build()
    found = registry(network)
    assert found["posts"] == 8
    assert [district["posts"] for district in found["districts"]] == [6, 2]
    assert {topic["slug"]: topic["posts"] for topic in found["topics"]} == {"budaya": 8, "kesehatan": 0}
    assert {group["id"]: group["posts"] for group in found["groups"]} == {
        "kim-mata-air": 6,
        "kim-muara": 2,
        "forum-kim": 0,
    }
    assert found["newest"] == found["districts"][0]["newest"] == "2026-01-06T00:00:00+08:00"
    assert found["whole"]["newest"] is None


def test_registry_knows_who_writes_for_which_village(network: Corpus) -> None:
    found = registry(network)
    groups = {group["id"]: group for group in found["groups"]}
    assert groups["kim-mata-air"]["scope"] == ["99.01.01"]
    assert groups["kim-mata-air"]["villages"] == ["99.01.01.1001", "99.01.01.2001"]
    assert groups["kim-mata-air"]["contact"] == "kim-mata-air@kim-rekaan.example"
    assert [groups[name]["district"] for name in ("kim-muara", "forum-kim")] == ["99.01.02", None]
    assert [village["word"] for village in found["districts"][0]["villages"]] == ["kelurahan", "desa"]
    assert found["districts"][0]["groups"] == ["kim-mata-air"]
    assert found["whole"]["groups"] == ["forum-kim"]


def test_every_address_in_the_registry_is_there(network: Corpus) -> None:
    found = registry(network)
    parts = [found, found["whole"], *found["districts"], *found["topics"], *found["groups"]]
    for part in parts:
        assert (file_of(network, part["address"]) / "index.html").is_file()
        assert set(part["feeds"]) == {form.name for form in FORMS}
        for address in part["feeds"].values():
            assert file_of(network, address).is_file()
    assert file_of(network, found["opml"]).is_file()


def correct(corpus: Corpus, number: int, ubah: str) -> None:
    """Correct one of the posts of `add_posts`."""
    day = f"2026-01-0{number + 1}"
    text = post_text(f"Kabar nomor {number}", day, f"Ubah: {ubah}\nRalat: Bukan 34, melainkan 43.\n")
    corpus.write(f"hulu/kim-mata-air/{day}-kabar-{number}.md", text)


def test_registry_names_every_correction_of_late_the_newest_first(network: Corpus) -> None:
    assert registry(network)["corrected"] == []
    for number, ubah in ((1, "2026-11-02"), (2, "2026-11-03 07.30"), (3, "2026-08-04"), (4, "2026-08-06")):
        correct(network, number, ubah)
    network.write("hulu/kim-mata-air/2026-11-04-segar.md", post_text("Kabar segar", "2026-11-04"))
    network.build()
    corrected = registry(network)["corrected"]
    assert corrected == [
        {
            "id": f"tag:kim-rekaan.example,2026:kim-mata-air/2026-01-0{number + 1}-kabar-{number}",
            "address": f"{ADDRESS}hulu/kim-mata-air/2026-01-0{number + 1}-kabar-{number}/",
            "at": at,
        }
        for number, at in (
            (2, "2026-11-03T07:30:00+08:00"),
            (1, "2026-11-02T00:00:00+08:00"),
            (4, "2026-08-06T00:00:00+08:00"),
        )
    ]
    assert all((file_of(network, entry["address"]) / "index.html").is_file() for entry in corrected)
    assert schema_faults(network) == []


def test_correction_without_a_time_stands_in_the_registry_as_in_the_feeds(network: Corpus) -> None:
    text = post_text("Kabar segar", "2026-11-10 14.20", "Ubah: 2026-11-10\nRalat: Bukan 34.\n")
    network.write("hulu/kim-mata-air/2026-11-10-segar.md", text)
    network.build()
    (corrected,) = registry(network)["corrected"]
    assert corrected["at"] == "2026-11-10T14:21:00+08:00"
    items = {item["id"]: item for item in json.loads((network.output / "feed.json").read_bytes())["items"]}
    assert items[corrected["id"]]["date_modified"] == corrected["at"]


def test_registry_is_the_same_whatever_the_hour_of_the_build(network: Corpus) -> None:
    before = tree(network.output)
    network.build(now=datetime.fromisoformat("2026-11-24T23:00:00+08:00"))
    assert {name for name, data in tree(network.output).items() if before.get(name) != data} == set()


# What people find


def test_page_for_people_offers_every_feed_but_the_groups_to_be_copied(network: Corpus) -> None:
    fields = page(network, "langganan").xpath("//main//input")
    assert all(field.get("readonly") is not None for field in fields)
    assert all(field.getparent().tag == "label" for field in fields)
    shown = [field.get("value") for field in fields]
    groups = {group["feeds"]["rss"] for group in registry(network)["groups"]}
    expected = {outline.get("xmlUrl") for outline in outlines(network)} - groups
    assert set(shown) == expected | {f"{ADDRESS}feeds.opml", f"{ADDRESS}network.json"}
    assert len(shown) == len(set(shown))
    assert all(file_of(network, address).is_file() for address in shown)


def test_page_of_a_group_offers_its_feed_to_be_copied(network: Corpus) -> None:
    tree = page(network, "hulu/kim-mata-air")
    assert tree.xpath("//main//input/@value") == [f"{ADDRESS}hulu/kim-mata-air/feed.xml"]
    assert "/langganan/" in tree.xpath("//main//a/@href")


def test_every_page_leads_to_the_page_for_people(network: Corpus) -> None:
    for path in network.output.rglob("*.html"):
        tree = html.document_fromstring(path.read_bytes().decode())
        assert "/langganan/" in tree.xpath("//footer//a/@href"), path
    assert f"{ADDRESS}langganan/" in (network.output / "sitemap.xml").read_text()


# What programs find in a page's head

RSS = FORMS[0].media_type


@pytest.mark.parametrize("folder", ["hulu/", "kota/", "hulu/kim-mata-air/", "topik/kesehatan/"])
def test_page_with_a_feed_names_it_in_every_form_and_the_portals(network: Corpus, folder: str) -> None:
    own = [(form.media_type, f"/{folder}{form.file}") for form in FORMS]
    assert alternates(page(network, folder)) == [*own, (RSS, "/feed.xml")]


def test_front_page_names_every_form_and_the_list_of_all_feeds(network: Corpus) -> None:
    own = [(form.media_type, f"/{form.file}") for form in FORMS]
    assert alternates(page(network, "")) == [*own, (OPML_TYPE, "/feeds.opml")]


def test_other_pages_name_the_feed_of_their_news_and_the_portals(network: Corpus) -> None:
    post = page(network, "hulu/kim-mata-air/2026-01-03-kabar-2")
    assert alternates(post) == [(RSS, "/hulu/kim-mata-air/feed.xml"), (RSS, "/feed.xml")]
    assert alternates(page(network, "hulu/hal/1")) == [(RSS, "/hulu/feed.xml"), (RSS, "/feed.xml")]
    assert alternates(page(network, "arsip/2026/01")) == [(RSS, "/feed.xml")]
    for folder in ("langganan", "kim"):
        assert alternates(page(network, folder)) == [(RSS, "/feed.xml"), (OPML_TYPE, "/feeds.opml")]


def test_no_two_feeds_that_a_page_names_have_one_title(network: Corpus) -> None:
    for path in network.output.rglob("*.html"):
        tree = html.document_fromstring(path.read_bytes().decode())
        titles = tree.xpath("//link[@rel='alternate']/@title")
        assert len(titles) == len(set(titles)) > 0, path
