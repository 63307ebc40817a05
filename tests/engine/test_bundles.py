"""Bundles of parts: what nobody asks for, what is made all the same, and what goes."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kim.errors import KimError
from plugins.portal.output import Bundle, Output, Part, Stage
from tests.corpus import Corpus, tree

#: Bundles hold bundles and parts; a part is the text of its one file.
Shelf = Mapping[str, Any]


def same(text: str) -> bytes:
    return text.encode()


class Shelves:
    """A plugin whose bundles are those that it is told; `asked` are the names of what was asked for."""

    STAGE = Stage.DOCUMENTS

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.asked: list[str] = []

    def outputs(self, request: object) -> Iterator[Part | Bundle]:
        yield from self._items(self.shelf)

    def register(self) -> None:
        """Nothing to connect."""

    def _items(self, shelf: Shelf) -> Iterator[Part | Bundle]:
        for name, held in shelf.items():
            if isinstance(held, str):
                yield Part(name, held, partial(self._state, name, held))
            else:
                yield Bundle(name, held, partial(self._parts, name, held))

    def _parts(self, name: str, shelf: Shelf) -> Iterator[Part | Bundle]:
        self.asked.append(name)
        yield from self._items(shelf)

    def _state(self, name: str, text: str) -> Iterator[Output]:
        self.asked.append(name)
        yield Output(f"{name}.txt", "x", text, same)


class Desk:
    """Builds one state of the shelves after the other, each with news of its own so that a build looks."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._days = count(1)

    def build(self, shelf: Shelf) -> list[str]:
        """What was asked for on the way to this state."""
        plugin = Shelves(shelf)
        self.corpus.add_posts(next(self._days))
        self.corpus.build(plugins=[plugin])
        return plugin.asked

    @property
    def files(self) -> dict[str, str]:
        """The files that the parts made, by the names of these."""
        return {name.removesuffix(".txt"): data.decode() for name, data in tree(self.corpus.output).items()}


@pytest.fixture
def desk(corpus: Corpus) -> Desk:
    return Desk(corpus)


def test_nobody_asks_for_the_parts_of_a_bundle_that_is_as_it_was(desk: Desk) -> None:
    desk.build({"a": {"one": "1", "two": "2"}, "b": {"three": "3"}})
    assert desk.build({"a": {"one": "1", "two": "2"}, "b": {"three": "4"}}) == ["b", "three"]
    assert desk.files == {"one": "1", "two": "2", "three": "4"}


def test_of_a_changed_bundle_only_the_changed_parts_are_asked(desk: Desk) -> None:
    desk.build({"a": {"one": "1", "two": "2", "deep": {"three": "3"}}})
    assert desk.build({"a": {"one": "1", "two": "!", "deep": {"three": "3"}}}) == ["a", "two"]


def test_what_a_bundle_has_no_more_is_removed_with_all_that_is_in_it(desk: Desk) -> None:
    desk.build({"a": {"one": "1", "deep": {"two": "2", "deeper": {"three": "3"}}}})
    desk.build({"a": {"one": "1"}})
    assert desk.files == {"one": "1"}
    desk.build({})
    assert desk.files == {}


def test_part_that_moves_to_another_bundle_stays(desk: Desk) -> None:
    desk.build({"a": {"one": "1", "two": "2"}, "b": {"three": "3"}})
    desk.build({"a": {"one": "1"}, "b": {"two": "2", "three": "3"}})
    assert desk.files == {"one": "1", "two": "2", "three": "3"}
    desk.build({"b": {"one": "1", "two": "2", "three": "3"}})
    assert desk.files == {"one": "1", "two": "2", "three": "3"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": {"deep": {"one": "1"}}}, {"deep": {"one": "1"}}),
        ({"a": {"deep": {"one": "1"}, "two": "2"}}, {"a": {"two": "2"}, "b": {"deep": {"one": "1"}}}),
        ({"a": {"deep": {"one": "1", "two": "2"}}}, {"b": {"deep": {"one": "1", "two": "3"}}}),
        ({"b": {"deep": {"one": "1"}}, "c": "3"}, {"a": {"deep": {"one": "1"}}, "b": {}, "c": "3"}),
    ],
)
def test_bundle_that_moves_takes_along_what_is_in_it(desk: Desk, before: Shelf, after: Shelf) -> None:
    desk.build(before)
    desk.build(after)
    assert desk.files == texts(after)


def test_file_of_an_unchanged_bundle_that_somebody_broke_is_made_anew(desk: Desk) -> None:
    shelf = {"a": {"deep": {"one": "1", "two": "2"}}}
    desk.build(shelf)
    (desk.corpus.output / "one.txt").unlink()
    assert desk.build(shelf) == ["a", "deep", "one"]
    assert desk.files == {"one": "1", "two": "2"}


def test_part_may_become_a_bundle_of_the_same_name_and_a_bundle_a_part(desk: Desk) -> None:
    desk.build({"a": "1", "b": {"one": "1"}})
    desk.build({"a": {"two": "2"}, "b": "3"})
    assert desk.files == {"two": "2", "b": "3"}


def test_part_with_the_name_of_one_in_a_bundle_that_nobody_asked_is_refused(desk: Desk) -> None:
    desk.build({"a": {"one": "1"}})
    with pytest.raises(KimError, match="claim one path: one and one"):
        desk.build({"a": {"one": "1"}, "b": {"one": "2"}})
    assert desk.files == {"one": "1"}


def test_digest_of_the_documents_changes_with_their_paths_alone(corpus: Corpus) -> None:
    digests = []

    def index(request: Any) -> Iterator[Output]:
        digests.append(request.documents.digest)
        return iter(())

    watcher = SimpleNamespace(STAGE=Stage.INDEXES, outputs=index, register=lambda: None)
    days = count(1)
    for shelf in (
        {"a": {"one": "1"}},
        {"a": {"one": "2"}},
        {"a": {"one": "2", "two": "1"}},
        {"a": {"two": "1"}},
    ):
        corpus.add_posts(next(days))
        corpus.build(plugins=[Shelves(shelf), watcher])
    first, edited, added, removed = digests
    assert first == edited
    assert len({edited, added, removed}) == 3


NAMES = ["p", "q", "r", "s", "t"]


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    """Each part at one place: in a bundle, in a bundle in a bundle, alone, or nowhere."""
    inner, other = draw(st.permutations(["c", "d"]))
    shelf: dict[str, Any] = {}
    for name in NAMES:
        text = draw(st.sampled_from(["1", "2"]))
        place = draw(st.sampled_from([(), ("a",), ("b",), ("a", inner), ("b", other), None]))
        if place is not None:
            holder = shelf
            for bundle in place:
                holder = holder.setdefault(bundle, {})
            holder[name] = text
    return shelf


def texts(shelf: Shelf) -> dict[str, str]:
    """Every part of a shelf with its text."""
    found: dict[str, str] = {}
    for name, held in shelf.items():
        found |= {name: held} if isinstance(held, str) else texts(held)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(shelves(), min_size=2, max_size=4))
def test_whatever_came_before_exactly_what_is_stated_stands(
    states: list[Shelf], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = Desk(Corpus(Path(tmp_path_factory.mktemp("shelves"))))
    for shelf in states:
        desk.build(shelf)
        assert desk.files == texts(shelf)
