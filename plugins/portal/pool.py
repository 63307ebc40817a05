"""Long work on every core, or on many machines, with progress on the terminal.

Few jobs run here and now: handing them on costs more than they do. The order of the results is that of the
jobs, so that the number of workers changes nothing. Neither all jobs nor all results are held at a time.
"""

import pickle
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Any, TypeVar

from pelican.log import console

from kim.errors import KimError
from plugins.portal.executor import Executor, WorkersLostError

Job = TypeVar("Job")
Result = TypeVar("Result")

#: Jobs given out for each worker: one in hand, and enough waiting that a slow one before them holds none up.
_AHEAD = 4
#: How often one place may lose its workers.
_LOSSES = 3
_NAME = re.compile(
    r"local(?::(?P<workers>[1-9][0-9]{0,3}))?|dask(?P<tls>\+tls)?://(?P<host>[^/\s]+:[0-9]{1,5})/?"
)


class Pool:
    """How long work is done: by `executor`, a name as in KIM_EXECUTOR; empty is this machine.

    `workers` is the number of its processes; 0 is one for each core. Without `open_pool` nothing is kept
    from run to run. Raises `KimError` for a name that is none.
    """

    def __init__(self, workers: int = 0, executor: str = "") -> None:
        name = _NAME.fullmatch(executor or "local")
        if not name:
            raise KimError(
                f"KIM_EXECUTOR is {executor!r}; write local, local:4 (so many processes) or "
                "dask://scheduler:8786."
            )
        self._cluster = f"{'tls' if name['tls'] else 'tcp'}://{name['host']}" if name["host"] else ""
        self._workers = int(name["workers"] or workers)
        self._executor: Executor | None = None
        self._is_kept = False
        if self._cluster:
            from plugins.portal.cluster import check_installed

            check_installed()

    @property
    def is_here(self) -> bool:
        """Whether all work is done on this machine, where workers may read and write files."""
        return not self._cluster

    def run(
        self,
        function: Callable[[Job], Result],
        jobs: Iterable[Job],
        label: str,
        at_least: int,
        total: int | None = None,
    ) -> Iterator[Result]:
        """The function's result for every job, in order; by the executor from `at_least` jobs on.

        `function` and the jobs must be picklable then, and jobs of a cluster name no file. `total` is how
        many jobs there are, where they have no length but are made one by one as they are given out; making
        one may run others, which have no `label` then, as a terminal shows one progress at a time. Raises
        what a job raised, and `KimError` where the workers are gone for good.
        """
        count = len(jobs) if isinstance(jobs, Sized) else total
        if count is None:
            raise TypeError("jobs without a length need a total")
        if not count:
            return
        if count < at_least or (not self._cluster and self._count_workers() == 1):
            yield from _watch(map(function, jobs), count, label)
            return
        try:
            yield from _watch(self._spread(function, jobs), count, label)
        finally:
            if not self._is_kept:
                self.close()

    def close(self) -> None:
        """End the workers, or the connection to them; the next run makes new ones."""
        if self._executor:
            self._executor.close()
            self._executor = None

    def keep(self) -> None:
        """From now on keep the workers from run to run, until `close`."""
        self._is_kept = True

    def _spread(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """A window of jobs is out at a time: it ends where the oldest has not come back."""
        executor = self._open()
        source = iter(jobs)
        sent: deque[_Sent] = deque()
        losses = 0
        try:
            while True:
                try:
                    for job in islice(source, max(0, executor.width * _AHEAD - len(sent))):
                        # here and now: what a job loads on its way out, it loads in this thread
                        sent.append(_Sent(pickle.dumps(job)))
                    for item in sent:
                        item.future = item.future or executor.submit(partial(_unpack, function), item.job)
                    if not sent:
                        return
                    assert sent[0].future  # noqa: S101
                    result = executor.result(sent[0].future)
                except WorkersLostError as fault:
                    losses += 1
                    if losses == _LOSSES:
                        raise KimError(
                            f"Processes of this build were killed {losses} times at the same place, most "
                            "likely for want of memory. Nothing was published. KIM_EXECUTOR = 'local:1' "
                            "needs the least."
                        ) from fault
                    executor.restart()
                    for item in sent:
                        item.forget_lost()
                    continue
                losses = 0
                sent.popleft()
                yield result
        finally:
            for item in sent:
                if item.future:
                    item.future.cancel()

    def _open(self) -> Executor:
        if self._executor is None:
            if self._cluster:
                from plugins.portal.cluster import ClusterExecutor

                self._executor = ClusterExecutor(self._cluster)
            else:
                from plugins.portal.local import LocalExecutor

                self._executor = LocalExecutor(self._count_workers())
        return self._executor

    def _count_workers(self) -> int:
        from plugins.portal.local import count_cores

        return self._workers or count_cores()


@contextmanager
def open_pool(executor: str = "", workers: int = 0) -> Iterator[Pool]:
    """A pool whose workers are started by the first run that needs them, and serve all others too."""
    pool = Pool(workers, executor)
    pool.keep()
    try:
        yield pool
    finally:
        pool.close()


def own(make: Callable[[], Result]) -> Result:
    """What `make` gives, made once for each thread of each process: for what is slow to make and not shared.

    `make` is a named function or class.
    """
    made: Result = _made_for(make, threading.get_ident())
    return made


@lru_cache(maxsize=64)
def _made_for(make: Callable[[], Any], thread: int) -> Any:
    return make()


@dataclass
class _Sent:
    """A job, packed, that was given out or is about to be."""

    job: bytes
    future: Future[Any] | None = None

    def forget_lost(self) -> None:
        """Keep only a future that has its result, so that the job is given out again."""
        if self.future and not (
            self.future.done() and not self.future.cancelled() and not self.future.exception()
        ):
            self.future = None


def _unpack(function: Callable[[Any], Any], job: bytes) -> Any:
    return function(pickle.loads(job))  # noqa: S301 (packed by the build that gives out the job)


def _watch(results: Iterator[Result], total: int, label: str) -> Iterator[Result]:
    if not (label and console.is_terminal):
        yield from results
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(results, total=total)
