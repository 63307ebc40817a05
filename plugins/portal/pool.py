"""Long work on every core, with progress on the terminal.

Few jobs run here and now: starting processes costs more than they do. The order of the results is that of
the jobs, so that the number of cores changes nothing.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from pelican.log import console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Pool:
    """How long work is done: `workers` processes, none of them kept."""

    workers: int = 0

    def run(
        self, function: Callable[[Job], Result], jobs: Sequence[Job], label: str, at_least: int
    ) -> Iterator[Result]:
        """The function's result for every job, in order; in processes from `at_least` jobs on.

        `function` and the jobs must be picklable then.
        """
        if not jobs:
            return
        workers = self.workers or os.cpu_count() or 1
        if len(jobs) < at_least or workers == 1:
            yield from self._watch(map(function, jobs), jobs, label)
            return
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as executor:
            yield from self._watch(executor.map(function, jobs), jobs, label)

    def _watch(self, results: Iterator[Result], jobs: Sequence[Job], label: str) -> Iterator[Result]:
        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            yield from progress.track(results, total=len(jobs))
