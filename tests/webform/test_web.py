"""The form over HTTP, as a browser without JavaScript has it, and what it refuses."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

import pytest

from webform.forges.git import Signature
from webform.forges.local import LocalForge
from webform.submission import State

from .phone import Page, Phone, multipart
from .samples import ANSWERS, CODE, GROUP_ID, photo_bytes
from .serving import Served, serve

FIELDS = {
    "kelompok": GROUP_ID,
    "kode": CODE,
    "judul": ANSWERS.title,
    "tanggal": ANSWERS.day,
    "topik": ANSWERS.topic,
    "isi": ANSWERS.text,
    "penulis": ANSWERS.author,
    "sumber": ANSWERS.source,
}
EDITOR = Signature("Redaksi", "redaksi@kim-rekaan.example")


@pytest.fixture
def served(repository: Path, tmp_path: Path) -> Iterator[Served]:
    with serve(repository, tmp_path / "state") as found:
        yield found


@pytest.fixture
def phone(served: Served) -> Phone:
    return Phone(served.port)


def codes_on(page: Page) -> set[str]:
    return set(re.findall(r"\bK0\d\d\b", page.words))


# The whole way


def test_a_post_with_two_photos_goes_the_whole_way_without_javascript(served: Served, phone: Phone) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS)
    assert page.address.startswith("/k/")
    assert "Tulisan Anda sudah tersimpan" in page.words
    page = phone.press(page, "tambah", {"keterangan": "Padi menguning"}, photo_bytes())
    page = phone.press(page, "kirim", {"keterangan": "Ibu-ibu memanen"}, photo_bytes(colour="red"))
    assert "sudah kami terima" in page.words
    served.service.worker.work()
    page = phone.open(page.address)
    assert "sedang diperiksa redaksi" in page.words
    forge = served.forge
    assert isinstance(forge, LocalForge)
    (proposal,) = forge.proposals()
    assert proposal.author == "Ibu Sri"
    forge.merge(proposal.branch, EDITOR)
    served.clock.advance(minutes=2)
    served.service.worker.work()
    page = phone.open(page.address)
    link = "https://kim-rekaan.example/hulu/kim-mata-air/2026-11-19-panen-raya-di-sawah-mata-air/"
    assert "Kabar Anda terbit" in page.words
    assert link in page.links


def test_a_text_alone_can_be_sent_with_one_press(phone: Phone) -> None:
    assert "sudah kami terima" in phone.press(phone.open("/"), "kirim", FIELDS).words


def test_editors_words_are_shown_and_the_mended_text_is_sent(served: Served, phone: Phone) -> None:
    page = phone.press(phone.open("/"), "kirim", FIELDS)
    served.service.worker.work()
    assert isinstance(served.forge, LocalForge)
    (proposal,) = served.forge.proposals()
    served.forge.give_back(proposal.branch, "Berapa <b>ton</b>?")
    served.clock.advance(minutes=2)
    served.service.worker.work()
    page = phone.open(page.address)
    assert "perlu perbaikan" in page.words
    assert "Berapa <b>ton</b>?" in page.words
    page = phone.press(phone.open(f"{page.address}?ubah=1"), "foto", {"isi": "Hasilnya empat ton."})
    assert "sudah kami terima" in phone.press(page, "kirim").words
    served.service.worker.work()
    assert len(served.forge.proposals()) == 1


def test_a_published_post_is_put_right(served: Served, phone: Phone) -> None:
    page = phone.open("/betulkan?alamat=https://kim-rekaan.example/hulu/kim-mata-air/2026-11-01-pasar-pagi/")
    page = phone.press(page, "", {"kelompok": GROUP_ID, "kode": CODE})
    assert page.values["isi"] == "Pasar pindah."
    assert codes_on(page) == set()
    page = phone.press(page, "kirim", {"isi": "Pasar tetap."})
    assert codes_on(page) == {"K016"}
    assert page.values["isi"] == "Pasar tetap."
    page = phone.press(page, "kirim", {"ralat": "Pasar tidak pindah."})
    assert "sudah kami terima" in page.words
    served.service.worker.work()
    assert isinstance(served.forge, LocalForge)
    assert [one.branch.split("/")[0] for one in served.forge.proposals()] == ["ralat"]


# Mistakes


def test_mistakes_come_back_with_every_answer_and_links_to_their_fields(phone: Phone) -> None:
    typed = FIELDS | {
        "judul": "Pendek",
        "kode": "lupa",
        "tanggal": "31 Februari 2026",
        "isi": "<b>Halo</b>\n\n</textarea>",
    }
    page = phone.press(phone.open("/"), "foto", typed)
    assert page.status == 422
    assert codes_on(page) >= {"K090", "K017", "K012"}
    assert {name: page.values[name] for name in typed} == typed
    targets = {link[1:] for link in page.links if link.startswith("#")}
    assert targets >= {"kode", "judul", "tanggal"}
    assert targets <= page.ids
    page = phone.press(page, "foto", FIELDS)
    assert page.address.startswith("/k/")


def test_mistakes_after_the_code_keep_answers_and_photos(phone: Phone) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS)
    page = phone.press(page, "tambah", {"keterangan": ""}, photo_bytes())
    page = phone.press(page, "kirim")
    assert codes_on(page) == {"K041"}
    assert len(page.images) == 1
    assert phone.request("GET", page.images[0]).headers["content-type"] == "image/jpeg"
    page = phone.press(page, "kirim", {"keterangan-1": "Padi menguning"})
    assert "sudah kami terima" in page.words


def test_words_for_photos_are_kept_whatever_button_is_pressed(phone: Phone) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS)
    page = phone.press(page, "tambah", {"keterangan": "Satu"}, photo_bytes())
    page = phone.press(
        page, "tambah", {"keterangan-1": "Satu lagi", "keterangan": "Dua"}, photo_bytes(colour="red")
    )
    page = phone.press(page, "hapus-2", {"keterangan-1": "Padi"})
    assert page.values["keterangan-1"] == "Padi"
    assert len(page.images) == 1


def test_what_is_no_photo_is_told_and_its_words_are_kept(phone: Phone) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS)
    page = phone.press(page, "tambah", {"keterangan": "Padi"}, b"<svg onload=alert(1)>" * 50)
    assert codes_on(page) == {"K042"}
    assert page.values["keterangan"] == "Padi"


def test_the_filled_trap_is_emptied_and_nothing_is_lost(phone: Phone) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS | {"situs": "http://spam.example"})
    assert codes_on(page) == {"K097"}
    assert page.values["situs"] == ""
    assert phone.press(page, "foto", {"kode": CODE}).address.startswith("/k/")


def test_the_preview_keeps_all_and_stores_nothing(served: Served, phone: Phone) -> None:
    page = phone.press(
        phone.open("/"), "lihat", FIELDS | {"isi": "## Hasil\n\nTiga **ton**. <script>alert(1)</script>"}
    )
    assert "<strong>ton</strong>" in page.answer.text
    assert "<script>alert" not in page.answer.text
    assert page.values["isi"].startswith("## Hasil")
    assert served.service.outbox.queue.waiting()[0] == 0


def test_pressing_send_twice_is_one_submission(served: Served, phone: Phone) -> None:
    page = phone.open("/")
    first, second = phone.press(page, "kirim", FIELDS), phone.press(page, "kirim", FIELDS)
    assert first.address == second.address
    assert served.service.outbox.queue.waiting()[0] == 1


def test_the_script_gets_the_same_problems_as_json(phone: Phone) -> None:
    page = phone.open("/")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    bad = urlencode({**page.values, **FIELDS, "judul": "Pendek"}).encode()
    answer = json.loads(phone.request("POST", "/", bad, headers).text)
    assert answer["ok"] is False
    assert [(one["field"], one["code"]) for one in answer["problems"]] == [("judul", "K017")]
    good = urlencode({**FIELDS, "versi": str(answer["version"])}).encode()
    answer = json.loads(phone.request("POST", answer["next"], good, headers).text)
    assert answer["ok"] is True
    kind, body = multipart({"aksi": "kirim"}, None)
    sent = phone.request(
        "POST", f"{answer['next']}/foto", body, {"Content-Type": kind, "Accept": "application/json"}
    )
    assert json.loads(sent.text) == {"ok": True, "problems": [], "advice": [], "next": answer["next"]}


# Weight


def test_no_page_weighs_more_than_15_kb_and_the_script_6(phone: Phone) -> None:
    packed = {"Accept-Encoding": "gzip"}
    assert len(phone.request("GET", "/", headers=packed).body) < 15_000
    script = re.search(r'src="(/kirim\.[0-9a-f]+\.js)"', phone.open("/").answer.text)
    assert script
    answer = phone.request("GET", script[1], headers=packed)
    assert answer.headers["cache-control"].endswith("immutable")
    assert len(gzip.compress(answer.text.encode())) < 6_000


# What is refused


def test_every_answer_has_strict_headers(phone: Phone) -> None:
    for path in ("/", "/betulkan", "/sehat", "/tidak-ada", "/k/salah", "/robots.txt"):
        headers = phone.request("GET", path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "'unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "set-cookie" not in headers
        assert "server" not in headers


@pytest.mark.parametrize("host", ["jahat.example", "", "127.0.0.1:1", "localhost"])
def test_another_host_is_refused(phone: Phone, host: str) -> None:
    assert phone.request("GET", "/", headers={"Host": host}).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://jahat.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_on_another_site_cannot_send_here(phone: Phone, headers: dict[str, str]) -> None:
    body = urlencode({**phone.open("/").values, **FIELDS}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    assert phone.request("POST", "/", body, headers).status == 403


def test_a_browser_that_says_nothing_of_its_page_is_served(phone: Phone) -> None:
    body = urlencode({**phone.open("/").values, **FIELDS, "aksi": "foto"}).encode()
    assert (
        phone.request("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded"}).status == 303
    )


def test_what_announces_too_much_is_refused_before_it_is_read(phone: Phone, served: Served) -> None:
    secret = phone.press(phone.open("/"), "foto", FIELDS).address
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        head = (
            f"POST {secret}/foto HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nAccept: application/json\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000000\r\n\r\n"
        )
        raw.sendall(head.encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"K044" in answer


@pytest.mark.parametrize("length", [400_001, 10**12])
def test_a_text_that_is_too_long_is_refused(phone: Phone, served: Served, length: int) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        head = (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Length: {length}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        raw.sendall(head.encode())
        assert b" 413 " in raw.recv(65536)


def test_more_than_was_announced_in_chunks_is_cut_off(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        head = (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nTransfer-Encoding: chunked\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        raw.sendall(head.encode())
        for _ in range(9):
            raw.sendall(b"c350\r\n" + b"a" * 50_000 + b"\r\n")
        assert b" 413 " in raw.recv(65536)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"x"),
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="foto"; filename="a"\r\n\r\nab',
        ),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("", b""),
    ],
)
def test_what_is_no_form_is_refused_and_leaves_no_file(
    phone: Phone, served: Served, kind: str, body: bytes
) -> None:
    secret = phone.press(phone.open("/"), "foto", FIELDS).address
    assert phone.request("POST", f"{secret}/foto", body, {"Content-Type": kind}).status in (400, 415)
    assert list(served.service.desk.spool.iterdir()) == []


def test_a_photo_that_stops_half_way_leaves_no_file(phone: Phone, served: Served) -> None:
    secret = phone.press(phone.open("/"), "foto", FIELDS).address
    kind, body = multipart({}, photo_bytes((800, 600)))
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        head = (
            f"POST {secret}/foto HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        raw.sendall(head.encode() + body[: len(body) // 2])
    assert phone.open(secret).status == 200
    for _ in range(200):
        if not list(served.service.desk.spool.iterdir()):
            break
        phone.open("/sehat")
    assert list(served.service.desk.spool.iterdir()) == []


def test_a_client_that_says_nothing_for_long_is_let_go(
    phone: Phone, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webform.body.IDLE", 0.2)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        head = (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Length: 100\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\njudul="
        )
        raw.sendall(head.encode())
        assert b" 408 " in raw.recv(65536)


def test_a_full_disk_is_said_with_every_answer_kept(
    phone: Phone, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone.open("/")
    with monkeypatch.context() as patched:
        served.service.outbox.file._db.execute("PRAGMA max_page_count = 1")  # as many as there are
        long = FIELDS | {"isi": "kata " * 20_000}
        full = phone.press(page, "foto", long)
        assert full.status == 503
        assert "belum tersimpan" in full.words
        assert full.values["isi"] == long["isi"]
        served.service.outbox.file._db.execute("PRAGMA max_page_count = 1000000")
        patched.undo()
    assert phone.press(full, "foto", FIELDS).address.startswith("/k/")


def test_a_nearly_full_disk_takes_no_photo_but_the_text(
    phone: Phone, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone.press(phone.open("/"), "foto", FIELDS)
    monkeypatch.setattr("webform.desk._LEAST_FREE", 10**18)
    told = phone.press(page, "tambah", {"keterangan": "Padi"}, photo_bytes())
    assert told.status == 503
    assert told.values["keterangan"] == "Padi"
    assert "sudah kami terima" in phone.press(told, "kirim").words


# Health and log


def test_the_health_page_says_what_is_wrong(served: Served, phone: Phone) -> None:
    assert json.loads(phone.request("GET", "/sehat").text)["ok"] is True
    phone.press(phone.open("/"), "kirim", FIELDS)
    served.clock.advance(hours=3)
    answer = phone.request("GET", "/sehat")
    assert answer.status == 503
    assert json.loads(answer.text)["faults"] == ["forge"]
    assert json.loads(answer.text)["waiting"] == 1


def test_the_log_has_nobody_in_it(served: Served, phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    page = phone.press(phone.open("/"), "kirim", FIELDS)
    served.service.worker.work()
    phone.open(f"{page.address}?x=Rahasia")
    secret = page.address.removeprefix("/k/")
    assert "/k/…" in caplog.text
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("webform"))
    for word in (secret, "127.0.0.1", "Rahasia", *asdict(ANSWERS).values(), CODE):
        assert not word or word not in ours
    assert served.service.desk.look(secret).submission.state is State.PROPOSED


def test_a_connection_that_never_says_what_it_wants_is_closed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webform.serve._HEADERS_WITHIN", 0.2)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert raw.recv(100) == b""


def test_what_wants_a_second_look_is_shown_once_before_it_is_sent(served: Served, phone: Phone) -> None:
    page = phone.press(phone.open("/"), "kirim", FIELDS | {"isi": "Hubungi Ibu Sri di 0812-3456-7890."})
    assert "Coba lihat sekali lagi" in page.words
    assert codes_on(page) == {"K076"}
    assert served.service.outbox.queue.waiting()[0] == 0
    assert "sudah kami terima" in phone.press(page, "kirim").words


def test_a_number_of_a_persons_card_is_not_sent(phone: Phone) -> None:
    page = phone.press(phone.open("/"), "kirim", FIELDS | {"isi": "NIK Ibu Sri 7174014408850002 tercatat."})
    assert codes_on(page) == {"K075"}
    assert page.values["isi"] == "NIK Ibu Sri 7174014408850002 tercatat."
    assert page.answer.text.count("7174014408850002") == 1  # in the field, nowhere else
