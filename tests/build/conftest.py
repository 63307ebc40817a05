"""What the tests of whole builds share."""

from pathlib import Path

import pytest

from tests.build.corpus import Corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A small network: two kecamatan, two groups, no post yet."""
    return Corpus(tmp_path)
