"""Medians, ratios, bars, tables and the plot: from numbers to what people read."""

import io
from dataclasses import replace

import pytest
from lxml import etree
from rich.console import Console

from ops.bench.plot import draw_plot, plan_lines
from ops.bench.report import format_report, plan_tables, print_report, verdict
from ops.bench.runs import (
    IMPORT,
    Bar,
    Ratio,
    Results,
    Run,
    against,
    compare,
    encode_results,
    grow,
    merge_runs,
    middle,
    parse_results,
    plan_bars,
    select,
)

MACHINE = {"machine": "2 cores"}


def run(maker: str = "kim", scenario: str = "edit", wall: float = 1.0, **more: object) -> Run:
    known = {
        "session": "a",
        "posts": 10_000,
        "photos": 0,
        "version": "1",
        "cpu": wall,
        "memory": 10**8,
        **more,
    }
    return Run(maker=maker, scenario=scenario, wall=wall, **known)


RUNS = (
    run(wall=1.0),
    run(wall=3.0),
    run(wall=0.8),
    run("hugo", wall=20.0),
    run("hugo", wall=24.0),
    run("hugo", "cold", wall=30.0),
    run("kim", "cold", wall=50.0, files=12_000, size=5 * 10**7, memory=150 * 10**6),
    run(IMPORT, "", wall=0.4),
    run(posts=1_000, wall=0.5),
    run("hugo", posts=1_000, wall=2.5),
)


def bars(runs: tuple[Run, ...]) -> dict[str, Bar]:
    return {bar.name: bar for bar in plan_bars(runs)}


def test_a_figure_is_the_median_of_its_repetitions() -> None:
    assert middle(select(RUNS, 10_000, "kim", "edit"), "wall") == 1.0
    assert middle(select(RUNS, 10_000, "hugo", "edit"), "wall") == 22.0
    assert middle([], "wall") is None


def test_a_ratio_takes_the_sessions_that_measured_both() -> None:
    ours = [run(wall=2.0, session="a"), run(wall=9.0, session="b")]
    theirs = [run("hugo", wall=4.0, session="a")]
    assert compare(ours, theirs, "wall") == Ratio(0.5, together=True)
    assert compare(ours[1:], theirs, "wall") == Ratio(2.25, together=False)
    assert compare(ours, [], "wall") is None


def test_a_peer_builds_all_again_after_any_change() -> None:
    runs = (*RUNS, run(scenario="template", wall=5.5))
    assert against(runs, 10_000, "template", "hugo", "wall") == Ratio(0.25, together=True)
    assert against(runs, 10_000, "edit", IMPORT, "cpu") == Ratio(2.5, together=True)
    assert against(runs, 10_000, "template", "pelican", "wall") is None


def test_growth_is_the_larger_size_by_the_smaller() -> None:
    assert grow(RUNS, "edit", (1_000, 10_000), "wall") == Ratio(2.0, together=True)
    assert grow(RUNS, "edit", (10_000, 100_000), "wall") is None


def test_bars_are_held_or_missed_by_a_part_of_their_goal() -> None:
    found = bars(RUNS)
    edit = found["one post edited, 10,000: wall by Hugo's"]
    assert (edit.held, verdict(edit)) == (True, "held")
    assert verdict(found["cold, 10,000: wall by Hugo's"]) == "held"
    slow = bars((*RUNS[3:], run(wall=2.2)))["one post edited, 10,000: wall by Hugo's"]
    assert (slow.held, verdict(slow)) == (False, "missed by 100%")
    assert verdict(found["one post added, 10,000: wall by Hugo's"]) == "not measured"
    assert found["peak memory of any build, 10,000"].found == Ratio(150.0, together=True)


def test_a_bar_from_below_is_missed_where_too_little_was_found() -> None:
    cold = run(scenario="cold", wall=10.0, cpu=15.0, posts=1_000, photos=1_000, pictures=7_050)
    added = run(scenario="add", posts=1_000, photos=1_000, pictures=7)
    found = bars((cold, added))
    assert verdict(found["cold with photos: cores at work"]) == "missed by 17%"
    assert found["one photo added: pictures made, by those of one photo"].held
    assert found["one post edited, 10,000: wall by Hugo's"].found is None


def test_what_is_measured_anew_replaces_what_was_unless_both_are_kept() -> None:
    new = (run(wall=7.0, session="b"),)
    assert select(merge_runs(RUNS, new), 10_000, "kim", "edit") == list(new)
    assert len(merge_runs(RUNS, new)) == len(RUNS) - 2
    assert len(select(merge_runs(RUNS, new, keep=True), 10_000, "kim", "edit")) == 4


def test_results_come_back_from_json_as_they_were() -> None:
    results = Results(MACHINE, RUNS)
    assert parse_results(encode_results(results)) == results


def test_tables_show_every_build_growth_and_bars() -> None:
    tables = {title: rows for title, _, rows in plan_tables(Results(MACHINE, RUNS))}
    assert list(tables) == ["1,000 posts", "10,000 posts", "From 1,000 to 10,000 posts (10x)", "Bars"]
    cells = {row[0]: row[1:] for row in tables["10,000 posts"]}
    assert cells["kim: cold"][:6] == ("50.00", "50.00", "150", "12,000", "50.00", "1")
    assert cells["kim: edit"][6:] == ("0.0455", "-", "2.5")
    assert cells["hugo: edit"][6:] == ("", "", "")
    growth = dict.fromkeys(row[0] for row in tables["From 1,000 to 10,000 posts (10x)"])
    assert list(growth) == ["kim: edit", "hugo: edit"]


def test_the_terminal_and_the_page_say_the_same() -> None:
    results = Results(MACHINE, (*RUNS, run(photos=5, wall=2.0)))
    console = Console(file=io.StringIO(), width=140)
    print_report(results, console)
    printed, page = console.file.getvalue(), format_report(results)
    for words in ("10,000 posts, 5 photos", "kim: edit", "0.0455", "at least 1.8 cores", "not measured"):
        assert words in printed
        assert words in page
    assert "- machine: 2 cores" in page


def test_a_ratio_from_two_sessions_is_marked() -> None:
    apart = tuple(replace(one, session="b") if one.maker == "hugo" else one for one in RUNS)
    rows = next(rows for title, _, rows in plan_tables(Results(MACHINE, apart)) if title == "10,000 posts")
    assert {row[0]: row[7] for row in rows}["kim: edit"] == "~0.0455"


def elements(text: str, tag: str) -> list[etree._Element]:
    return list(etree.fromstring(text.encode()).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def test_the_plot_has_a_bar_for_every_build_as_long_as_its_time() -> None:
    drawn = draw_plot(RUNS)
    widths = {box.get("class"): float(box.get("width")) for box in elements(drawn, "rect")}
    long = [float(box.get("width")) for box in elements(drawn, "rect") if box.get("class") == "kim"]
    assert max(long) == pytest.approx(336, abs=0.1)  # 50 s, the longest
    assert widths["import"] == pytest.approx(336 * 0.4 / 50, abs=0.1)
    said = [text.text for text in elements(drawn, "text")]
    assert {"A build of 10,000 posts", "KIM, one post edited", "1.00 s", "22 s"} <= set(said)


def test_the_plot_shows_growth_only_of_what_was_measured_twice() -> None:
    assert [(line.name, line.points) for line in plan_lines(RUNS)] == [
        ("KIM, one post edited", ((1_000, 0.5), (10_000, 1.0))),
        ("Hugo, any change", ((1_000, 2.5), (10_000, 22.0))),
    ]
    assert len(elements(draw_plot(RUNS), "polyline")) == 2
    assert not elements(draw_plot(RUNS[:8]), "polyline")


def test_nothing_in_the_plot_leaves_its_frame_and_it_knows_day_and_night() -> None:
    drawn = draw_plot((*RUNS, run(posts=100_000, wall=3.0)))
    _, _, width, height = map(float, etree.fromstring(drawn.encode()).get("viewBox").split())
    assert width == 360
    for dot in elements(drawn, "circle"):
        assert 0 < float(dot.get("cx")) < width
        assert 0 < float(dot.get("cy")) < height
    for text in elements(drawn, "text"):
        assert float(text.get("y")) < height
        # some six units a letter
        room = float(text.get("x")) if text.get("text-anchor") == "end" else width - float(text.get("x"))
        assert len(text.text) * 6 < room * (2 if text.get("text-anchor") == "middle" else 1)
    assert "prefers-color-scheme: dark" in drawn


def test_a_plot_of_nothing_says_so() -> None:
    assert "Nothing was measured." in draw_plot(())
