"""`python -m kim check`, as volunteers, editors and CI call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.corpus import ROOT, Corpus, photo_bytes, post_text

POST = "hulu/kim-mata-air/2026-11-01-kabar.md"


def check(corpus: Corpus, *more: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run it on a corpus."""
    command = [sys.executable, "-m", "kim", "check", "--content", str(corpus.content), *more]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )


def git(corpus: Corpus, *arguments: str) -> None:
    """A git command in the content folder's repository."""
    author = ["-c", "user.name=Warga", "-c", "user.email=warga@kim-rekaan.example"]
    subprocess.run(
        ["git", "-C", str(corpus.content.parent), *author, *arguments], check=True, capture_output=True
    )


def start_change(corpus: Corpus) -> None:
    """All that is there on main, and a branch for what comes."""
    (corpus.content.parent / ".gitignore").write_text("output\ncache\n")
    for command in (
        ["init", "-b", "main"],
        ["add", "."],
        ["commit", "-m", "awal"],
        ["checkout", "-b", "kiriman"],
    ):
        git(corpus, *command)


@pytest.fixture
def repository(corpus: Corpus) -> Corpus:
    """A content folder under git, with one post on main."""
    corpus.write(POST, post_text())
    start_change(corpus)
    return corpus


def test_content_without_problems_passes(corpus: Corpus) -> None:
    corpus.add_posts(3)
    done = check(corpus)
    assert (done.returncode, done.stdout) == (0, "3 tulisan diperiksa: 0 masalah, 0 peringatan.\n")


def test_all_problems_come_in_one_run_sorted_with_line_and_mend(corpus: Corpus) -> None:
    corpus.write(POST, post_text(date="31 Februari 2026"))
    corpus.write("hulu/kim-mata-air/2026-11-02-b.md", "Judul: Pendek\nTopik: budya\n\nIsi.\n")
    done = check(corpus)
    assert done.returncode == 1
    assert "2026-11-01-kabar.md:2  K012\n" in done.stdout
    assert "      2 | Tanggal: 31 Februari 2026\n  Cara memperbaiki: " in done.stdout
    assert [word for word in done.stdout.split() if word[:2] == "K0"] == ["K012", "K016", "K017", "K018"]
    assert 'Mungkin maksudnya "budaya"' in done.stdout
    assert "Traceback" not in done.stderr


def test_json_is_for_programs(corpus: Corpus) -> None:
    corpus.write(POST, post_text(date="kemarin"))
    (found,) = json.loads(check(corpus, "--format", "json").stdout)
    assert (found["code"], found["line"], found["severity"]) == ("K013", 2, "error")
    assert found["path"].endswith(POST)


def test_annotations_stand_at_their_lines(corpus: Corpus) -> None:
    corpus.write(POST, post_text(date="kemarin"))
    done = check(corpus, "--format", "github")
    assert done.stdout.startswith("::error file=")
    assert f"{POST},line=2,title=K013::" in done.stdout


def test_only_the_named_paths_are_reported(corpus: Corpus) -> None:
    corpus.write(POST, post_text(date="kemarin"))
    corpus.write("hilir/kim-muara/2026-11-01-lain.md", post_text(date="lusa"))
    done = check(corpus, str(corpus.content / "hilir"))
    assert "hilir/kim-muara" in done.stdout
    assert "hulu/kim-mata-air" not in done.stdout


@pytest.mark.parametrize("arguments", [["tidak-ada.md"], ["../../etc/passwd"], ["--content", "/nowhere"]])
def test_path_that_is_not_there_is_said_without_a_traceback(corpus: Corpus, arguments: list[str]) -> None:
    done = check(corpus, *arguments)
    assert done.returncode == 1
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_fix_mends_text_and_photos_and_shows_the_difference(corpus: Corpus) -> None:
    folder = "hulu/kim-mata-air/2026-11-03-foto"
    text = post_text(
        "Kabar – berfoto",
        "2026-11-03",
        more="Foto: a.jpg\nKeterangan foto: Warna polos\n",
        body="Isi\x07 ini.",
    )
    corpus.write(f"{folder}/index.md", text.encode("cp1252"))
    image = Image.new("RGB", (2400, 1200), "green")
    exif = image.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    image.save(corpus.content / folder / "a.jpg", exif=exif)
    assert {"K002", "K003", "K043", "K045"} <= set(check(corpus).stdout.split())
    done = check(corpus, "--fix")
    assert (done.returncode, done.stdout) == (0, "1 tulisan diperiksa: 0 masalah, 0 peringatan.\n"), (
        done.stdout
    )
    assert "2400 x 1200" in done.stderr
    assert "800 x 1600" in done.stderr
    assert "-Isi� ini." in done.stderr
    assert (corpus.content / folder / "index.md").read_text() == text.replace("\x07", "")
    assert not [path for path in (corpus.content / folder).iterdir() if path.name.startswith(".")]
    assert "Dibetulkan" not in check(corpus, "--fix").stderr


def test_fix_mends_a_page_and_its_photos_as_it_does_a_post(corpus: Corpus) -> None:
    corpus.write("pages/tentang/index.md", "Judul: Kantor – kami\n\n![Depan](a.jpg)\n".encode("cp1252"))
    corpus.write("pages/tentang/a.jpg", photo_bytes(size=(2400, 1200)))
    assert {"K002", "K043"} <= set(check(corpus).stdout.split())
    done = check(corpus, "--fix", str(corpus.content / "pages" / "tentang"))
    assert (done.returncode, "1600 x 800" in done.stderr) == (0, True), done.stdout


def test_fix_leaves_alone_what_needs_a_person(corpus: Corpus) -> None:
    file = corpus.write(POST, post_text(date="31 Februari 2026"))
    before = file.read_bytes()
    assert check(corpus, "--fix").returncode == 1
    assert file.read_bytes() == before


def test_base_reports_only_what_changed(repository: Corpus) -> None:
    repository.write("hilir/kim-muara/2026-11-01-lama.md", post_text(date="kemarin"))
    git(repository, "add", ".")
    git(repository, "commit", "-m", "lama")
    git(repository, "branch", "-f", "main")
    repository.write("hulu/kim-mata-air/2026-11-04-baru.md", post_text(date="lusa"))
    done = check(repository, "--base", "main")
    assert "2026-11-04-baru.md" in done.stdout
    assert "2026-11-01-lama.md" not in done.stdout


def test_base_stops_a_rename_that_would_lose_the_identity(repository: Corpus) -> None:
    git(repository, "mv", f"content/{POST}", f"content/{POST.replace('kabar', 'berita')}")
    done = check(repository, "--base", "main")
    assert done.returncode == 1
    assert "K073" in done.stdout
    assert "Id: 2026-11-01-kabar" in done.stdout


def test_base_accepts_a_rename_that_carries_its_id(repository: Corpus) -> None:
    git(repository, "mv", f"content/{POST}", f"content/{POST.replace('kabar', 'berita')}")
    moved = POST.replace("kabar", "berita")
    repository.write(moved, "Id: 2026-11-01-kabar\n" + post_text())
    git(repository, "commit", "-am", "pindah")
    done = check(repository, "--base", "main")
    assert "K083" in done.stdout
    line = f"Alamat lama: /{POST.removesuffix('.md')}/"
    assert line in done.stdout
    repository.write(moved, f"{line}\nId: 2026-11-01-kabar\n" + post_text())
    assert check(repository, "--base", "main").returncode == 0


def test_base_stops_a_rename_that_rewrites_the_post_as_well(repository: Corpus) -> None:
    (repository.content / POST).unlink()
    repository.write(POST.replace("kabar", "berita"), post_text(body="Lain sama sekali. " * 40))
    done = check(repository, "--base", "main")
    assert "K073" in done.stdout
    assert "Id: 2026-11-01-kabar" in done.stdout


@pytest.mark.parametrize("line", ["Id: 2026-10-02-lain\n", ""])
def test_base_stops_an_id_that_is_changed_or_taken_away(repository: Corpus, line: str) -> None:
    repository.write(POST, "Id: 2026-10-01-pertama\n" + post_text())
    git(repository, "commit", "-am", "pertama")
    git(repository, "branch", "-f", "main")
    repository.write(POST, line + post_text())
    done = check(repository, "--base", "main")
    assert "K073" in done.stdout
    assert "Id: 2026-10-01-pertama" in done.stdout


def test_base_stops_a_post_that_moves_to_another_group(repository: Corpus) -> None:
    moved = "hilir/kim-muara/2026-11-01-kabar.md"
    git(repository, "mv", f"content/{POST}", f"content/{moved}")
    repository.write(moved, "Id: 2026-11-01-kabar\n" + post_text())
    done = check(repository, "--base", "main")
    assert "K073" in done.stdout
    assert "kembalikan ke folder hulu/kim-mata-air" in done.stdout


def test_base_accepts_a_group_that_moves_to_another_folder(repository: Corpus) -> None:
    git(repository, "mv", "content/hulu/kim-mata-air", "content/hulu/kim-mata-air-jernih")
    done = check(repository, "--base", "main")
    assert 'tambahkan `former = ["hulu/kim-mata-air"]`' in done.stdout
    with (repository.content / "hulu/kim-mata-air-jernih/kim.toml").open("a") as settings:
        settings.write('former = ["hulu/kim-mata-air"]\n')
    assert check(repository, "--base", "main").returncode == 0


def test_base_accepts_a_post_that_gets_a_folder(repository: Corpus) -> None:
    folder = repository.content / POST.removesuffix(".md")
    folder.mkdir()
    git(repository, "mv", f"content/{POST}", f"content/{POST.removesuffix('.md')}/index.md")
    assert check(repository, "--base", "main").returncode == 0


def test_base_accepts_a_renamed_draft(repository: Corpus) -> None:
    repository.write(POST, post_text(more="Status: draf\n"))
    git(repository, "commit", "-am", "draf")
    git(repository, "branch", "-f", "main")
    git(repository, "mv", f"content/{POST}", f"content/{POST.replace('kabar', 'berita')}")
    assert check(repository, "--base", "main").returncode == 0


def test_base_accepts_a_deletion_only_in_the_open(repository: Corpus) -> None:
    (repository.content / POST).unlink()
    done = check(repository, "--base", "main")
    assert done.returncode == 1
    assert "K080" in done.stdout
    assert "ditarik.toml" in done.stdout
    repository.write(
        "ditarik.toml",
        '[[posts]]\npost = "kim-mata-air/2026-11-01-kabar"\ndate = 2026-11-20\nreason = "Keliru."\n',
    )
    assert check(repository, "--base", "main").returncode == 0


def test_base_accepts_that_a_post_goes_which_nobody_has_read(repository: Corpus) -> None:
    repository.write(POST, post_text(date="2099-01-01"))
    git(repository, "commit", "-am", "nanti")
    git(repository, "branch", "-f", "main")
    (repository.content / POST).unlink()
    assert check(repository, "--base", "main").returncode == 0


@pytest.mark.parametrize("file", ["kim.toml"])
def test_base_stops_group_settings_that_would_hold_back_the_group(repository: Corpus, file: str) -> None:
    settings = repository.content / "hulu/kim-mata-air" / file
    settings.write_text(settings.read_text().replace('contact = "', "contact = "))
    assert "K060" in check(repository, "--base", "main").stdout
    settings.unlink()
    done = check(repository, "--base", "main")
    assert (done.returncode, "K008" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("hulu/kim-mata-air/kim.toml", 'id = "kim-mata-air"', 'id = "kim-jernih"'),
        ("network.toml", 'authority = "kim-rekaan.example,2026"', 'authority = "kim-lain.example,2026"'),
    ],
)
def test_base_stops_settings_that_would_change_every_identity(
    repository: Corpus, file: str, old: str, new: str
) -> None:
    settings = repository.content / file
    settings.write_text(settings.read_text().replace(old, new, 1))
    done = check(repository, "--base", "main")
    assert done.returncode == 1
    assert "K078" in done.stdout
    assert f"kembalikan {old}" in done.stdout


def test_photo_that_changed_speaks_for_its_post(repository: Corpus) -> None:
    folder = "hulu/kim-mata-air/2026-11-03-foto"
    repository.write(f"{folder}/index.md", post_text(more="Foto: a.jpg\nKeterangan foto: Polos\n"))
    repository.write(f"{folder}/a.jpg", photo_bytes())
    git(repository, "add", ".")
    git(repository, "commit", "-m", "foto")
    git(repository, "branch", "-f", "main")
    repository.write(f"{folder}/a.jpg", b"<html>")
    assert "K042" in check(repository, "--base", "main").stdout


def test_base_reports_a_page_whose_photo_was_broken(repository: Corpus) -> None:
    repository.write("pages/tentang/index.md", "Judul: Kantor\n\n![Depan](a.jpg)\n")
    repository.write("pages/tentang/a.jpg", photo_bytes())
    git(repository, "add", ".")
    git(repository, "commit", "-m", "kantor")
    git(repository, "branch", "-f", "main")
    repository.write("pages/tentang/a.jpg", b"<html>")
    assert "pages/tentang/index.md" in check(repository, "--base", "main").stdout


@pytest.mark.parametrize("base", ["nowhere", "--output=/tmp/x"])
def test_base_that_git_does_not_know_is_said(repository: Corpus, base: str) -> None:
    done = check(repository, f"--base={base}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_base_reports_what_a_deletion_breaks(repository: Corpus) -> None:
    folder = "hulu/kim-mata-air/2026-11-03-foto"
    repository.write(
        f"{folder}/index.md",
        post_text("Kabar berfoto", "2026-11-03", "Foto: a.jpg\nKeterangan foto: Polos\n"),
    )
    repository.write(f"{folder}/a.jpg", photo_bytes())
    git(repository, "add", ".")
    git(repository, "commit", "-m", "foto")
    git(repository, "branch", "-f", "main")
    (repository.content / folder / "a.jpg").unlink()
    assert "K040" in check(repository, "--base", "main").stdout
    git(repository, "checkout", "--", ".")
    settings = repository.content / "network.toml"
    settings.write_text(
        settings.read_text().replace('slug = "budaya", name = "Budaya"', 'slug = "seni", name = "Seni"')
    )
    assert "K018" in check(repository, "--base", "main").stdout
