"""Where new files wait, and how they take their places."""

import os
from pathlib import Path

import pytest

from plugins.portal.commit import place_files, place_folders
from plugins.portal.staging import Staged, Staging, made_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    (folder / "hulu").mkdir(parents=True)
    return folder


def stage(root: Path, files: dict[str, bytes], job: int = 0) -> list[Staged]:
    made = [[made_file(path, data)] for path, data in files.items()]
    return [file for files in Staging(str(root), "DOCUMENTS").put(job, made) for file in files]


def place(root: Path, staged: list[Staged]) -> dict[str, int]:
    """When each file last changed, as it is remembered."""
    place_folders(root, "DOCUMENTS")
    return {path: written.mtime_ns for path, written in place_files(root, staged)}


def test_nothing_is_where_readers_see_it_before_it_is_placed(root: Path) -> None:
    stage(root, {"hulu/a.html": b"a", "hulu/baru/index.html": b"b"})
    assert list((root / "hulu").iterdir()) == []


def test_every_file_stands_in_its_place_with_the_time_that_is_remembered(root: Path) -> None:
    (root / "hulu/tua.html").write_bytes(b"before")
    files = {
        "hulu/tua.html": b"after",
        "hulu/baru/index.html": b"new folder",
        "hilir/kelompok/berita/index.html": b"new folders",
        "hilir/index.html": b"above them",
        "index.html": b"at the top",
    }
    times = place(root, stage(root, files))
    assert {path: (root / path).read_bytes() for path in files} == files
    assert times == {path: (root / path).stat().st_mtime_ns for path in files}


def test_a_tree_of_new_folders_is_one_rename(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = stage(root, {f"hilir/k{number}/berita-{number}/index.html": b"x" for number in range(20)})
    moved: list[str] = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda file, target: (moved.append(target), replace(file, target)))
    place(root, staged)
    assert moved == [f"{root}/hilir"]


def test_a_folder_that_goes_while_its_file_waits_is_made_again(root: Path) -> None:
    staged = stage(root, {"hulu/a.html": b"a"})
    (root / "hulu").rmdir()
    place(root, staged)
    assert (root / "hulu/a.html").read_bytes() == b"a"


def test_a_folder_that_comes_while_its_tree_waits_keeps_what_is_in_it(root: Path) -> None:
    staged = stage(root, {"hilir/kelompok/a.html": b"a"})
    (root / "hilir/kelompok").mkdir(parents=True)
    (root / "hilir/kelompok/lain.txt").write_bytes(b"theirs")
    place(root, staged)
    assert (root / "hilir/kelompok/a.html").read_bytes() == b"a"
    assert (root / "hilir/kelompok/lain.txt").read_bytes() == b"theirs"


def test_a_file_that_says_what_is_there_already_keeps_its_time(root: Path) -> None:
    file = root / "hulu/a.html"
    file.write_bytes(b"a")
    os.utime(file, ns=(1, 1))
    assert place(root, stage(root, {"hulu/a.html": b"a"})) == {"hulu/a.html": 1}
    assert file.stat().st_mtime_ns == 1


def test_a_job_that_is_done_again_after_its_worker_was_killed_leaves_one_file_each(root: Path) -> None:
    files = {"hulu/a.html": b"a", "hilir/b.html": b"b"}
    stage(root, dict.fromkeys(files, b"half"))
    place(root, stage(root, files))
    assert {path: (root / path).read_bytes() for path in files} == files


def test_files_of_two_jobs_never_wait_under_one_name(root: Path) -> None:
    one, two = (stage(root, {f"hulu/{job}-{n}.html": b"x" for n in range(12)}, job) for job in (1, 11))
    assert len({file.name for file in one + two}) == 24
