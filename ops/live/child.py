"""The warm build (`python -m plugins.portal.warm`) as a child process: a line asks, a line answers."""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ops.build import BuildReport

#: Lines of what a child has said that are shown where it ended without an answer.
_LAST_LINES = 40
#: Seconds that a child has to end by itself. One in the midst of a long build does not.
_PATIENCE = 2.0


@dataclass(frozen=True)
class Answer:
    """What came of one build: its report, or in `fault` why there is none; the output is as it was, then."""

    report: BuildReport | None = None
    fault: str = ""
    outdated: bool = False


class WarmBuild:
    """Builds again and again in one child, which is started when needed and outlives no `close`."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command, self._folder = command, folder
        self._child: _Child | None = None

    def start(self) -> None:
        """Have a child ready; its imports go on while something else is done."""
        if self._child is None or not self._child.is_running:
            self.close()
            self._child = _Child(self._command, self._folder)

    def build(self) -> Answer:
        """One build. A child that died is replaced for the next, one whose code is outdated for this."""
        while True:
            self.start()
            assert self._child is not None  # noqa: S101 (for the type checker)
            answer = self._child.ask()
            if not answer.outdated:
                return answer
            self.close()

    def close(self) -> None:
        """End the child, with all that it has started."""
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """One process. What it says on stderr is passed on, and its end kept."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        pipe = subprocess.PIPE
        environment = {**os.environ, "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,  # so that its own children can be ended with it
        )
        self._said: deque[str] = deque(maxlen=_LAST_LINES)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ask(self) -> Answer:
        """Have it build; where it ends instead, what it said last."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101
        self._said.clear()
        with suppress(BrokenPipeError):
            self._process.stdin.write(b"build\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if line.endswith(b"\n"):
            return msgspec.json.decode(line, type=Answer)
        self.end()
        code = self._process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        ending = f"The build ended with {how}."
        print(ending, file=sys.stderr, flush=True)
        return Answer(fault="\n".join([*self._said, ending]))

    def end(self) -> None:
        """End it and its own children; a build that is cut off leaves whole files."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._stop()
            self._process.wait()
        self._listener.join(_PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _stop(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101
        with self._process.stderr as said:
            for line in said:
                text = line.decode(errors="replace").rstrip("\n")
                self._said.append(text)
                print(text, file=sys.stderr, flush=True)
