"""Releases in a folder: switched by one rename, shared where nothing changed, kept five deep."""

import fcntl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.publish.releases import (
    KEPT,
    list_releases,
    load_published,
    next_name,
    publish_release,
    refresh_release,
    roll_back,
    shown_release,
)
from ops.publish.transfer import plan_transfer, read_tree
from tests.publish.test_hosts import NOW, TREE, built_tree, seen_in_folder


def release(home: Path, front: str, day: int = 0) -> str:
    """Publish the tree with another front page; the release's name."""
    built = built_tree(home / "built", {**TREE, "index.html": front})
    extra = built_tree(home / "extra", {"status.json": front})
    folder = home / "there"
    transfer = plan_transfer(read_tree(built), load_published(folder), (), ())
    return publish_release(folder, built, transfer, extra, NOW + timedelta(days=day))


def test_a_release_is_shown_whole_and_shares_what_has_not_changed(tmp_path: Path) -> None:
    current = tmp_path / "there" / "current"
    names = [release(tmp_path, "satu"), release(tmp_path, "dua", 1)]
    assert list_releases(tmp_path / "there") == names
    assert current.readlink() == Path("releases") / names[1]
    assert seen_in_folder(current) == {**TREE, "index.html": "dua", "status.json": "dua"}
    first, second = (tmp_path / "there" / "releases" / name for name in names)
    assert (first / "index.html").read_text() == "satu"
    assert {path for path in TREE if (first / path).stat().st_ino == (second / path).stat().st_ino} == {
        *TREE
    } - {"index.html"}


def test_the_last_five_stay(tmp_path: Path) -> None:
    names = [release(tmp_path, str(day), day) for day in range(KEPT + 3)]
    assert list_releases(tmp_path / "there") == names[-KEPT:]


def test_going_back_shows_the_one_before_until_there_is_none(tmp_path: Path) -> None:
    names = [release(tmp_path, str(day), day) for day in range(3)]
    folder = tmp_path / "there"
    assert roll_back(folder) == (names[2], names[1])
    assert (folder / "current/index.html").read_text() == "1"
    assert roll_back(folder) == (names[1], names[0])
    with pytest.raises(KimError, match="no release before"):
        roll_back(folder)
    assert shown_release(folder) == names[0]


def test_the_release_that_is_shown_is_never_pruned_and_the_next_goes_on_from_it(tmp_path: Path) -> None:
    for day in range(KEPT):
        release(tmp_path, str(day), day)
    folder = tmp_path / "there"
    for _ in range(KEPT - 1):
        roll_back(folder)
    shown = shown_release(folder)
    name = release(tmp_path, "baru", KEPT)
    assert shown_release(folder) == name
    assert list_releases(folder)[0] > shown
    assert seen_in_folder(folder / "current")["index.html"] == "baru"


@pytest.mark.parametrize("now", [NOW, NOW - timedelta(days=400)])
def test_a_clock_that_was_set_back_or_stands_still_gives_a_later_name(now: datetime) -> None:
    names: Sequence[str] = [next_name([], NOW)]
    for _ in range(3):
        names = [*names, next_name(["incoming", *names], now)]
    assert names == sorted(set(names))
    assert next_name(names, datetime(2027, 1, 1, tzinfo=UTC)) == "20270101T000000Z-001"


def test_two_at_once_are_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    release(tmp_path, "satu")
    with (tmp_path / "there" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(KimError, match="Another publish into"):
            release(tmp_path, "dua", 1)
        with pytest.raises(KimError, match="Another publish into"):
            roll_back(tmp_path / "there")
    assert seen_in_folder(tmp_path / "there" / "current")["index.html"] == "satu"


def test_what_a_killed_publish_left_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    built_tree(folder / "releases" / "incoming", {"sampah/index.html": "setengah"})
    (folder / ".current").symlink_to("releases/tidak-ada")
    name = release(tmp_path, "satu")
    assert seen_in_folder(folder / "current") == {**TREE, "index.html": "satu", "status.json": "satu"}
    assert [entry.name for entry in (folder / "releases").iterdir()] == [name]


def test_a_folder_that_somebody_else_made_is_not_taken_over(tmp_path: Path) -> None:
    built_tree(tmp_path / "there" / "current", {"index.html": "milik orang"})
    with pytest.raises(KimError, match="is no link to a release"):
        release(tmp_path, "satu")
    assert (tmp_path / "there/current/index.html").read_text() == "milik orang"


def test_a_refreshed_file_changes_only_in_the_release_that_is_shown(tmp_path: Path) -> None:
    names = [release(tmp_path, "satu"), release(tmp_path, "dua", 1)]
    refresh_release(tmp_path / "there", built_tree(tmp_path / "extra", {"status.json": "nanti"}))
    shown = [(tmp_path / "there" / "releases" / name / "status.json").read_text() for name in names]
    assert shown == ["satu", "nanti"]
