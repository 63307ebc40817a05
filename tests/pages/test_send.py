"""/kirim/: the doorway to a form, and the workshop that needs no server, on a phone in a real browser."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from kim.frontmatter import parse_document
from tests.pages.browsing import SMALL_TARGETS, WIDE, find_page
from tests.pages.conftest import Hosts
from tests.pages.networks import Network

BODY = "Warga memanen padi pagi ini.\n\nHasilnya 42 karung & <b>enam</b> lebih banyak."
LONGEST_SCRIPT = 6_000


@pytest.fixture
def tab(browser: Browser, hosts: Hosts) -> Iterator[Tab]:
    """Metro's page: no form, and a project on GitHub."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, service_workers="block", accept_downloads=True
    )
    context.route(
        "https://github.com/**", lambda route: route.fulfill(body="GitHub", content_type="text/html")
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    host = hosts("metro")
    page.goto(host.url(find_page(host.network, "send")))
    yield page
    context.close()


def fill(tab: Tab, body: str = BODY) -> None:
    tab.get_by_label("Kelompok").select_option(index=1)
    tab.get_by_label("Judul").fill("Panen raya\tdi “Imopuro” é")
    tab.get_by_label("Isi kabar").fill(body)
    tab.get_by_label("Hari kejadiannya").fill("2026-11-20")
    tab.get_by_label("Topik").select_option(index=1)
    tab.get_by_label("Nama penulis").fill("Ibu Sri")


def test_text_is_brought_to_the_forges_page_for_a_new_file(tab: Tab) -> None:
    fill(tab)
    with tab.expect_popup() as popup:
        tab.get_by_role("button", name="Buka di GitHub").click()
    found = urlsplit(popup.value.url)
    query = parse_qs(found.query)
    assert (found.netloc, found.path) == ("github.com", "/diskominfo-metro/kim/new/main")
    folder, _, name = query["filename"][0].rpartition("/")
    assert folder == f"content/{tab.get_by_label('Kelompok').input_value()}"
    assert name == "2026-11-20-panen-raya-di-imopuro-e.md"
    document = parse_document(query["value"][0])
    assert {field.key: field.value for field in document.fields} == {
        "Judul": "Panen raya di “Imopuro” é",
        "Tanggal": "2026-11-20",
        "Topik": tab.get_by_label("Topik").input_value(),
        "Penulis": "Ibu Sri",
    }
    assert document.body == BODY


def test_text_too_long_for_an_address_stays_and_says_what_to_do(tab: Tab) -> None:
    fill(tab, "panjang sekali " * 700)
    tab.get_by_role("button", name="Buka di GitHub").click()
    assert "terlalu panjang" in tab.get_by_role("status").inner_text()
    assert tab.get_by_label("Isi kabar").input_value().startswith("panjang sekali")
    assert len(tab.context.pages) == 1


def test_text_survives_a_closed_page_and_goes_when_it_is_deleted(tab: Tab) -> None:
    fill(tab)
    assert "Tersimpan" in tab.get_by_role("status").inner_text()
    tab.reload()
    assert tab.get_by_label("Isi kabar").input_value() == BODY
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Hapus tulisan").click()
    tab.reload()
    assert tab.get_by_label("Isi kabar").input_value() == ""


def test_post_is_saved_as_one_file_that_says_whose_it_is(tab: Tab) -> None:
    tab.evaluate("delete Navigator.prototype.canShare")
    fill(tab)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Bagikan sebagai berkas").click()
    assert download.value.suggested_filename == "2026-11-20-panen-raya-di-imopuro-e.txt"
    text = download.value.path().read_text()
    assert text.startswith(f"Kelompok: {tab.get_by_label('Kelompok').input_value()}\nJudul: Panen raya di")
    assert text.endswith(f"\n\n{BODY}\n")


def test_post_is_shared_as_one_file_where_the_phone_can(tab: Tab) -> None:
    tab.evaluate("() => { Navigator.prototype.canShare = () => true }")
    tab.evaluate(
        "() => { Navigator.prototype.share = async what => { window.shared = await what.files[0].text() } }"
    )
    fill(tab)
    tab.get_by_role("button", name="Bagikan sebagai berkas").click()
    tab.get_by_text("Sudah dibagikan").wait_for()
    assert BODY in tab.evaluate("window.shared")


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(tab: Tab) -> None:
    tab.get_by_label("Isi kabar").fill(BODY)
    tab.get_by_role("button", name="Bagikan sebagai berkas").click()
    assert tab.get_by_role("status").inner_text() == "Pilih kelompok Anda."
    assert tab.evaluate("document.activeElement.id") == "kelompok"
    assert tab.get_by_label("Isi kabar").input_value() == BODY


def test_gitlab_and_forgejo_are_opened_at_their_own_pages(tab: Tab) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.context.route(
        "https://forge.example/**", lambda route: route.fulfill(body="Forge", content_type="text/html")
    )
    fill(tab)
    folder = tab.get_by_label("Kelompok").input_value()
    for kind, path, key in (
        ("forgejo", f"/_new/main/content/{folder}", "filename"),
        ("gitlab", "/-/new/main", "file_name"),
    ):
        tab.evaluate(
            "kind => Object.assign(document.getElementById('kirim').dataset,"
            " {kind, address: 'https://forge.example/kota/kim', folder: 'content'})",
            kind,
        )
        with tab.expect_popup() as popup:
            tab.get_by_role("button", name="Buka di GitHub").click()
        found = urlsplit(popup.value.url)
        assert unquote(found.path) == f"/kota/kim{path}"
        assert parse_qs(found.query)[key][0].endswith("2026-11-20-panen-raya-di-imopuro-e.md")
    assert tab.evaluate("navigator.clipboard.readText()").endswith(f"{BODY}\n")


def test_page_can_be_read_and_left_without_script(browser: Browser, hosts: Hosts) -> None:
    for name, words in (("metro", "JavaScript tidak berjalan"), ("invented", "Buka formulir")):
        host = hosts(name)
        context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
        tab = context.new_page()
        tab.goto(host.url(find_page(host.network, "send")))
        assert words in tab.locator("main").inner_text()
        assert tab.get_by_text("Siapkan dulu").is_visible()
        assert not tab.locator("form, button").filter(visible=True).count(), "nothing that would do nothing"
        assert tab.evaluate(WIDE) == []
        assert tab.evaluate(SMALL_TARGETS, 44) == []
        context.close()


def test_who_has_neither_form_nor_script_finds_whom_to_send_a_post_to(hosts: Hosts, browser: Browser) -> None:
    host = hosts("metro")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    tab = context.new_page()
    tab.goto(host.url(find_page(host.network, "send")))
    tab.click("noscript a")
    tab.locator("main .grp a").first.click()
    assert tab.locator("main dd a[href^='mailto:']").is_visible()
    context.close()


def test_doorway_leads_to_the_form_and_has_no_script_of_its_own(networks) -> None:
    network: Network = networks("invented")
    page = find_page(network, "send")
    assert "https://kirim.antah-berantah.example/" in page.anchors
    assert len(page.scripts) == 1
    assert "Kode kelompok" in page.text


def test_script_is_small_and_the_bar_of_every_page_leads_here(networks) -> None:
    network: Network = networks("metro")
    page = find_page(network, "send")
    (script,) = [link for link in page.resources if link.endswith(".js")]
    file = network.folder / network.file_of(script)
    assert file.with_name(f"{file.name}.gz").stat().st_size <= LONGEST_SCRIPT
    assert all(page.url in found.anchors for found in network.shown)
