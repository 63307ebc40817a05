"""What travels, in which order, and what stays: the plan of a publish, without any target."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.errors import KimError
from ops.publish.transfer import (
    Manifest,
    dump_journal,
    dump_manifest,
    parse_journal,
    parse_manifest,
    plan_transfer,
)

_PATHS = st.sampled_from(
    ["index.html", "index.html.br", "a/index.html", "a/b/index.html", "feed.xml", "aset/1.jpg", "aset/2.js"]
)
_TREES = st.dictionaries(_PATHS, st.sampled_from(["one", "two"]))


def test_only_what_changed_is_sent() -> None:
    before = Manifest({"index.html": "1", "a/index.html": "1", "aset/x.jpg": "1"})
    transfer = plan_transfer({**before.files, "a/index.html": "2"}, before, (), ())
    assert (transfer.sent, transfer.removed) == (("a/index.html",), ())
    assert plan_transfer(before.files, before, (), ()).is_empty


def test_a_page_is_sent_after_all_that_it_names() -> None:
    before = Manifest({"index.html": "1", "k/index.html": "1"})
    local = {"index.html": "2", "k/index.html": "2", "k/baru/index.html": "1", "aset/x.jpg": "1"}
    assert plan_transfer(local, before, (), ()).sent == (
        "aset/x.jpg", "k/baru/index.html", "k/index.html", "index.html",
    )  # fmt: skip


def test_a_photo_that_a_feed_has_cited_stays_for_good() -> None:
    first = plan_transfer({"aset/x.jpg": "1", "feed.xml": "1"}, Manifest(), (), ["aset/x.jpg"]).after
    for _ in range(3):
        transfer = plan_transfer({"feed.xml": "2"}, first, (), ())
        assert transfer.removed == ()
        first = transfer.after
    assert first.files["aset/x.jpg"] == "1"


def test_another_asset_stays_for_one_publish_more_as_somebody_may_be_reading() -> None:
    before = Manifest({"index.html": "1", "aset/x.js": "1"})
    first = plan_transfer({"index.html": "2"}, before, (), ())
    assert first.removed == ()
    second = plan_transfer({"index.html": "3"}, first.after, (), ())
    assert second.removed == ("aset/x.js",)
    assert "aset/x.js" not in second.after.files


def test_what_a_broken_upload_touched_is_sent_again_or_removed() -> None:
    before = Manifest({"index.html": "1", "a/index.html": "1"})
    unsure = ["index.html", "b/index.html"]
    transfer = plan_transfer({"index.html": "1", "a/index.html": "1"}, before, unsure, ())
    assert (transfer.sent, transfer.removed) == (("index.html",), ("b/index.html",))


def test_a_manifest_that_is_torn_is_not_guessed() -> None:
    for data in (b"{", b"[]", b"{}", b'{"files": {"a": 1}, "cited": [], "leaving": []}'):
        with pytest.raises(KimError, match="Remove it there"):
            parse_manifest(data)
    assert parse_manifest(None) == Manifest()


@given(_TREES, st.sets(_PATHS), st.sets(_PATHS))
def test_a_manifest_is_read_as_it_was_written(
    files: Mapping[str, str], cited: set[str], leaving: set[str]
) -> None:
    manifest = Manifest(files, frozenset(cited), frozenset(leaving))
    assert parse_manifest(dump_manifest(manifest)) == manifest
    assert parse_journal(dump_journal(cited)) == cited


@given(st.lists(st.tuples(_TREES, st.sets(_PATHS), st.integers(0, 12)), max_size=6))
def test_whatever_is_broken_off_the_next_publish_makes_good(
    publishes: list[tuple[Mapping[str, str], set[str], int]],
) -> None:
    """A target is a dictionary here; each publish but the last stops after some steps."""
    target: dict[str, str] = {}
    manifest, journal = Manifest(), frozenset[str]()
    for at, (local, cited, steps) in enumerate(publishes):
        transfer = plan_transfer(local, manifest, journal, cited)
        journal = frozenset({*transfer.sent, *transfer.removed, *journal})
        whole = at == len(publishes) - 1
        for step, path in enumerate((*transfer.sent, *transfer.removed)):
            if not whole and step >= steps:
                break
            if path in transfer.removed:
                target.pop(path, None)
            else:
                target[path] = local[path]
        else:
            manifest, journal = transfer.after, frozenset()
            assert target == manifest.files
            assert {**target, **local} == target
    if publishes:
        local = publishes[-1][0]
        assert {path for path in target if not path.startswith("aset/")} == {
            path for path in local if not path.startswith("aset/")
        }
