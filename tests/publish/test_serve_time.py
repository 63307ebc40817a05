"""`invoke bench --served` really publishes what it merges, and says what each step took."""

from pathlib import Path

from ops.bench.serve_time import measure_serve_time
from tests.publish.project import Project


def test_every_merge_is_measured_from_the_forge_to_the_served_page(tmp_path: Path) -> None:
    heads, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in measure_serve_time(Project(tmp_path).root, rounds=1, size=(80, 60)).splitlines()
    ]
    assert heads[1:-2] == ["pull, s", "ask, s", "build, s", "gates, s", "transfer, s", "check, s"]
    assert [row[0] for row in rows] == [
        "everything: the first publish",
        "a post with a photo",
        "a post without one",
        "a sentence more in a post",
        "nothing",
    ]
    assert rows[0][-1] == "100.0%"
    for row in rows:
        assert abs(sum(map(float, row[1:-2])) - float(row[-2])) < 0.1  # the parts are the whole
        assert float(row[3]) > 0  # a build is never nothing
