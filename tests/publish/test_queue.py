"""Many networks on one machine: the queue that publishes what has changed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.corpus import ROOT

FOLDER = ROOT / "ops" / "queue"
#: Stands in for `invoke`: notes when a network's publish begins and ends, and how many there are then.
PUBLISH = """\
#!/bin/sh
name=$(basename "$PWD")
mkdir "../../running/$name" || echo "$name twice at once" >> ../../log
echo "$name $* $(ls ../../running | wc -l)" >> ../../log
sleep 0.2
rmdir "../../running/$name"
[ "$name" != broken ]
"""


def add_network(folder: Path, name: str, changed: int | None) -> Path:
    """A checkout; `changed` is when it asked."""
    network = folder / "networks" / name
    (network / ".venv/bin").mkdir(parents=True)
    invoke = network / ".venv/bin/invoke"
    invoke.write_text(PUBLISH)
    invoke.chmod(0o755)
    if changed is not None:
        (network / "changed").touch()
        os.utime(network / "changed", (changed, changed))
    return network


def go_round(folder: Path, slots: int) -> subprocess.CompletedProcess[str]:
    command = ["sh", FOLDER / "kim-queue.sh", folder / "networks", str(slots)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "running").mkdir()
    (tmp_path / "networks").mkdir()
    return tmp_path


def test_those_that_asked_are_published_once_and_the_longest_waiting_first(folder: Path) -> None:
    for name, changed in (("c", 300), ("a kota", 100), ("quiet", None), ("b", 200)):
        add_network(folder, name, changed)
    done = go_round(folder, 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "log").read_text().splitlines() == [
        "a kota publish --pull 1",
        "b publish --pull 1",
        "c publish --pull 1",
    ]
    assert not list((folder / "networks").glob("*/changed"))
    assert go_round(folder, 1).returncode == 0
    assert len((folder / "log").read_text().splitlines()) == 3


def test_no_more_than_the_slots_are_published_at_the_same_time(folder: Path) -> None:
    for number in range(6):
        add_network(folder, str(number), number + 1)
    go_round(folder, 2)
    running = [int(line.split()[-1]) for line in (folder / "log").read_text().splitlines()]
    assert len(running) == 6
    assert max(running) == 2


def test_a_network_that_fails_is_named_and_holds_none_of_the_others_up(folder: Path) -> None:
    add_network(folder, "broken", 1)
    shutil.rmtree(add_network(folder, "gone", 2) / ".venv")
    add_network(folder, "good", 3)
    done = go_round(folder, 2)
    assert done.returncode == 1
    assert "./broken: not published" in done.stderr
    assert "./gone: not published" in done.stderr
    assert "good publish" in (folder / "log").read_text()


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("systemd-analyze is not installed (on Debian: apt install systemd).")
    units = []
    for unit in sorted(set(FOLDER.iterdir()) - {FOLDER / "kim-queue.sh"}):
        units.append(tmp_path / unit.name)
        units[-1].write_text(unit.read_text())
    assert [unit.name for unit in units] == [
        "kim-hourly.service",
        "kim-hourly.timer",
        "kim-queue.path",
        "kim-queue.service",
    ]
    told = subprocess.run(
        [program, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if "kim-" in line] == []
    assert told.returncode == 0, told.stderr
