"""`invoke bench --preview`: from a saved post to its words in an open browser, by `invoke serve` as it is.

Corpus and site stay in the work folder, so that a second run need not build them anew.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from kim.errors import KimError
from ops.bench.corpus import Corpus
from ops.bench.makers import Place, Portal
from ops.browser import open_chromium
from ops.processes import cpu_seconds, family
from ops.table import format_table

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ROUNDS = 11
#: Milliseconds that the browser waits: for the words of an edit, for the first build, and after each edit.
_PATIENCE, _FIRST, _REST = 60_000, 1_800_000, 500
_HEADS = ("posts", "saved to shown, ms", "least", "most", "processors' time, ms", "least", "most")


@dataclass(frozen=True)
class Edit:
    """Seconds until the browser showed an edit, and of processors that the preview spent on it."""

    shown: float
    cpu: float


def measure_preview(root: Path, sizes: Sequence[int], work: Path | None = None) -> str:
    """A table of invented networks of these sizes. Raises `KimError` where there is no browser."""
    rows = []
    for posts in sizes:
        folder = (work or root / ".cache" / "bench") / f"preview-{posts}"
        address, file = _prepare(root, folder, Corpus(posts))
        with _serve(root, folder) as (site, process), open_chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            edits = list(_edits(page, f"{site}{address}", file, process))
        rows.append(
            (f"{posts:,}", *_cells(edit.shown for edit in edits), *_cells(edit.cpu for edit in edits))
        )
    return format_table(_HEADS, rows)


def _prepare(root: Path, folder: Path, corpus: Corpus) -> tuple[str, Path]:
    """Write the corpus anew; the address and the file of its newest post, which every listing shows."""
    maker = Portal(Place(root, folder, corpus))
    shutil.rmtree(maker.place.content, ignore_errors=True)
    maker.write_network()
    files = [maker.write(post) for post in corpus.all()]
    newest = max(files, key=lambda file: file.name)
    return f"{newest.relative_to(maker.place.content).with_suffix('').as_posix()}/", newest


@contextmanager
def _serve(root: Path, folder: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "invoke", "serve", "--port", "0"]
    command += ["--content", str(folder / "content"), "--output", str(folder / "output")]
    with (
        (folder / "serve.log").open("w") as log,
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            words = process.stdout.readline().split() if process.stdout else []
            if not words:
                raise KimError("invoke serve did not start; try it by itself.")
            yield words[0], process.pid
        finally:
            process.terminate()


def _edits(page: "Page", address: str, file: Path, process: int) -> Iterator[Edit]:
    text = file.read_text(encoding="utf-8")
    page.goto(address)
    page.locator("article.post").wait_for(timeout=_FIRST)
    for number in range(_ROUNDS + 1):
        words = f"Suntingan nomor {number}."
        before, began = _spent(process), time.perf_counter()
        file.write_text(f"{text}\n{words}\n", encoding="utf-8")
        page.get_by_text(words, exact=True).wait_for(timeout=_PATIENCE)
        shown = time.perf_counter() - began
        page.wait_for_timeout(_REST)
        if number:  # the first edit finds nothing warm
            yield Edit(shown, _spent(process) - before)


def _spent(process: int) -> float:
    return sum(map(cpu_seconds, family(process)))


def _cells(seconds: Iterator[float]) -> tuple[str, ...]:
    values = [1000 * value for value in seconds]
    return tuple(f"{value:.0f}" for value in (median(values), min(values), max(values)))
