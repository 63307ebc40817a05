"""The editor's side of a local repository: list, look, merge, give back; and the previews that are looked at."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.preview import changed_posts, post_at, preview_posts
from ops.review import run
from tests.corpus import ROOT, Corpus, photo_bytes, post_text
from tests.forges.repositories import git, history, make_bare_of
from webform.forges.base import Change
from webform.forges.local import LocalForge

FOLDER = "hulu/kim-mata-air/2026-11-19-panen"
BRANCH = "kiriman/kim-mata-air/2026-11-19-panen"
TEXT = post_text(
    "Panen raya di hulu", "2026-11-19", "Foto: a.jpg\nKeterangan foto: Sawah\n", 'Isi <b> src="/x" panen.'
)


@pytest.fixture
def bare(corpus: Corpus) -> Path:
    """The corpus as a bare repository, as `invoke form` makes one."""
    return make_bare_of(corpus.content)


def propose(bare: Path, text: str = TEXT, branch: str = BRANCH) -> None:
    files = ((f"content/{FOLDER}/index.md", text.encode()), (f"content/{FOLDER}/a.jpg", photo_bytes()))
    LocalForge(bare).propose(
        Change(
            branch, "main", "Panen raya di hulu", "", "Ibu Sri", "a@kim-rekaan.example", "Panen raya", files
        )
    )


def review(corpus: Corpus, bare: Path, **options: str) -> None:
    run(ROOT, bare, corpus.content, **options)


def test_the_whole_loop_from_a_proposal_to_the_content_folder(
    corpus: Corpus,
    bare: Path,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ops.review.PREVIEWS", str(tmp_path / "pratinjau"))
    review(corpus, bare)
    assert capsys.readouterr().out == "Tidak ada kiriman yang menunggu.\n"
    propose(bare)
    review(corpus, bare)
    assert f"  1  Panen raya di hulu  (Ibu Sri)\n     {BRANCH}  menunggu" in capsys.readouterr().out
    review(corpus, bare, show="1")
    shown = capsys.readouterr().out
    assert f"  content/{FOLDER}/a.jpg\n  content/{FOLDER}/index.md\n" in shown
    assert "K031  (peringatan)" in shown
    page = Path(shown.rpartition("Pratinjau: ")[2].strip()).read_text()
    assert "Panen raya di hulu" in page
    review(corpus, bare, merge="1")
    assert "Diterima: Panen raya di hulu" in capsys.readouterr().out
    assert (corpus.content / FOLDER / "index.md").read_text() == TEXT
    assert (corpus.content / FOLDER / "a.jpg").read_bytes() == photo_bytes()
    assert LocalForge(bare).state(BRANCH).state == "merged"
    assert git(bare, "worktree", "list").count("\n") == 0
    review(corpus, bare)
    assert capsys.readouterr().out == "Tidak ada kiriman yang menunggu.\n"


def test_problem_is_shown_with_its_place_and_there_is_no_preview(
    corpus: Corpus, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(bare, TEXT.replace("2026-11-19", "31 Februari 2026"))
    review(corpus, bare, show=BRANCH)
    shown = capsys.readouterr().out
    assert f"content/{FOLDER}/index.md:2  K012" in shown
    assert "Pratinjau" not in shown


def test_writer_hears_what_the_editor_said(
    corpus: Corpus, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(bare)
    with pytest.raises(KimError, match="--words"):
        review(corpus, bare, back="1")
    review(corpus, bare, back="1", words="Siapa yang\nhadir?")
    assert LocalForge(bare).state(BRANCH).words == "Siapa yang hadir?"
    review(corpus, bare)
    assert "dikembalikan: Siapa yang hadir?" in capsys.readouterr().out
    review(corpus, bare, close="1", words="Sudah dimuat.")
    assert LocalForge(bare).state(BRANCH).state == "closed"


def test_file_that_somebody_changed_here_is_not_replaced(
    corpus: Corpus, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(bare)
    mine = corpus.write(f"{FOLDER}/index.md", "tulisan saya\n")
    review(corpus, bare, merge="1")
    assert "index.md lain isinya di sini" in capsys.readouterr().out
    assert mine.read_text() == "tulisan saya\n"
    assert history(bare, "main")[0].startswith("Terima")


def test_number_that_is_not_in_the_list_is_said(corpus: Corpus, bare: Path) -> None:
    with pytest.raises(KimError, match='Tidak ada kiriman "7"'):
        review(corpus, bare, show="7")


def test_command_line_knows_review_and_says_what_is_wrong_without_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "review", "--repo", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "git init --bare" in done.stderr
    assert "Traceback" not in done.stderr


# Previews


def test_preview_is_one_file_that_asks_for_nothing(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/index.md", TEXT.replace("Topik", "Status: draf\nTopik") + "\n[Lain](/hulu/)\n")
    corpus.write(f"{FOLDER}/a.jpg", photo_bytes())
    later = corpus.write("hilir/kim-muara/2027-01-01-nanti.md", post_text("Kabar untuk nanti", "2027-01-01"))
    posts = [post_at(corpus.content, f"{FOLDER}"), post_at(corpus.content, str(later))]
    one, two = sorted(preview_posts(ROOT, corpus.content, posts), key=lambda found: found.path, reverse=True)
    assert (one.path, one.name) == (f"{FOLDER}/index.md", "hulu-kim-mata-air-2026-11-19-panen.html")
    assert 'src="data:image/jpeg;base64,' in one.html
    assert 'src="/x"' in one.html.replace("&#34;", '"').replace("&quot;", '"')
    assert 'href="https://kim-rekaan.example/hulu/"' in one.html
    for page in (one.html, two.html):
        assert "Pratinjau, belum terbit." in page
        assert "default-src 'none'" in page
        tags = re.findall(r"<(?:img|link|script|source|iframe|form)\b[^>]*>", page)
        assert all("data:" in tag for tag in tags)
    assert "Kabar untuk nanti" in two.html


def test_post_that_breaks_a_rule_has_no_preview_and_says_why(corpus: Corpus) -> None:
    corpus.write("hilir/kim-muara/2026-11-01-a.md", post_text(date="kemarin"))
    with pytest.raises(KimError, match="K013"):
        list(preview_posts(ROOT, corpus.content, ["hilir/kim-muara/2026-11-01-a.md"]))
    with pytest.raises(KimError, match="no post"):
        list(preview_posts(ROOT, corpus.content, ["hilir/kim-muara/tidak-ada.md"]))
    with pytest.raises(KimError, match="no post"):
        post_at(corpus.content, "../../etc/passwd")


def test_changed_posts_are_those_whose_text_or_photo_changed(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/index.md", TEXT)
    corpus.write(f"{FOLDER}/a.jpg", photo_bytes())
    corpus.write("hilir/kim-muara/2026-11-01-a.md", post_text())
    for command in (["init", "-q", "-b", "main", "."], ["add", "content"], ["commit", "-q", "-m", "awal"]):
        git(corpus.content.parent, *command)
    assert changed_posts(corpus.content, "main") == ()
    corpus.write(f"{FOLDER}/a.jpg", photo_bytes("red"))
    corpus.write("hilir/kim-muara/2026-11-02-b.md", post_text(date="2026-11-02"))
    assert changed_posts(corpus.content, "main") == ("hilir/kim-muara/2026-11-02-b.md", f"{FOLDER}/index.md")
