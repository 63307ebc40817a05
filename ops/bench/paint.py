"""`invoke bench --paint`: when a cheap phone on a slow line shows something, and when it shows most."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from ops.browser import open_chromium
from ops.host import Host, serve_folder
from ops.page_types import find_page_types
from ops.phone import Line, Paints, open_phone
from ops.sample import build_sample
from ops.table import format_table

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: The line of a village between hills: 2G.
SLOW = Line(bits=50_000, latency=500)
_ROUNDS = 3
_HEADS = ("type: page", "first paint, s", "largest, s", "requests", "KB", "layout shift")


@dataclass(frozen=True)
class Load:
    """One load of a page: its paints, requests, and bytes."""

    paints: Paints
    requests: int
    size: int


def measure_paint(root: Path) -> str:
    """The table for the sample's types of page. Raises `KimError` where it cannot be built or looked at."""
    site = build_sample(root)
    with serve_folder(site) as host, open_chromium() as browser:
        rows = [
            (f"{kind}: {address}", *_middle([_load(browser, host, address) for _ in range(_ROUNDS)]))
            for kind, address in find_page_types(site).items()
        ]
    return format_table(_HEADS, rows)


def _load(browser: "Browser", host: Host, address: str) -> Load:
    with open_phone(browser, SLOW) as phone:
        phone.open(host.url(address))
        return Load(phone.paints(), len(phone.requests), phone.size)


def _middle(loads: list[Load]) -> tuple[str, ...]:
    """The medians, as cells of a table; of jumps the worst."""
    first = median(load.paints.first for load in loads)
    largest = median(load.paints.largest for load in loads)
    requests, size = max(load.requests for load in loads), max(load.size for load in loads)
    shifts = max(load.paints.shifts for load in loads)
    return (
        f"{first / 1000:.2f}",
        f"{largest / 1000:.2f}",
        str(requests),
        f"{size / 1000:.1f}",
        f"{shifts:.3f}",
    )
