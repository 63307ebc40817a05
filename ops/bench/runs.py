"""What was measured, as data: runs, their medians, ratios, growth, and the bars that the build must hold.

Computes only; measuring is `ops.bench.speed`, showing `ops.bench.report` and `ops.bench.plot`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import msgspec

#: The maker that is nothing but `python -c "import pelican"`, measured in every round beside the others.
IMPORT = "import"
OURS = "kim"
#: What a peer does after any change.
REBUILD = "edit"


@dataclass(frozen=True)
class Run:
    """One build: `wall` and `cpu` in seconds, `memory` and `size` in bytes, `files` written and `removed`.

    `pictures` are some of the files; `session` is when its benchmark was started, `version` the maker's.
    """

    session: str
    posts: int
    photos: int
    maker: str
    scenario: str
    version: str
    wall: float
    cpu: float
    memory: int
    files: int = 0
    pictures: int = 0
    size: int = 0
    removed: int = 0

    @property
    def place(self) -> tuple[int, int, str, str]:
        """What it is a measurement of; equal ones are repetitions."""
        return (self.posts, self.photos, self.maker, self.scenario)


@dataclass(frozen=True)
class Results:
    """All that is kept of a benchmark: the machine in words, and every run."""

    machine: Mapping[str, str]
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Ratio:
    """One median by another; `together` where both were measured in one session, turn by turn."""

    value: float
    together: bool


@dataclass(frozen=True)
class Bar:
    """What must hold: at most `goal`, or at least where `least`. `found` is None if it was not measured."""

    name: str
    goal: float
    found: Ratio | None
    unit: str = "x"
    least: bool = False

    @property
    def held(self) -> bool | None:
        """None where it was not measured."""
        if self.found is None:
            return None
        return self.found.value >= self.goal if self.least else self.found.value <= self.goal


def encode_results(results: Results) -> bytes:
    """As JSON that people can read and compare."""
    return msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n"


def parse_results(data: bytes) -> Results:
    """Raises `msgspec.DecodeError` where it is none."""
    return msgspec.json.decode(data, type=Results)


def merge_runs(old: Sequence[Run], new: Sequence[Run], *, keep: bool = False) -> tuple[Run, ...]:
    """What is measured anew takes the place of what was, unless `keep` counts both."""
    replaced = set() if keep else {run.place for run in new}
    return (*(run for run in old if run.place not in replaced), *new)


def select(runs: Iterable[Run], posts: int, maker: str, scenario: str, photos: int = 0) -> list[Run]:
    """The repetitions of one measurement."""
    place = (posts, photos, maker, scenario)
    return [run for run in runs if run.place == place]


def middle(runs: Sequence[Run], figure: str) -> float | None:
    """The median of a figure: `wall`, `cpu`, `memory`, …; None where nothing was measured."""
    return median(getattr(run, figure) for run in runs) if runs else None


def compare(ours: Sequence[Run], theirs: Sequence[Run], figure: str) -> Ratio | None:
    """The median of one by that of the other, from the sessions that have both, if there are any."""
    shared = {run.session for run in ours} & {run.session for run in theirs}
    if shared:
        ours = [run for run in ours if run.session in shared]
        theirs = [run for run in theirs if run.session in shared]
    above, below = middle(ours, figure), middle(theirs, figure)
    return Ratio(above / below, bool(shared)) if above is not None and below else None


def peer_scenario(scenario: str) -> str:
    """What a peer is measured in for a scenario of ours: it builds all again after whatever change."""
    return scenario if scenario == "cold" else REBUILD


def against(runs: Sequence[Run], posts: int, scenario: str, peer: str, figure: str) -> Ratio | None:
    """Ours by a peer's, or by the import of Pelican."""
    other = "" if peer == IMPORT else peer_scenario(scenario)
    return compare(select(runs, posts, OURS, scenario), select(runs, posts, peer, other), figure)


def grow(
    runs: Sequence[Run], scenario: str, sizes: tuple[int, int], figure: str, maker: str = OURS
) -> Ratio | None:
    """How many times as much the larger size takes."""
    small, large = (select(runs, size, maker, scenario) for size in sizes)
    return compare(large, small, figure)


def sizes_of(runs: Iterable[Run]) -> list[int]:
    """The sizes that were measured without photos."""
    return sorted({run.posts for run in runs if not run.photos})


def plan_bars(runs: Sequence[Run]) -> Iterator[Bar]:
    """The bars, in the order of their table."""
    size, large = 10_000, 100_000
    for scenario, name in (("edit", "one post edited"), ("add", "one post added")):
        yield Bar(f"{name}, 10,000: wall by Hugo's", 1 / 20, against(runs, size, scenario, "hugo", "wall"))
        yield Bar(f"{name}, 10,000: CPU by import pelican's", 3, against(runs, size, scenario, IMPORT, "cpu"))
    for figure, word in (("wall", "wall"), ("cpu", "CPU")):
        found = against(runs, size, "nothing", IMPORT, figure)
        yield Bar(f"nothing changed, 10,000: {word} by import pelican's", 2.2, found)
    yield Bar("cold, 10,000: wall by Pelican's", 0.5, against(runs, size, "cold", "pelican", "wall"))
    yield Bar("cold, 10,000: wall by Hugo's", 2, against(runs, size, "cold", "hugo", "wall"))
    yield Bar(
        "base template edited, 10,000: wall by Hugo's", 1 / 3, against(runs, size, "template", "hugo", "wall")
    )
    yield Bar(
        "one post edited: wall at 100,000 by that at 10,000", 4, grow(runs, "edit", (size, large), "wall")
    )
    for posts, most in ((size, 200), (large, 700)):
        yield Bar(f"peak memory of any build, {posts:,}", most, _peak(runs, posts), "MB")
    yield from _photo_bars(runs)


def _peak(runs: Sequence[Run], posts: int) -> Ratio | None:
    found = [run.memory for run in runs if run.maker == OURS and run.posts == posts and not run.photos]
    return Ratio(max(found) / 1e6, True) if found else None


def _photo_bars(runs: Sequence[Run]) -> Iterator[Bar]:
    """Of the network with photos: how many cores work, and what one more photo costs."""
    with_photos = [run for run in runs if run.maker == OURS and run.photos]
    cold = [run for run in with_photos if run.scenario == "cold"]
    busy = median(run.cpu / run.wall for run in cold) if cold else None
    yield Bar("cold with photos: cores at work", 1.8, _alone(busy), "cores", least=True)
    added = [run for run in with_photos if run.scenario == "add"]
    cost = None
    if cold and added:
        each = median(run.pictures / run.photos for run in cold)
        cost = median(run.pictures for run in added) / each
    yield Bar("one photo added: pictures made, by those of one photo", 1.1, _alone(cost))


def _alone(value: float | None) -> Ratio | None:
    return None if value is None else Ratio(value, True)
