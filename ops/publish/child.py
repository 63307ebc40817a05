"""Programs that publishing runs: they end with it, also where it is killed.

One that went on by itself would still rename files while the next publish sends newer ones.
"""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1


def run_child(
    command: Sequence[str], data: bytes, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, with what it reads; its output is in the result."""
    return subprocess.run(
        command,
        input=data,
        capture_output=True,
        check=False,
        env=environment,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def last_line(said: bytes) -> str:
    """What a program said last: what it tells of its end."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
