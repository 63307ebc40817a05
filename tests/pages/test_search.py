"""Searching in a real browser: what a reader sees, shares, pays, and still finds without a network."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.pages.browsing import AXE_TAGS, SMALL_TARGETS, WIDE, Host
from tests.pages.networks import Network

KB = 1_000
PHONE = {"width": 360, "height": 640}
SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (!entry.hadRecentInput) window.shifted += entry.value;
})).observe({type: 'layout-shift', buffered: true});"""

Hosts = Callable[[str], Host]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, service_workers="block")
    made.set_default_timeout(60_000)
    made.add_init_script(SHIFTS)
    yield made
    made.close()


def address(host: Host, query: str = "") -> str:
    return host.url(host.network.pages["cari/index.html"]) + query


def search(tab: Tab, text: str) -> None:
    """Type and send; wait until there is an answer."""
    tab.fill("#q", text)
    tab.evaluate("() => document.getElementById('hasil').removeAttribute('aria-busy')")
    tab.press("#q", "Enter")
    settle(tab)


def settle(tab: Tab) -> None:
    tab.wait_for_selector("#hasil[aria-busy=false]", state="attached")


def some_title(network: Network) -> str:
    """The title of a post that has several long words."""
    return max((page.headings[0] for page in network.posts), key=lambda title: len(title.split()))


@pytest.mark.parametrize("name", ["content", "metro"])
def test_post_is_found_by_its_title_with_its_group_day_and_marked_words(
    name: str, hosts: Hosts, context: BrowserContext, axe: str
) -> None:
    host = hosts(name)
    title = some_title(host.network)
    tab = context.new_page()
    tab.goto(address(host))
    search(tab, title)
    first = tab.locator("#hasil li").first
    assert first.locator("h2").inner_text() == title
    page = next(page for page in host.network.posts if page.headings[0] == title)
    assert first.locator("a").evaluate("link => link.href") == host.url(page)
    assert first.locator("h2 mark").count() >= 3
    assert first.locator(".by b").inner_text() in page.text
    assert first.locator("time").get_attribute("datetime")
    assert tab.locator("#biaya").inner_text().startswith("Hasil ini memakai ")
    assert tab.url == address(host, f"?q={quote_plus(title, safe='*-._')}")
    assert tab.evaluate(WIDE) == []
    assert tab.evaluate(SMALL_TARGETS, 44) == []
    tab.evaluate(axe)
    options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"]}
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        violations = tab.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
        assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_first_search_of_the_sample_costs_25_kb_and_says_what_its_results_cost(
    hosts: Hosts, context: BrowserContext
) -> None:
    host = hosts("content")
    tab = context.new_page()
    before = len(host.answers)
    tab.goto(address(host))
    page = len(host.answers)
    search(tab, "posyandu gogagoman")
    sent = host.answers[before:]
    assert sum(answer.size for answer in sent) <= 25 * KB
    index = sum(answer.size for answer in host.answers[page:] if answer.path.endswith(".txt"))
    assert tab.locator("#biaya").inner_text() == f"Hasil ini memakai {-(-index // KB)} KB."
    search(tab, "Gogagoman, posyandu!")
    assert tab.locator("#biaya").inner_text() == "Hasil ini tidak memakai kuota: sudah tersimpan."


def test_result_is_shared_by_its_address_and_filters_hold(hosts: Hosts, context: BrowserContext) -> None:
    host = hosts("content")
    tab = context.new_page()
    tab.goto(address(host, "?q=sampah&di=kotamobagu-utara"))
    settle(tab)
    assert tab.input_value("#q") == "sampah"
    assert tab.input_value("#di") == "kotamobagu-utara"
    links = tab.locator("#hasil a").evaluate_all("links => links.map(link => link.pathname)")
    assert links
    assert all("/kotamobagu-utara/" in link for link in links)
    tab.select_option("#di", "")
    tab.select_option("#topik", "kesehatan")
    search(tab, "")
    assert tab.url.endswith("/cari/?topik=kesehatan")
    assert tab.locator("#hasil li").count() > 1
    tab.go_back()
    tab.wait_for_function("() => document.getElementById('di').value == 'kotamobagu-utara'")
    settle(tab)
    assert tab.locator("#hasil a").evaluate_all("links => links.map(link => link.pathname)") == links


def test_more_results_come_when_asked_for_and_focus_goes_to_the_first_of_them(
    hosts: Hosts, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(address(hosts("content"), "?q=warga"))
    settle(tab)
    count = tab.locator("#hasil li").count()
    tab.click("#lagi")
    tab.wait_for_function("count => document.querySelectorAll('#hasil li').length > count", arg=count)
    assert tab.evaluate(
        "count => document.activeElement == document.querySelectorAll('#hasil a')[count]", count
    )
    hrefs = tab.locator("#hasil a").evaluate_all("links => links.map(link => link.href)")
    assert len(set(hrefs)) == len(hrefs) > count


@pytest.mark.parametrize("query", ["?q=sampah", "?q=tidakadakatabegini", ""])
def test_nothing_jumps_while_results_come_over_a_slow_line(
    query: str, hosts: Hosts, context: BrowserContext
) -> None:
    host = hosts("content")
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 700, "downloadThroughput": 20_000, "uploadThroughput": 20_000}
    line.send("Network.emulateNetworkConditions", conditions)
    tab.goto(address(host, query))
    if not query:
        search(tab, "warga")
    settle(tab)
    if tab.is_visible("#lagi"):
        tab.click("#lagi")
        tab.wait_for_function("() => document.querySelectorAll('#hasil li').length > 6")
    tab.wait_for_timeout(300)
    assert tab.evaluate("shifted") == 0


def test_what_was_searched_before_is_found_without_a_network_and_all_else_is_said(
    hosts: Hosts, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(address(hosts("content")))
    search(tab, "posyandu")
    found = tab.locator("#hasil a").evaluate_all("links => links.map(link => link.href)")
    tab.reload()
    context.set_offline(True)
    search(tab, "posyandu")
    assert found
    assert tab.locator("#hasil a").evaluate_all("links => links.map(link => link.href)") == found
    search(tab, "sampah kebakaran penyuluhan")
    assert "tanpa sambungan" in tab.inner_text("#status")
    assert tab.locator("#hasil li").count() == 0
    assert tab.is_visible("#arsip")
    context.set_offline(False)
    search(tab, "sampah")
    assert tab.locator("#hasil li").count() > 0


def test_page_that_is_older_than_the_index_fetches_itself_anew(hosts: Hosts, context: BrowserContext) -> None:
    host = hosts("content")
    tab = context.new_page()

    def outdate(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-segments="', 'data-segments="00'))

    tab.route("**/cari/", outdate, times=1)
    tab.goto(address(host))
    search(tab, "posyandu")
    assert tab.locator("#hasil li").count() > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [("tidakadakatabegini", "Periksa ejaannya"), ("dan yang di", "hampir semua kabar")],
)
def test_search_that_finds_nothing_gives_advice_and_shows_the_archives(
    text: str, said: str, hosts: Hosts, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(address(hosts("content")))
    search(tab, text)
    assert said in tab.inner_text("#status")
    assert tab.is_visible("#arsip")
    assert tab.locator("#hasil li").count() == 0


def test_words_of_an_address_are_text_and_never_html(hosts: Hosts, context: BrowserContext) -> None:
    tab = context.new_page()
    hostile = '"><img src=x onerror=alert(1)><b>posyandu'
    tab.on("dialog", lambda dialog: pytest.fail(dialog.message))
    tab.goto(address(hosts("content"), f"?q={quote_plus(hostile)}&di=%3Cb%3E&topik=tidak-ada"))
    settle(tab)
    assert tab.input_value("#q") == hostile
    assert tab.input_value("#di") == tab.input_value("#topik") == ""
    assert tab.locator("main img, main b b").count() == 0


def test_page_without_javascript_leads_to_archives_by_kecamatan_topic_and_month(
    hosts: Hosts, browser: Browser
) -> None:
    host = hosts("content")
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address(host))
    # a form that a browser shows all the same (it knows no `scripting`) leads here, with its words
    for query in ("", "?q=posyandu&di=kotamobagu-utara&topik="):
        tab.goto(address(host, query))
        assert not tab.is_visible("#cari")
        assert not tab.is_visible(".hits"), "what only the script can keep is not promised"
        assert "memerlukan JavaScript" in tab.inner_text("main")
        assert tab.evaluate(WIDE) == []
        assert tab.evaluate(SMALL_TARGETS, 44) == []
    for path in ("/kotamobagu-utara/", "/topik/budaya/", "/arsip/2026/10/", "/arsip/"):
        tab.goto(address(host))
        tab.click(f'main a[href="{path}"]')
        assert tab.url.endswith(path)
        assert tab.locator("main a[href]").count() > 1
    context.close()


def test_page_that_is_not_there_leads_to_the_archives_without_javascript(
    hosts: Hosts, browser: Browser
) -> None:
    host = hosts("content")
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address(host).replace("/cari/", "/tidak-ada/"))
    assert not tab.is_visible("form")
    tab.click("main p a:text-is('cari')")
    assert tab.url == address(host)
    assert "memerlukan JavaScript" in tab.inner_text("main")
    context.close()


def test_page_that_is_not_there_offers_to_search(hosts: Hosts, context: BrowserContext) -> None:
    host = hosts("content")
    tab = context.new_page()
    tab.goto(address(host).replace("/cari/", "/tidak-ada/"))
    tab.fill("#q", "posyandu")
    tab.press("#q", "Enter")
    tab.wait_for_url("**/cari/?q=posyandu")
    settle(tab)
    assert tab.locator("#hasil li").count() > 0
