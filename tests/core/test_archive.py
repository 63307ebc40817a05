"""Ways through the posts by topic, label and month, and the posts that belong beside a post."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from kim.archive import Label, Month, by_label, by_month, by_topic, labels_of
from kim.dates import ZONES, Moment
from kim.group import Group
from kim.network import District, Network, Office, Topic, Village, Words
from kim.post import Post
from kim.related import Related
from kim.site import Site
from tests.corpus import replace

WITA = ZONES["WITA"]
POST = Post(
    path="hulu/kim/2026-01-01-a.md",
    group="hulu/kim",
    stem="2026-01-01-a",
    id="2026-01-01-a",
    title="Kabar",
    published=Moment(datetime(2026, 1, 1, tzinfo=WITA), "WITA"),
    topic="budaya",
    author="KIM",
    summary="Kabar",
    body="0",
    words=1,
)


def post(name: str, days: int = 0, **changes: object) -> Post:
    at = Moment(datetime(2026, 1, 1, tzinfo=WITA) + timedelta(days=days), "WITA")
    return replace(POST, path=f"{name}.md", stem=name, id=name, published=at, **changes)


def test_spellings_of_one_label_share_a_page_and_the_newest_names_it() -> None:
    newer, older = post("b", 1, tags=("Gotong Royong",)), post("a", tags=("gotong-royong", "panen"))
    assert by_label([newer, older]) == {
        Label("gotong-royong", "Gotong Royong"): [newer, older],
        Label("panen", "panen"): [older],
    }


def test_label_without_a_letter_for_an_address_has_no_page() -> None:
    assert labels_of(post("a", tags=("مجتمع", "!!!"))) == ()


def test_months_come_newest_first_and_have_names() -> None:
    posts = [post("c", 40), post("b", 31), post("a")]
    assert [str(month) for month in by_month(posts)] == ["Februari 2026", "Januari 2026"]
    assert Month(2026, 2).address == "/arsip/2026/02/"


def test_topics_keep_the_order_of_the_posts() -> None:
    posts = [post("c", 2), post("b", 1, topic="kesehatan"), post("a")]
    assert by_topic(posts) == {"budaya": [posts[0], posts[2]], "kesehatan": [posts[1]]}


@pytest.fixture
def site() -> Site:
    """Three villages in a row, a group in each, and posts from the newest to the oldest."""
    villages = tuple(
        Village(f"99.01.01.100{n}", "kelurahan", f"V{n}", 0.0, 124.0 + n / 10) for n in (1, 2, 3)
    )
    network = Network(
        name="KIM", region="Kota", short="Kota", level="kota", code="99.01", province="P",
        authority="kim.example,2026", time_zone="WITA", address="https://kim.example/",
        colours=("#000000", "#000000"), office=Office("D", "d@kim.example"), words=Words(),
        districts=(District("99.01.01", "Hulu", "hulu", villages),), topics=(Topic("budaya", "Budaya"),),
    )  # fmt: skip
    groups = tuple(
        Group(f"kim-{n}", f"hulu/kim-{n}", f"KIM {n}", (f"99.01.01.100{n}",), "k") for n in (1, 2, 3)
    )
    posts = [post(f"p{n}", n, group=f"hulu/kim-{n % 3 + 1}") for n in range(9)]
    return Site(network, groups, tuple(reversed(posts)), (), date(2026, 2, 1))


def find_related(site: Site) -> dict[str, Sequence[Post]]:
    """The related posts of every post, by its address."""
    related = Related(site)
    return {post.address: related.of(post) for post in site.posts}


def test_related_posts_are_older_near_and_at_most_three(site: Site) -> None:
    related = find_related(site)
    newest = site.posts[0]
    assert [found.stem for found in related[newest.address]] == ["p5", "p2", "p7"]
    for one in site.posts:
        assert all(found.published.at < one.published.at for found in related[one.address])
    assert related[site.posts[-1].address] == ()


def test_new_post_changes_nobody_elses_related_posts(site: Site) -> None:
    before = find_related(replace(site, posts=site.posts[1:]))
    after = find_related(site)
    assert {address: after[address] for address in before} == before


def test_other_topics_are_not_related(site: Site) -> None:
    other = replace(site.posts[0], topic="kesehatan")
    assert find_related(replace(site, posts=(other, *site.posts[1:])))[other.address] == ()
