"""`invoke serve` as a process of its own, as a person starts it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.corpus import ROOT


@dataclass(frozen=True)
class Preview:
    """A running preview: its address without the last slash, and the process."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def fetch(self, path: str) -> tuple[int, str]:
        """Status and text of what stands at a path."""
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=20) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def wait_for(self, path: str, *texts: str) -> str:
        """The page, as soon as it says all of this."""
        for _ in range(600):
            page = self.fetch(path)[1]
            if all(text in page for text in texts):
                return page
            time.sleep(0.05)
        raise AssertionError(f"{path} never showed {texts}.\n{self.log.read_text()}")

    def interrupt(self) -> int:
        """Ctrl+C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@contextmanager
def open_preview(content: Path, output: Path, port: int = 0) -> Iterator[Preview]:
    """Serve until the block ends; the first build may not be done yet."""
    command = [sys.executable, "-m", "invoke", "serve", "--port", str(port)]
    command += ["--content", str(content), "--output", str(output)]
    log = output.parent / "serve.log"
    with (
        log.open("w") as said,
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
            # as in a terminal: whoever starts the tests in the background has them ignore Ctrl+C
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("http://127.0.0.1:"), log.read_text()
            yield Preview(line.split()[0].removesuffix("/"), process, log)
        finally:
            process.terminate()
