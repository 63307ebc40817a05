"""A Dask cluster on this machine's loopback, made of the real commands."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_QUIET = ("--no-dashboard", "--host", "127.0.0.1")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        """As Dask has it: `tcp://127.0.0.1:…`."""
        return str(json.loads(self.file.read_text())["address"])

    @property
    def executor(self) -> str:
        """The same as a setting of ours."""
        return self.address.replace("tcp://", "dask://")

    def add_worker(self, code: Path = ROOT) -> None:
        """One with a thread and without a nanny, so that it stays dead when it is killed."""
        options = ("--scheduler-file", str(self.file), "--no-nanny", "--nthreads", "1", *_QUIET)
        self.workers.append(
            _start(code, "dask_worker", *options, "--local-directory", str(self.folder / "worker"))
        )

    def wait_for(self, workers: int) -> None:
        """Until so many are there."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)


@contextmanager
def open_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    file = folder / "scheduler.json"
    cluster = Cluster(
        folder, _start(ROOT, "dask_scheduler", "--port", "0", "--scheduler-file", str(file), *_QUIET)
    )
    try:
        for _ in range(workers):
            cluster.add_worker()
        while not file.exists():
            assert cluster.scheduler.poll() is None
            time.sleep(0.05)
        yield cluster
    finally:
        for process in (*cluster.workers, cluster.scheduler):
            process.kill()
            process.wait()


def _start(code: Path, command: str, *options: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(code)}
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{command}", *options],
        cwd=code,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
