"""A network in memory, the feeds that it gets, and what a strict reader finds in each form."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

from kim.dates import ZONES, Moment
from kim.feeds import FORMS as FEED_FORMS
from kim.group import Group
from kim.network import District, Network, Office, Topic, Village, Words
from kim.post import Body, Photo, Post
from kim.site import Site
from kim.sizes import plan_variants
from plugins import feeds
from plugins.portal.output import AssetFacts, Deferred, Options, Output, Request, digest_inputs
from tests.corpus import replace
from tests.corpus import state as stated

from .reading import SeenFeed, SeenItem, read_feed

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
FORMS = tuple(form.file for form in FEED_FORMS)


def make_request(*posts: Post, prose: tuple[str, ...] = ("<p>Padi.</p>",), **parts: Any) -> Request:
    """A request for a network with these posts, newest first, and the assets of all their photos."""
    network = parts.get("network", NETWORK)
    digest = hashlib.sha256("\x00".join(prose).encode()).hexdigest()
    keyed = tuple(replace(post, key=digest_inputs(post, digest)) for post in posts)
    site = Site(network, parts.get("groups", (GROUP,)), keyed, (), date(2026, 12, 1))
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
    """Everything that the plugin states, by path."""
    return {output.path: output for output in stated(feeds.outputs(request))}


def write(request: Request, path: str) -> bytes:
    """The bytes of one file."""
    output = state(request)[path]
    return output.make(output.inputs)


def rss_item(request: Request) -> etree._Element:
    return etree.fromstring(write(request, "feed.xml")).find("channel/item")


def atom_entry(request: Request) -> etree._Element:
    return etree.fromstring(write(request, "atom.xml")).find(f"{ATOM}entry")


def seen(request: Request, path: str) -> SeenFeed:
    """What the feed at this path says."""
    return read_feed(write(request, path))


def item_of(request: Request) -> SeenItem:
    """The portal's first item, which is the same in every form."""
    first, *others = (seen(request, file).items[0] for file in FORMS)
    assert others == [first, first]
    return first


def posts_by_day(count: int) -> tuple[Post, ...]:
    """Posts of consecutive days, newest first."""
    days = (datetime(2026, 11, 20, tzinfo=WITA) - timedelta(days=number) for number in range(count))
    return tuple(
        replace(
            POST,
            path=f"{POST.group}/{day:%Y-%m-%d}-kabar.md",
            stem=f"{day:%Y-%m-%d}-kabar",
            id=f"{day:%Y-%m-%d}-kabar",
            published=Moment(day, "WITA"),
        )
        for day in days
    )
