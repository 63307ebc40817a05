"""`invoke lighthouse`: Google's judgement of every type of page, as a phone sees it.

Performance, accessibility, best practices, SEO; each page until the median of three is known.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any

from kim.errors import KimError
from ops.browser import FLAGS, find_chromium
from ops.host import serve_folder
from ops.page_types import find_page_types
from ops.sample import build_sample
from ops.table import format_table

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: Below tests/pages, where npm installs it.
_PROGRAM = "tests/pages/node_modules/lighthouse/cli/index.js"


@dataclass(frozen=True)
class Judgement:
    """What Lighthouse says of a page: 0 to 100 for each of `CATEGORIES`, and the titles of what it minds."""

    scores: Mapping[str, int]
    faults: tuple[str, ...]


def judge_sample(root: Path, types: Collection[str] = ()) -> str:
    """The table of the sample's types of page, or of those named.

    Raises `KimError`, with the table and what is minded, where a page has less than 100 in anything.
    """
    site = build_sample(root)
    pages = find_page_types(site)
    if unknown := set(types) - set(pages):
        raise KimError(f"No page is of the type {sorted(unknown)[0]}. There are: {', '.join(pages)}.")
    with serve_folder(site) as host:
        judged = {
            kind: judge(root, host.url(address))
            for kind, address in pages.items()
            if not types or kind in types
        }
    rows = [
        (f"{kind}: {pages[kind]}", *(str(found.scores[name]) for name in CATEGORIES))
        for kind, found in judged.items()
    ]
    table = format_table(("type: page", *CATEGORIES), rows)
    faults = [f"{kind}: {fault}" for kind, found in judged.items() for fault in found.faults]
    if any(score < 100 for found in judged.values() for score in found.scores.values()):
        raise KimError("\n".join([table, "", *faults]))
    return table


def judge(root: Path, url: str) -> Judgement:
    """The median of three; two that find nothing settle it. Raises `KimError` where it cannot run."""
    runs: list[Judgement] = []
    for _ in range(3):
        runs.append(_read(_run(root, url)))
        whole = [run for run in runs if min(run.scores.values()) == 100]
        if len(whole) == 2:
            return whole[0]
    scores = {name: median_low(run.scores[name] for run in runs) for name in CATEGORIES}
    return Judgement(scores, tuple(dict.fromkeys(fault for run in runs for fault in run.faults)))


def _run(root: Path, url: str) -> Mapping[str, Any]:
    program = root / _PROGRAM
    if not program.is_file():
        raise KimError("Lighthouse is not installed. Run: npm ci --prefix tests/pages")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            "node",
            str(program),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        ]
        environment = {**os.environ, "CHROME_PATH": find_chromium(), "TMPDIR": folder}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        except FileNotFoundError as fault:
            raise KimError("node is not on PATH; install it (Debian: apt install nodejs npm).") from fault
        if done.returncode or not report.is_file():
            raise KimError(f"Lighthouse could not judge {url}:\n{done.stderr.strip()[-2000:]}")
        found: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found


def _read(report: Mapping[str, Any]) -> Judgement:
    scores = {name: round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES}
    return Judgement(scores, tuple(_faults(report)))


def _faults(report: Mapping[str, Any]) -> Iterator[str]:
    """The audits that take something from a score."""
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{audit['title']} {audit.get('displayValue', '')}".strip()
