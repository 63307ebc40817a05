"""A page that somebody has open while they write: in a real Chromium, against the real command."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.corpus import Corpus, post_text
from tests.live.serving import Preview, open_preview

POST = "hulu/kim-mata-air/2026-11-05-segar"
AXE = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}).then(r => r.violations)"
#: What is left of workers and of what they kept. A browser looks for a new worker when it has time; here at once.
DISMISSED = """async () => {
  const workers = () => navigator.serviceWorker.getRegistrations();
  await Promise.all((await workers()).map(one => one.update()));
  let left = 1;
  for (let round = 0; left && round < 400; round++) {
    left = [...await workers(), ...await caches.keys()].length;
    await new Promise(done => setTimeout(done, 50));
  }
  return left;
}"""
#: How long Chromium waits for a text; nothing is measured.
PATIENCE = 30_000
BODY = "\n\n".join(f"Alinea nomor {number}." for number in range(60))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Corpus, Preview]]:
    """A small network, and its preview."""
    corpus = Corpus(tmp_path_factory.mktemp("live"))
    corpus.write(f"{POST}.md", post_text("Kabar yang segar", "2026-11-05", body=BODY))
    with open_preview(corpus.content, corpus.output) as preview:
        preview.wait_for(f"/{POST}/", "Alinea nomor 7.")
        yield corpus, preview


@pytest.fixture
def page(browser: Browser, served: tuple[Corpus, Preview]) -> Iterator[Page]:
    """The post on a phone, scrolled down; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 360, "height": 640}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.goto(f"{served[1].address}/{POST}/")
        page.evaluate("scrollTo(0, 900)")
        yield page
    assert [text for text in complaints if "404" not in text] == []


def write(corpus: Corpus, **changes: str) -> Path:
    return corpus.write(
        f"{POST}.md", post_text(**{"title": "Kabar yang segar", "date": "2026-11-05", "body": BODY} | changes)
    )


def test_the_open_page_shows_an_edit_by_itself_and_stays_where_it_was(
    page: Page, served: tuple[Corpus, Preview]
) -> None:
    write(served[0], body=BODY.replace("nomor 30", "nomor tiga puluh"))
    expect(page.get_by_text("Alinea nomor tiga puluh.")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("scrollY") == 900


def test_a_mistake_is_shown_on_the_page_until_it_is_mended(
    page: Page, served: tuple[Corpus, Preview], axe: str
) -> None:
    corpus, _ = served
    panel = page.locator("kim-live details")
    expect(panel).to_have_count(0)
    write(corpus, date="31 Februari 2026", title="<b>Kabar</b> & 'segar'")
    expect(panel.locator("li").first).to_contain_text("tidak ada di kalender", timeout=PATIENCE)
    expect(panel).to_contain_text(f"content/{POST}.md:2 K012")
    expect(panel).to_contain_text("keadaan terakhir yang tanpa masalah")
    expect(page.locator("kim-live [role=status]")).to_have_text("1 masalah, 0 peringatan")
    expect(page.get_by_text("Alinea nomor 20.")).to_be_attached()  # what was good stays to be seen
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    panel.locator("summary").press("Enter")
    expect(panel.locator("li").first).to_be_hidden()
    write(corpus, title="Kabar yang dibetulkan")
    expect(page.get_by_role("heading", name="Kabar yang dibetulkan")).to_be_attached(timeout=PATIENCE)
    expect(panel).to_have_count(0)


def test_a_page_that_is_not_there_yet_says_why_and_comes_by_itself(
    page: Page, served: tuple[Corpus, Preview]
) -> None:
    corpus, preview = served
    path = "hulu/kim-mata-air/2026-11-06-baru"
    page.goto(f"{preview.address}/{path}/")
    file = corpus.write(f"{path}.md", post_text("Kabar baru", "2026-11-06").replace("Topik: budaya\n", ""))
    expect(page.locator("kim-live details")).to_contain_text("belum ada halamannya", timeout=PATIENCE)
    file.write_text(post_text("Kabar baru sekali", "2026-11-06", more="Status: draf\n"))
    expect(page.get_by_role("heading", name="Kabar baru sekali")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("kim-live details")).to_contain_text("statusnya draf")
    assert "Kabar baru sekali" not in preview.fetch("/")[1]
    page.get_by_role("link", name="Beranda").first.click()
    page.wait_for_url(f"{preview.address}/")
    page.go_back()
    file.write_text(post_text("Kabar baru sekali", "2026-11-06"))
    expect(page.locator("kim-live details")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Kabar baru sekali")).to_be_visible()


def test_a_worker_of_former_times_is_dismissed_with_all_that_it_kept(
    browser: Browser, served: tuple[Corpus, Preview]
) -> None:
    corpus, _ = served
    with browser.new_context() as context:
        page = context.new_page()
        # HTTP/1.0: no connection of this server outlives it
        handler = partial(SimpleHTTPRequestHandler, directory=str(corpus.output))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as host:
            threading.Thread(target=host.serve_forever, daemon=True).start()
            page.goto(f"http://127.0.0.1:{host.server_port}/")
            page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
            host.shutdown()
        with open_preview(corpus.content, corpus.output, host.server_port) as preview:
            page.goto(f"{preview.address}/")
            left = page.evaluate(DISMISSED)
        assert left == 0
