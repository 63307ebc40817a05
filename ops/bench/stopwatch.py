"""One command as a whole: its seconds, the processor's seconds, and the most memory of all its processes.

Runs as a small program of its own around the command (`python -S -m ops.bench.stopwatch FILE COMMAND …`),
which writes what it measured as JSON: Linux counts the memory of whoever starts a process as that process's
until it runs another program, so that a large benchmark would be measured with what it measures.
"""

import json
import os
import select
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ops.processes import family, proportional_bytes

#: Seconds from one look at the memory to the next, at least; and the part of the time that looking may take.
_PAUSE, _SHARE = 0.05, 0.01


@dataclass(frozen=True)
class Measured:
    """What a command took: seconds on the clock, seconds of processors, most bytes of memory, its exit code.

    `cpu` is user and system time of the command and of every process that it or its children waited for.
    """

    wall: float
    cpu: float
    memory: int
    code: int


def measure(command: Sequence[str], log: Path) -> Measured:
    """Run a command to its end; what it prints goes to `log`. Raises `OSError` where it cannot be started."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    began = time.perf_counter()
    process = os.posix_spawnp(command[0], list(command), os.environ, file_actions=actions)
    summed = _watch(process)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - began
    largest = used.ru_maxrss * 1024
    return Measured(
        wall, used.ru_utime + used.ru_stime, max(largest, summed), os.waitstatus_to_exitcode(status)
    )


def _watch(process: int) -> int:
    """The most that the process and those below it hold together, until it ends.

    Where it is alone nothing is asked: the kernel itself notes the most of the largest process.
    """
    most, pause = 0, _PAUSE
    ended = os.pidfd_open(process)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    try:
        while not poll.poll(pause * 1000):
            began = time.perf_counter()
            members = family(process)
            if len(members) > 1:
                most = max(most, sum(map(proportional_bytes, members)))
            pause = max(_PAUSE, (time.perf_counter() - began) / _SHARE)
    finally:
        os.close(ended)
    return most


def _main(file: str, *command: str) -> None:
    measured = measure(command, Path(file).with_suffix(".log"))
    Path(file).write_text(json.dumps(asdict(measured)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
