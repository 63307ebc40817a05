"""What each feed and each of its items says: the same in every form."""

from datetime import datetime
from typing import Any

import feedparser
import pytest
from lxml import etree

from kim.dates import Moment
from kim.post import Body
from plugins import feeds
from plugins.portal.output import Deferred, Request, Stage, digest_inputs
from tests.corpus import replace

from .reading import SeenPhoto
from .samples import (
    CITY_GROUP,
    FORMS,
    GROUP,
    INLINE,
    LEAD,
    NETWORK,
    POST,
    WITA,
    item_of,
    make_request,
    posts_by_day,
    seen,
    state,
    write,
)

TOPICS = tuple(f"topik/{topic.slug}/" for topic in NETWORK.topics)
every_form = pytest.mark.parametrize("name", FORMS)

# Which feeds there are


def test_portal_every_kecamatan_topic_and_group_have_every_form() -> None:
    assert set(state(make_request(POST))) == {"feeds.png"} | {
        f"{folder}{name}"
        for folder in ("", "contoh-utara/", "contoh-barat/", "contoh-utara/kim-hulu/", *TOPICS)
        for name in FORMS
    }
    assert feeds.STAGE is Stage.DOCUMENTS


def test_section_of_the_whole_region_has_feeds_once_it_has_a_group() -> None:
    paths = set(state(make_request(POST, groups=(CITY_GROUP, GROUP))))
    assert {"kota/feed.xml", "kota/atom.xml", "kota/feed.json", "kota/redaksi/feed.xml"} <= paths


@every_form
def test_feed_shows_the_newest_posts_first_and_no_more_than_its_size(name: str) -> None:
    feed = seen(make_request(*posts_by_day(5), size=3), name)
    assert [item.id.rpartition("/")[2][:10] for item in feed.items] == [
        "2026-11-20",
        "2026-11-19",
        "2026-11-18",
    ]


def test_each_feed_holds_the_posts_of_its_own_folder() -> None:
    city = replace(POST, path="kota/redaksi/kabar.md", group=CITY_GROUP.folder, title="Kabar sekota")
    request = make_request(city, POST, groups=(CITY_GROUP, GROUP))
    titles = {
        path: [item.title for item in seen(request, path).items]
        for path in state(request)
        if path.endswith("feed.xml") and not path.startswith("topik/")
    }
    assert titles == {
        "feed.xml": ["Kabar sekota", "Panen raya di Hulu"],
        "kota/feed.xml": ["Kabar sekota"],
        "kota/redaksi/feed.xml": ["Kabar sekota"],
        "contoh-utara/feed.xml": ["Panen raya di Hulu"],
        "contoh-utara/kim-hulu/feed.xml": ["Panen raya di Hulu"],
        "contoh-barat/feed.xml": [],
    }


@pytest.mark.parametrize(
    ("folder", "title", "page"),
    [
        ("", "KIM Contoh", "https://kim.example/"),
        ("contoh-utara/", "KIM Contoh: Contoh Utara", "https://kim.example/contoh-utara/"),
        ("contoh-utara/kim-hulu/", "KIM Hulu", "https://kim.example/contoh-utara/kim-hulu/"),
        ("kota/", "KIM Contoh: Kota Contoh", "https://kim.example/kota/"),
    ],
)
@every_form
def test_feed_says_its_own_name_page_address_and_language(
    name: str, folder: str, title: str, page: str
) -> None:
    feed = seen(make_request(POST, groups=(CITY_GROUP, GROUP)), f"{folder}{name}")
    assert (feed.title, feed.page, feed.own, feed.language) == (title, page, f"{page}{name}", "id")
    assert feed.description.startswith("Kabar")
    assert feed.generator == "Portal KIM"
    assert feed.rights.startswith("© KIM")
    assert feed.icon == "https://kim.example/feeds.png"


def test_forms_of_a_feed_link_each_other_behind_the_page() -> None:
    alternates = {}
    for name in ("feed.xml", "atom.xml"):
        parsed = feedparser.parse(write(make_request(POST), f"contoh-utara/{name}"))
        assert not parsed.bozo
        assert parsed.feed.link == "https://kim.example/contoh-utara/"
        links = [(link.type, link.href) for link in parsed.feed.links if link.rel == "alternate"]
        alternates[name] = [address.rpartition("/")[2] for kind, address in links]
    assert alternates == {
        "feed.xml": ["", "atom.xml", "feed.json"],
        "atom.xml": ["", "feed.xml", "feed.json"],
    }


@every_form
def test_hub_is_named_where_the_network_has_one(name: str) -> None:
    network = replace(NETWORK, hub="https://hub.example/")
    assert seen(make_request(POST), name).hub == ""
    assert seen(make_request(POST, network=network), name).hub == "https://hub.example/"


def test_rss_asks_to_be_visited_once_an_hour_and_shows_its_picture_as_it_is() -> None:
    channel = etree.fromstring(write(make_request(POST), "contoh-utara/feed.xml"))[0]
    assert channel.findtext("ttl") == "60"
    picture = {element.tag: element.text for element in channel.find("image")}
    assert (picture.pop("width"), picture.pop("height")) == ("144", "144")
    assert picture == {
        "url": "https://kim.example/feeds.png",
        "title": channel.findtext("title"),
        "link": channel.findtext("link"),
    }


def test_picture_of_the_feeds_has_the_colours_of_the_network() -> None:
    request = make_request(POST)
    other = make_request(POST, network=replace(NETWORK, colours=("#123456", "#c8553d")))
    assert write(request, "feeds.png").startswith(b"\x89PNG")
    assert write(request, "feeds.png") != write(other, "feeds.png")


# Identity


@every_form
def test_item_keeps_its_identity_when_its_title_date_and_folder_change(name: str) -> None:
    moved_group = replace(GROUP, folder="contoh-barat/kim-hulu", name="KIM Hulu Baru")
    moved = replace(
        POST,
        title="Panen raya, hari kedua",
        group=moved_group.folder,
        stem="2026-11-21-lain",
        published=posts_by_day(3)[2].published,
    )
    identity = "tag:kim.example,2026:kim-hulu/2026-11-20-panen-raya"
    assert seen(make_request(POST), name).items[0].id == identity
    assert seen(make_request(moved, groups=(moved_group,)), name).items[0].id == identity


def test_rss_does_not_pass_its_identity_off_as_an_address() -> None:
    guid = etree.fromstring(write(make_request(POST), "feed.xml")).find("channel/item/guid")
    assert guid.get("isPermaLink") == "false"


def test_feed_keeps_its_identity_when_its_title_changes() -> None:
    renamed = make_request(
        POST, network=replace(NETWORK, name="Kabar Contoh"), groups=(replace(GROUP, name="X"),)
    )
    for request in (make_request(POST), renamed):
        for folder, name in (("", "portal"), ("contoh-utara/", "contoh-utara")):
            atom = feedparser.parse(write(request, f"{folder}atom.xml")).feed
            assert atom.id == f"tag:kim.example,2026:feed/{name}"


# Dates


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_every_date_comes_from_the_posts_and_carries_its_offset(name: str) -> None:
    root = etree.fromstring(write(make_request(POST), name))
    names = {"pubDate", "lastBuildDate", "published", "updated"}
    dates = {element.text for element in root.iter() if etree.QName(element).localname in names}
    assert dates == {"Fri, 20 Nov 2026 14:20:00 +0800" if name == "feed.xml" else "2026-11-20T14:20:00+08:00"}


@every_form
def test_feed_without_posts_is_dated_with_the_first_day_of_the_network(name: str) -> None:
    feed = seen(make_request(POST), f"contoh-barat/{name}")
    assert feed.items == ()
    assert feed.updated == datetime(2026, 1, 1, tzinfo=WITA)


@every_form
def test_correction_dates_the_item_and_the_feed_but_not_its_publication(name: str) -> None:
    modified = Moment(datetime(2026, 11, 22, tzinfo=WITA), "WITA")
    newer = replace(posts_by_day(1)[0], published=Moment(datetime(2026, 11, 21, tzinfo=WITA), "WITA"))
    corrected = replace(POST, modified=modified, correction="34 karung, bukan 43.")
    feed = seen(make_request(newer, corrected), name)
    assert [item.updated for item in feed.items] == [None, modified.at]
    assert feed.items[1].published == POST.published.at
    assert feed.updated == modified.at


def test_correction_of_the_same_day_without_a_time_is_later_than_the_post() -> None:
    same_day = Moment(datetime(2026, 11, 20, tzinfo=WITA), "WITA")
    item = item_of(make_request(replace(POST, modified=same_day, correction="Bukan 43.")))
    assert item.updated == datetime(2026, 11, 20, 14, 21, tzinfo=WITA)


# What an item says


def test_correction_stands_on_top_of_the_text_with_its_time() -> None:
    modified = Moment(datetime(2026, 11, 22, 7, 30, tzinfo=WITA), "WITA", has_time=True)
    request = make_request(replace(POST, modified=modified, correction="34 <karung>.", lead=LEAD))
    assert item_of(request).html.startswith(
        "<p><strong>Ralat, Minggu, 22 November 2026, 07.30 WITA.</strong> 34 &lt;karung&gt;.</p>\n<figure>"
    )


def test_photos_are_plain_figures_in_their_places() -> None:
    request = make_request(
        replace(POST, lead=LEAD, photos=(INLINE,), source="Kantor lurah"),
        prose=("<p>Satu.</p>", "<p>Dua.</p>"),
    )
    assert item_of(request).html.split("\n") == [
        '<figure><img src="https://kim.example/aset/aaaa-1200.jpg" width="1200" height="750"'
        ' alt="Warga memanen padi"><figcaption>Foto: Rani</figcaption></figure>',
        "<p>Satu.</p>",
        '<figure><img src="https://kim.example/aset/bbbb-600.jpg" width="600" height="800"'
        ' alt="Secangkir kopi"><figcaption>Kopi sesudah panen</figcaption></figure>',
        "<p>Dua.</p>",
        "<p>Sumber: Kantor lurah</p>",
    ]


@pytest.mark.parametrize(
    ("photos", "photo"),
    [
        (
            {"lead": LEAD, "photos": (INLINE,)},
            ("aaaa-1200", 1_200_000, 1200, 750, "Warga memanen padi", ("aaaa-360", 360, 225)),
        ),
        (
            {"photos": (INLINE, LEAD)},
            ("bbbb-600", 600_000, 600, 800, "Secangkir kopi", ("bbbb-360", 360, 480)),
        ),
    ],
)
def test_one_photo_is_enclosed_with_its_true_type_length_size_and_words(
    photos: dict[str, Any], photo: tuple[str, int, int, int, str, tuple[str, int, int]]
) -> None:
    prose = ("",) * (len(photos["photos"]) + 1)
    name, length, width, height, alt, (thumbnail, wide, high) = photo
    where = "https://kim.example/aset/{}.jpg"
    item = item_of(make_request(replace(POST, **photos), prose=prose))
    small = (where.format(thumbnail), wide, high)
    assert item.photo == SeenPhoto(where.format(name), "image/jpeg", length, width, height, alt, small)
    assert item.link == "https://kim.example/contoh-utara/kim-hulu/2026-11-20-panen-raya/"


def test_post_without_photos_encloses_nothing() -> None:
    assert item_of(make_request(POST)).photo is None


def test_photo_that_is_no_asset_stops_the_plan() -> None:
    request = replace(make_request(replace(POST, lead=LEAD)), assets={})
    with pytest.raises(KeyError):
        state(request)


def test_author_is_named_with_the_group_and_the_group_only_once() -> None:
    for author, byline in (("Rani", "Rani, KIM Hulu"), ("KIM Hulu", "KIM Hulu")):
        request = make_request(replace(POST, author=author))
        assert item_of(request).author == byline
        assert item_of(request).group_page == "https://kim.example/contoh-utara/kim-hulu/"
        for name in ("feed.xml", "atom.xml"):
            entry = feedparser.parse(write(request, name)).entries[0]
            assert entry.author == byline
            assert entry.author_detail == {"name": byline, "href": item_of(request).group_page}


def test_categories_say_the_topic_the_codes_of_the_places_and_the_labels() -> None:
    post = replace(POST, topic="ekonomi-umkm", villages=("71.74.01.2002",), tags=("Panen raya",))
    request = make_request(post)
    topics, areas, labels = (f"https://kim.example/#{name}" for name in ("topik", "wilayah", "label"))
    assert set(item_of(request).categories) == {
        (topics, "Ekonomi dan UMKM"),
        (areas, "71.74.01"),
        (areas, "71.74.01.2002"),
        (labels, "Panen raya"),
    }
    entry = feedparser.parse(write(request, "atom.xml")).entries[0]
    assert [(tag.scheme, tag.term, tag.label) for tag in entry.tags] == [
        (topics, "ekonomi-umkm", "Ekonomi dan UMKM"),
        (areas, "71.74.01", "Kecamatan Contoh Utara"),
        (areas, "71.74.01.2002", "Desa Hilir"),
        (labels, "panen-raya", "Panen raya"),
    ]


def test_post_of_the_whole_region_is_filed_under_the_region_and_not_under_every_village() -> None:
    request = make_request(replace(POST, group=CITY_GROUP.folder), groups=(CITY_GROUP,))
    areas = [text for scheme, text in item_of(request).categories if scheme.endswith("#wilayah")]
    assert areas == ["71.74"]


def test_post_that_is_nothing_but_a_photo_has_a_description_and_a_full_text() -> None:
    item = item_of(make_request(replace(POST, summary="", photos=(INLINE,)), prose=("", "")))
    assert item.summary == POST.title
    assert item.html.startswith("<figure>")


def test_links_to_the_portal_are_absolute_where_the_portal_stands_below_a_path() -> None:
    network = replace(NETWORK, address="https://kota.example/kim/")
    prose = ('<p><a href="/contoh-utara/">Utara</a> <a href="https://kim.id/">kim.id</a></p>',)
    item = item_of(make_request(replace(POST, lead=LEAD), prose=prose, network=network))
    assert '<a href="https://kota.example/kim/contoh-utara/">' in item.html
    assert '<a href="https://kim.id/">' in item.html
    assert 'src="https://kota.example/kim/aset/aaaa-1200.jpg"' in item.html
    assert item.link.startswith("https://kota.example/kim/contoh-utara/kim-hulu/")


# Keys


@every_form
def test_bytes_are_the_same_in_every_build(name: str) -> None:
    def make() -> bytes:
        return write(make_request(replace(POST, lead=LEAD)), name)

    assert make() == make()


def test_planning_loads_no_text() -> None:
    def refuse() -> Body:
        raise AssertionError("a text was loaded while planning")

    assert state(make_request(POST, body=lambda post: Deferred("digest", refuse)))


def test_text_is_put_together_once_for_all_feeds_that_show_it() -> None:
    loaded = []

    def load() -> Body:
        loaded.append(POST)
        return Body(("<p>Padi.</p>",))

    outputs = state(make_request(POST, body=lambda post: Deferred("digest", load)))
    for output in outputs.values():
        output.make(output.inputs)
    assert loaded == [POST]


def test_new_text_changes_the_keys_of_its_own_feeds_only() -> None:
    def keys(request: Request) -> dict[str, str]:
        return {path: digest_inputs(output.inputs) for path, output in state(request).items()}

    before, after = keys(make_request(POST)), keys(make_request(POST, prose=("<p>Lain.</p>",)))
    assert {path for path in before if before[path] != after[path]} == {
        f"{folder}{name}"
        for folder in ("", "contoh-utara/", "contoh-utara/kim-hulu/", f"topik/{POST.topic}/")
        for name in FORMS
    }
