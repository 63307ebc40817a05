"""Every field and header with anything in it: never a fault of ours, never a file outside of the group's folder."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from webform.drafts import tidy
from webform.forges.base import checked
from webform.forges.git import Repository
from webform.forges.local import LocalForge
from webform.submission import Answers
from webform.worker import Worker

from .phone import Phone, multipart
from .samples import ANSWERS, CODE, GROUP_ID, Form
from .serving import Served, serve

NAMES = "kelompok kode judul tanggal topik isi penulis sumber ralat situs nomor versi aksi alamat keterangan keterangan-1".split()
HEADERS = ["Accept", "Content-Type", "Content-Length", "Origin", "Referer", "Cookie", "X-Forwarded-For", "Range",
           "Accept-Encoding", "Expect", "Transfer-Encoding", "Forwarded", "X-Forwarded-Host", "Upgrade"]  # fmt: skip
SLOW = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
PATHS = [
    "/",
    "/betulkan",
    "/k/{secret}",
    "/k/{secret}/foto",
    "/k/x",
    "/sehat",
    "/robots.txt",
    "/k/{secret}/foto/1",
]
# A template that was filled twice would do this sum. Its result is too long for a ticket to hold by chance.
SUM, SUM_DONE = "{{99999*99999}}", "9999800001"
nasty = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["../../etc/passwd", "\r\nX: y", "\x00", "-1", "9" * 400, SUM, "<svg onload=x>", "'; DROP TABLE submission;--", "‮", "٣", "hapus-٣", "hapus-1", "kirim", "foto", "lihat", "tambah"]),
)  # fmt: skip


@pytest.fixture
def served(repository: Path, tmp_path: Path) -> Iterator[Served]:
    with serve(repository, tmp_path / "state") as found:
        yield found


@settings(max_examples=60, **SLOW)
@given(
    path=st.sampled_from(PATHS),
    fields=st.dictionaries(st.sampled_from(NAMES), nasty, max_size=8),
    right=st.booleans(),
    many=st.booleans(),
    photo=st.binary(max_size=200),
)
@example(
    "/betulkan", {"kelompok": "", "alamat": "<svg onload=x>"}, True, False, b""
)  # a complaint that quotes
def test_no_field_makes_a_fault_of_ours(
    served: Served, path: str, fields: dict[str, str], right: bool, many: bool, photo: bytes
) -> None:
    phone = Phone(served.port)
    desk = served.service.desk
    served.clock.advance(hours=1)  # no limit stands in the way
    if right:
        fields = {**fields, "kelompok": GROUP_ID, "kode": CODE, "nomor": desk.tickets.give()}
    secret = desk.begin(desk.tickets.give(), GROUP_ID, CODE, ANSWERS, "").secret if "{secret}" in path else ""
    body = urlencode(fields, errors="surrogatepass").encode()
    kind = "application/x-www-form-urlencoded"
    if many:
        kind, body = multipart(
            {key: text.encode(errors="ignore").decode() for key, text in fields.items()}, photo
        )
    address = path.format(secret=secret)
    for headers in ({}, {"Accept": "application/json"}):
        answer = phone.request("POST", address, body, {"Content-Type": kind, **headers})
        assert answer.status < 500, answer.text
        assert SUM_DONE not in answer.text
        assert "<svg onload" not in answer.text
    assert phone.request("GET", address).status < 500


@settings(max_examples=150, **SLOW)
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "X"]),
    path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80),
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
        max_size=4,
    ),
)
def test_no_header_and_no_path_makes_a_fault_of_ours(
    served: Served, method: str, path: str, headers: dict[str, str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    try:
        connection.putrequest(method, f"/{path}", skip_accept_encoding=True)
        for name, value in headers.items():
            if name not in ("Content-Length", "Transfer-Encoding", "Expect") or method != "GET":
                connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        connection.sock.shutdown(1)
        answer = connection.getresponse()
        assert answer.status < 500
        answer.read()
    except (http.client.BadStatusLine, ConnectionError):
        pass  # what is no HTTP is hung up on
    finally:
        connection.close()


@settings(max_examples=30, **SLOW)
@given(
    answers=st.builds(
        Answers, title=nasty, text=nasty, author=nasty, source=nasty, topic=st.just("budaya"),
        day=st.sampled_from(["2026-11-19", "20 November 2026", "1/1/2026 07.30"]), correction=nasty,
    )
)  # fmt: skip
def test_whatever_is_sent_only_the_new_post_changes(form: Form, repository: Path, answers: Answers) -> None:
    form.clock.advance(hours=1)
    good = replace(answers, title=f"{answers.title} kabar dari hulu"[-110:], text=f"Halo. {answers.text}")
    if tidy(good).title.strip() == "":
        return
    saved = form.desk.begin(form.desk.tickets.give(), GROUP_ID, CODE, good, "192.0.2.1")
    if form.desk.send(saved.secret):
        return  # a rule was broken, and said so
    forge = LocalForge(repository)
    worker = Worker(form.outbox, forge, form.content, form.clock)
    found = form.desk.look(saved.secret).submission
    change = worker.change(found, form.outbox.submissions.version(found.id, found.revision))
    assert checked(change)
    forge.propose(change)
    git = Repository(repository)
    changed = git.run("diff", "--name-status", "main", change.branch).decode().splitlines()
    assert len(changed) == 1
    assert re.fullmatch(r"A\tcontent/hulu/kim-mata-air/20[0-9-]+[a-z0-9-]*\.md", changed[0])
    # whoever writes line breaks into a field writes no trailer of their own
    below_title = git.run("log", "-1", "--format=%b", change.branch).decode().splitlines()
    assert [line.partition(":")[0] for line in below_title if line] == ["Kiriman"]
