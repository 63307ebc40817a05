"""The content folder as it lies on disk."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from kim.errors import KimError
from kim.folder import MOST_FILE_BYTES, MOST_TEXT_BYTES, ContentEntry, load_file, scan_content
from kim.load import load_post
from kim.problems import Problem

from .samples import FOLDER, GROUP_TOML, NETWORK_TOML, PATH, STEM, WILAYAH_CSV, only, photo, post_text

BASE = {
    "network.toml": NETWORK_TOML.encode(),
    "wilayah.csv": WILAYAH_CSV.encode(),
    f"{FOLDER}/kim.toml": GROUP_TOML.encode(),
    PATH: post_text().encode(),
}


def fill(root: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def scan(root: Path, files: Mapping[str, bytes] | None = None) -> ContentEntry:
    fill(root, BASE | dict(files or {}))
    return scan_content(root)


def told(content: ContentEntry) -> list[tuple[str, str]]:
    return [(found.path, found.code) for found in content.problems]


def problem_of(root: Path, files: Mapping[str, bytes]) -> Problem:
    return only(scan(root, files).problems)


def test_a_content_folder_is_its_settings_groups_and_posts(tmp_path: Path) -> None:
    content = scan(tmp_path, {f"{FOLDER}/{STEM}/padi.jpg": b"x", f"{FOLDER}/2026-01-01-a.md": b"y"})
    assert content.problems == ()
    assert content.settings
    assert content.villages
    group = content.groups[0]
    assert (group.folder, group.settings is not None) == (FOLDER, True)
    assert [(post.stem, post.text.path) for post in group.posts] == [
        ("2026-01-01-a", f"{FOLDER}/2026-01-01-a.md"),
        (STEM, PATH),
    ]
    assert [file.name for file in group.posts[1].files] == ["padi.jpg"]


def test_everything_is_sorted_whatever_the_disk_says(tmp_path: Path) -> None:
    files = {f"utara/kim-{name}/{name}.md": b"x" for name in "cab"}
    content = scan(tmp_path, files)
    assert [group.folder for group in content.groups] == [FOLDER, "utara/kim-a", "utara/kim-b", "utara/kim-c"]


def test_no_content_folder_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(KimError, match="--content"):
        scan_content(tmp_path / "tidak-ada")


def test_an_empty_folder_is_an_empty_network(tmp_path: Path) -> None:
    assert scan_content(tmp_path) == ContentEntry(None, None, (), (), ())


@pytest.mark.parametrize(
    "name", [f"{FOLDER}/{STEM}/padi.jpg", f"{FOLDER}/2026-01-01-a.md", f"{FOLDER}/kim.toml"]
)
def test_a_link_out_of_the_folder_is_told_and_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "rahasia").write_bytes(b"rahasia")
    root = tmp_path / "content"
    fill(root, {key: data for key, data in BASE.items() if key != name})
    (root / name).symlink_to(tmp_path / "rahasia")
    content = scan_content(root)
    assert told(content) == [(name, "K007")]
    assert name not in [
        file.path for group in content.groups for post in group.posts for file in (post.text, *post.files)
    ]
    with pytest.raises(KimError):
        load_file(root, name)


@pytest.mark.parametrize("name", ["selatan", "barat/kim-lain", f"{FOLDER}/2026-01-01-a"])
def test_a_folder_that_is_a_link_is_told_and_not_walked(tmp_path: Path, name: str) -> None:
    (tmp_path / "luar").mkdir()
    (tmp_path / "luar" / "index.md").write_bytes(b"x")
    root = tmp_path / "content"
    fill(root, BASE)
    (root / name).symlink_to(tmp_path / "luar", target_is_directory=True)
    assert told(scan_content(root)) == [(name, "K007")]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    fill(tmp_path, BASE)
    (tmp_path / FOLDER / STEM / "lagi").symlink_to(tmp_path / FOLDER, target_is_directory=True)
    assert told(scan_content(tmp_path)) == [(f"{FOLDER}/{STEM}/lagi", "K007")]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    fill(tmp_path, BASE)
    os.mkfifo(tmp_path / FOLDER / "2026-01-01-a.md")
    assert told(scan_content(tmp_path)) == [(f"{FOLDER}/2026-01-01-a.md", "K006")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("catatan.txt", "folder kelompok"),
        ("2026-01-01-a.md", "folder kelompok"),
        ("barat/2026-01-01-a.md", "satu tingkat di bawah ini"),
        (f"{FOLDER}/padi.jpg", "di samping index.md"),
        (f"{FOLDER}/{STEM}/album/padi.jpg", "tanpa folder lagi"),
    ],
)
def test_a_file_where_nothing_uses_it_is_told_where_to_put_it(tmp_path: Path, name: str, words: str) -> None:
    found = problem_of(tmp_path, {name: b"x"})
    assert found.code == "K006"
    assert name.startswith(found.path)
    assert words in found.fix


def test_a_folder_with_photos_but_without_a_text_is_told(tmp_path: Path) -> None:
    found = problem_of(
        tmp_path, {f"{FOLDER}/2026-01-01-a/Index.MD": b"x", f"{FOLDER}/2026-01-01-a/padi.jpg": b"x"}
    )
    assert (found.path, found.code) == (f"{FOLDER}/2026-01-01-a", "K006")
    assert "index.md" in found.fix


@pytest.mark.parametrize(
    "name",
    [".git/config", f"{FOLDER}/.DS_Store", f"{FOLDER}/{STEM}/Thumbs.db", "README.md", "pages/tentang.md"],
)
def test_what_computers_leave_behind_is_nothing(tmp_path: Path, name: str) -> None:
    assert scan(tmp_path, {name: b"x"}).problems == ()


def test_a_name_that_cannot_be_shown_is_told_without_showing_it(tmp_path: Path) -> None:
    found = problem_of(tmp_path, {f"{FOLDER}/a\n::error ::\x1b.md": b"x"})
    assert (found.path, found.code) == (FOLDER, "K074")
    assert found.what.isprintable()


def test_a_name_in_another_encoding_is_told(tmp_path: Path) -> None:
    fill(tmp_path, BASE)
    with (Path(os.fsencode(tmp_path / FOLDER).decode()) / os.fsdecode(b"\xe9.md")).open("wb"):
        pass
    found = only(scan_content(tmp_path).problems)
    assert (found.path, found.code) == (FOLDER, "K074")
    found.what.encode()


def test_a_text_or_photo_that_is_too_large_is_not_read_at_all(tmp_path: Path) -> None:
    content = scan(
        tmp_path,
        {
            f"{FOLDER}/2026-01-01-a.md": bytes(MOST_TEXT_BYTES + 1),
            f"{FOLDER}/{STEM}/padi.jpg": bytes(MOST_FILE_BYTES + 1),
        },
    )
    assert told(content) == [(f"{FOLDER}/2026-01-01-a.md", "K010"), (f"{FOLDER}/{STEM}/padi.jpg", "K044")]
    assert [(post.stem, post.files) for post in content.groups[0].posts] == [(STEM, ())]


def test_a_page_is_a_file_or_a_folder_with_its_files(tmp_path: Path) -> None:
    content = scan(
        tmp_path,
        {"pages/tentang.md": b"a", "pages/panduan/index.md": b"b", "pages/panduan/langkah.png": b"c"},
    )
    assert content.problems == ()
    assert [(page.stem, page.text.path, [file.name for file in page.files]) for page in content.pages] == [
        ("panduan", "pages/panduan/index.md", ["langkah.png"]),
        ("tentang", "pages/tentang.md", []),
    ]


@pytest.mark.parametrize("stray", ["pages/kantor.jpg", "pages/panduan/foto/kantor.jpg", "pages/kosong/a.jpg"])
def test_a_file_that_no_page_can_have_is_named(tmp_path: Path, stray: str) -> None:
    found = problem_of(tmp_path, {"pages/panduan/index.md": b"b", stray: b"c"})
    assert (found.code, stray.startswith(found.path)) == ("K006", True)


def test_a_posts_bytes_are_loaded_with_the_files_beside_it(tmp_path: Path) -> None:
    content = scan(tmp_path, {f"{FOLDER}/{STEM}/padi.jpg": photo()})
    source = load_post(partial(load_file, tmp_path), content.groups[0].posts[0])
    assert (source.path, source.stem, source.text) == (PATH, STEM, post_text().encode())
    assert source.files == {"padi.jpg": photo()}


def test_a_file_that_vanished_meanwhile_says_what_to_do(tmp_path: Path) -> None:
    content = scan(tmp_path)
    (tmp_path / PATH).unlink()
    with pytest.raises(KimError, match="Run the command again"):
        load_post(partial(load_file, tmp_path), content.groups[0].posts[0])
