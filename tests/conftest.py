"""What all tests share: the options of long runs, and a small network on disk."""

from pathlib import Path

import pytest

from tests.corpus import Corpus


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long `invoke soak` plays, and whether `invoke golden` writes."""
    parser.addoption("--soak-rounds", type=int, default=300, help="random sequences in a soak run")
    parser.addoption("--golden", action="store_true", help="write the golden tree anew")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A small network: two kecamatan, two groups, no post yet."""
    return Corpus(tmp_path)
