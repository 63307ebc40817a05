"""Who may change what, and CODEOWNERS as each forge reads it."""

from dataclasses import replace

import pytest

from kim.owners import Owners, check_owners, write_codeowners, write_codeowners_of_forgejo

from .samples import FOLDER, GROUP

SRI = replace(GROUP, editors=("ibu-sri", "PakBudi"))
OTHER = replace(GROUP, id="lain", folder="barat/kim-lain", editors=("ibu-sri", "tono"))
ALONE = replace(GROUP, id="sunyi", folder="barat/kim-sunyi")
OWNERS = Owners(("redaksi",), (OTHER, SRI, ALONE))


@pytest.mark.parametrize(
    ("user", "path", "may"),
    [
        ("ibu-sri", f"{FOLDER}/2026-11-20-a.md", True),
        ("IBU-SRI", "barat/kim-lain/2026-11-20-a/foto.jpg", True),
        ("pakbudi", f"{FOLDER}/kim.toml", True),
        ("pakbudi", "barat/kim-lain/2026-11-20-a.md", False),
        ("pakbudi", f"{FOLDER}-baru/2026-11-20-a.md", False),
        ("pakbudi", "network.toml", False),
        ("pakbudi", "../kim/rules.py", False),
        ("orang-lain", f"{FOLDER}/2026-11-20-a.md", False),
        ("", "barat/kim-sunyi/2026-11-20-a.md", False),
        ("redaksi", "network.toml", True),
        ("redaksi", "../.github/workflows/kiriman.yml", True),
    ],
)
def test_a_user_may_change_the_own_groups_folder_and_an_editor_everything(
    user: str, path: str, may: bool
) -> None:
    assert OWNERS.may_change(user, path) is may
    assert [found.code for found in check_owners([path, path], user, OWNERS)] == ([] if may else ["K079"])


def test_refusal_says_where_the_user_belongs() -> None:
    (one,) = check_owners(["network.toml"], "tono", OWNERS)
    assert 'Akun "tono" tidak boleh mengubah berkas ini; akun itu terdaftar untuk barat/kim-lain.' in one.what
    (one,) = check_owners(["network.toml"], "siapa", OWNERS)
    assert "belum terdaftar di kelompok mana pun" in one.what


def test_codeowners_names_the_editors_first_and_then_each_folder() -> None:
    assert write_codeowners(OWNERS, "content").splitlines()[1:] == [
        "* @redaksi",
        f"/content/{FOLDER}/ @ibu-sri @PakBudi",
        "/content/barat/kim-lain/ @ibu-sri @tono",
    ]
    assert write_codeowners_of_forgejo(OWNERS, "content").splitlines()[1:] == [
        ".* @redaksi",
        f"content/{FOLDER}/.* @ibu-sri @PakBudi",
        "content/barat/kim-lain/.* @ibu-sri @tono",
    ]
