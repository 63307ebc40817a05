"""`invoke serve`: what it serves, what it says, and how it ends. What a browser makes of it: tests/live."""

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.build import build_command
from ops.serve import describe, read_address
from tests.corpus import ROOT, Corpus, post_text
from tests.live.serving import Preview, open_preview

POST = "hulu/kim-mata-air/2026-11-05-segar"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A small network whose portal stands below a path of its host."""
    corpus = Corpus(tmp_path_factory.mktemp("serve"))
    network = corpus.content / "network.toml"
    network.write_text(network.read_text().replace("rekaan.example/", "rekaan.example/kabar/"))
    return corpus


@pytest.fixture(scope="module")
def preview(corpus: Corpus) -> Iterator[Preview]:
    """Its preview, with the first build done."""
    with open_preview(corpus.content, corpus.output) as running:
        running.wait_for("/", "KIM Rekaan")
        yield running


def children_of(process: int) -> list[int]:
    """Every process that was started below one, as Linux tells it."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *children_of(child)]
    return found


def is_running(process: int) -> bool:
    """Whether there is more of it than what its parent has not taken note of."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_builds_again_on_change_and_says_where_to_look(corpus: Corpus, preview: Preview) -> None:
    assert preview.address.endswith("/kabar")
    corpus.write(f"{POST}.md", post_text("Kabar yang segar"))
    preview.wait_for(f"/{POST}/", "Kabar yang segar", "kim-live")
    assert preview.process.stdout is not None
    assert preview.process.stdout.readline() == "Changed: 2026-11-05-segar.md\n"
    assert preview.process.stdout.readline() == f"  {preview.address}/{POST}/\n"


def test_what_is_built_holds_nothing_of_the_preview(corpus: Corpus, preview: Preview) -> None:
    pages = list(corpus.output.rglob("*.html"))
    assert pages
    assert not [page for page in pages if "kim-live" in page.read_text()]


def test_a_build_after_it_finds_nothing_to_do(corpus: Corpus, preview: Preview) -> None:
    command = [sys.executable, *build_command(ROOT, str(corpus.content), str(corpus.output))]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "Portal: 0 files written" in said


def test_addresses_are_served_as_a_host_serves_them(preview: Preview) -> None:
    host = preview.address.removesuffix("/kabar")
    with urllib.request.urlopen(f"{host}/", timeout=20) as answer:  # noqa: S310
        assert answer.url == f"{preview.address}/"
    with urllib.request.urlopen(f"{preview.address}/kim", timeout=20) as answer:  # noqa: S310
        assert answer.url == f"{preview.address}/kim/"
    assert preview.fetch("/topik/")[0] == 404  # a folder without a page is not listed
    assert "Halaman ini tidak ada" in preview.fetch("/tidak/ada/")[1]
    assert preview.fetch("/aset/tidak-ada.jpg")[0] == 404
    assert preview.fetch("/%2e%2e/%2e%2e/content/network.toml")[0] == 404
    for path, kind in (("/feed.xml", "application/xml"), ("/sw.js", "text/javascript")):
        with urllib.request.urlopen(preview.address + path, timeout=20) as answer:  # noqa: S310
            assert answer.headers["Content-Type"].startswith(kind)
            assert answer.headers["Cache-Control"] == "no-cache"


def test_a_port_that_is_taken_is_told(corpus: Corpus, preview: Preview) -> None:
    port = preview.address.removesuffix("/kabar").rpartition(":")[2]
    command = [sys.executable, "-m", "invoke", "serve", "--port", port, "--content", str(corpus.content)]
    command += ["--output", str(corpus.output)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert f"Port {port} cannot be used" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_content_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "invoke", "serve", "--content", str(tmp_path / "nirgends")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("There is no content folder at")


def test_ctrl_c_ends_every_process(corpus: Corpus) -> None:
    with open_preview(corpus.content, corpus.output) as running:
        running.wait_for("/", "KIM Rekaan")
        while not (children := children_of(running.process.pid)):
            assert running.process.poll() is None
        assert running.interrupt() == 0
        for _ in range(400):  # a process is told that its parent has ended, and then ends
            if not any(map(is_running, children)):
                break
            time.sleep(0.05)
        assert not [child for child in children if is_running(child)]
        assert "Traceback" not in running.log.read_text()


def test_many_changes_are_told_in_one_line_and_posts_with_their_addresses(tmp_path: Path) -> None:
    content = tmp_path / "content"
    names = [f"{POST}.md", f"{POST}-lagi/index.md", "network.toml", "hulu/kim-mata-air/kim.toml"]
    told = list(describe({content / name for name in names}, content, "http://127.0.0.1:8000"))
    assert told == [
        "Changed: index.md, 2026-11-05-segar.md, kim.toml and 1 more",
        f"  http://127.0.0.1:8000/{POST}-lagi/",
        f"  http://127.0.0.1:8000/{POST}/",
    ]
    assert list(describe((), content, "")) == []


@pytest.mark.parametrize("text", ["", "address = 7\n", "address = [\n"])
def test_settings_that_cannot_be_read_are_left_to_the_build(text: str, tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_text(text)
    assert read_address(tmp_path) == ""
    assert read_address(tmp_path / "nirgends") == ""
