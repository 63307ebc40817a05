"""What did not change is not sent again: the real servers answer 304, and few files are written."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.portal.output import digest_inputs
from tests.corpus import Corpus, post_text, replace
from tests.serving.servers import HOST, Served, serve

from .reading import read_feed
from .samples import FORMS, POST, make_request, posts_by_day, state, write
from .test_rules import FEED


def feeds_of(folder: Path) -> dict[str, bytes]:
    """Every feed below a folder."""
    paths = (file.relative_to(folder).as_posix() for file in folder.rglob("*"))
    return {path: (folder / path).read_bytes() for path in sorted(paths) if FEED.fullmatch(path)}


@pytest.fixture(params=["nginx", "caddy", "apache"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Corpus, Served]]:
    """A network of two groups with archives, built and served."""
    # not below pytest's own folder, which no other user may enter: Apache is one
    with tempfile.TemporaryDirectory(prefix="kim-feeds-") as folder:
        Path(folder).chmod(0o755)
        corpus = Corpus(Path(folder))
        settings = corpus.content / "network.toml"
        settings.write_text(settings.read_text().replace("kim-rekaan.example/", f"{HOST}/"))
        corpus.add_posts(5)
        corpus.add_posts(5, "hilir/kim-muara")
        corpus.build()
        with serve(request.param, corpus.content, corpus.output, Path(folder)) as running:
            yield corpus, running


def test_feed_that_did_not_change_is_not_sent_again(served: tuple[Corpus, Served]) -> None:
    corpus, server = served
    before = feeds_of(corpus.output)
    before = {path: data for path, data in before.items() if path.startswith(("hulu/", "hilir/kim-muara/"))}
    assert {"hulu/atom-1.xml", "hilir/kim-muara/feed-1.json"} <= set(before)
    etags = {path: server.get(f"/{path}").headers["etag"] for path in before}

    corpus.write("hulu/kim-mata-air/2026-11-02-segar.md", post_text("Kabar yang segar", "2026-11-02"))
    shutil.rmtree(corpus.cache)  # everything is made anew, as after an update of the program
    corpus.build()

    after = feeds_of(corpus.output)
    changed = {path for path in before if before[path] != after[path]}
    sent = {path for path in before if server.get(f"/{path}", If_None_Match=etags[path]).status != 304}
    assert sent == changed
    folders = ("hulu/", "hulu/kim-mata-air/")
    assert changed == {f"{folder}{name}" for folder in folders for name in FORMS}


@pytest.mark.parametrize("count", [10_000])
def test_new_post_among_ten_thousand_changes_the_feeds_that_show_it_and_no_other(count: int) -> None:
    posts = posts_by_day(count + 1)
    before, after = (state(make_request(*shown)) for shown in (posts[1:], posts))
    keys = [{path: digest_inputs(output.inputs) for path, output in s.items()} for s in (before, after)]
    changed = {path for path, key in keys[1].items() if keys[0].get(path, "") not in ("", key)}
    own = ("", "contoh-utara/", "contoh-utara/kim-hulu/", f"topik/{POST.topic}/")
    assert changed == {f"{folder}{name}" for folder in own for name in FORMS}
    assert set(before) <= set(after)
    assert len(before) > 6_000
    for path in changed:
        output = after[path]
        assert read_feed(output.make(output.inputs)).items[0].id.endswith(posts[0].id)


def test_feed_keeps_its_bytes_when_a_post_outside_it_changes() -> None:
    posts = posts_by_day(6)
    other = replace(posts[0], topic="ekonomi-umkm", title="Kabar lain")
    before, after = make_request(*posts[1:]), make_request(other, *posts[1:])
    for name in FORMS:
        assert write(before, f"topik/budaya/{name}") == write(after, f"topik/budaya/{name}")
        assert write(before, f"contoh-barat/{name}") == write(after, f"contoh-barat/{name}")
