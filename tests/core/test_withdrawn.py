"""Posts that were taken down on purpose."""

from datetime import date

import pytest

from kim.errors import KimError
from kim.withdrawn import Withdrawal, read_withdrawn
from tests.corpus import Corpus, post_text

ENTRY = '[[posts]]\npost = "kim-mata-air/2026-11-01-kabar"\ndate = 2026-11-20\nreason = "Memuat nama anak."\n'


def test_withdrawal_names_the_post_the_day_and_the_reason() -> None:
    found, problems = read_withdrawn(ENTRY.encode())
    assert problems == ()
    assert found == (Withdrawal("kim-mata-air", "2026-11-01-kabar", date(2026, 11, 20), "Memuat nama anak."),)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kim-mata-air/", "", "K063"),
        ("date = 2026-11-20\n", "", "K063"),
        ("2026-11-20\n", '"kemarin"\n', "K063"),
        ('reason = "Memuat nama anak."\n', "", "K062"),
        ("reason", "resaon", "K061"),
        ("[[posts]]", "[[post]]", "K061"),
        ("reason = ", "reason ", "K060"),
    ],
)
def test_withdrawal_that_cannot_be_understood_is_a_problem(old: str, new: str, code: str) -> None:
    _, problems = read_withdrawn(ENTRY.replace(old, new, 1).encode())
    assert code in {found.code for found in problems}
    assert {found.path for found in problems} == {"ditarik.toml"}


def test_post_that_is_withdrawn_twice_is_a_problem() -> None:
    assert [found.code for found in read_withdrawn((ENTRY * 2).encode())[1]] == ["K063"]


def test_withdrawn_post_is_gone_from_every_file_although_its_file_is_still_there(corpus: Corpus) -> None:
    corpus.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text("Kabar yang ditarik"))
    corpus.add_posts(1)
    corpus.build()
    corpus.write("ditarik.toml", ENTRY)
    report = corpus.build()
    assert (report.problems, report.held, report.drafts) == ((), 0, 1)
    for file in corpus.output.rglob("*"):
        if file.suffix in (".html", ".xml", ".json"):
            assert b"Kabar yang ditarik" not in file.read_bytes(), file


def test_withdrawals_that_cannot_be_read_stop_the_build_and_bring_nothing_back(corpus: Corpus) -> None:
    corpus.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text("Kabar yang ditarik"))
    corpus.write("ditarik.toml", ENTRY)
    corpus.build()
    corpus.write("ditarik.toml", ENTRY.replace("date", "tanggal"))
    with pytest.raises(KimError, match=r"ditarik\.toml"):
        corpus.build()
    page = corpus.output / "hulu/kim-mata-air/2026-11-01-kabar/index.html"
    assert "Kabar yang ditarik" not in page.read_text()
