"""The last step: is what readers get what was built?"""

import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.host import Host, serve_folder
from ops.publish.served import Fault, check_served
from tests.publish.hosts import free_port
from tests.publish.test_hosts import TREE, built_tree

FILES = {path: sha256(text.encode()).hexdigest() for path, text in TREE.items()}


@pytest.fixture(params=["", "berita/"])
def below(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def host(tmp_path: Path, below: str) -> Iterator[Host]:
    built_tree(tmp_path / below, TREE)
    with serve_folder(tmp_path) as running:
        yield running


def look(host: Host, below: str) -> tuple[Fault, ...]:
    return check_served(host.url(f"/{below}"), FILES, list(FILES), ssl.create_default_context())


def test_what_is_served_as_it_was_built_is_well(host: Host, below: str) -> None:
    assert look(host, below) == ()
    assert {answer.path for answer in host.answers} == {
        f"/{below}{path.removesuffix('index.html')}" for path in FILES
    }


def test_another_text_and_a_missing_one_are_told_by_their_addresses(
    host: Host, below: str, tmp_path: Path
) -> None:
    (tmp_path / below / "kim/index.html").write_text("dari kemarin")
    (tmp_path / below / "feed.xml").unlink()
    assert look(host, below) == (
        Fault(f"/{below}feed.xml", "answered with 404"),
        Fault(f"/{below}kim/", "is not what was built; a cache on the way, or another folder?"),
    )


def test_an_address_where_nobody_answers_is_told_after_the_upload() -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(KimError, match=r"does not answer .*; the files are published"):
        check_served(address, FILES, ["index.html"], ssl.create_default_context())
