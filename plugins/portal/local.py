"""Processes on this machine, as an executor that notices when one of them was killed."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from rich.live import Live

from plugins.portal.executor import WorkersLostError

#: Milliseconds, about, that the kernel gets to end a thread; until then a fork is not dared.
_LOOKS = 100


class LocalExecutor:
    """`workers` processes; they are started by the first job, and end with this process however it ends."""

    def __init__(self, workers: int) -> None:
        self.width = workers
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, function: Callable[[Any], Any], job: Any) -> Future[Any]:
        """Give out a job. Raises `WorkersLostError` where a process was killed."""
        try:
            if self._executor:
                return self._executor.submit(function, job)
            with _alone() as is_alone:
                self._executor = _start(self.width, is_alone)
                return self._executor.submit(function, job)
        except BrokenProcessPool as fault:
            raise WorkersLostError from fault

    def result(self, future: Future[Any]) -> Any:
        """Wait for a job's result. Raises what the job raised, and `WorkersLostError`."""
        try:
            return future.result()
        except BrokenProcessPool as fault:
            raise WorkersLostError from fault

    def restart(self) -> None:
        """New processes for the next job."""
        self.close()

    def close(self) -> None:
        """End the processes when each has done its present job."""
        if self._executor:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def count_cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(workers: int, is_alone: bool) -> ProcessPoolExecutor:
    """A forked process has everything imported after 10 ms; a fresh one needs half a second for it."""
    context: BaseContext
    if is_alone:
        context = multiprocessing.get_context("fork")
    else:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", "plugins.portal.read"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other thread runs in this process meanwhile, so that it may fork.

    Another thread may hold a lock, which nobody in the fork would ever release. Pelican's spinner has one:
    it rests.
    """
    spinners = [thread for thread in threading.enumerate() if isinstance(getattr(thread, "live", None), Live)]
    lives = [thread.live for thread in spinners]  # type: ignore[attr-defined]
    for live, thread in zip(lives, spinners, strict=True):
        live.stop()
        _end(thread)
    try:
        yield sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1
    finally:
        for live in lives:
            live.start()


def _end(thread: threading.Thread) -> None:
    """Wait for a thread's end. Python calls it over a moment before the kernel does."""
    thread.join()
    task = Path(f"/proc/self/task/{thread.native_id}")
    for _ in range(_LOOKS):
        if not task.exists():
            return
        time.sleep(0.001)


def _settle() -> None:
    """What every worker does first."""
    # a collection of what was inherited would copy all of it
    gc.freeze()
    # Ctrl-C reaches the whole group; the build ends its workers itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A build that was killed cannot end its workers: they would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
