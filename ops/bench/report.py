"""Results for people: tables for the terminal and for Markdown from the same rows."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ops.bench.runs import (
    IMPORT,
    OURS,
    Bar,
    Ratio,
    Results,
    Run,
    against,
    grow,
    middle,
    plan_bars,
    select,
    sizes_of,
)
from ops.table import format_table

Rows = list[tuple[str, ...]]
#: Every figure's column.
_HEADS = (
    "build",
    "wall, s",
    "CPU, s",
    "memory, MB",
    "files",
    "MB written",
    "runs",
    "by Hugo",
    "by Pelican",
    "by import",
)
_GROWTH_HEADS = ("build", "wall", "CPU", "memory")
_BAR_HEADS = ("must hold", "goal", "found", "")
_NOTES = (
    "Medians; ratios of wall time, of one session where not marked ~. `by import`: CPU by that of "
    '`python -c "import pelican"`.',
    "Peers build all again after any change: their `edit` stands for every such build.",
)


def print_report(results: Results, console: Console) -> None:
    """All tables, to the terminal."""
    for title, heads, rows in plan_tables(results):
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
        table.add_column(heads[0], no_wrap=True)
        for head in heads[1:]:
            table.add_column(head, justify="right")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for note in _NOTES:
        console.print(note, markup=False, highlight=False)


def format_report(results: Results) -> str:
    """The same as Markdown."""
    machine = "\n".join(f"- {name}: {words}" for name, words in results.machine.items())
    tables = (f"## {title}\n\n{format_table(heads, rows)}" for title, heads, rows in plan_tables(results))
    return "\n\n".join(["# Results of `invoke bench`", machine, *_NOTES, *tables]) + "\n"


def plan_tables(results: Results) -> Iterator[tuple[str, Sequence[str], Rows]]:
    """Title, heads and rows of every table."""
    runs = results.runs
    for posts, photos in sorted({(run.posts, run.photos) for run in runs}, key=lambda size: size[::-1]):
        more = f", {photos:,} photos" if photos else ""
        yield f"{posts:,} posts{more}", _HEADS, _size_rows(runs, posts, photos)
    sizes = sizes_of(runs)
    for small, large in pairwise(sizes):
        if rows := _growth_rows(runs, small, large):
            yield f"From {small:,} to {large:,} posts ({large / small:g}x)", _GROWTH_HEADS, rows
    yield "Bars", _BAR_HEADS, [_bar_row(bar) for bar in plan_bars(runs)]


def _size_rows(runs: Sequence[Run], posts: int, photos: int) -> Rows:
    rows = []
    for maker, scenario in dict.fromkeys(
        (run.maker, run.scenario) for run in runs if (run.posts, run.photos) == (posts, photos)
    ):
        found = select(runs, posts, maker, scenario, photos)
        ratios = ("", "", "")
        if maker == OURS and not photos:
            ratios = (
                _ratio(against(runs, posts, scenario, "hugo", "wall")),
                _ratio(against(runs, posts, scenario, "pelican", "wall")),
                _ratio(against(runs, posts, scenario, IMPORT, "cpu")),
            )
        rows.append((f"{maker}: {scenario}" if scenario else maker, *_figures(found), *ratios))
    return rows


def _figures(found: Sequence[Run]) -> tuple[str, ...]:
    def figure(name: str) -> float:
        return middle(found, name) or 0

    return (
        f"{figure('wall'):.2f}",
        f"{figure('cpu'):.2f}",
        f"{figure('memory') / 1e6:.0f}",
        f"{figure('files'):,.0f}",
        f"{figure('size') / 1e6:.2f}",
        str(len(found)),
    )


def _growth_rows(runs: Sequence[Run], small: int, large: int) -> Rows:
    places = dict.fromkeys(
        (run.maker, run.scenario)
        for run in runs
        if run.posts == large and not run.photos and run.maker != IMPORT
    )
    rows = []
    for maker, scenario in places:
        ratios = [grow(runs, scenario, (small, large), figure, maker) for figure in ("wall", "cpu", "memory")]
        if all(ratios):
            rows.append((f"{maker}: {scenario}", *map(_ratio, ratios)))
    return rows


def _ratio(ratio: Ratio | None) -> str:
    if ratio is None:
        return "-"
    return f"{'' if ratio.together else '~'}{ratio.value:.3g}"


def _bar_row(bar: Bar) -> tuple[str, ...]:
    word = "at least" if bar.least else "at most"
    return (bar.name, f"{word} {bar.goal:.3g} {bar.unit}", _ratio(bar.found), verdict(bar))


def verdict(bar: Bar) -> str:
    """Held, or missed by how much of the goal."""
    if bar.found is None:
        return "not measured"
    off = bar.found.value / bar.goal
    if bar.held:
        return "held"
    return f"missed by {abs(off - 1):.0%}"
