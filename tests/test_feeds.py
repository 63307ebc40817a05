"""Feeds: what subscribers get from a network, in RSS and in Atom."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kim.dates import ZONES, Moment
from kim.group import Group
from kim.markup import MarkupReader, sanitise
from kim.network import District, Network, Office, Topic, Village, Words
from kim.photos import plan_variants
from kim.post import Body, Photo, Post
from kim.site import Site
from kim.text import remove_forbidden
from plugins import feeds
from plugins.feeds.write import write_atom, write_rss
from plugins.portal.output import AssetFacts, Deferred, Options, Output, Request, Stage, digest_inputs

WITA = ZONES["WITA"]
NETWORK = Network(
    name="KIM Contoh",
    region="Kota Contoh",
    short="Contoh",
    level="kota",
    code="71.74",
    province="Sulawesi Utara",
    authority="kim.example,2026",
    time_zone="WITA",
    address="https://kim.example/",
    colours=("#0b6e4f", "#c8553d"),
    office=Office("Diskominfo Kota Contoh", "redaksi@kim.example"),
    words=Words(),
    districts=(
        District(
            "71.74.01",
            "Contoh Utara",
            "contoh-utara",
            (
                Village("71.74.01.1001", "kelurahan", "Hulu", 0.1, 124.1),
                Village("71.74.01.2002", "desa", "Hilir", 0.2, 124.2),
            ),
        ),
        District("71.74.02", "Contoh Barat", "contoh-barat", ()),
    ),
    topics=(Topic("budaya", "Budaya"), Topic("ekonomi-umkm", "Ekonomi dan UMKM")),
)
GROUP = Group(
    id="kim-hulu",
    folder="contoh-utara/kim-hulu",
    name="KIM Hulu",
    scope=("71.74.01.1001", "71.74.01.2002"),
    contact="hulu@kim.example",
)
CITY_GROUP = Group("redaksi", "kota/redaksi", "Redaksi", ("71.74",), "redaksi@kim.example")
POST = Post(
    path="contoh-utara/kim-hulu/2026-11-20-panen-raya.md",
    group=GROUP.folder,
    stem="2026-11-20-panen-raya",
    id="2026-11-20-panen-raya",
    title="Panen raya di Hulu",
    published=Moment(datetime(2026, 11, 20, 14, 20, tzinfo=WITA), "WITA", has_time=True),
    topic="budaya",
    author="KIM Hulu",
    summary="Warga memanen padi.",
    body="",
    words=3,
)
LEAD = Photo("p/padi.jpg", "a" * 64, 400_000, 1600, 1000, "Warga memanen padi", credit="Rani")
INLINE = Photo("p/kopi.png", "b" * 64, 200_000, 600, 800, "Secangkir kopi", caption="Kopi sesudah panen")
ATOM, CONTENT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}"
MAKERS = {"feed.xml": write_rss, "atom.xml": write_atom}


def make_request(*posts: Post, prose: tuple[str, ...] = ("<p>Padi.</p>",), **parts: Any) -> Request:
    """A request for a network with these posts, newest first, and the assets of all their photos."""
    network = parts.get("network", NETWORK)
    site = Site(network, parts.get("groups", (GROUP,)), posts, (), date(2026, 12, 1))
    digest = hashlib.sha256("\x00".join(prose).encode()).hexdigest()
    return Request(
        site=site,
        theme=Path(),
        options=Options(feed_size=parts.get("size", 20)),
        content=Path(),
        body=parts.get("body", lambda post: Deferred(digest, lambda: Body(prose))),
        assets=make_assets(posts),
    )


def make_assets(posts: tuple[Post, ...]) -> Mapping[str, AssetFacts]:
    """An asset for every variant of every photo; a variant's size is a thousand times its width."""
    photos = [photo for post in posts for photo in (post.lead, *post.photos) if photo]
    variants = [v for photo in photos for v in plan_variants(photo.sha256, photo.width, photo.height)]
    return {v.id: AssetFacts(f"/aset/{v.photo[:4]}-{v.width}.{v.suffix}", v.width * 1000) for v in variants}


def state(request: Request) -> dict[str, Output]:
    return {output.path: output for output in feeds.outputs(request)}


def write(request: Request, path: str) -> bytes:
    output = state(request)[path]
    return output.make(output.inputs)


def rss_item(request: Request) -> etree._Element:
    return etree.fromstring(write(request, "feed.xml")).find("channel/item")


def atom_entry(request: Request) -> etree._Element:
    return etree.fromstring(write(request, "atom.xml")).find(f"{ATOM}entry")


def texts_of(request: Request) -> tuple[str, str]:
    """The full text of the first post, as RSS and as Atom have it."""
    return rss_item(request).findtext(f"{CONTENT}encoded"), atom_entry(request).findtext(f"{ATOM}content")


def posts_by_day(count: int) -> tuple[Post, ...]:
    days = (datetime(2026, 11, 20, tzinfo=WITA) - timedelta(days=number) for number in range(count))
    return tuple(
        replace(POST, stem=f"{day:%Y-%m-%d}-kabar", id=f"{day:%Y-%m-%d}-kabar", published=Moment(day, "WITA"))
        for day in days
    )


# Which feeds there are

TOPICS = tuple(f"topik/{topic.slug}/" for topic in NETWORK.topics)


def test_portal_every_kecamatan_topic_and_group_have_both_forms() -> None:
    assert set(state(make_request(POST))) == {
        f"{folder}{name}"
        for folder in ("", "contoh-utara/", "contoh-barat/", "contoh-utara/kim-hulu/", *TOPICS)
        for name in MAKERS
    }
    assert feeds.STAGE is Stage.DOCUMENTS


def test_section_of_the_whole_region_has_feeds_once_it_has_a_group() -> None:
    paths = set(state(make_request(POST, groups=(CITY_GROUP, GROUP))))
    assert {"kota/feed.xml", "kota/atom.xml", "kota/redaksi/feed.xml"} <= paths


@pytest.mark.parametrize("name", MAKERS)
def test_feed_shows_the_newest_posts_first_and_no_more_than_its_size(name: str) -> None:
    feed = feedparser.parse(write(make_request(*posts_by_day(5), size=3), name))
    assert [entry.id.rpartition("/")[2][:10] for entry in feed.entries] == [
        "2026-11-20",
        "2026-11-19",
        "2026-11-18",
    ]


def test_each_feed_holds_the_posts_of_its_own_folder() -> None:
    city = replace(POST, group=CITY_GROUP.folder, title="Kabar sekota")
    request = make_request(city, POST, groups=(CITY_GROUP, GROUP))
    titles = {
        path: [item.title for item in output.inputs.items]
        for path, output in state(request).items()
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
@pytest.mark.parametrize("name", MAKERS)
def test_feed_says_its_own_name_and_links_its_page_and_itself(
    name: str, folder: str, title: str, page: str
) -> None:
    request = make_request(POST, groups=(CITY_GROUP, GROUP))
    parsed = feedparser.parse(write(request, f"{folder}{name}"))
    feed = parsed.feed
    assert not parsed.bozo
    assert (feed.title, feed.link, feed.language) == (title, page, "id")
    assert {link.rel: link.href for link in feed.links} == {"self": f"{page}{name}", "alternate": page}
    assert feed.subtitle.startswith("Kabar")
    assert feed.generator == "Portal KIM"
    assert feed.rights.startswith("© KIM")


def test_rss_asks_to_be_visited_once_an_hour() -> None:
    assert etree.fromstring(write(make_request(POST), "feed.xml")).findtext("channel/ttl") == "60"


# Identity


def test_atom_entry_keeps_its_identity_when_its_title_date_and_folder_change() -> None:
    moved_group = replace(GROUP, folder="contoh-barat/kim-hulu", name="KIM Hulu Baru")
    moved = replace(
        POST,
        title="Panen raya, hari kedua",
        group=moved_group.folder,
        stem="2026-11-21-lain",
        published=posts_by_day(3)[2].published,
    )
    identity = "tag:kim.example,2026:kim-hulu/2026-11-20-panen-raya"
    assert atom_entry(make_request(POST)).findtext(f"{ATOM}id") == identity
    assert atom_entry(make_request(moved, groups=(moved_group,))).findtext(f"{ATOM}id") == identity


def test_rss_item_has_the_same_identity_and_does_not_pass_it_off_as_an_address() -> None:
    guid = rss_item(make_request(POST)).find("guid")
    assert guid.text == "tag:kim.example,2026:kim-hulu/2026-11-20-panen-raya"
    assert guid.get("isPermaLink") == "false"


def test_feed_keeps_its_identity_when_its_title_changes() -> None:
    renamed = make_request(
        POST, network=replace(NETWORK, name="Kabar Contoh"), groups=(replace(GROUP, name="X"),)
    )
    for request in (make_request(POST), renamed):
        identities = {path: output.inputs.identity for path, output in state(request).items()}
        assert identities["atom.xml"] == "tag:kim.example,2026:feed/portal"
        assert identities["contoh-utara/atom.xml"] == "tag:kim.example,2026:feed/contoh-utara"
        assert (
            identities["contoh-utara/kim-hulu/atom.xml"] == "tag:kim.example,2026:feed/contoh-utara/kim-hulu"
        )


# Dates


@pytest.mark.parametrize("name", MAKERS)
def test_every_date_comes_from_the_posts_and_carries_its_offset(name: str) -> None:
    root = etree.fromstring(write(make_request(POST), name))
    names = {"pubDate", "lastBuildDate", f"{ATOM}published", f"{ATOM}updated"}
    dates = {element.text for element in root.iter() if element.tag in names}
    assert dates == {"Fri, 20 Nov 2026 14:20:00 +0800" if name == "feed.xml" else "2026-11-20T14:20:00+08:00"}


@pytest.mark.parametrize("name", MAKERS)
def test_feed_without_posts_is_dated_with_the_first_day_of_the_network(name: str) -> None:
    parsed = feedparser.parse(write(make_request(POST), f"contoh-barat/{name}"))
    assert not parsed.bozo and parsed.entries == []
    assert parsed.feed.updated in ("Thu, 01 Jan 2026 00:00:00 +0800", "2026-01-01T00:00:00+08:00")


def test_correction_dates_the_entry_and_the_feed_but_not_its_publication() -> None:
    modified = Moment(datetime(2026, 11, 22, tzinfo=WITA), "WITA")
    newer = replace(posts_by_day(1)[0], published=Moment(datetime(2026, 11, 21, tzinfo=WITA), "WITA"))
    corrected = replace(POST, modified=modified, correction="34 karung, bukan 43.")
    root = etree.fromstring(write(make_request(newer, corrected), "atom.xml"))
    entry = root.findall(f"{ATOM}entry")[1]
    assert entry.findtext(f"{ATOM}published") == "2026-11-20T14:20:00+08:00"
    assert entry.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}updated") == "2026-11-22T00:00:00+08:00"


def test_correction_of_the_same_day_without_a_time_is_later_than_the_post() -> None:
    same_day = Moment(datetime(2026, 11, 20, tzinfo=WITA), "WITA")
    entry = atom_entry(make_request(replace(POST, modified=same_day, correction="Bukan 43.")))
    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T14:21:00+08:00"


# What an item says


def test_correction_stands_on_top_of_the_text_with_its_date() -> None:
    modified = Moment(datetime(2026, 11, 22, tzinfo=WITA), "WITA")
    request = make_request(replace(POST, modified=modified, correction="34 <karung>.", lead=LEAD))
    for text in texts_of(request):
        assert text.startswith(
            "<p><em>Ralat, Minggu, 22 November 2026: 34 &lt;karung&gt;.</em></p>\n<figure>"
        )


def test_photos_are_plain_figures_in_their_places() -> None:
    request = make_request(
        replace(POST, lead=LEAD, photos=(INLINE,), source="Kantor lurah"),
        prose=("<p>Satu.</p>", "<p>Dua.</p>"),
    )
    for text in texts_of(request):
        assert text.split("\n") == [
            '<figure><img src="https://kim.example/aset/aaaa-1200.jpg" width="1200" height="750"'
            ' alt="Warga memanen padi"><figcaption>Foto: Rani</figcaption></figure>',
            "<p>Satu.</p>",
            '<figure><img src="https://kim.example/aset/bbbb-600.jpg" width="600" height="800"'
            ' alt="Secangkir kopi"><figcaption>Kopi sesudah panen</figcaption></figure>',
            "<p>Dua.</p>",
            "<p>Sumber: Kantor lurah</p>",
        ]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    ("photos", "address", "length"),
    [
        ({"lead": LEAD, "photos": (INLINE,)}, "https://kim.example/aset/aaaa-1200.jpg", "1200000"),
        ({"photos": (INLINE, LEAD)}, "https://kim.example/aset/bbbb-600.jpg", "600000"),
    ],
)
def test_one_photo_is_enclosed_with_its_true_type_and_length(
    name: str, photos: dict[str, Any], address: str, length: str
) -> None:
    prose = ("",) * (len(photos["photos"]) + 1)
    entry = feedparser.parse(write(make_request(replace(POST, **photos), prose=prose), name)).entries[0]
    assert [(e.href, e.type, e.length) for e in entry.enclosures] == [(address, "image/jpeg", length)]
    assert entry.link == "https://kim.example/contoh-utara/kim-hulu/2026-11-20-panen-raya/"


@pytest.mark.parametrize("name", MAKERS)
def test_post_without_photos_encloses_nothing(name: str) -> None:
    assert feedparser.parse(write(make_request(POST), name)).entries[0].enclosures == []


def test_atom_entry_links_keep_their_relations_and_types() -> None:
    links = atom_entry(make_request(replace(POST, lead=LEAD))).findall(f"{ATOM}link")
    assert [(link.get("rel"), link.get("type")) for link in links] == [
        ("alternate", "text/html"),
        ("enclosure", "image/jpeg"),
    ]


def test_photo_that_is_no_asset_stops_the_plan() -> None:
    request = replace(make_request(replace(POST, lead=LEAD)), assets={})
    with pytest.raises(KeyError):
        state(request)


def test_author_is_named_with_the_group_and_the_group_only_once() -> None:
    for author, byline in (("Rani", "Rani, KIM Hulu"), ("KIM Hulu", "KIM Hulu")):
        request = make_request(replace(POST, author=author))
        assert rss_item(request).findtext("{http://purl.org/dc/elements/1.1/}creator") == byline
        named = atom_entry(request).find(f"{ATOM}author")
        assert named.findtext(f"{ATOM}name") == byline
        assert named.findtext(f"{ATOM}uri") == "https://kim.example/contoh-utara/kim-hulu/"


def test_categories_say_the_topic_and_the_codes_of_the_villages_and_their_kecamatan() -> None:
    request = make_request(replace(POST, topic="ekonomi-umkm", villages=("71.74.01.2002",)))
    topics, areas = "https://kim.example/#topik", "https://kim.example/#wilayah"
    in_rss = [(element.get("domain"), element.text) for element in rss_item(request).findall("category")]
    assert in_rss == [(topics, "Ekonomi dan UMKM"), (areas, "71.74.01"), (areas, "71.74.01.2002")]
    in_atom = [
        (element.get("scheme"), element.get("term"), element.get("label"))
        for element in atom_entry(request).findall(f"{ATOM}category")
    ]
    assert in_atom == [
        (topics, "ekonomi-umkm", "Ekonomi dan UMKM"),
        (areas, "71.74.01", "Kecamatan Contoh Utara"),
        (areas, "71.74.01.2002", "Desa Hilir"),
    ]


def test_post_of_the_whole_region_is_filed_under_the_region_and_not_under_every_village() -> None:
    request = make_request(replace(POST, group=CITY_GROUP.folder), groups=(CITY_GROUP,))
    areas = [(area.term, area.label) for area in state(request)["feed.xml"].inputs.items[0].areas]
    assert areas == [("71.74", "Kota Contoh")]


def test_post_that_is_nothing_but_a_photo_has_a_description_and_a_full_text() -> None:
    request = make_request(replace(POST, summary="", photos=(INLINE,)), prose=("", ""))
    item = rss_item(request)
    assert item.findtext("description") == POST.title
    assert item.findtext(f"{CONTENT}encoded").startswith("<figure>")


def test_links_to_the_portal_are_absolute_where_the_portal_stands_below_a_path() -> None:
    network = replace(NETWORK, address="https://kota.example/kim/")
    prose = ('<p><a href="/contoh-utara/">Utara</a> <a href="https://kim.id/">kim.id</a></p>',)
    request = make_request(replace(POST, lead=LEAD), prose=prose, network=network)
    for text in texts_of(request):
        assert '<a href="https://kota.example/kim/contoh-utara/">' in text
        assert '<a href="https://kim.id/">' in text
        assert 'src="https://kota.example/kim/aset/aaaa-1200.jpg"' in text
    assert rss_item(request).findtext("link").startswith("https://kota.example/kim/contoh-utara/kim-hulu/")


# Text from strangers

#: What the core lets through: no character that XML forbids.
TEXTS = st.text(min_size=1, max_size=60).map(remove_forbidden).filter(str.strip)
HOSTILE = "a ]]> & <b>&amp;</b> \u200fمرحبا\u200e 👨\u200d👩\u200d👧 \u2028 \r\n\t \U0001fffe '\""


@pytest.mark.parametrize("name", MAKERS)
def test_hostile_text_comes_through_unchanged(name: str) -> None:
    _check_unchanged(HOSTILE, HOSTILE, name)


@settings(deadline=None)
@given(title=TEXTS, summary=TEXTS, name=st.sampled_from(sorted(MAKERS)))
def test_any_title_author_and_summary_come_through_unchanged(title: str, summary: str, name: str) -> None:
    _check_unchanged(title, summary, name)


def _check_unchanged(title: str, summary: str, name: str) -> None:
    request = make_request(replace(POST, title=title, author=title, summary=summary, source=summary))
    data = write(request, name)
    assert not feedparser.parse(data).bozo
    if name == "feed.xml":
        item = etree.fromstring(data).find("channel/item")
        described = etree.HTML(f"<p>{item.findtext('description')}</p>")
        assert item.findtext("title") == title
        assert item.findtext("{http://purl.org/dc/elements/1.1/}creator").startswith(title)
        # HTML knows one kind of line end
        assert "".join(described.itertext()).split() == summary.split()
        assert len(list(described.iter())) == 3  # html, body, p: no tag came out of the summary
    else:
        entry = etree.fromstring(data).find(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == title
        assert entry.findtext(f"{ATOM}summary") == summary
        assert entry.findtext(f"{ATOM}author/{ATOM}name").startswith(title)


@settings(deadline=None)
@given(text=st.lists(TEXTS, min_size=1, max_size=3).map("\n\n".join))
def test_any_body_comes_through_unchanged(text: str) -> None:
    prose = MarkupReader().read(text, POST.address, {}).prose
    request = make_request(POST, prose=tuple(part for part in prose if part) or ("<p>Padi.</p>",))
    expected = "\n".join(sanitise(part, NETWORK.address) for part in prose if part) or "<p>Padi.</p>"
    assert texts_of(request) == (expected, expected)


# Keys


@pytest.mark.parametrize("name", MAKERS)
def test_bytes_are_the_same_in_every_build(name: str) -> None:
    def make() -> bytes:
        return write(make_request(replace(POST, lead=LEAD)), name)

    assert make() == make()


def test_planning_loads_no_text() -> None:
    def refuse() -> Body:
        raise AssertionError("a text was loaded while planning")

    assert state(make_request(POST, body=lambda post: Deferred("digest", refuse)))


def test_new_text_changes_the_keys_of_its_own_feeds_only() -> None:
    def keys(request: Request) -> dict[str, str]:
        return {path: digest_inputs(output.inputs) for path, output in state(request).items()}

    before, after = keys(make_request(POST)), keys(make_request(POST, prose=("<p>Lain.</p>",)))
    assert {path for path in before if before[path] != after[path]} == {
        f"{folder}{name}"
        for folder in ("", "contoh-utara/", "contoh-utara/kim-hulu/", f"topik/{POST.topic}/")
        for name in MAKERS
    }
