"""`invoke bench`: the same network built by this project and by its peers, turn by turn, as fresh processes.

How it measures and what differs between the sites: docs/bench.md. Nothing is asserted here: a time is that of
one machine.
"""

import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console

from kim.errors import KimError
from ops.bench.corpus import Corpus
from ops.bench.makers import MAKERS, Maker, Place, Portal, Scenario, hugo_binary
from ops.bench.plot import draw_plot
from ops.bench.report import format_report, print_report
from ops.bench.runs import IMPORT, Results, Run, encode_results, merge_runs, parse_results
from ops.bench.stopwatch import Measured
from ops.bench.written import Written, compare_trees, read_tree

_RESULTS, _REPORT, _PLOT = "results.json", "results.md", "plot.svg"
_SERIAL = "serial"


@dataclass(frozen=True)
class Wish:
    """What to measure. `work` keeps corpora and sites for another run; `keep` counts earlier runs, too."""

    posts: tuple[int, ...] = (1_000, 10_000)
    photos: int = 0
    rounds: int = 3
    makers: tuple[str, ...] = tuple(MAKERS)
    scenarios: tuple[Scenario, ...] = tuple(Scenario)
    work: Path | None = None
    save: Path = Path(".cache/bench")
    keep: bool = False
    seed: int = 1


def parse_wish(
    posts: str, photos: int, rounds: int, peers: str, scenarios: str, work: str, save: str, keep: bool
) -> Wish:
    """The options of the command. Raises `KimError` where one means nothing."""
    names = _listed(peers, tuple(name for name in MAKERS if name != Portal.name), "--peers")
    sizes = [size for size in posts.replace("_", "").split(",") if size]
    if not sizes or not all(size.isdecimal() and int(size) for size in sizes) or rounds < 1 or photos < 0:
        raise KimError("--posts takes sizes with commas between, --rounds a number from 1, --photos from 0.")
    return Wish(
        posts=tuple(map(int, sizes)),
        photos=photos,
        rounds=rounds,
        makers=(Portal.name, *(() if photos else names)),
        scenarios=tuple(map(Scenario, _listed(scenarios, tuple(Scenario), "--scenarios"))),
        work=Path(work).resolve() if work else None,
        save=Path(save),
        keep=keep,
    )


def measure_speed(root: Path, wish: Wish, console: Console) -> Results:
    """Measure, save and print. Raises `KimError` where a build fails or a peer is not installed."""
    if "hugo" in wish.makers:
        hugo_binary()
    session = datetime.now(UTC).isoformat(timespec="seconds")
    folder = root / wish.save
    old = _read_runs(folder)
    runs: list[Run] = []
    results = Results(_machine(), old)
    with _work_folder(wish) as work:
        for posts in wish.posts:
            corpus = Corpus(posts, min(posts, wish.photos), wish.seed)
            makers = _prepare(root, work, corpus, wish, console)
            stand = _Stand(root, work, session, corpus)
            for turn in range(wish.rounds):
                for run in stand.measure_round(makers, wish.scenarios):
                    runs.append(run)
                    words = f"{run.maker} {run.scenario}: {run.wall:.2f} s, CPU {run.cpu:.2f} s"
                    console.print(f"{posts:,} posts, round {turn + 1}: {words}", highlight=False)
                # after every round, as somebody may have enough of it
                results = Results(results.machine, merge_runs(old, runs, keep=wish.keep))
                _save(folder, results)
    print_report(results, console)
    return results


@contextmanager
def _work_folder(wish: Wish) -> Iterator[Path]:
    own = nullcontext(str(wish.work)) if wish.work else TemporaryDirectory(prefix="kim-bench-")
    with own as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder)


def _prepare(root: Path, work: Path, corpus: Corpus, wish: Wish, console: Console) -> list[Maker]:
    """The makers, each with its copy of the posts; what an earlier run has left is used again."""
    size = f"{corpus.posts}-{corpus.photos}-{corpus.seed}"
    makers = [MAKERS[name](Place(root, work / size / name, corpus)) for name in wish.makers]
    new = [maker for maker in makers if not (maker.place.folder / _SERIAL).exists()]
    if new:
        console.print(f"Writing {corpus.posts:,} posts for {', '.join(maker.name for maker in new)} …")
        for maker in new:
            maker.write_network()
        for post in corpus.all():
            for maker in new:
                maker.write(post)
        for maker in new:
            (maker.place.folder / _SERIAL).write_text("0")
    for maker in makers:
        maker.write_theme()
        _read_ahead(maker)
    return makers


def _read_ahead(maker: Maker) -> None:
    """Have program and posts in the machine's memory, or whoever comes first waits for the disk alone."""
    for file in (Path(maker.command()[0]), *maker.place.content.rglob("*")):
        if file.is_file():
            file.read_bytes()


@dataclass(frozen=True)
class _Stand:
    """Where one corpus is measured."""

    root: Path
    work: Path
    session: str
    corpus: Corpus
    #: Makers whose site is what a build of now would make.
    settled: set[str] = field(default_factory=set)

    def measure_round(self, makers: Sequence[Maker], scenarios: Sequence[Scenario]) -> Iterator[Run]:
        """Every scenario once by every maker that knows it; beside each, the import of Pelican."""
        for scenario in scenarios:
            yield self._run(IMPORT, "", self._time([sys.executable, "-c", "import pelican"]))
            for maker in makers:
                if scenario in maker.scenarios:
                    yield self._build(maker, scenario)

    def _build(self, maker: Maker, scenario: Scenario) -> Run:
        if scenario is not Scenario.COLD and maker.name not in self.settled:
            self._settle(maker)
        self.settled.add(maker.name)
        file = maker.place.folder / _SERIAL
        serial = int(file.read_text()) + 1
        file.write_text(str(serial))
        maker.change(scenario, serial)
        before = read_tree(maker.place.output)
        measured = self._time(maker.command())
        written = compare_trees(before, read_tree(maker.place.output))
        return self._run(maker.name, scenario, measured, written)

    def _settle(self, maker: Maker) -> None:
        """The site as it is before the change: built, and by us as our code now is. Not measured."""
        if isinstance(maker, Portal) or not maker.place.output.exists():
            self._time(maker.command())

    def _time(self, command: list[str]) -> Measured:
        """One measured run. Raises `KimError` with what it printed where it fails."""
        file = self.work / "measured.json"
        os.sync()  # what the run before has written goes to the disk in its own time
        watch = [sys.executable, "-S", "-m", "ops.bench.stopwatch", str(file), *command]
        subprocess.run(watch, cwd=self.root, check=True)
        measured = msgspec.json.decode(file.read_bytes(), type=Measured)
        if measured.code:
            said = file.with_suffix(".log").read_text(errors="replace")[-3_000:]
            raise KimError(f"{' '.join(command)} failed:\n{said}")
        return measured

    def _run(self, maker: str, scenario: str, measured: Measured, written: Written | None = None) -> Run:
        written = written or Written(0, 0, 0, 0)
        return Run(
            session=self.session,
            posts=self.corpus.posts,
            photos=self.corpus.photos,
            maker=maker,
            scenario=scenario,
            version=_version(self.root, maker),
            wall=round(measured.wall, 4),
            cpu=round(measured.cpu, 4),
            memory=measured.memory,
            files=written.files,
            pictures=written.pictures,
            size=written.size,
            removed=written.removed,
        )


def _read_runs(folder: Path) -> tuple[Run, ...]:
    """The runs of earlier sessions. Raises `KimError` where the file is of another kind."""
    file = folder / _RESULTS
    try:
        return parse_results(file.read_bytes()).runs if file.exists() else ()
    except msgspec.DecodeError as fault:
        raise KimError(f"{file} holds no results of this benchmark ({fault}); remove it.") from fault


def _save(folder: Path, results: Results) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _RESULTS).write_bytes(encode_results(results))
    (folder / _REPORT).write_text(format_report(results), encoding="utf-8")
    (folder / _PLOT).write_text(draw_plot(results.runs), encoding="utf-8")


def _machine() -> dict[str, str]:
    """What it was measured on, in words; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "machine": f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}",
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("pelican", "markdown", "jinja2")},
    }


@cache
def _version(root: Path, maker: str) -> str:
    if maker == Portal.name:
        command = ["git", "describe", "--always", "--dirty"]
        found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        return found.stdout.strip()
    return importlib.metadata.version("hugo" if maker == "hugo" else "pelican")


def _listed(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    """The names of an option in its own order; all where it is empty, none for `none`."""
    if text == "none":
        return ()
    names = tuple(name for name in text.split(",") if name) or known
    if unknown := [name for name in names if name not in known]:
        raise KimError(f"{option} knows {', '.join(known)} and none, not {', '.join(unknown)}.")
    return tuple(name for name in known if name in names)
