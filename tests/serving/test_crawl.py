"""Chromium reads the served portal over https: nothing breaks a policy, and nothing complains."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from ops.browser import FLAGS, find_chromium
from ops.page_types import find_page_types
from tests.serving.servers import HOST, Served

#: Asked for by hand: a search that finds something, one that does not, and a page that is not there.
_MORE = ("/cari/?q=warga", "/cari/?q=tidakadasamasekali", "/offline/", "/tidak-ada/")
_VIOLATIONS = """addEventListener("securitypolicyviolation",
  event => console.error("violation", event.violatedDirective, event.blockedURI, event.sample))"""


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A profile that takes our certificate, and notes the violations of a policy."""
    # a context that takes our certificate does not do so for the worker's script: the whole browser must
    flags = [*FLAGS, "--ignore-certificate-errors"]
    own = browser.browser_type.launch(executable_path=find_chromium(), args=flags)
    made = own.new_context()
    made.add_init_script(_VIOLATIONS)
    yield made
    own.close()


def test_no_page_breaks_its_policy(context: BrowserContext, served: Served) -> None:
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    pages = find_page_types(served.folder)
    assert {"front", "post", "cari", "kirim", "mading"} <= pages.keys()
    tab = context.new_page()
    for address in (*pages.values(), *_MORE):
        answer = tab.goto(f"https://{HOST}:{served.https}{served.base}{address}", wait_until="networkidle")
        assert answer is not None
        # what is not there is meant not to be there
        found = [line for line in complaints if answer.status == 200 or "404" not in line]
        assert found == [], address
        complaints.clear()
    worker = tab.evaluate("navigator.serviceWorker.ready.then(found => found.active.scriptURL)")
    assert Path(worker).name == "sw.js"
