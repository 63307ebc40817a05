"""Reading without a network, in a real Chromium: what was read opens, and the rest says what can be read."""

import json
import threading

import pytest

from tests.offline.site import BASE, GROUP, WAIT_MS, Host, Reader, Site

POSTS = [f"{GROUP}/2026-01-0{number + 1}-kabar-{number}/" for number in range(3)]


def test_page_read_before_opens_with_its_photo_even_if_it_was_the_first_and_only_one(
    host: Host, reader: Reader
) -> None:
    reader.visit(POSTS[0])
    reader.wait_for(lambda kept: any(path.startswith("aset/") for path in kept), "the photo")
    host.is_down = True
    reader.tab.goto("about:blank")
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"
    assert reader.shows_photo()


def test_photo_of_a_later_page_is_kept_with_it(host: Host, reader: Reader) -> None:
    reader.visit()
    reader.visit(POSTS[1])
    host.is_down = True
    reader.open(f"{POSTS[1]}?utm_source=whatsapp#isi")
    assert reader.heading() == "Kabar nomor 1"
    assert reader.shows_photo()


def test_page_that_was_not_read_gives_the_list_of_those_that_were(host: Host, reader: Reader) -> None:
    for path in ("", POSTS[0], "hulu/", POSTS[2]):
        reader.visit(path)
    host.is_down = True
    reader.open(POSTS[1])
    assert reader.heading() == "Sedang tanpa internet"
    rows = reader.tab.locator("#kabar li")
    reader.tab.wait_for_selector("#lain li:nth-child(2)")
    assert [" ".join(text.split()) for text in rows.all_inner_texts()] == [
        "KIM MATA AIR · Sabtu, 3 Januari 2026 Kabar nomor 2",
        "KIM MATA AIR · Kamis, 1 Januari 2026 Kabar nomor 0",
    ]
    assert reader.tab.locator("#lain li").all_inner_texts() == ["Hulu", "KIM Rekaan"]
    assert not reader.tab.is_visible("#kosong")
    rows.first.locator("a").click()
    reader.tab.wait_for_url(f"**/{POSTS[2]}")
    assert reader.heading() == "Kabar nomor 2"
    reader.open(POSTS[1])
    host.is_down = False
    reader.tab.get_by_text("Coba lagi").click()
    reader.tab.wait_for_selector("article")
    assert reader.heading() == "Kabar nomor 1"


def test_list_of_what_was_read_passes_axe_in_light_and_dark(host: Host, reader: Reader, axe: str) -> None:
    for path in ("", POSTS[0]):
        reader.visit(path)
    host.is_down = True
    reader.open(POSTS[1])
    reader.tab.wait_for_selector("#kabar li")
    reader.tab.evaluate(axe)
    for scheme in ("light", "dark"):
        reader.tab.emulate_media(color_scheme=scheme)
        assert reader.tab.evaluate("axe.run().then(found => found.violations.map(v => v.id))") == []


def test_search_page_opened_before_has_its_script_without_a_network(host: Host, reader: Reader) -> None:
    reader.visit("cari/")
    reader.wait_for(lambda kept: any(path.endswith(".js") for path in kept), "the script")
    host.is_down = True
    reader.tab.goto("about:blank")
    failed: list[str] = []
    reader.context.on("requestfailed", lambda request: failed.append(request.url))
    reader.open("cari/")
    assert not [url for url in failed if url.endswith(".js")]
    assert reader.tab.locator("script[src]").count() == 1


def test_offline_page_says_that_nothing_was_kept_yet(reader: Reader) -> None:
    reader.open("offline/")
    assert reader.tab.is_visible("#kosong")
    assert not reader.tab.is_visible("#kabar")


def test_slow_host_gets_the_kept_copy_shown_and_the_new_one_kept(
    site: Site, host: Host, reader: Reader
) -> None:
    reader.visit(POSTS[0])
    site.add_photo_post(0, "Kabar yang sudah dibetulkan")
    site.publish()
    host.slow.add(POSTS[0])
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"
    host.release.set()
    text = "async url => (await (await caches.match(url)).text()).includes('sudah dibetulkan')"
    reader.wait_until(text, host.url(POSTS[0]))
    host.is_down = True
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar yang sudah dibetulkan"


def test_slow_host_is_waited_for_where_nothing_is_kept(host: Host, reader: Reader) -> None:
    reader.visit()
    host.slow.add(POSTS[0])
    threading.Timer(3 * WAIT_MS / 1_000, host.release.set).start()
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"


def test_prompt_host_always_gives_the_newest(site: Site, host: Host, reader: Reader) -> None:
    reader.visit(POSTS[0])
    site.add_photo_post(0, "Kabar yang sudah dibetulkan")
    site.publish()
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar yang sudah dibetulkan"


def test_portal_can_be_installed(reader: Reader) -> None:
    reader.visit()
    devtools = reader.context.new_cdp_session(reader.tab)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == BASE
    assert found["url"] == reader.host.url("manifest.webmanifest")
    # a profile that forgets everything is the one thing that is in the way
    faults = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {fault["errorId"] for fault in faults} <= {"in-incognito"}


@pytest.mark.parametrize("path", ["", "hulu/", f"{GROUP}/", POSTS[0], "arsip/", "kim/"])
def test_first_visit_costs_little_with_all_that_is_fetched_for_later(
    path: str, host: Host, reader: Reader
) -> None:
    reader.visit(path)
    reader.wait_until_kept("offline/")
    sent = [(name.removeprefix(BASE), size) for name, size in host.sent if "/aset/" not in name]
    assert sum(size for _, size in sent) <= 16_000, sent
    assert {name for name, _ in sent} <= {path, "sw.js", "offline/", "manifest.webmanifest", "icon-192.png"}
    assert sum(name == path for name, _ in sent) == 1, "the page is not fetched again to be kept"
