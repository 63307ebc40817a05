"""A post that came as a file goes the way of the form: the same composition, the same rules, one proposal."""

from datetime import date
from pathlib import Path

import pytest

from kim.errors import KimError
from tests.corpus import Corpus
from tests.forges.repositories import make_bare_of, read
from webform.commands import code_settings, import_submission
from webform.forges.local import LocalForge
from webform.imported import GROUP_KEY

FILE = """\
Kelompok: hulu/kim-mata-air
Judul: Panen raya di sawah hulu
Tanggal: 2026-11-19
Topik: budaya
Penulis: Ibu Sri

Warga memanen padi pagi ini.
Hasilnya 42 karung.
"""
POST = "content/hulu/kim-mata-air/2026-11-19-panen-raya-di-sawah-hulu.md"


@pytest.fixture
def bare(corpus: Corpus) -> Path:
    return make_bare_of(corpus.content)


def take(bare: Path, text: str | bytes, group: str = "") -> list[str]:
    file = bare.parent / "kabar.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    said: list[str] = []
    import_submission(code_settings(str(bare)), file, group, said.append)
    return said


def test_shared_file_becomes_one_proposal_however_often_it_is_taken_in(bare: Path) -> None:
    (said,) = take(bare, FILE)
    assert said.startswith("hulu/kim-mata-air/2026-11-19-panen-raya-di-sawah-hulu.md: kirim/kim-mata-air/")
    assert take(bare, FILE) == [said]
    assert take(bare, FILE.replace("\n", "\r\n").encode("utf-8-sig")) == [said]
    (found,) = LocalForge(bare).proposals()
    assert (found.title, found.author) == ("KIM MATA AIR: Panen raya di sawah hulu", "Ibu Sri")
    assert read(bare, found.branch, POST) == (
        "Judul: Panen raya di sawah hulu\nTanggal: 19 November 2026\nTopik: budaya\nPenulis: Ibu Sri\n\n"
        "Warga memanen padi pagi ini.\n\nHasilnya 42 karung."
    )
    assert GROUP_KEY not in read(bare, found.branch, POST).lower()


def test_group_of_the_coordinator_goes_before_the_files(bare: Path) -> None:
    take(bare, FILE, "kim-muara")
    assert LocalForge(bare).proposals()[0].branch.startswith("kirim/kim-muara/")


@pytest.mark.parametrize("group", ["Kelompok: hulu/kim-mata-ari\n", "Kelompok: ../../etc\n", ""])
def test_group_that_is_not_there_is_said(bare: Path, group: str) -> None:
    with pytest.raises(KimError, match="tidak ada di jaringan ini"):
        take(bare, group + FILE.partition("\n")[2])
    assert LocalForge(bare).proposals() == ()


def test_problem_holds_it_back_with_the_words_of_the_check(bare: Path) -> None:
    with pytest.raises(KimError, match="Belum dikirim"):
        take(bare, FILE.replace("karung", "karung, NIK 7174 9958 0190 0001"))
    with pytest.raises(KimError, match="tidak terbaca"):
        take(bare, b"\xff\xfe\x00")
    assert LocalForge(bare).proposals() == ()


def test_page_and_import_agree_on_the_day(bare: Path) -> None:
    take(bare, FILE.replace("Tanggal: 2026-11-19\n", f"Tanggal: {date(2026, 11, 18).isoformat()}\n"))
    assert "/2026-11-18-" in LocalForge(bare).proposals()[0].branch
