"""`invoke new`: questions, then a post in the right place."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from kim.errors import KimError
from ops.new_post import Answers, post_path, post_text, write_post
from tests.corpus import ROOT, Corpus

ANSWERS = Answers("hulu/kim-mata-air", "Panen raya di Lembah", "budaya", date(2026, 11, 20))


def test_post_without_photo_is_one_file() -> None:
    assert post_path(ANSWERS) == "hulu/kim-mata-air/2026-11-20-panen-raya-di-lembah.md"


def test_post_with_photo_has_a_folder() -> None:
    assert post_path(replace(ANSWERS, with_photo=True)).endswith("2026-11-20-panen-raya-di-lembah/index.md")


def test_new_post_keeps_every_rule_and_is_a_draft(corpus: Corpus) -> None:
    write_post(corpus.content, ANSWERS)
    report = corpus.build()
    assert (report.problems, report.drafts) == ((), 1)
    assert "Status: draf" in post_text(ANSWERS)


def test_post_is_never_written_over_another(corpus: Corpus) -> None:
    file = write_post(corpus.content, ANSWERS)
    file.write_text("punya orang")
    with pytest.raises(KimError, match="sudah ada"):
        write_post(corpus.content, ANSWERS)
    assert file.read_text() == "punya orang"


def test_questions_are_asked_and_wrong_answers_asked_again(corpus: Corpus) -> None:
    answers = "\n".join(
        ["2", "Pendek", "Panen raya di Lembah", "9", "1", "kapan saja", "2026-11-20", "Rani", "ya", ""]
    )
    command = [sys.executable, "-m", "invoke", "new", "--content", str(corpus.content)]
    done = subprocess.run(command, cwd=ROOT, input=answers, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    file = corpus.content / "hulu/kim-mata-air/2026-11-20-panen-raya-di-lembah/index.md"
    assert file.read_text().startswith(
        "Judul: Panen raya di Lembah\nTanggal: 2026-11-20\nTopik: budaya\nPenulis: Rani\n"
    )
    assert "foto.jpg" in done.stdout
