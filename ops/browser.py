"""The Chromium of this machine, driven by Playwright, for what looks at the built site."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kim.errors import KimError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Nothing but what it is asked for: no background traffic of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """The browser's path. Raises `KimError`, saying what to install, where there is none."""
    found = shutil.which("chromium")
    if found is None:
        raise KimError("Chromium is not on PATH; install it (Debian: apt install chromium).")
    return found


@contextmanager
def open_chromium() -> "Iterator[Browser]":
    """A running browser, until the block ends. Raises `KimError` where it or Playwright is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as fault:
        raise KimError("Playwright is not installed; `make test` installs it.") from fault
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()
