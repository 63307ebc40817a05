"""What holds between posts and groups, and what is published when."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.dates import ZONES, Moment
from kim.folder import scan_content
from kim.group import GroupReading
from kim.post import Post
from kim.problems import problem
from kim.site import (
    Assembly,
    assemble_site,
    check_files,
    check_sections,
    registered_groups,
    section_name,
)
from tests.corpus import replace

from .samples import FOLDER, GROUP, GROUP_TOML, NETWORK, make_group, only, read
from .test_folder import BASE, fill

WITA = ZONES["WITA"]
NOW = datetime(2026, 11, 20, 12, tzinfo=WITA)
OTHER = make_group(GROUP_TOML.replace('"gogagoman"', '"lain"'), "barat/kim-lain")
reading = read()
assert reading.post
POST = reading.post


def post(stem: str, day: datetime = NOW, **changes: object) -> Post:
    changed = {"id": stem, "group": FOLDER} | changes
    path = f"{changed['group']}/{stem}.md"
    return replace(POST, path=path, stem=stem, published=Moment(day, "WITA"), **changed)


def assemble(*posts: Post, now: datetime = NOW) -> Assembly:
    return assemble_site(NETWORK, [GROUP, OTHER], posts, (), now)


def stems(posts: tuple[Post, ...]) -> list[str]:
    return [found.stem for found in posts]


def test_posts_stand_from_the_newest_to_the_oldest() -> None:
    old, new = post("2026-01-01-a", NOW - timedelta(days=9)), post("2026-01-01-b", NOW - timedelta(days=1))
    assembly = assemble(old, new)
    assert stems(assembly.site.posts) == ["2026-01-01-b", "2026-01-01-a"]
    assert assembly.site.posts_of_group(GROUP) == (new, old)
    assert assembly.site.posts_of_section("barat") == (new, old)
    assert assembly.site.posts_of_section("utara") == ()
    assert assembly.site.group_of(old) == GROUP
    assert assembly.site.groups_of_section("barat") == (GROUP, OTHER)


def test_a_future_post_waits_until_its_moment() -> None:
    later = post("2026-01-01-a", NOW + timedelta(minutes=1))
    assert (assemble(later).site.posts, assemble(later).waiting) == ((), (later,))
    at_last = assemble(later, now=NOW + timedelta(minutes=1))
    assert (at_last.site.posts, at_last.waiting) == ((later,), ())


def test_the_clock_may_run_in_another_zone() -> None:
    midnight = post("2026-11-21-a", datetime(2026, 11, 21, tzinfo=WITA))
    before, after = (datetime(2026, 11, 20, hour, 30, tzinfo=ZONES["WIB"]) for hour in (22, 23))
    assert assemble(midnight, now=before).site.posts == ()
    assert assemble(midnight, now=after).site.posts == (midnight,)
    assert assemble(now=after).site.today == date(2026, 11, 21)


def test_a_draft_is_not_published() -> None:
    draft = post("2026-01-01-a", draft=True)
    assert (assemble(draft).site.posts, assemble(draft).drafts) == ((), (draft,))


def test_a_correction_of_a_day_that_has_not_come_holds_its_post_back() -> None:
    corrected = post("2026-01-01-a", modified=Moment(NOW + timedelta(days=1), "WITA"), correction="x")
    assembly = assemble(corrected)
    assert assembly.site.posts == ()
    found = only(assembly.problems)
    assert (found.path, found.code) == (corrected.path, "K029")
    assert assemble(corrected, now=NOW + timedelta(days=1)).problems == ()


def test_a_pin_holds_on_its_last_day() -> None:
    pinned, unpinned = post("2026-01-01-a", pinned_until=NOW.date()), post("2026-01-01-b")
    assert assemble(pinned).site.is_pinned(pinned)
    assert not assemble(pinned, now=NOW + timedelta(days=1)).site.is_pinned(pinned)
    assert not assemble(unpinned).site.is_pinned(unpinned)


def test_of_two_posts_with_one_id_the_one_named_so_stays() -> None:
    renamed, own = post("2026-01-01-a", id="2026-01-01-b"), post("2026-01-01-b")
    assembly = assemble(renamed, own)
    assert assembly.site.posts == (own,)
    found = only(assembly.problems)
    assert (found.path, found.code) == (renamed.path, "K070")
    assert own.path in found.what


def test_one_id_in_two_groups_is_two_identities() -> None:
    assert assemble(post("2026-01-01-a"), post("2026-01-01-a", group="barat/kim-lain")).problems == ()


def test_of_two_posts_with_one_address_the_first_stays() -> None:
    first = post("2026-01-01-a")
    second = replace(first, path=f"{FOLDER}/2026-01-01-a/index.md", id="2025-01-01-a")
    assembly = assemble(second, first)
    assert assembly.site.posts == (first,)
    found = only(assembly.problems)
    assert (found.path, found.code) == (second.path, "K071")


def test_a_former_address_that_is_anothers_makes_no_redirect_and_says_so() -> None:
    there = post("2026-01-01-a")
    other = post("2026-01-01-b", former=(there.address, "/berita/b/"))
    assembly = assemble(there, other)
    assert {found.stem: found.former for found in assembly.site.posts} == {
        "2026-01-01-a": (),
        "2026-01-01-b": ("/berita/b/",),
    }
    found = only(assembly.problems)
    assert (found.path, found.code) == (other.path, "K057")
    assert there.path in found.what


def test_of_two_posts_at_one_former_address_the_first_is_led_to() -> None:
    first, second = post("2026-01-01-a", former=("/b/a/",)), post("2026-01-01-b", former=("/B/a/",))
    assembly = assemble(first, second)
    assert [found.former for found in assembly.site.posts] == [(), ("/b/a/",)]
    assert [found.code for found in assembly.problems] == ["K057"]


def test_a_former_address_said_twice_or_that_is_the_posts_own_does_no_harm() -> None:
    own = post("2026-01-01-a", former=(post("2026-01-01-a").address, "/b/a/", "/B/a/"))
    assembly = assemble(own)
    assert assembly.problems == ()
    assert only(assembly.site.posts).former == ("/b/a/",)


@pytest.mark.parametrize("changes", [{"draft": True}, {"day": NOW + timedelta(days=9)}])
def test_what_is_not_published_never_takes_the_place_of_what_is(changes: dict[str, object]) -> None:
    there = post("2026-01-02-b", id="2026-01-01-lama", former=("/b/a/",))
    newcomer = post("2026-01-01-a", id="2026-01-01-lama", former=("/b/a/",), **changes)
    assembly = assemble(newcomer, there)
    assert [found.path for found in assembly.site.posts] == [there.path]
    assert only(assembly.site.posts).former == ("/b/a/",)


@given(
    st.permutations(
        [post(f"2026-01-0{number}-a", id=f"2026-01-0{1 + number % 3}-a") for number in range(1, 7)]
    )
)
def test_the_order_in_which_files_are_found_changes_nothing(posts: list[Post]) -> None:
    assert assemble(*posts) == assemble(*sorted(posts, key=lambda found: found.path))


def test_of_two_groups_with_one_id_the_first_keeps_it() -> None:
    double = replace(OTHER, id=GROUP.id)
    groups, problems = registered_groups([GroupReading(GROUP), GroupReading(double)])
    assert groups == (GROUP,)
    assert [(found.path, found.code) for found in sorted(problems)] == [
        (f"{FOLDER}/kim.toml", "K072"),
        ("barat/kim-lain/kim.toml", "K072"),
    ]


def test_a_group_that_cannot_be_read_is_left_out_with_its_problems() -> None:
    wrong = problem("K060", "barat/kim-lain/kim.toml", 1, found="x")
    assert registered_groups([GroupReading(None, (wrong,)), GroupReading(GROUP)]) == ((GROUP,), (wrong,))


def test_an_unregistered_group_with_posts_is_told(tmp_path: Path) -> None:
    fill(tmp_path, BASE | {"barat/kim-baru/2026-01-01-a.md": b"x", "utara/kim-kosong/.gitkeep": b""})
    found = only(check_sections(scan_content(tmp_path), NETWORK))
    assert (found.path, found.code) == ("barat/kim-baru", "K008")
    assert "minta Diskominfo" in found.fix


@pytest.mark.parametrize(
    ("section", "words"),
    [("brat", 'folder "barat"'), ("Barat", 'folder "barat"'), ("xyz", "satu dari: utara, barat, kota")],
)
def test_an_unknown_kecamatan_suggests_the_nearest(tmp_path: Path, section: str, words: str) -> None:
    fill(tmp_path, BASE | {f"{section}/kim-a/2026-01-01-a.md": b"x"})
    found = only(check_sections(scan_content(tmp_path), NETWORK))
    assert (found.path, found.code) == (section, "K009")
    assert f'Folder "{section}" bukan kecamatan di jaringan ini.' == found.what
    assert words in found.fix


def test_the_two_files_of_a_network_are_asked_for(tmp_path: Path) -> None:
    assert [(found.path, found.code) for found in check_files(scan_content(tmp_path))] == [
        ("network.toml", "K064"),
        ("wilayah.csv", "K064"),
    ]


def test_a_section_is_called_by_its_kecamatan_or_the_region() -> None:
    assert [section_name(NETWORK, section) for section in ("barat", "kota")] == [
        "Contoh Barat",
        "Kota Contoh",
    ]
