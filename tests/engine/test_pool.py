"""The pool: the same results in the same order, whatever happens to the processes that make them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kim.errors import KimError
from plugins.portal.pool import Pool, open_pool

from . import jobs

ROOT = Path(__file__).parents[2]


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("at_least", [1, 1000], ids=["in processes", "here"])
def test_results_come_in_the_order_of_the_jobs(at_least: int) -> None:
    numbers = list(range(60))
    assert list(Pool(2).run(jobs.square, numbers, "", at_least)) == [n * n for n in numbers]


def test_no_jobs_need_no_process() -> None:
    assert list(Pool(2).run(jobs.who, [], "", 0)) == []


def test_few_jobs_are_done_here_and_now() -> None:
    assert set(Pool(2).run(jobs.who, [1, 2], "", 3)) == {os.getpid()}


def test_one_worker_is_this_process() -> None:
    assert set(Pool(0, "local:1").run(jobs.who, range(9), "", 1)) == {os.getpid()}


def test_processes_serve_all_runs_while_the_pool_is_open() -> None:
    with open_pool("local:2") as pool:
        first = set(pool.run(jobs.who, range(20), "", 1))
        second = set(pool.run(jobs.who, range(20), "", 1))
    assert os.getpid() not in first | second
    assert len(first | second) <= 2
    assert not any(lives(process) for process in first | second)


def test_jobs_are_made_no_faster_than_results_are_taken() -> None:
    made = []

    def make() -> Iterator[int]:
        for number in range(500):
            made.append(number)
            yield number

    results = Pool(2).run(jobs.square, make(), "", 1, total=500)
    ahead = [len(made) - taken for taken, _ in enumerate(results)]
    assert len(ahead) == len(made) == 500
    assert max(ahead) < 20


def test_what_a_job_raises_is_raised_and_the_rest_is_not_begun() -> None:
    with open_pool("local:2") as pool:
        results = pool.run(jobs.refuse_seven, range(1000), "", 1)
        assert [next(results) for _ in range(7)] == list(range(7))
        with pytest.raises(KimError, match=r"Not seven\."):
            next(results)
        assert list(pool.run(jobs.square, range(5), "", 1)) == [0, 1, 4, 9, 16]


def test_jobs_of_a_killed_process_are_done_again(tmp_path: Path) -> None:
    marks = [tmp_path / str(number) for number in range(3)]
    assert list(Pool(2).run(jobs.die_once, marks, "", 1)) == ["0", "1", "2"]


def test_a_job_that_always_ends_its_process_is_given_up_in_words() -> None:
    with pytest.raises(KimError, match="killed 3 times"):
        list(Pool(2).run(jobs.die, range(5), "", 1))


@pytest.mark.parametrize("threads", [0, 1], ids=["forked", "from a server"])
def test_processes_end_with_a_build_that_was_killed(tmp_path: Path, threads: int) -> None:
    script = (
        "import threading, time; from pathlib import Path\n"
        "from plugins.portal.pool import Pool; from tests.engine import jobs\n"
        f"for _ in range({threads}): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        f"list(Pool(2).run(jobs.note, [Path({str(tmp_path)!r})] * 2, '', 1))\n"
    )
    build = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    while len(list(tmp_path.iterdir())) < 2:
        assert build.poll() is None
        time.sleep(0.05)
    build.kill()
    build.wait()
    while any(lives(int(file.name)) for file in tmp_path.iterdir()):
        time.sleep(0.05)


def test_a_pool_forks_under_pelicans_spinner_which_goes_on_afterwards() -> None:
    script = (
        "import threading; from multiprocessing import forkserver\n"
        "from pelican.log import console\n"
        "from plugins.portal.pool import Pool; from tests.engine import jobs\n"
        "with console.status('Generating...'):\n"
        "    assert len(set(Pool(2).run(jobs.who, range(20), '', 1))) > 0\n"
        "    assert forkserver._forkserver._forkserver_pid is None\n"
        "    assert any(hasattr(thread, 'live') for thread in threading.enumerate())\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_what_is_slow_to_make_is_made_once_for_each_thread() -> None:
    assert all(Pool(2).run(jobs.asked_twice, range(10), "", 1))
    assert jobs.asked_twice(0)


@pytest.mark.parametrize(
    "name", ["lokal", "local:0", "dask://", "dask://host", "http://host:1", "dask://a/b:1"]
)
def test_an_executor_that_is_none_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(KimError, match=r"dask://scheduler:8786"):
        Pool(0, name)


def test_a_cluster_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(KimError, match=r"pip install --require-hashes -r requirements/cluster\.txt"):
        Pool(0, "dask://127.0.0.1:8786")
