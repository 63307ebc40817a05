"""Forges by the names that settings use."""

from pathlib import Path

import pytest

from kim.errors import KimError
from tests.forges.repositories import make_bare
from webform.forges.kinds import KINDS, REMOTE, open_forge
from webform.forges.local import LocalForge
from webform.forges.remote import Place


def test_every_kind_opens(tmp_path: Path) -> None:
    place = Place("https://forge.example/kota/kim.git", "main", "formulir", "rahasia")
    assert isinstance(open_forge("local", make_bare(tmp_path)), LocalForge)
    for kind in REMOTE:
        assert type(open_forge(kind, tmp_path / kind, place)) is REMOTE[kind]
        assert (tmp_path / kind / "HEAD").read_text() == "ref: refs/heads/main\n"


def test_kind_that_is_not_there_or_has_no_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(KimError, match=", ".join(KINDS)):
        open_forge("sourceforge", tmp_path)
    with pytest.raises(KimError, match="token"):
        open_forge("github", tmp_path)
