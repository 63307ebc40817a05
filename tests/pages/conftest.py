"""What the tests of pages share: the built networks, and the programs from outside that judge them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ops.browser import open_chromium
from tests.pages.browsing import Host, serve
from tests.pages.networks import Network, build_network

HERE = Path(__file__).resolve().parent
Hosts = Callable[[str], Host]


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
def hosts(networks: Callable[[str], Network]) -> Iterator[Hosts]:
    """A network by its name, served."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(serve(networks(name))))


@pytest.fixture(scope="session")
def axe(node_modules: Path) -> str:
    """The script of axe-core, to be run inside of a page."""
    return (node_modules / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of what npm installs for these tests."""
    folder = HERE / "node_modules"
    if not folder.is_dir():
        pytest.fail(f"The checkers are missing. Install Node.js with npm, then run: npm ci --prefix {HERE}")
    return folder


def find_program(name: str, package: str) -> str:
    """Where a program is; without it the test fails and says what to install."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed (on Debian: apt install {package}).")
    return found
