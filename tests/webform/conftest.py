"""A bare repository and a desk over it, for every test its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from webform.commands import make_repository

from .samples import Clock, Form, open_form, write_content


@pytest.fixture(scope="session")
def made_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the others are copies of."""
    root = tmp_path_factory.mktemp("repository")
    make_repository(write_content(root / "content"), root / "bare.git")
    return root / "bare.git"


@pytest.fixture
def repository(made_repository: Path, tmp_path: Path) -> Path:
    """A bare repository with two groups and one post."""
    shutil.copytree(made_repository, tmp_path / "bare.git")
    return tmp_path / "bare.git"


@pytest.fixture
def clock() -> Clock:
    """Stands still until it is moved."""
    return Clock()


@pytest.fixture
def form(repository: Path, tmp_path: Path, clock: Clock) -> Iterator[Form]:
    """A desk over the repository."""
    state = tmp_path / "state"
    state.mkdir()
    opened = open_form(state, repository, clock)
    yield opened
    opened.outbox.close()
