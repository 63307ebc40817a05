"""What the tests of pages share: the built networks, and the programs from outside that judge them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.pages.browsing import Host, serve
from tests.pages.networks import Network

HERE = Path(__file__).resolve().parent
Hosts = Callable[[str], Host]


@pytest.fixture(scope="session")
def hosts(networks: Callable[[str], Network]) -> Iterator[Hosts]:
    """A network by its name, served."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(serve(networks(name))))


def find_program(name: str, package: str) -> str:
    """Where a program is; without it the test fails and says what to install."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed (on Debian: apt install {package}).")
    return found
