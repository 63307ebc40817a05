"""More than one machine: a real scheduler and real workers on loopback, some of which are killed."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kim.errors import KimError
from plugins.portal.cluster import ClusterExecutor
from plugins.portal.pool import Pool, open_pool
from tests.corpus import Corpus, photo_bytes, post_text, tree

from . import jobs
from .cluster import ROOT, Cluster, open_cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with open_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as cluster:
        cluster.wait_for(2)
        yield cluster


def add_news(corpus: Corpus) -> None:
    """Enough for several jobs of each kind, some of which need a while."""
    for folder in ("hulu/kim-mata-air", "hilir/kim-muara"):
        corpus.add_posts(60, folder)
    for number in range(8):
        folder = f"hulu/kim-mata-air/2026-10-{number + 10}-panen"
        corpus.write(f"{folder}/a.jpg", photo_bytes(f"#{number:02x}8040", (500, 400)))
        text = post_text(
            f"Panen ke-{number}", f"2026-10-{number + 10}", "Foto: a.jpg\nKeterangan foto: Padi\n"
        )
        corpus.write(f"{folder}/index.md", text)


@contextmanager
def when(file: Path, do: Callable[[], None]) -> Iterator[None]:
    """Do something as soon as the file is there; it must come before the block ends."""
    done = threading.Event()

    def watch() -> None:
        while not file.exists():
            if done.wait(0.01):
                return
        do()
        seen.append(file)

    seen: list[Path] = []
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    assert seen


def test_results_of_a_cluster_come_in_the_order_of_the_jobs(cluster: Cluster) -> None:
    with open_pool(cluster.executor) as pool:
        assert list(pool.run(jobs.square, range(50), "", 1)) == [n * n for n in range(50)]
        made_by = set(pool.run(jobs.who, range(30), "", 1))
    assert made_by == {worker.pid for worker in cluster.workers}


def test_what_a_job_raises_in_a_cluster_is_raised_here(cluster: Cluster) -> None:
    with pytest.raises(KimError, match=r"Not seven\."):
        list(Pool(0, cluster.executor).run(jobs.refuse_seven, range(100), "", 1))


def test_few_jobs_do_not_even_ask_the_cluster() -> None:
    assert list(Pool(0, "dask://127.0.0.1:1").run(jobs.square, [1, 2], "", 3)) == [1, 4]


def test_jobs_of_a_killed_worker_are_done_by_the_other(cluster: Cluster) -> None:
    cluster.add_worker()
    cluster.wait_for(3)
    results = Pool(0, cluster.executor).run(jobs.square_slowly, range(120), "", 1)
    taken = [next(results) for _ in range(10)]
    cluster.workers.pop().kill()
    assert taken + list(results) == [n * n for n in range(120)]


def test_a_cluster_makes_the_same_bytes_also_when_a_worker_is_killed_on_the_way(
    corpus: Corpus, cluster: Cluster, tmp_path: Path
) -> None:
    add_news(corpus)
    expected = corpus.build_clean(tmp_path / "local")
    cluster.add_worker()
    cluster.wait_for(3)

    with when(corpus.output / ".kim-staging" / "DOCUMENTS", cluster.workers.pop().kill):
        corpus.build(executor=cluster.executor)
    assert tree(corpus.output) == expected
    assert corpus.build(executor="dask://127.0.0.1:1").written == 0


def test_a_scheduler_that_goes_away_fails_the_build_and_leaves_the_site(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.add_posts(3)
    corpus.build()
    before = tree(corpus.output)
    add_news(corpus)
    with open_cluster(tmp_path, workers=1) as cluster:
        cluster.wait_for(1)

        with (
            when(corpus.output / ".kim-staging" / "DOCUMENTS", cluster.scheduler.kill),
            pytest.raises(KimError, match="connection to the Dask scheduler"),
        ):
            corpus.build(executor=cluster.executor)
    assert tree(corpus.output) == before


def test_a_worker_with_other_code_or_none_is_refused_with_what_differs(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for package in ("kim", "plugins", "tests/engine"):
        shutil.copytree(ROOT / package, other / package, ignore=shutil.ignore_patterns("__pycache__"))
    (other / "tests/__init__.py").touch()
    with (other / "kim/dates.py").open("a") as file:
        file.write("# another day\n")
    with open_cluster(tmp_path, workers=0) as cluster:
        cluster.add_worker(other)
        cluster.wait_for(1)
        with pytest.raises(KimError, match=r"other code than this machine: code is [0-9a-f]{16}, here"):
            list(Pool(0, cluster.executor).run(jobs.square, range(5), "", 1))
        cluster.workers.pop().kill()
        (tmp_path / "empty").mkdir()
        cluster.add_worker(tmp_path / "empty")
        with pytest.raises(KimError, match="other code than this machine: No module named 'plugins'"):
            list(Pool(0, cluster.executor).run(jobs.square, range(5), "", 1))
        cluster.workers.pop().kill()
        executor = ClusterExecutor(cluster.address, patience=1)
        with pytest.raises(KimError, match="has had no worker for 1 seconds"):
            executor.result(executor.submit(jobs.square, 1))
        executor.close()


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    with pytest.raises(KimError, match="No Dask scheduler answers at tcp://127"):
        ClusterExecutor("tcp://127.0.0.1:1", patience=1)
