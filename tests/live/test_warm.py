"""The warm build: one process, many builds, and what becomes of it when something goes wrong."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.build import build_command
from ops.live.child import WarmBuild
from tests.corpus import ROOT, Corpus, post_text

POST = "hulu/kim-mata-air/2026-11-05-segar"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's code in a folder of its own, so that it can be edited."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("kim", "plugins", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "pelicanconf.py").read_text().replace("KIM_CARDS = True", "KIM_CARDS = False")
    (folder / "pelicanconf.py").write_text(settings)
    corpus = Corpus(folder / "site")
    corpus.write(f"{POST}.md", post_text("Kabar yang segar", "2026-11-05"))
    return folder


@pytest.fixture
def warm(root: Path) -> Iterator[WarmBuild]:
    """A warm build of that project."""
    site = root / "site"
    command = build_command(root, str(site / "content"), str(site / "output"), module="plugins.portal.warm")
    build = WarmBuild([sys.executable, *command], root)
    yield build
    build.close()


def process_of(warm: WarmBuild) -> int:
    """The child's process id."""
    warm.start()
    return warm._child._process.pid


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_one_process_builds_every_edit_of_content_and_theme(warm: WarmBuild, root: Path) -> None:
    page = root / "site" / "output" / POST / "index.html"
    text, template = root / "site" / "content" / f"{POST}.md", root / "theme" / "templates" / "post.html"
    child = process_of(warm)
    assert warm.build().report is not None
    assert "Kabar yang segar" in page.read_text()
    edit(text, "yang segar", "lebih segar")
    assert warm.build().report is not None
    assert "Kabar lebih segar" in page.read_text()
    edit(text, "Tanggal: 2026-11-05", "Tanggal: 31 Februari 2026")
    held = warm.build().report
    assert held is not None
    assert [(found.code, found.line) for found in held.problems] == [("K012", 2)]
    edit(text, "Tanggal: 31 Februari 2026", "Tanggal: 2026-11-05")
    edit(template, "{% block main %}", "{% block main %}<p>Dari templat baru</p>")
    assert warm.build().report is not None
    assert "Dari templat baru" in page.read_text()
    assert process_of(warm) == child


def test_what_a_person_can_mend_is_told_and_the_process_stays(warm: WarmBuild, root: Path) -> None:
    network, template = root / "site" / "content" / "network.toml", root / "theme" / "templates" / "post.html"
    child = process_of(warm)
    assert warm.build().report is not None
    edit(network, 'level = "kota"', 'level = "kotta"')
    told = warm.build()
    assert told.report is None
    assert "network.toml" in told.fault
    assert "Traceback" not in told.fault
    edit(network, 'level = "kotta"', 'level = "kota"')
    edit(template, "{% block main %}", "{% block main %}\n{{ page.judul_yang_tidak_ada }}")
    told = warm.build()
    assert "judul_yang_tidak_ada" in told.fault
    assert "templates/post.html:" in told.fault
    edit(template, "\n{{ page.judul_yang_tidak_ada }}", "")
    assert warm.build().report is not None
    assert process_of(warm) == child


def test_new_code_is_run_by_a_new_process(warm: WarmBuild, root: Path) -> None:
    first = process_of(warm)
    assert warm.build().report is not None
    edit(root / "plugins" / "sitemap" / "__init__.py", '"robots.txt"', '"robot.txt"')
    assert warm.build().report is not None
    assert (root / "site" / "output" / "robot.txt").is_file()
    assert not (root / "site" / "output" / "robots.txt").exists()
    assert process_of(warm) != first


def test_code_that_cannot_be_read_is_told_with_its_place_until_it_is_mended(
    warm: WarmBuild, root: Path
) -> None:
    file = root / "plugins" / "redirects" / "__init__.py"
    sound = file.read_text()
    file.write_text(sound + "\ndef (:\n")
    told = warm.build()
    assert "SyntaxError" in told.fault
    assert str(file) in told.fault
    assert "exit code 1" in told.fault
    file.write_text(sound)
    assert warm.build().report is not None


def test_a_process_that_was_killed_is_replaced(warm: WarmBuild) -> None:
    child = process_of(warm)
    os.kill(child, signal.SIGKILL)
    assert "signal 9" in warm.build().fault
    assert warm.build().report is not None
    assert process_of(warm) != child


def test_closing_ends_the_process(warm: WarmBuild) -> None:
    child = process_of(warm)
    warm.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
