"""What all tests share: the options of long runs, a small network on disk, one Chromium, axe."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ops.browser import open_chromium
from tests.corpus import ROOT, Corpus
from tests.pages.networks import Network, build_network


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long `invoke soak` plays, and whether `invoke golden` writes."""
    parser.addoption("--soak-rounds", type=int, default=500, help="random sequences in a soak run")
    parser.addoption("--golden", action="store_true", help="write the golden tree anew")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A small network: two kecamatan, two groups, no post yet."""
    return Corpus(tmp_path)


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], Network]:
    """A network by its name. It is built once in a run, whichever worker asks first."""
    root = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        root = root.parent
    return cache(lambda name: build_network(name, root / "networks"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    with open_chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of what npm installs for the tests of pages."""
    home = ROOT / "tests" / "pages"
    folder = home / "node_modules"
    if not folder.is_dir():
        pytest.fail(f"The checkers are missing. Install Node.js with npm, then run: npm ci --prefix {home}")
    return folder


@pytest.fixture(scope="session")
def axe(node_modules: Path) -> str:
    """The script of axe-core, to be run inside of a page."""
    return (node_modules / "axe-core" / "axe.min.js").read_text()
