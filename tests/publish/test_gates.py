"""Each gate with a case that stops it and one that passes."""

from pathlib import Path

import pytest

from ops.feeds_check import compare_feeds
from ops.feeds_read import FolderSource
from ops.publish.gates import (
    MOST_PAGE,
    check_foreign,
    check_links,
    check_pages,
    check_published_feeds,
    check_weight,
)
from ops.publish.published import Published, load_feeds
from ops.publish.transfer import Manifest, read_tree
from tests.corpus import Corpus, post_text


def pages(count: int) -> set[str]:
    return {"index.html", *(f"{number}/index.html" for number in range(1, count))}


def test_a_tenth_of_the_pages_may_go_and_more_only_by_force() -> None:
    assert not list(check_pages(pages(90), pages(100)))
    (stop,) = check_pages(pages(89), pages(100))
    assert stop.can_force
    assert "89 pages; 100 are published" in str(stop)
    assert not list(check_pages(pages(1), set()))


def test_a_build_without_a_front_page_is_never_published() -> None:
    for local in (set[str](), {"kim/index.html"}):
        (stop,) = check_pages(local, set())
        assert not stop.can_force


@pytest.mark.parametrize("base", ["", "/berita"])
def test_a_link_inside_must_lead_to_a_file(base: str) -> None:
    html = f"""<a href="{base}/kim/">a</a> <a href="https://lain.example/x/">b</a> <a href="#isi">c</a>
    <img src="{base}/aset/1.jpg" srcset="{base}/aset/1.jpg 360w, {base}/aset/2.jpg 720w">
    <a href="{base}/cari/?q=a&amp;b#c">d</a> <a href="mailto:a@b.example">e</a>"""
    files = {"index.html", "kim/index.html", "cari/index.html", "aset/1.jpg", "aset/2.jpg"}
    assert not list(check_links({"index.html": html}, files, base))
    for gone, address in (
        ("kim/index.html", "/kim/"),
        ("aset/2.jpg", "/aset/2.jpg"),
        ("cari/index.html", "/cari/"),
    ):
        (stop,) = check_links({"index.html": html}, files - {gone}, base)
        assert f"index.html links to {address}." in str(stop)
        assert not stop.can_force


def test_a_link_with_an_encoded_name_is_that_file() -> None:
    assert not list(check_links({"a.html": '<a href="/a%20b.pdf">x</a>'}, {"a b.pdf"}, ""))


def test_many_dead_links_are_counted() -> None:
    html = "".join(f'<a href="/tidak-{number}/">x</a>' for number in range(9))
    (stop,) = check_links({"index.html": html}, set(), "")
    assert "and 4 more" in str(stop)


def test_a_heavy_page_is_named_with_its_weight() -> None:
    assert not list(check_weight({"index.html": MOST_PAGE}))
    (stop,) = check_weight({"index.html": 9_000, "kim/index.html": MOST_PAGE + 1})
    assert "kim/index.html weighs 40,001 bytes" in str(stop)


def test_a_file_that_no_output_made_is_named() -> None:
    assert not list(check_foreign([]))
    (stop,) = check_foreign(["catatan.txt"])
    assert "catatan.txt" in str(stop)
    assert not stop.can_force


def test_feeds_keep_their_items_and_only_those_that_differ_are_asked_for(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.add_posts(3)
    corpus.build()
    corpus.output.rename(tmp_path / "before")
    corpus.write("hilir/kim-muara/2026-11-02-rapat.md", post_text("Rapat warga di muara", "2026-11-02"))
    (corpus.content / "hulu/kim-mata-air/2026-01-02-kabar-1.md").unlink()
    corpus.build()
    manifest, asked = Manifest(read_tree(tmp_path / "before")), []

    def load(paths: list[str]) -> dict[str, bytes]:
        asked.extend(paths)
        return {path: (tmp_path / "before" / path).read_bytes() for path in paths}

    def stops(local: Path) -> list[str]:
        found = load_feeds("uji", Published(manifest, frozenset(), load), local, read_tree(local))
        assert found is not None
        return [str(stop) for stop in check_published_feeds(compare_feeds(found, FolderSource(local)))]

    (stop,) = stops(corpus.output)
    assert "kim-rekaan.example,2026:kim-mata-air/2026-01-02-kabar-1" in stop
    assert "ditarik.toml" in stop
    assert "feed.xml" in asked
    assert "hilir/feed.xml" in asked
    asked.clear()
    assert stops(tmp_path / "before") == []
    assert asked == []


def test_a_target_without_a_portal_has_no_feeds_to_keep(tmp_path: Path) -> None:
    published = Published(Manifest({"index.html": "1"}), frozenset(), dict)  # type: ignore[arg-type]
    assert load_feeds("uji", published, tmp_path, {}) is None
