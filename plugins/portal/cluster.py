"""Machines that a Dask scheduler hands jobs to, through its concurrent.futures interface.

A worker needs this project's folder at the same commit, the same Python and packages: each job names what
the build has, and a worker that has anything else refuses it. It needs neither content nor theme. Workers
that are lost are Dask's affair: it gives their jobs to others.
"""

import logging
import pickle
import socket
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kim.errors import KimError
from plugins.portal.version import machine_facts

if TYPE_CHECKING:
    from distributed import Client

#: Exceptions of a job are most often those of its data, but a machine may have a bad moment.
_RETRIES = 1
#: How long until the scheduler must have answered, and how long a cluster may be without any worker.
_PATIENCE = 30.0
_BETWEEN_LOOKS = 2.0


@dataclass(frozen=True)
class Refusal:
    """What a worker answers where its code is not that of the build: its host's name and its own facts."""

    host: str
    facts: dict[str, str]


@dataclass(frozen=True)
class _Call:
    """A job that is done by being unpickled.

    Dask's scheduler loads the function of a task, and a worker that cannot load it dies. Both know
    `pickle.loads`; so the scheduler needs nothing of ours, and a worker without our code says so.
    """

    facts: tuple[tuple[str, str], ...]
    packed: bytes

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[Any, ...]]:
        return _do_packed, (self.facts, self.packed)


class ClusterExecutor:
    """The workers of the scheduler at `address` (`tcp://host:port` or `tls://host:port`)."""

    def __init__(self, address: str, patience: float = _PATIENCE) -> None:
        self._address, self._patience = address, patience
        self._width = 1
        self._looked = self._seen = time.monotonic()
        self._client = _open_client(address, patience)
        self._executor = self._client.get_executor(pure=False, retries=_RETRIES)
        self._look()

    @property
    def width(self) -> int:
        """The threads of all workers; they may come and go."""
        if time.monotonic() - self._looked > _BETWEEN_LOOKS:
            self._look()
        return self._width

    def submit(self, function: Callable[[Any], Any], job: Any) -> Future[Any]:
        """Send a job off. Packed here, so that Dask does not look into it for tasks of its own."""
        call = pickle.dumps(_Call(tuple(machine_facts().items()), pickle.dumps((function, job))))
        future: Future[Any] = self._executor.submit(pickle.loads, call)
        return future

    def result(self, future: Future[Any]) -> Any:
        """Wait for a job's result. Raises what the job raised, and `KimError` where the cluster cannot."""
        from distributed.scheduler import KilledWorker

        while not wait([future], _BETWEEN_LOOKS).done:
            self._look()
        try:
            answer = pickle.loads(future.result())  # noqa: S301 (whoever is in the cluster runs our code)
        except CancelledError as fault:
            raise self._lost() from fault
        except KilledWorker as fault:
            raise KimError(
                f"A job ended every worker of {self._address} that was given it, most likely for want of "
                "memory; Dask's log says more. Nothing was published."
            ) from fault
        except ModuleNotFoundError as fault:
            raise self._foreign(str(fault)) from fault
        if isinstance(answer, Refusal):
            raise self._foreign(_difference(machine_facts(), answer.facts), f" on {answer.host}")
        return answer

    def restart(self) -> None:
        """Nothing to do: Dask gives the jobs of lost workers to others."""

    def close(self) -> None:
        """Cancel what waits, and say good-bye to the scheduler."""
        if self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._client.close(timeout=5)

    def _look(self) -> None:
        """Count the workers. Raises `KimError` where there has been none for too long."""
        try:
            threads = sum(self._client.nthreads().values())
        except (OSError, ValueError) as fault:
            raise self._lost() from fault
        self._looked = time.monotonic()
        if threads:
            self._seen, self._width = self._looked, threads
        elif self._looked - self._seen > self._patience:
            raise KimError(
                f"The scheduler at {self._address} has had no worker for {self._patience:.0f} seconds. "
                "Nothing was published. Start workers and build again, or build on this machine alone."
            )

    def _lost(self) -> KimError:
        return KimError(
            f"The connection to the Dask scheduler at {self._address} was lost while the site was built. "
            "Nothing was published. Build again when it runs, or on this machine alone."
        )

    def _foreign(self, difference: str, place: str = "") -> KimError:
        return KimError(
            f"A worker of {self._address}{place} has other code than this machine: {difference}. Nothing was "
            "published. Bring all to the same commit, Python and packages, and start the workers anew."
        )


def check_installed() -> None:
    """Raises `KimError` where this Python has no Dask."""
    if not find_spec("distributed"):
        raise KimError(
            "KIM_EXECUTOR names a Dask cluster, and Dask is not installed here. Install it: "
            "pip install --require-hashes -r requirements/cluster.txt"
        )


def _open_client(address: str, patience: float) -> "Client":
    """Raises `KimError` where nobody answers."""
    check_installed()
    # half a second, so only here
    from distributed import Client

    # what they tell of a lost connection, in pages of traceback, we say in a sentence
    for name in ("distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=patience, set_as_default=False, name="kim-portal")
    except (OSError, ValueError) as fault:
        raise KimError(
            f"No Dask scheduler answers at {address}. Nothing was published. Start it, correct KIM_EXECUTOR, "
            "or build on this machine alone."
        ) from fault
    return client


def _difference(here: dict[str, str], there: dict[str, str]) -> str:
    return ", ".join(
        f"{name} is {there.get(name, 'missing')}, here {value}"
        for name, value in here.items()
        if there.get(name) != value
    )


def _do_packed(facts: tuple[tuple[str, str], ...], packed: bytes) -> bytes:
    """A worker's side of a job: what it gives, or the refusal of a worker that would make other bytes."""
    own = machine_facts()
    if own != dict(facts):
        return pickle.dumps(Refusal(socket.gethostname(), own))
    function, job = pickle.loads(packed)  # noqa: S301 (whoever reaches a worker can run anything)
    return pickle.dumps(function(job))
