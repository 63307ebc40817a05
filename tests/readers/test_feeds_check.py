"""`invoke feeds-check`: what subscribers had against what they would get."""

import gzip
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.feeds_check import FeedsReport, check_feeds
from ops.feeds_compare import ADVICE
from ops.feeds_read import open_source
from plugins.portal.output import Options
from tests.corpus import ROOT, Corpus, post_text
from tests.readers.live import put_address, serve

FOLDER = "hulu/kim-mata-air/"
TAG = "tag:kim-rekaan.example,2026:kim-mata-air/"
SECOND = "2026-01-02-kabar-1"


@pytest.fixture
def published(corpus: Corpus, tmp_path: Path) -> tuple[Corpus, Path]:
    """Nine posts in feeds of four, so that there are archives; and a copy of what was published."""
    corpus.settings = replace(corpus.settings, options=Options(feed_size=4), compress=False)
    corpus.add_posts(7)
    corpus.add_posts(2, "hilir/kim-muara")
    corpus.build()
    before = tmp_path / "before"
    shutil.copytree(corpus.output, before)
    assert (before / "feed-1.xml").is_file()
    return corpus, before


def check(published: tuple[Corpus, Path]) -> FeedsReport:
    """Build, and compare with what was published."""
    corpus, before = published
    corpus.build()
    return check_feeds(str(before), corpus.output)


def kinds(report: FeedsReport) -> set[str]:
    """The kinds of faults found, each with its advice in the report."""
    found = {fault.kind for fault in report.comparison.faults}
    for kind in found:
        assert ADVICE[kind] in str(report)
    assert report.is_good is (not found)
    return found


def rewrite(corpus: Corpus, stem: str, old: str, new: str) -> None:
    """Change a post's file."""
    file = corpus.content / f"{FOLDER}{stem}.md"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


# What may be


def test_nothing_changed_is_good(published: tuple[Corpus, Path]) -> None:
    report = check(published)
    assert report.is_good
    assert (report.comparison.kept, report.comparison.new) == (9, 0)
    assert str(report).endswith("No aggregator loses anything.")


def test_new_posts_and_edits_of_words_are_good(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    for number in range(6):
        corpus.write(
            f"{FOLDER}2026-11-0{number + 1}-baru.md",
            post_text(f"Kabar segar {number}", f"2026-11-0{number + 1}"),
        )
    rewrite(corpus, SECOND, "Isi kabar.", "Isi yang lain.")
    rewrite(corpus, SECOND, "Kabar nomor 1", "Kabar nomor satu")
    report = check(published)
    assert kinds(report) == set()
    assert report.comparison.new == 6


def test_new_posts_in_archives_only_are_noticed_and_no_fault(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    for number in (1, 2):  # older than the newest four of every feed that they stand in
        corpus.write(
            f"{FOLDER}2025-12-0{number}-dulu.md", post_text(f"Kabar lama {number}", f"2025-12-0{number}")
        )
    corpus.write(f"{FOLDER}2026-11-01-baru.md", post_text("Kabar segar", "2026-11-01"))
    report = check(published)
    assert kinds(report) == set()
    assert (report.comparison.new, report.comparison.archived) == (3, 2)
    assert "Notice: 2 new items stand in archives only." in str(report)
    assert str(report).endswith("No aggregator that follows archives loses anything.")


def test_more_new_posts_at_once_than_a_feed_shows_are_noticed(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    for number in range(1, 6):
        corpus.write(
            f"{FOLDER}2026-11-0{number}-baru.md", post_text(f"Kabar segar {number}", f"2026-11-0{number}")
        )
    report = check(published)
    assert report.is_good
    assert "Notice: 1 new item stands in archives only." in str(report)


def test_date_may_change_with_a_correction(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    rewrite(
        corpus, SECOND, "Tanggal: 2026-01-02", "Tanggal: 2026-01-03\nUbah: 2026-11-19\nRalat: Salah tanggal."
    )
    report = check(published)
    assert kinds(report) == set()
    assert report.comparison.corrected == 1


def test_file_may_be_renamed_where_the_old_address_leads_on(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    old = corpus.content / f"{FOLDER}{SECOND}.md"
    text = f"Id: {SECOND}\nAlamat lama: /{FOLDER}{SECOND}/\n{old.read_text()}"
    old.rename(old.with_name("2026-01-02-nama-baru.md")).write_text(text)
    assert kinds(check(published)) == set()


def test_group_may_move_where_its_old_folder_leads_on(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    folder = corpus.content / "hulu/kim-mata-air"
    settings = folder / "kim.toml"
    settings.write_text(settings.read_text() + 'former = ["hulu/kim-mata-air"]\n')
    folder.rename(corpus.content / "hulu/kim-hulu")
    assert kinds(check(published)) == set()


def test_group_that_moves_without_a_word_takes_its_feed_and_links_away(
    published: tuple[Corpus, Path],
) -> None:
    corpus, _ = published
    (corpus.content / "hulu/kim-mata-air").rename(corpus.content / "hulu/kim-hulu")
    assert kinds(check(published)) == {"feed gone", "new link"}


def test_topic_may_change_and_the_item_leaves_its_old_topic(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    rewrite(corpus, SECOND, "Topik: budaya", "Topik: kesehatan")
    assert kinds(check(published)) == set()


def test_post_may_be_taken_down_in_the_open(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    (corpus.content / f"{FOLDER}{SECOND}.md").unlink()
    corpus.write(
        "ditarik.toml",
        f'[[posts]]\npost = "kim-mata-air/{SECOND}"\ndate = 2026-11-20\nreason = "Memuat nama anak."\n',
    )
    report = check(published)
    assert kinds(report) == set()
    assert report.comparison.withdrawn == 1
    registry = json.loads((corpus.output / "network.json").read_bytes())
    assert registry["withdrawn"] == [
        {"id": f"{TAG}{SECOND}", "date": "2026-11-20", "reason": "Memuat nama anak."}
    ]


def test_domain_may_change(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    put_address(corpus.content, "https://kabar.example/rekaan/")
    assert kinds(check(published)) == set()


# What may not


def test_post_that_vanished_is_lost_also_from_an_archive(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    (corpus.content / f"{FOLDER}{SECOND}.md").unlink()
    report = check(published)
    assert kinds(report) == {"lost"}
    (fault,) = report.comparison.faults
    assert fault.about == f"{TAG}{SECOND}"
    assert len(fault.feeds) == 12  # portal, kecamatan, group, topic in three forms
    assert "ditarik.toml" in str(report)


@pytest.mark.parametrize(
    ("old", "new"), [("Topik: ", "Status: draf\nTopik: "), ("2026-01-02", "31 Februari 2026")]
)
def test_post_that_is_a_draft_again_or_held_back_is_lost(
    published: tuple[Corpus, Path], old: str, new: str
) -> None:
    rewrite(published[0], SECOND, old, new)
    assert kinds(check(published)) == {"lost"}


def test_rename_without_id_is_a_new_identity(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    rewrite(corpus, SECOND, "Judul", "Id: 2026-01-02-lain\nJudul")
    report = check(published)
    assert kinds(report) == {"new identity"}
    assert report.comparison.faults[0].detail == f"→ {TAG}2026-01-02-lain"


def test_renamed_file_without_id_is_a_new_identity_and_not_a_loss(published: tuple[Corpus, Path]) -> None:
    old = published[0].content / f"{FOLDER}{SECOND}.md"
    old.rename(old.with_name("2026-01-02-nama-baru.md"))
    report = check(published)
    assert kinds(report) == {"new identity"}
    (fault,) = report.comparison.faults
    assert (fault.about, fault.detail) == (f"{TAG}{SECOND}", f"→ {TAG}2026-01-02-nama-baru")
    assert "`Id:`" in str(report)
    assert "`Alamat lama:`" in str(report)


def test_post_that_gave_way_to_other_news_of_its_day_is_lost(published: tuple[Corpus, Path]) -> None:
    corpus, _ = published
    (corpus.content / f"{FOLDER}{SECOND}.md").unlink()
    corpus.write(f"{FOLDER}2026-01-02-lain.md", post_text("Kabar yang lain", "2026-01-02"))
    assert kinds(check(published)) == {"lost"}


def test_rename_that_leads_nowhere_is_a_new_link(published: tuple[Corpus, Path]) -> None:
    old = published[0].content / f"{FOLDER}{SECOND}.md"
    text = f"Id: {SECOND}\n{old.read_text()}"
    old.rename(old.with_name("2026-01-02-nama-baru.md")).write_text(text)
    report = check(published)
    assert kinds(report) == {"new link"}
    assert "Alamat lama" in str(report)


def test_date_that_moves_unsaid_is_found(published: tuple[Corpus, Path]) -> None:
    rewrite(published[0], SECOND, "Tanggal: 2026-01-02", "Tanggal: 2026-01-02 07.00")
    report = check(published)
    assert kinds(report) == {"new date"}
    assert "2026-01-02T00:00+08:00 → 2026-01-02T07:00+08:00" in str(report)


def test_correction_that_is_taken_back_is_found(published: tuple[Corpus, Path]) -> None:
    corpus, before = published
    rewrite(corpus, SECOND, "Topik: ", "Ubah: 2026-11-19\nRalat: Salah.\nTopik: ")
    corpus.build()
    shutil.rmtree(before)
    shutil.copytree(corpus.output, before)
    rewrite(corpus, SECOND, "Ubah: 2026-11-19\nRalat: Salah.\n", "")
    assert kinds(check(published)) == {"correction undone"}


def test_other_authority_is_a_new_identity_of_everything(published: tuple[Corpus, Path]) -> None:
    file = published[0].content / "network.toml"
    file.write_text(file.read_text().replace("kim-rekaan.example,2026", "kabar.example,2026"))
    assert kinds(check(published)) == {"new identity", "new feed identity"}


def damage(output: Path, path: str, pattern: str, new: str) -> None:
    """Break a feed of a finished build."""
    text = (output / path).read_text()
    broken = re.sub(pattern, new, text, count=1, flags=re.DOTALL)
    assert broken != text
    (output / path).write_text(broken)


@pytest.mark.parametrize(
    ("path", "pattern", "new", "kind"),
    [
        ("atom.xml", r"<entry>(.*?)</entry>", r"<entry>\1</entry><entry>\1</entry>", "twice"),
        ("feed.xml", r"<item>.*?</item>", "", "forms differ"),
        ("feed-1.json", r'"date_published": "2026-01-01T00', '"date_published": "2026-01-01T01', "new date"),
        ("feed.json", r"feed-2\.json", "feed-9.json", "archive missing"),
    ],
)
def test_build_that_is_broken_by_itself_is_found(
    published: tuple[Corpus, Path], path: str, pattern: str, new: str, kind: str
) -> None:
    corpus, before = published
    damage(corpus.output, path, pattern, new)
    assert kind in kinds(check_feeds(str(before), corpus.output))


def test_missing_archive_is_found(published: tuple[Corpus, Path]) -> None:
    corpus, before = published
    (corpus.output / FOLDER / "feed-1.xml").unlink()
    report = check_feeds(str(before), corpus.output)
    assert {"archive missing", "gone from a feed", "forms differ"} >= kinds(report) >= {"archive missing"}


# How it is asked


def test_published_portal_is_read_over_http(published: tuple[Corpus, Path]) -> None:
    corpus, before = published
    with serve(before) as (address, _):
        assert check_feeds(address, corpus.output).is_good
        (corpus.content / f"{FOLDER}{SECOND}.md").unlink()
        corpus.build()
        assert kinds(check_feeds(address, corpus.output)) == {"lost"}


@contextmanager
def zipped(answer: bytes) -> Iterator[str]:
    """The address of a host that sends the same bytes for everything, and says that they are zipped."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Accept-Encoding"] == "gzip"
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_feed_may_be_sent_zipped_and_not_unpack_without_end() -> None:
    with zipped(gzip.compress(b"umpan")) as address:
        assert open_source(address).read("feed.xml") == b"umpan"
    with (
        zipped(gzip.compress(bytes(20_000_001))) as address,
        pytest.raises(KimError, match="larger than 20 MB"),
    ):
        open_source(address).read("feed.xml")
    for damaged in (gzip.compress(b"umpan")[:-4], b"umpan", gzip.compress(b"umpan" * 99)[:20] + b"x" * 9):
        with zipped(damaged) as address, pytest.raises(KimError, match="is sent damaged"):
            open_source(address).read("feed.xml")


def test_place_without_feeds_is_said_in_one_sentence(corpus: Corpus, tmp_path: Path) -> None:
    corpus.build()
    with pytest.raises(KimError, match=r"has no feed\.xml"):
        check_feeds(str(tmp_path), corpus.output)
    with pytest.raises(KimError, match="No folder at"):
        check_feeds(str(tmp_path / "nowhere"), corpus.output)
    with pytest.raises(KimError, match="cannot be reached"):
        check_feeds("http://127.0.0.1:9/", corpus.output)


def test_feed_that_is_no_xml_is_said_in_one_sentence(published: tuple[Corpus, Path]) -> None:
    corpus, before = published
    (before / "atom.xml").write_text("<feed>")
    with pytest.raises(KimError, match=r"atom\.xml is not well-formed"):
        check_feeds(str(before), corpus.output)


def test_command_says_what_it_found_and_its_exit_code_does_too(published: tuple[Corpus, Path]) -> None:
    corpus, before = published

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "invoke", "feeds-check", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    after = f"--output={corpus.output}"
    assert run(f"--before={before}", after)[0] == 0
    (corpus.content / f"{FOLDER}{SECOND}.md").unlink()
    corpus.build()
    code, text = run(f"--before={before}", after)
    assert code == 1
    assert f"{TAG}{SECOND}" in text
    code, text = run(f"--before={before / 'nowhere'}", after)
    assert code == 2
    assert "Traceback" not in text
