"""What operators type: codes, copies, settings, and a start that says what is wrong."""

import sqlite3
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.form_bench import run
from tests.corpus import ROOT
from webform.codes import read_code
from webform.commands import (
    code_settings,
    list_codes,
    local_environment,
    make_code,
    make_repository,
    revoke_code,
    write_backup,
)
from webform.content import ContentReader
from webform.forges.git import Repository
from webform.settings import read_settings

from .samples import ANSWERS, GROUP_ID, Clock, open_form


def test_a_new_code_ends_the_one_before(repository: Path, tmp_path: Path) -> None:
    settings = code_settings(str(repository))
    first, second = make_code(settings, GROUP_ID), make_code(settings, GROUP_ID)
    form = open_form(settings.state, repository, Clock())
    assert read_code(first) == first
    assert form.desk.access.authenticate(GROUP_ID, first, "") != form.desk.access.authenticate(
        GROUP_ID, second, ""
    )
    assert isinstance(form.desk.access.authenticate(GROUP_ID, second, ""), int)
    form.outbox.close()
    assert sorted(list_codes(settings)) == ["kim-mata-air", "kim-muara"]
    assert revoke_code(settings, GROUP_ID) == 1
    assert list_codes(settings)[GROUP_ID] == ""


def test_a_group_that_is_not_there_is_named_with_its_nearest(repository: Path) -> None:
    with pytest.raises(KimError, match='Did you mean "kim-mata-air"'):
        make_code(code_settings(str(repository)), "kim-mata-ari")


def test_a_repository_is_made_whole_from_the_content(tmp_path: Path) -> None:
    make_repository(ROOT / "content", tmp_path / "kim.git")
    content = ContentReader(Repository(tmp_path / "kim.git"), "main").read()
    assert content.network.name == "KIM Kotamobagu"
    assert "kim-gogagoman" in content.groups
    with pytest.raises(KimError, match="no content folder"):
        make_repository(tmp_path / "nothing", tmp_path / "other.git")


def test_a_copy_of_the_outbox_is_whole_and_private(repository: Path, tmp_path: Path) -> None:
    settings = code_settings(str(repository))
    with pytest.raises(KimError, match="no outbox"):
        write_backup(settings, tmp_path / "copy")
    settings.state.mkdir()
    form = open_form(settings.state, repository, Clock())
    form.send()
    write_backup(settings, tmp_path / "copy")
    form.outbox.close()
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    rows = sqlite3.connect(tmp_path / "copy").execute("SELECT answers FROM submission").fetchall()
    assert ANSWERS.title in rows[0][0]


def test_all_faults_of_the_settings_are_said_at_once() -> None:
    with pytest.raises(KimError) as told:
        read_settings(
            {
                "KIM_FORM_FORGE": "sourceforge",
                "KIM_FORM_PORT": "0",
                "KIM_FORM_ADDRESS": "http://kirim.example.id/",
                "KIM_FORM_BASE": "--upload-pack=x",
                "KIM_FORM_STAET": "x",
            }
        )
    for name in ("FORGE", "PORT", "ADDRESS", "BASE", "STAET", "STATE", "REPO"):
        assert f"KIM_FORM_{name} is" in str(told.value)


def test_the_settings_of_one_form_are_not_those_of_another(repository: Path) -> None:
    settings = read_settings(local_environment(repository, 8123, {"KIM_FORM_KEPT_DAYS": "5"}))
    assert settings.address == "http://127.0.0.1:8123/"
    assert settings.kept.days == 5
    assert settings.state == repository.with_name("bare.git.form")


@pytest.mark.parametrize(("phones", "photos"), [(50, 0), (30, 1)])
def test_many_phones_at_once_are_all_taken_in_less_than_400_mb(phones: int, photos: int) -> None:
    measured = run(ROOT, phones, photos)
    assert measured.faults == []
    assert measured.accepted == phones
    assert measured.memory < 400_000_000
