"""The engine: one path one output, whole files only, and a memory that is never trusted blindly."""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import brotli
import jinja2
import pytest

from kim.errors import KimError
from plugins.portal.output import Asset, Output, Part, Request, Stage
from plugins.portal.store import MadeAsset, TornError, WrittenFile, open_store
from tests.corpus import PLUGINS, Corpus, post_text, tree


def same(text: str) -> bytes:
    return text.encode()


def plugin(*outputs: Output, stage: Stage = Stage.DOCUMENTS) -> SimpleNamespace:
    """A plugin that states these outputs."""

    def state(request: object) -> Iterator[Output]:
        yield from outputs

    return SimpleNamespace(STAGE=stage, outputs=state, register=lambda: None)


@pytest.mark.parametrize("other", ["index.html", "INDEX.html"])
def test_two_outputs_with_one_path_are_refused_before_anything_is_written(corpus: Corpus, other: str) -> None:
    with pytest.raises(KimError, match="claim one path"):
        corpus.build(plugins=[*PLUGINS, plugin(Output(other, "x", "a", same))])
    assert tree(corpus.output) == {}


@pytest.mark.parametrize(
    "path",
    [
        "../x.html",
        "/x.html",
        "a//b.html",
        ".x.html",
        "a/../b.html",
        "a\\b.html",
        "é.html",
        "a",
        "a.b/c.html",
        "a.html.br",
    ],
)
def test_path_that_could_leave_the_folder_is_refused(corpus: Corpus, path: str) -> None:
    with pytest.raises(KimError, match="cannot have the path"):
        corpus.build(plugins=[plugin(Output(path, "x", "", same))])


def test_later_stage_sees_the_paths_of_earlier_ones(corpus: Corpus) -> None:
    def state(request: SimpleNamespace) -> Iterator[Output]:
        yield Output("list.txt", "x", request.documents.paths(""), lambda paths: "\n".join(paths).encode())

    index = SimpleNamespace(STAGE=Stage.INDEXES, outputs=state, register=lambda: None)
    corpus.build(plugins=[index, *PLUGINS])
    assert "hulu/kim-mata-air/index.html" in (corpus.output / "list.txt").read_text().split()


def test_template_that_names_what_its_view_does_not_have_fails_and_changes_nothing(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build()
    before = tree(corpus.output)
    template = corpus.theme / "templates" / "post.html"
    template.write_text(template.read_text().replace("page.title", "page.judul"))
    corpus.add_posts(5)
    with pytest.raises(jinja2.UndefinedError, match="judul"):
        corpus.build()
    assert {
        name: data for name, data in tree(corpus.output).items() if not name.startswith(".kim-staging")
    } == before
    template.write_text(template.read_text().replace("page.judul", "page.title"))
    corpus.build()
    assert not (corpus.output / ".kim-staging").exists()


def test_template_that_is_missing_is_not_filled_in_from_elsewhere(corpus: Corpus) -> None:
    (corpus.theme / "templates" / "parts" / "rows.html").unlink()
    with pytest.raises(KimError, match=r"rows\.html"):
        corpus.build()


def test_changed_template_rewrites_only_the_pages_that_use_it(corpus: Corpus) -> None:
    corpus.settings = replace(corpus.settings, compress=False)
    corpus.add_posts(4)
    corpus.build()
    before = tree(corpus.output)
    template = corpus.theme / "templates" / "group.html"
    template.write_text(template.read_text().replace("Tentang kelompok ini", "Siapa kami"))
    corpus.build()
    changed = {name for name, data in tree(corpus.output).items() if before[name] != data}
    assert changed == {"hulu/kim-mata-air/index.html", "hilir/kim-muara/index.html"}


def test_deleted_group_takes_its_files_and_folders_with_it(corpus: Corpus) -> None:
    corpus.add_posts(4, "hilir/kim-muara")
    corpus.build()
    for path in sorted((corpus.content / "hilir/kim-muara").rglob("*")):
        path.unlink()
    (corpus.content / "hilir/kim-muara").rmdir()
    corpus.build()
    assert not (corpus.output / "hilir/kim-muara").exists()
    assert (corpus.output / "hilir/index.html").exists()


def test_files_of_somebody_else_are_left_alone_and_named(corpus: Corpus) -> None:
    corpus.output.mkdir()
    (corpus.output / "CNAME").write_text("kim.example\n")
    report = corpus.build()
    assert report.foreign == ("CNAME",)
    assert (corpus.output / "CNAME").read_text() == "kim.example\n"
    assert "CNAME" in str(report)


def test_output_folder_that_holds_the_content_is_refused(corpus: Corpus) -> None:
    with pytest.raises(KimError, match="holds the content folder"):
        corpus.build(output=corpus.content.parent)


@pytest.mark.parametrize(
    "damage", [b"", b"SQLite format 3\x00" + b"x" * 5000, b"not a database at all" * 99, None]
)
def test_torn_or_foreign_memory_is_made_anew(corpus: Corpus, tmp_path: Path, damage: bytes | None) -> None:
    corpus.add_posts(4)
    corpus.build()
    before = tree(corpus.output)
    (file,) = corpus.cache.glob("*.sqlite")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] if damage is None else damage)
    corpus.build()
    assert tree(corpus.output) == before
    assert corpus.build().written == 0


def test_memory_of_other_code_keeps_only_what_can_be_checked(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.sqlite", "1") as store:
        store.put_rows("hulu/kim", [1])
        store.put_bodies({"digest": [2]})
        store.put_part("a", "key", "b", {"a.txt": "key"}, [MadeAsset("id", "key", "aset/a.png", 1)])
        store.put_written([("a.txt", WrittenFile(1, 1, "digest"))])
        store.save()
    with open_store(tmp_path / "a.sqlite", "2") as store:
        assert store.rows("hulu/kim", list) is None
        with pytest.raises(TornError):
            store.body("digest", list)
        assert store.parts("b") == {"a": ""}
        assert store.asset("id") == MadeAsset("id", "key", "aset/a.png", 1)
        assert store.written("a.txt") == WrittenFile(1, 1, "digest")


def test_value_that_was_changed_in_the_memory_is_not_believed(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.sqlite", "1") as store:
        store.put_meta("seen", {"a.md": 1})
        store.save()
    database = sqlite3.connect(tmp_path / "a.sqlite")
    (data,) = database.execute("select value from meta where name = 'seen'").fetchone()
    database.execute("update meta set value = ? where name = 'seen'", (data.replace(b"1", b"2"),))
    database.commit()
    database.close()
    with open_store(tmp_path / "a.sqlite", "1") as store:
        assert store.meta("seen", dict[str, int]) is None


def test_second_build_at_the_same_time_is_told_to_wait(corpus: Corpus) -> None:
    corpus.build()
    (file,) = corpus.cache.glob("*.sqlite")
    other = sqlite3.connect(file)
    other.execute("begin exclusive")
    with pytest.raises(KimError, match="Another build"):
        corpus.build()
    other.rollback()
    other.close()
    assert corpus.build().written == 0


@pytest.mark.parametrize("last", [1, 2, 5, 9])
def test_build_killed_between_two_renames_is_made_whole_by_the_next(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    corpus.add_posts(4)
    corpus.build()
    corpus.add_posts(7)
    replace_file, count = os.replace, 0

    def killed(file: str, target: str) -> None:
        nonlocal count
        count += 1
        if count == last:
            raise KeyboardInterrupt
        replace_file(file, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            corpus.build()
    gone = corpus.content / "hulu/kim-mata-air/2026-01-06-kabar-5.md"
    gone.unlink()
    corpus.build()
    assert tree(corpus.output) == corpus.build_clean(tmp_path / "clean")


def break_front(corpus: Corpus) -> Path:
    """Make the theme's first page fail before anything was made; the file to be mended."""
    template = corpus.theme / "templates" / "front.html"
    template.write_text(template.read_text().replace('"base.html"', '"bose.html"'))
    with pytest.raises(KimError, match=r"bose\.html in .* is missing"):
        corpus.build()
    return template


def mend_front(template: Path) -> None:
    template.write_text(template.read_text().replace('"bose.html"', '"base.html"'))


def test_edit_that_was_read_by_a_build_that_failed_is_published_by_the_next(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.add_posts(3)
    corpus.build()
    corpus.write("hulu/kim-mata-air/2026-01-02-kabar-1.md", post_text("Judul yang baru", "2026-01-02"))
    mend_front(break_front(corpus))
    corpus.build()
    assert tree(corpus.output) == corpus.build_clean(tmp_path / "clean")


def test_file_that_was_missed_by_a_build_that_failed_is_made_again_by_the_next(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build()
    before = tree(corpus.output)
    (corpus.output / "hulu" / "feed.xml").unlink()
    mend_front(break_front(corpus))
    corpus.build()
    assert tree(corpus.output) == before


def test_file_that_changes_while_it_is_built_stops_the_build(corpus: Corpus) -> None:
    from plugins.portal.output import load_exactly

    file = corpus.write("hulu/kim-mata-air/a.txt", b"new")
    with pytest.raises(KimError, match="Run the build again"):
        load_exactly(corpus.content, "hulu/kim-mata-air/a.txt", "0" * 64)
    file.unlink()


def test_page_size_is_part_of_the_build(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add_posts(9)
    corpus.build()
    assert (corpus.output / "hal/2/index.html").exists()
    corpus.build(options=replace(corpus.settings.options, page_size=9))
    assert not (corpus.output / "hal").exists()


def test_page_size_one_lists_every_post_once(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build(options=replace(corpus.settings.options, page_size=1))
    pages = [corpus.output / "hulu" / name / "index.html" for name in (".", "hal/1", "hal/2")]
    shown = [page.read_text().count('<li><a href="/hulu/kim-mata-air/2026-01-0') for page in pages]
    assert shown == [1, 1, 1]


def test_pin_ends_after_its_last_day(corpus: Corpus) -> None:
    corpus.write(
        "hulu/kim-mata-air/2026-11-01-penting.md", post_text("Jalan ditutup", more="Sematkan: 2026-11-20\n")
    )
    corpus.build()
    home = corpus.output / "index.html"
    assert "Sampai 20 November 2026." in home.read_text()
    corpus.build(now=corpus.settings.now.replace(day=21))
    assert "Sampai" not in home.read_text()


def test_memory_with_other_tables_still_knows_what_was_written(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add_posts(3)
    corpus.build()
    (file,) = corpus.cache.glob("*.sqlite")
    database = sqlite3.connect(file)
    database.execute("alter table rows drop column value")
    database.execute("pragma user_version = 1")
    database.close()
    next(corpus.content.rglob("*kabar-1.md")).unlink()
    corpus.build()
    assert tree(corpus.output) == corpus.build_clean(tmp_path / "clean")


def test_every_text_file_has_siblings_that_hold_the_same(corpus: Corpus) -> None:
    corpus.add_posts(2)
    corpus.build()
    found = tree(corpus.output)
    pages = [name for name in found if name.endswith((".html", ".xml"))]
    assert pages
    for name in pages:
        assert gzip.decompress(found[f"{name}.gz"]) == found[name]
        assert brotli.decompress(found[f"{name}.br"]) == found[name]
        assert len(found[f"{name}.br"]) < len(found[name])


def test_sibling_that_was_deleted_or_tampered_with_is_made_again(corpus: Corpus) -> None:
    corpus.build()
    before = tree(corpus.output)
    (corpus.output / "index.html.br").unlink()
    (corpus.output / "feed.xml.gz").write_bytes(b"tampered")
    corpus.build()
    assert tree(corpus.output) == before


def test_file_that_was_tampered_with_in_its_place_is_found_by_a_build_that_verifies(corpus: Corpus) -> None:
    corpus.build()
    before = tree(corpus.output)
    feed = corpus.output / "feed.xml"
    facts = feed.stat()
    feed.write_bytes(feed.read_bytes().replace(b"<", b">"))
    os.utime(feed, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert corpus.build().written == 0
    assert corpus.build(verify=True).written == 3  # with its siblings
    assert tree(corpus.output) == before
    assert corpus.build(verify=True).written == 0


def test_output_folder_that_was_copied_without_its_times_is_not_made_again(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build()
    before = tree(corpus.output)
    moved = corpus.output.with_name("moved")
    shutil.copytree(corpus.output, moved, copy_function=shutil.copyfile)
    shutil.rmtree(corpus.output)
    moved.rename(corpus.output)
    assert corpus.build().written == 0
    assert tree(corpus.output) == before


def test_siblings_go_with_their_page_and_with_the_setting(corpus: Corpus) -> None:
    corpus.add_posts(1)
    corpus.build()
    next(corpus.content.rglob("*kabar-0.md")).unlink()
    corpus.build()
    assert not [name for name in tree(corpus.output) if "kabar-0" in name]
    corpus.build(compress=False)
    assert not [name for name in tree(corpus.output) if name.endswith((".br", ".gz"))]


class Finder:
    """A plugin that has something found out, and counts how often it is."""

    STAGE = Stage.DOCUMENTS

    def __init__(self, *digests: str) -> None:
        self.digests = digests
        self.found: list[str] = []

    def outputs(self, request: Request) -> Iterator[Output]:
        for digest, facts in zip(
            self.digests, request.recall(tuple[str, ...], self.find, self.digests), strict=True
        ):
            yield Output(f"{digest}.txt", "x", facts[0], same)

    def find(self, digest: str) -> tuple[str, ...]:
        self.found.append(digest)
        return (f"found {digest}",)

    def register(self) -> None: ...


def test_what_was_found_out_is_remembered_as_long_as_every_build_asks_for_it(corpus: Corpus) -> None:
    both, one = Finder("a", "b"), Finder("a")
    for number, finder in enumerate((both, both, one, both)):
        corpus.add_posts(number + 1)
        corpus.build(plugins=[finder])
    assert (both.found, one.found) == (["a", "b", "b"], [])
    assert (corpus.output / "b.txt").read_text() == "found b"


def square(number: int) -> str:
    return str(number * number)


def test_parts_may_ask_all_cores_while_all_cores_make_others(corpus: Corpus) -> None:
    """Each part has so much to find out that other processes do it, and so many parts that these make them."""

    def state(request: Request, part: int) -> Iterator[Output]:
        numbers = range(part, part + 5)
        found = request.recall(str, square, numbers)
        yield Output(f"{part}.txt", "x", " ".join(found), same)

    def outputs(request: Request) -> Iterator[Part]:
        yield from (Part(f"squares {part}", part, partial(state, request, part)) for part in range(60))

    squares = SimpleNamespace(STAGE=Stage.DOCUMENTS, outputs=outputs, register=lambda: None)
    corpus.settings = replace(corpus.settings, workers=2)
    corpus.build(plugins=[squares])
    assert (corpus.output / "7.txt").read_text() == "49 64 81 100 121"
    assert len(tree(corpus.output)) == 60
    assert corpus.build(plugins=[squares]).written == 0


@pytest.mark.parametrize("count", [1, 63, 64, 200])
def test_every_asset_gets_its_own_bytes_however_many_travel_together(corpus: Corpus, count: int) -> None:
    def outputs(request: Request) -> Iterator[Asset]:
        yield from (Asset(f"a{number}", "txt", "x", f"asset {number}", same) for number in range(count))

    def index(request: Request) -> Iterator[Output]:
        for number in range(count):
            yield Output(f"{number}.txt", "x", request.assets[f"a{number}"].address, same)

    corpus.settings = replace(corpus.settings, workers=2)
    assets = SimpleNamespace(STAGE=Stage.ASSETS, outputs=outputs, register=lambda: None)
    pages = SimpleNamespace(STAGE=Stage.DOCUMENTS, outputs=index, register=lambda: None)
    corpus.build(plugins=[assets, pages])
    for number in range(count):
        address = (corpus.output / f"{number}.txt").read_text()
        assert (corpus.output / address[1:]).read_text() == f"asset {number}"


def test_nothing_is_remembered_of_a_build_that_failed(corpus: Corpus) -> None:
    finder = Finder("a")
    clash = plugin(Output("a.txt", "x", "other", same))
    with pytest.raises(KimError):
        corpus.build(plugins=[finder, clash])
    corpus.build(plugins=[finder])
    assert finder.found == ["a", "a"]
