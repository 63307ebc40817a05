"""publish.toml: every mistake is told, and no secret is shown."""

from pathlib import Path

import pytest

from kim.errors import KimError
from ops.publish.targets import Target, choose_target, load_targets, read_targets
from tests.corpus import ROOT

ROW = '[[targets]]\nname = "{name}"\nto = "{to}"\n'


def read(to: str, more: str = "") -> Target:
    (target,) = read_targets((ROW.format(name="uji", to=to) + more).encode())
    return target


@pytest.mark.parametrize(
    ("to", "target"),
    [
        ("published", Target("uji", "folder", "published")),
        ("/srv/kim", Target("uji", "folder", "/srv/kim")),
        ("ssh://kim@host.example/srv/kim", Target("uji", "ssh", "/srv/kim", "host.example", "kim")),
        ("sftp://host.example:2222/~/public_html", Target("uji", "sftp", "/~/public_html", "host.example", "", 2222)),
        ("ftps://a%40b.example@host.example/", Target("uji", "ftps", "/", "host.example", "a@b.example")),
        ("s3://kim/berita/", Target("uji", "s3", "berita", "kim")),
    ],
)  # fmt: skip
def test_a_place_is_read_from_its_address(to: str, target: Target) -> None:
    assert read(to) == target


@pytest.mark.parametrize(
    "to",
    [
        "http://host.example/",
        "sftp://",
        "sftp://-oProxyCommand=x/",
        "sftp://-l@host.example/a",
        "ssh://host.example/srv/../etc",
        "ssh://host.example/a;b",
        "ssh://host.example:99999/a",
        "../luar",
        "sftp://host.example/a?b=c",
    ],
)
def test_a_place_that_cannot_be_meant_is_refused(to: str) -> None:
    with pytest.raises(KimError, match="tulis folder, atau alamat yang diawali ssh://"):
        read(to)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    for password in ("rahasia", "ra@ha:sia"):
        with pytest.raises(KimError, match="diawali") as told:
            read(f"sftp://kim:{password}@host.example/a")
        assert "sia" not in str(told.value)


def test_every_mistake_is_told_in_one_run() -> None:
    data = b"""
[[targets]]
name = "Satu Dua"
to = "gopher://x"
adress = "https://kim.example.id/"
[[targets]]
name = "dua"
address = "kim.example.id"
server = "iis"
[[targets]]
name = "dua"
to = "x"
"""
    with pytest.raises(KimError) as told:
        read_targets(data)
    for word in ("Satu Dua", "gopher://x", "adress", "targets.to", "kim.example.id", "iis", "dua dua kali"):
        assert word in str(told.value)


def test_a_folder_for_pages_needs_the_address_and_nothing_else_can_be_one() -> None:
    pages = read("public", 'for = "pages"\naddress = "https://kim.example.id/"\n')
    assert (pages.kind, pages.folder) == ("pages", "public")
    with pytest.raises(KimError, match=r"targets\.address"):
        read("public", 'for = "pages"\n')
    with pytest.raises(KimError, match=r"targets\.for"):
        read("s3://kim", 'for = "pages"\naddress = "https://kim.example.id/"\n')


@pytest.mark.parametrize("data", [b"", b"targets = []", b"[targets", b"targets = 3"])
def test_a_file_without_a_target_is_told(data: bytes) -> None:
    with pytest.raises(KimError, match=r"publish\.toml"):
        read_targets(data)


def test_a_target_is_chosen_by_its_name_and_the_first_without_one(tmp_path: Path) -> None:
    targets = read_targets((ROW.format(name="satu", to="a") + ROW.format(name="dua", to="b")).encode())
    assert [choose_target(targets, name).folder for name in ("", "satu", "dua")] == ["a", "a", "b"]
    with pytest.raises(KimError, match="names no target 'tiga'; it has satu, dua"):
        choose_target(targets, "tiga")
    with pytest.raises(KimError, match=r"There is no publish\.toml"):
        load_targets(tmp_path)


def test_the_file_that_comes_with_the_project_is_a_good_one() -> None:
    assert load_targets(ROOT)[0].kind == "folder"
