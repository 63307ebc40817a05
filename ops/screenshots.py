"""`invoke screenshots`: the README's pictures of the sample, taken by Chromium.

Builds into a folder of its own and looks at it from a loopback port; the site in output/ stays as it is.
"""

import http.server
import io
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from kim.errors import KimError
from ops.build import build_command

PICTURES = "docs/pictures"
#: A README is read on a phone's quota, too.
MOST_BYTES = 150_000
#: The sample's own time: with the clock's, a pin would end and the pictures would change.
_NOW = "2026-11-22T07:00:00+08:00"
_WORK = ".cache/screenshots"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Shot:
    """A picture: its file's stem, the address that it shows, the window in pixels."""

    name: str
    address: str
    width: int
    height: int


#: Instead of an address: the story that leads the front page.
LEAD_STORY = ""
#: Side by side in the README, so of one height.
SHOTS = (
    Shot("front-desk", "/", 1180, 844),
    Shot("front-phone", "/", 390, 844),
    Shot("post-phone", LEAD_STORY, 390, 844),
)


def take_screenshots(root: Path) -> Iterator[Path]:
    """Write every picture of `SHOTS`. Raises `KimError`, saying what to install, where it cannot."""
    browser = shutil.which("chromium")
    if browser is None:
        raise KimError("Chromium is not on PATH; install it (Debian: apt install chromium).")
    site = _build(root)
    folder = root / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with _served(site) as port:
        for shot, data in _shoot(browser, port):
            file = folder / f"{shot.name}.png"
            file.write_bytes(shrink(data))
            yield file


def shrink(data: bytes) -> bytes:
    """A PNG with as many colours as fit in `MOST_BYTES`. Raises `KimError` where 32 do not."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    for colours in (256, 192, 128, 64, 32):
        palette = image.quantize(colours, kmeans=1)
        out = io.BytesIO()
        image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise KimError(f"A picture of {image.width} x {image.height} does not fit in {MOST_BYTES} bytes.")


def _build(root: Path) -> Path:
    work = root / _WORK
    site = work / "site"
    command = build_command(root, output=str(site))
    command += ["-e", f'KIM_NOW="{_NOW}"', "--cache-path", str(work)]
    done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KimError(f"The sample cannot be built:\n{done.stdout}{done.stderr}")
    return site


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    handler = partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _shoot(browser: str, port: int) -> Iterator[tuple[Shot, bytes]]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as fault:
        raise KimError("Playwright is not installed; `make test` installs it.") from fault
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=browser, args=[*_FLAGS]) as chromium,
    ):
        lead = "/"
        for shot in SHOTS:
            page = chromium.new_page(
                viewport={"width": shot.width, "height": shot.height},
                color_scheme="light",
                locale="id-ID",
            )
            address = shot.address or lead
            answer = page.goto(f"http://127.0.0.1:{port}{address}", wait_until="networkidle")
            if answer is None or not answer.ok:
                raise KimError(f"The sample has no page at {address}.")
            if address == "/":
                lead = page.get_attribute("a.lead", "href") or "/"
            yield shot, page.screenshot(animations="disabled")
            page.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, quietly."""

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
