"""What one build states after another: moves between stages, claims, and what somebody else has done meanwhile."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kim.errors import KimError
from plugins.portal.output import Asset, Output, Part, Request, Stage
from plugins.portal.staging import STAGING
from tests.corpus import Corpus, post_text, tree

Stating = Callable[[Request], Iterable[Any]]


def same(text: str) -> bytes:
    return text.encode()


def plugin(stage: Stage, stating: Stating) -> SimpleNamespace:
    return SimpleNamespace(STAGE=stage, outputs=stating, register=lambda: None)


def documents(*parts: Any) -> SimpleNamespace:
    return plugin(Stage.DOCUMENTS, lambda request: parts)


def part(name: str, **files: str) -> Part:
    """A part of text files by their names, with `_` for the dot."""
    texts = {path.replace("_", "."): text for path, text in files.items()}
    return Part(name, tuple(texts.items()), lambda: [Output(p, "x", text, same) for p, text in texts.items()])


@pytest.fixture
def build(corpus: Corpus) -> Callable[..., Any]:
    """Builds with some plugins and a new post, so that each build looks."""
    days = iter(range(1, 29))

    def run(*plugins: SimpleNamespace, **changes: Any) -> Any:
        day = f"2026-01-{next(days):02}"
        corpus.write(f"hulu/kim-mata-air/{day}-kabar.md", post_text("Kabar baru", day))
        return corpus.build(plugins=list(plugins), **changes)

    return run


def test_what_moves_from_the_indexes_to_the_documents_is_seen_by_the_indexes(
    build: Callable[..., Any],
) -> None:
    page = Output("x/index.html", "x", "text", same)
    seen: list[Any] = []

    def index(request: Request) -> Iterator[Output]:
        seen.append((list(request.documents.paths("index.html")), request.documents.digest))
        if seen[-1][0]:
            seen.append(request.documents.load("x/index.html"))
        yield from ()

    build(documents(), plugin(Stage.INDEXES, lambda request: [page]))
    build(documents(), plugin(Stage.INDEXES, index))
    build(documents(), plugin(Stage.INDEXES, lambda request: [page]))
    build(documents(page), plugin(Stage.INDEXES, index))
    (nothing, first), (paths, second), data = seen
    assert (nothing, paths, data) == ([], ["x/index.html"], b"text")
    assert first != second


def test_page_that_comes_where_an_old_address_led_takes_its_place(corpus: Corpus, tmp_path: Path) -> None:
    more = "Alamat lama: /lapor/\n"
    corpus.write("hulu/kim-mata-air/2026-02-01-lama.md", post_text("Kabar yang lama", "2026-02-01", more))
    corpus.build()
    corpus.write("pages/lapor.md", "Judul: Halaman lapor warga\n\nIsi halaman.\n")
    corpus.build()
    assert tree(corpus.output) == corpus.build_clean(tmp_path / "clean")


def test_asset_of_a_part_that_is_gone_is_shown_by_nobody(build: Callable[..., Any], corpus: Corpus) -> None:
    """The part that is gone stands before the one that states the asset now."""

    def photos(name: str, text: str) -> SimpleNamespace:
        own = Part(name, text, lambda: [Asset("photo", "png", "x", text, same)])
        return plugin(Stage.ASSETS, lambda request: [own])

    def page(request: Request) -> Iterator[Output]:
        yield Output("page.txt", "x", request.assets["photo"].address, same)

    build(photos("1", "before"), plugin(Stage.DOCUMENTS, page))
    build(photos("2", "after"), plugin(Stage.DOCUMENTS, page))
    address = (corpus.output / "page.txt").read_text()
    assert (corpus.output / address.lstrip("/")).read_bytes() == b"after"


def test_second_claim_of_a_file_that_somebody_removed_is_found(
    build: Callable[..., Any], corpus: Corpus
) -> None:
    build(documents(part("a", x_txt="1")))
    (corpus.output / "x.txt").unlink()
    with pytest.raises(KimError, match="claim one path"):
        build(documents(part("b", x_txt="2"), part("a", x_txt="1")))


def test_claims_that_differ_in_capitals_are_found_where_the_path_was_anothers(
    build: Callable[..., Any],
) -> None:
    build(documents(part("c", x_txt="1")))
    with pytest.raises(KimError, match="claim one path"):
        build(documents(part("c", y_txt="1"), part("a", X_txt="2"), part("b", x_txt="3")))


def refuse(text: str) -> bytes:
    if text == "0":
        raise KimError("Not this one.")
    time.sleep(0.05)  # so that the others are still at work when the build gives up
    return text.encode()


def test_build_that_fails_leaves_nothing_of_what_its_workers_still_made(
    build: Callable[..., Any], corpus: Corpus
) -> None:
    build(documents(part("a", a_txt="1")))
    many = [Part(f"p{n}", n, lambda n=n: [Output(f"n{n}/a.txt", "x", str(n), refuse)]) for n in range(60)]
    with pytest.raises(KimError, match="Not this one"):
        build(documents(*many), workers=2)
    assert [file.name for file in corpus.output.iterdir()] == ["a.txt"]


def test_two_assets_of_the_same_bytes_are_one_file(build: Callable[..., Any], corpus: Corpus) -> None:
    two = [Asset(name, "png", "x", "the same", same) for name in ("a", "b")]
    report = build(plugin(Stage.ASSETS, lambda request: two))
    assert (report.written, report.kept, len(tree(corpus.output))) == (1, 0, 1)


@pytest.mark.parametrize("kind", ["link", "file"])
def test_staging_folder_that_is_none_of_ours_stops_the_build(
    build: Callable[..., Any], corpus: Corpus, tmp_path: Path, kind: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    corpus.output.mkdir()
    place = corpus.output / STAGING
    if kind == "link":
        place.symlink_to(elsewhere)
    else:
        place.write_text("theirs")
    with pytest.raises(KimError, match="stands in the way"):
        build(documents(part("a", a_txt="1")))
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_removed_behind_a_link_that_stands_for_a_folder(
    build: Callable[..., Any], corpus: Corpus, tmp_path: Path
) -> None:
    pages = [Output(path, "x", "text", same) for path in ("a/b.html", "a/c/d.html", "z.html")]
    build(documents(*pages))
    (corpus.output / "a").rename(tmp_path / "theirs")
    (corpus.output / "a").symlink_to(tmp_path / "theirs")
    build(documents(pages[-1]))
    assert sorted(tree(tmp_path / "theirs")) == ["b.html", "c/d.html"]
