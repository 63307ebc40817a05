"""What the pool asks of whoever does its jobs: processes of this machine, or a cluster."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol


class WorkersLostError(Exception):
    """Workers were killed with jobs in hand; after `restart` these can be given out again."""


class Executor(Protocol):
    """Does jobs. `width` is how many at the same time, at the moment."""

    @property
    def width(self) -> int:
        """At least 1."""

    def submit(self, function: Callable[[Any], Any], job: Any) -> Future[Any]:
        """Give out a job. Raises `WorkersLostError`."""

    def result(self, future: Future[Any]) -> Any:
        """Wait for a result. Raises what the job raised, `WorkersLostError`, or `KimError` for good."""

    def restart(self) -> None:
        """Make ready for jobs again after `WorkersLostError`."""

    def close(self) -> None:
        """Take back what waits, and let go of everything."""
