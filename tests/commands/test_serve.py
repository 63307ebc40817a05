"""`invoke serve`: builds, serves, and builds again when something changes."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.corpus import ROOT, Corpus, post_text


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def fetch(port: int, path: str) -> str:
    """A page; an empty text where there is none yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError):
        return ""


def wait_for(port: int, path: str, text: str) -> bool:
    """Whether a page shows this text before long."""
    for _ in range(300):
        if text in fetch(port, path):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def port(corpus: Corpus) -> Iterator[int]:
    """The portal of a corpus, served."""
    number = free_port()
    command = [sys.executable, "-m", "invoke", "serve", "--port", str(number)]
    command += ["--content", str(corpus.content), "--output", str(corpus.output)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield number
        process.terminate()


def test_serve_shows_the_portal_and_builds_again_on_change(corpus: Corpus, port: int) -> None:
    assert wait_for(port, "/", "KIM")
    time.sleep(1)  # the watcher starts after the first build
    corpus.write("hulu/kim-mata-air/2026-11-05-segar.md", post_text("Kabar yang segar"))
    assert wait_for(port, "/hulu/kim-mata-air/2026-11-05-segar/", "Kabar yang segar")


def test_folder_without_a_page_is_not_listed(corpus: Corpus, port: int) -> None:
    assert wait_for(port, "/", "KIM")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/topik/", timeout=5)
