"""What the worker keeps, for how long, and what it never keeps, in a real Chromium."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.offline.site import GROUP, Host, Reader, Site

POSTS = [f"{GROUP}/2026-01-0{number + 1}-kabar-{number}/" for number in range(3)]
PAGE = "<!doctype html><title>Lain</title><h1>Lain</h1>"


def assets(reader: Reader) -> list[str]:
    return [path for path in reader.kept("photos") if path.startswith("aset/")]


def test_of_twenty_five_posts_read_the_last_twenty_stay_with_the_front_and_the_sections(
    site: Site, host: Host, reader: Reader
) -> None:
    read = [site.add_photo_post(number, colour=f"#{number:02x}8040") for number in range(3, 28)]
    site.publish()
    for path in ("", "hulu/", *read):
        reader.visit(path)
    reader.wait_for(lambda kept: read[4] not in kept, "the fifth post to go")
    assert reader.kept("pages") == ["", "hulu/", *read[5:]]
    assert len(assets(reader)) >= 20, "the photos of the posts that stay"
    host.is_down = True
    reader.open(read[5])
    assert reader.shows_photo()
    reader.open(read[4])
    assert reader.heading() == "Sedang tanpa internet"
    reader.tab.wait_for_selector("#lain li:nth-child(2)")
    assert reader.tab.locator("#kabar li").count() == 20


def test_lists_that_were_read_long_ago_are_dropped_and_the_front_never(
    site: Site, host: Host, reader: Reader
) -> None:
    site.write_worker(lists=2)
    for path in ("", "hulu/", "hilir/", "arsip/"):
        reader.visit(path)
    reader.wait_for(lambda kept: "hulu/" not in kept, "the first list to go")
    assert reader.kept("pages") == ["", "hilir/", "arsip/"]


def test_photos_make_room_for_text_and_old_text_for_new(site: Site, host: Host, reader: Reader) -> None:
    older, newer = (len((site.output / path / "index.html").read_bytes()) for path in (POSTS[0], POSTS[2]))
    long = PAGE + " " * (older + 5_000)  # so that there is room for the two posts and their photos before
    host.answer_html("arsip/", 200, long)
    site.write_worker(bytes=newer + len(long) + 50, fresh=0)
    for path in (POSTS[0], POSTS[2]):
        reader.visit(path)
    reader.wait_for(lambda kept: sum(path.startswith("aset/") for path in kept) == 2, "both photos")
    assert reader.kept("pages") == [POSTS[0], POSTS[2]]
    reader.visit("arsip/")
    reader.wait_for(lambda kept: POSTS[0] not in kept, "the older post to go")
    reader.wait_for(lambda kept: not any(path.startswith("aset/") for path in kept), "the photos to go")
    assert reader.kept("pages") == [POSTS[2], "arsip/"]


def test_photos_that_no_kept_page_shows_are_dropped(site: Site, host: Host, reader: Reader) -> None:
    site.write_worker(posts=1, fresh=0)
    reader.visit(POSTS[0])
    reader.wait_for(lambda kept: any(path.startswith("aset/") for path in kept), "the photo")
    (first,) = assets(reader)
    reader.visit(POSTS[1])
    reader.wait_for(lambda kept: first not in kept, "the photo to go with its post")


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, {}),
        (500, {}),
        (503, {"Retry-After": "60"}),
        (200, {"Cache-Control": "no-store"}),
        (200, {"Content-Type": "text/plain"}),
        (200, {"Content-Length": "9999"}),
        (302, {"Location": "/kim/hulu/"}),
    ],
    ids=str,
)
def test_answer_that_is_no_page_of_its_own_is_never_kept(
    status: int, headers: dict[str, str], host: Host, reader: Reader
) -> None:
    reader.visit()
    host.answer_html("hilir/", status, PAGE, **headers)
    if "Content-Length" in headers:
        reader.open("hilir/", wait="commit")
    else:
        reader.open("hilir/")
    reader.visit("arsip/")
    assert "hilir/" not in reader.kept()


def test_kept_copy_is_shown_where_the_host_is_out_of_order(host: Host, reader: Reader) -> None:
    reader.visit(POSTS[0])
    host.answer_html(POSTS[0], 502, PAGE)
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"
    assert POSTS[0] in reader.kept()


def test_page_that_was_taken_down_is_no_longer_kept(host: Host, reader: Reader) -> None:
    reader.visit(POSTS[0])
    host.answer_html(POSTS[0], 404, PAGE)
    reader.open(POSTS[0])
    assert reader.heading() == "Lain"
    reader.wait_for(lambda kept: POSTS[0] not in kept, "the page to go")


def test_photo_that_answers_with_a_page_is_not_kept(host: Host, reader: Reader) -> None:
    reader.visit()
    page = (host.folder / POSTS[0] / "index.html").read_text()
    photos = {part.split('"')[0].split(" ")[0] for part in page.split("/kim/aset/")[1:]}
    for photo in photos:
        host.answer_html(f"aset/{photo}", 200, PAGE)
    reader.visit(POSTS[0])
    reader.visit("arsip/")
    assert not set(assets(reader)) & {f"aset/{photo}" for photo in photos}


def test_what_is_no_page_and_no_photo_is_left_to_the_browser(site: Site, host: Host, reader: Reader) -> None:
    reader.visit()
    host.answers["aset/jadwal.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4")
    asked = """async url => { await fetch(url + 'aset/jadwal.pdf'); await fetch(url + 'feed.xml');
      await fetch(url, {headers: {Range: 'bytes=0-9'}}); await fetch(url + 'hilir/', {method: 'POST'})
        .catch(() => 0); }"""
    reader.tab.evaluate(asked, host.url())
    reader.tab.goto(host.url().replace("/kim/", "/lain/"))
    reader.visit("arsip/")
    assert set(reader.kept("pages")) == {"", "arsip/"}
    assert all(not path.endswith((".pdf", ".xml")) for path in reader.kept())


def test_new_worker_takes_over_at_once_and_keeps_what_was_read(
    site: Site, host: Host, reader: Reader
) -> None:
    reader.visit(POSTS[0])
    before = {name for name in reader.caches() if "pages" not in name and "photos" not in name}
    template = site.theme / "templates" / "offline.html"
    template.write_text(template.read_text().replace("Sedang tanpa internet", "Tidak ada sinyal"))
    site.publish()
    reader.visit()
    reader.wait_until("async old => !(await caches.keys()).some(name => old.includes(name))", list(before))
    host.is_down = True
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"
    reader.open(POSTS[1])
    assert reader.heading() == "Tidak ada sinyal"


def test_caches_of_others_on_the_same_host_are_let_be(site: Site, host: Host, reader: Reader) -> None:
    others = ["kim http://127.0.0.1/kim/lain/ pages 1", "lain"]
    reader.open()
    reader.tab.evaluate(
        "async names => { for (const name of names) await caches.open(name); }",
        [*others, f"kim {host.url()} pages 0"],
    )
    reader.wait_until_kept("")
    assert set(others) <= set(reader.caches())
    withdraw(site)
    reader.open()
    reader.wait_for(lambda kept: not kept, "all to go")
    reader.wait_until("async () => (await caches.keys()).length == 2")
    assert set(reader.caches()) == set(others)


def test_withdrawn_worker_takes_all_with_it_on_the_next_visit(site: Site, host: Host, reader: Reader) -> None:
    reader.visit(POSTS[0])
    withdraw(site)
    assert not (site.output / "offline").exists()
    reader.open()
    reader.wait_until("async () => (await caches.keys()).length == 0")
    reader.open("hulu/")
    reader.wait_until("async () => !(await navigator.serviceWorker.getRegistrations()).length")
    host.sent.clear()
    reader.open(POSTS[0])
    assert reader.heading() == "Kabar nomor 0"
    assert "/kim/sw.js" not in {path for path, _ in host.sent}, "nobody is given a worker any more"


def test_worker_whose_file_is_gone_is_dismissed_by_the_page(site: Site, host: Host, reader: Reader) -> None:
    reader.visit()
    withdraw(site)
    host.answers["sw.js"] = (404, {}, b"")
    reader.open("hulu/")
    reader.wait_until("async () => !(await navigator.serviceWorker.getRegistrations()).length")


def test_reader_without_javascript_meets_no_worker_and_reads_on(browser: Browser, host: Host) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    for path, heading in ((POSTS[0], "Kabar nomor 0"), ("offline/", "Sedang tanpa internet")):
        tab.goto(host.url(path))
        assert (tab.text_content("h1") or "").strip() == heading
    assert "JavaScript" in (tab.text_content("noscript") or "")
    assert "/kim/sw.js" not in {path for path, _ in host.sent}
    context.close()


def withdraw(site: Site) -> None:
    """Publish the portal without offline reading."""
    site.settings = replace(site.settings, options=replace(site.settings.options, offline=False))
    site.publish()
