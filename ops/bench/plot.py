"""The plot of the results: an SVG of its own, for a page by day and by night, that a phone can show.

Two drawings: how long each build takes, one bar each on a scale from zero; and how that grows with the
network, both scales logarithmic, so that what grows with the posts rises at 45 degrees.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ops.bench.runs import IMPORT, OURS, Run, middle, select, sizes_of

#: Everything is drawn for a phone's width; on a desk it is the same, larger.
_WIDTH, _LEFT, _ROW, _BAR = 360, 12, 34, 11
_PLOT_HEIGHT = 190
_PREFERRED = 10_000
_NAMES = {
    (OURS, "cold"): "KIM, from nothing",
    (OURS, "template"): "KIM, base template edited",
    (OURS, "edit"): "KIM, one post edited",
    (OURS, "add"): "KIM, one post added",
    (OURS, "nothing"): "KIM, nothing changed",
    ("hugo", "cold"): "Hugo, from nothing",
    ("hugo", "edit"): "Hugo, any change",
    ("pelican", "cold"): "Pelican, from nothing",
    ("pelican", "edit"): "Pelican, any change",
    ("pelican-cache", "edit"): "Pelican with its cache, any change",
    (IMPORT, ""): "import pelican",
}
#: What the second drawing shows.
_LINES = ((OURS, "cold"), (OURS, "edit"), ("hugo", "edit"), ("pelican", "cold"))
_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #222 }
.head { font-weight: 600; font-size: 14px }
.note, .axis { fill: #555; font-size: 11px }
.kim { fill: #0b6e4f } .hugo { fill: #b0418f } .pelican { fill: #c8553d } .import { fill: #767676 }
.line { fill: none; stroke-width: 2 } .grid { stroke: #ddd; fill: none }
.line.kim { stroke: #0b6e4f } .line.hugo { stroke: #b0418f } .line.pelican { stroke: #c8553d }
.name { font-size: 11px; paint-order: stroke; stroke: #fff; stroke-width: 4px }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #eee } .note, .axis { fill: #bbb } .paper { fill: #151515 } .grid { stroke: #444 }
.name { stroke: #151515 }
.kim { fill: #4cc79b } .hugo { fill: #e08ac6 } .pelican { fill: #f08f79 } .import { fill: #9a9a9a }
.line.kim { stroke: #4cc79b } .line.hugo { stroke: #e08ac6 } .line.pelican { stroke: #f08f79 }
.line { fill: none }
}"""


@dataclass(frozen=True)
class Line:
    """How one build grows: its name, its colour's, and (posts, seconds) from few posts to many."""

    name: str
    kind: str
    points: tuple[tuple[int, float], ...]


def draw_plot(runs: Sequence[Run]) -> str:
    """The whole file; without runs it says so."""
    size = _PREFERRED if _PREFERRED in (sizes := sizes_of(runs)) else max(sizes, default=0)
    bars, top = _bars(runs, size)
    lines = plan_lines(runs)
    parts = [*bars]
    if lines:
        parts += _growth(lines, top + 24)
        top += 24 + _PLOT_HEIGHT + 62
    height = top + 8
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">'
    title = "<title>How long builds take, by this project and by its peers</title>"
    paper = f'<rect class="paper" width="{_WIDTH}" height="{height:.0f}"/>'
    return "\n".join([head, title, f"<style>{_STYLE}</style>", paper, *parts, "</svg>", ""])


def _bars(runs: Sequence[Run], size: int) -> tuple[list[str], float]:
    """One bar for each build that was measured, and where the drawing ends."""
    found = {place: middle(select(runs, size, *place), "wall") for place in _NAMES}
    known = {place: seconds for place, seconds in found.items() if seconds is not None}
    if not known:
        return [_text(_LEFT, 22, "Nothing was measured.", "head")], 30
    longest, width = max(known.values()), _WIDTH - 2 * _LEFT
    parts = [
        _text(_LEFT, 22, f"A build of {size:,} posts", "head"),
        _text(_LEFT, 38, "seconds on the clock, less is better", "note"),
    ]
    top = 50.0
    for place, seconds in known.items():
        kind = place[0].partition("-")[0]
        length = max(1.5, width * seconds / longest)
        box = f'x="{_LEFT}" y="{top + 17:.1f}" width="{length:.1f}" height="{_BAR}"'
        parts += [
            _text(_LEFT, top + 12, _NAMES[place]),
            _text(_WIDTH - _LEFT, top + 12, f"{_seconds(seconds)} s", "", "end"),
            f'<rect class="{kind}" {box} rx="2"/>',
        ]
        top += _ROW
    return parts, top


def plan_lines(runs: Sequence[Run]) -> list[Line]:
    """What was measured at two sizes or more."""
    lines = []
    for maker, scenario in _LINES:
        points = [(size, middle(select(runs, size, maker, scenario), "wall")) for size in sizes_of(runs)]
        known = tuple((size, seconds) for size, seconds in points if seconds)
        if len(known) > 1:
            lines.append(Line(_NAMES[maker, scenario], maker, known))
    return lines


def _growth(lines: Sequence[Line], top: float) -> Iterator[str]:
    """The second drawing, from `top` down."""
    sizes = sorted({size for line in lines for size, _ in line.points})
    times = [seconds for line in lines for _, seconds in line.points]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    left, right, begin = _LEFT + 42, _WIDTH - _LEFT - 14, top + 34
    span = math.log10(sizes[-1] / sizes[0])

    def across(size: int) -> float:
        return left + (right - left) * math.log10(size / sizes[0]) / span

    def down(seconds: float) -> float:
        return begin + _PLOT_HEIGHT * (high - math.log10(seconds)) / max(1, high - low)

    yield _text(_LEFT, top + 6, "As the network grows", "head")
    yield _text(_LEFT, top + 22, "seconds; each line of the grid is ten times the next", "note")
    for power in range(low, high + 1):
        y = down(10.0**power)
        yield f'<path class="grid" d="M{left} {y:.1f}H{right}"/>'
        yield _text(left - 6, y + 4, f"{10.0**power:g} s", "axis", "end")
    for size in sizes:
        yield _text(across(size), begin + _PLOT_HEIGHT + 18, f"{size:,}", "axis", "middle")
    yield _text((left + right) / 2, begin + _PLOT_HEIGHT + 34, "posts", "axis", "middle")
    taken: list[float] = []
    for line in sorted(lines, key=lambda line: -line.points[-1][1]):
        path = " ".join(f"{across(size):.1f},{down(seconds):.1f}" for size, seconds in line.points)
        yield f'<polyline class="line {line.kind}" points="{path}"/>'
        for size, seconds in line.points:
            yield f'<circle class="{line.kind}" cx="{across(size):.1f}" cy="{down(seconds):.1f}" r="3"/>'
        # a name stands behind a line that ends early, and above the end of one that goes on to the edge
        size, seconds = line.points[-1]
        is_early = size < sizes[-1]
        y = down(seconds) + (4 if is_early else -8)
        while any(abs(y - other) < 13 for other in taken):
            y += 1
        taken.append(y)
        yield _text(across(size) + 8 if is_early else right, y, line.name, "name", "" if is_early else "end")


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 20 else f"{seconds:.1f}" if seconds >= 2 else f"{seconds:.2f}"


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    more = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'
