"""The invented network: the same for everybody, and one that keeps every rule."""

from pathlib import Path

import pytest

from kim.__main__ import main
from ops.bench.corpus import NOW, Corpus
from ops.bench.makers import MAKERS, Place, Portal, Scenario
from ops.bench.photo import draw_photo

ROOT = Path(__file__).parents[2]
SMALL = Corpus(posts=40, photos=2)


def lay_out(folder: Path, corpus: Corpus = SMALL, name: str = "kim") -> Portal:
    maker = MAKERS[name](Place(ROOT, folder, corpus))
    maker.write_theme()
    maker.write_network()
    for post in corpus.all():
        maker.write(post)
    return maker


def test_the_same_size_and_seed_give_the_same_posts_and_another_seed_others() -> None:
    assert list(Corpus(30).all()) == list(Corpus(30).all())
    assert [post.text for post in Corpus(30, seed=2).all()] != [post.text for post in Corpus(30).all()]


def test_posts_are_spread_over_eight_years_and_none_is_of_the_future() -> None:
    moments = [post.moment for post in Corpus(400).all()]
    assert moments == sorted(moments)
    assert {moment.year for moment in moments} >= set(range(2019, 2027))
    added = [SMALL.post(number).moment for number in range(SMALL.posts, SMALL.posts + 500)]
    assert max(moments) < min(added)
    assert max(added) < NOW


def test_posts_have_names_of_their_own_and_come_from_every_group() -> None:
    posts = list(Corpus(600).all())
    assert len({post.stem for post in posts}) == 600
    assert {post.group for post in posts} == set(Corpus(600).groups)
    assert 150 < sum(len(post.text.split()) for post in posts) / 600 < 350


def test_the_network_and_its_posts_have_no_problem(tmp_path: Path, capsys) -> None:
    maker = lay_out(tmp_path)
    for serial, scenario in enumerate((Scenario.EDIT, Scenario.ADD), 1):
        maker.change(scenario, serial)
    code = main(["check", "--content", str(maker.place.content)])
    assert (code, capsys.readouterr().err) == (0, "")
    assert len(list(maker.place.content.glob("*/*/2*"))) == 41


def test_the_last_posts_and_those_added_have_photos_that_keep_the_rules(tmp_path: Path) -> None:
    maker = lay_out(tmp_path)
    maker.change(Scenario.ADD, 1)
    photos = list(maker.place.content.rglob("foto.jpg"))
    assert len(photos) == 3
    assert len({photo.read_bytes() for photo in photos}) == 3
    assert all(100_000 < photo.stat().st_size < 600_000 for photo in photos)
    assert draw_photo(7) == draw_photo(7)


@pytest.mark.parametrize("name", MAKERS)
def test_every_generator_gets_every_post_with_the_same_text(name: str, tmp_path: Path) -> None:
    corpus = Corpus(25)
    maker = lay_out(tmp_path, corpus, name)
    for post in corpus.all():
        path, _ = maker.post_file(post)
        text = (maker.place.content / path).read_text()
        assert text.endswith(f"\n\n{post.text}")
        assert post.title in text
        assert all(label in text for label in post.labels)


@pytest.mark.parametrize("name", MAKERS)
def test_a_change_is_the_one_that_the_scenario_is_named_for(name: str, tmp_path: Path) -> None:
    maker = lay_out(tmp_path, Corpus(25), name)

    def state() -> dict[Path, bytes]:
        folders = (maker.place.content, maker.place.theme)
        return {file: file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}

    before = state()
    maker.change(Scenario.NOTHING, 1)
    assert state() == before
    maker.change(Scenario.EDIT, 2)
    edited = state()
    assert [file.suffix for file in edited if edited[file] != before[file]] == [".md"]
    maker.change(Scenario.ADD, 3)
    added = state()
    assert len(added) == len(edited) + 1
    maker.change(Scenario.TEMPLATE, 4)
    (changed,) = [file for file, text in state().items() if text != added[file]]
    assert changed == maker.place.theme / maker.base[0]
    assert state()[changed].count(b'<meta name="uji" content="4">') == 1
