"""The build as people call it: Pelican's own command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT, Corpus, post_text


def pelican(
    corpus: Corpus, *more: str, cwd: Path = ROOT, conf: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it on a corpus."""
    command = [sys.executable, "-m", "pelican", str(corpus.content), "-o", str(corpus.output)]
    command += ["-s", str(conf or ROOT / "pelicanconf.py"), "--cache-path", str(corpus.cache), *more]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_pelican_builds_from_any_folder_and_writes_only_our_files(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add_posts(2)
    done = pelican(corpus, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 files written" not in done.stdout
    names = {
        path.relative_to(corpus.output).as_posix() for path in corpus.output.rglob("*") if path.is_file()
    }
    assert not names & {"archives.html", "authors.html", "categories.html", "tags.html", "theme"}
    assert {"index.html", "feed.xml", "atom.xml", "kim/index.html"} <= names
    assert " 0 files written" in pelican(corpus).stdout


def test_build_that_finds_nothing_changed_imports_nothing_that_reads_or_makes(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    costly = {
        "feedgen.feed",
        "lxml.etree",
        "brotli",
        "kim.rules",
        "plugins.portal.read",
        "plugins.portal.make",
    }
    costly |= {"plugins.pages.builder", "plugins.cards.draw", "plugins.feeds.rss", "plugins.search.postings"}
    corpus.add_posts(2)
    imported = [
        {line.rpartition("|")[2].strip() for line in pelican(corpus).stderr.splitlines()} for _ in range(2)
    ]
    assert costly <= imported[0]
    assert not costly & imported[1]
    assert "plugins.portal.engine" in imported[1]


def test_problem_is_shown_and_the_build_succeeds_unless_strict(corpus: Corpus) -> None:
    corpus.write("hulu/kim-mata-air/2026-02-28-upacara.md", post_text(date="31 Februari 2026"))
    done = pelican(corpus)
    assert done.returncode == 0
    assert "2026-02-28-upacara.md:2  K012" in done.stdout
    assert "[bold]" not in done.stdout
    strict = pelican(corpus, "-e", "KIM_STRICT=true")
    assert strict.returncode == 1
    assert "Traceback" not in strict.stdout + strict.stderr
    assert (corpus.output / "index.html").exists()


def test_network_that_cannot_be_read_fails_with_a_report(corpus: Corpus) -> None:
    corpus.write("network.toml", 'nama = "x"\n')
    done = pelican(corpus)
    assert done.returncode == 1
    assert "K061" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not corpus.output.exists() or not list(corpus.output.iterdir())


def test_executor_that_is_none_fails_in_a_sentence(corpus: Corpus) -> None:
    corpus.add_posts(2)
    done = pelican(corpus, "-e", 'KIM_EXECUTOR="dask:/host"')
    assert done.returncode == 1
    assert "dask://scheduler:8786" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not corpus.output.exists()


def test_plugin_that_cannot_be_imported_fails_the_build(corpus: Corpus, tmp_path: Path) -> None:
    conf = tmp_path / "conf.py"
    conf.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\nfrom plugins import missing\n"
    )
    done = pelican(corpus, conf=conf)
    assert done.returncode == 1
    assert "missing" in done.stdout + done.stderr


@pytest.mark.parametrize("broken", ["def register(): raise ValueError('no')", "import nothing_like_it"])
def test_plugin_that_pelican_cannot_register_fails_the_build(
    corpus: Corpus, tmp_path: Path, broken: str
) -> None:
    (tmp_path / "broken.py").write_text(broken)
    conf = tmp_path / "conf.py"
    conf.write_text(
        f"import sys\nsys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\nfrom pelicanconf import *\n"
        "import broken\nPLUGINS = [*PLUGINS, broken]\nKIM_PLUGINS = [*KIM_PLUGINS, broken]\n"
    )
    done = pelican(corpus, conf=conf)
    assert done.returncode == 1
    assert not (corpus.output / "index.html").exists()


def test_clean_build_forgets_what_was_there(corpus: Corpus) -> None:
    pelican(corpus)
    (corpus.output / "old.html").write_text("old")
    done = pelican(corpus, "--delete-output-directory", "--ignore-cache")
    assert " 0 kept" in done.stdout
    assert not (corpus.output / "old.html").exists()


def test_setting_that_is_no_number_is_named(corpus: Corpus) -> None:
    done = pelican(corpus, "-e", 'KIM_PAGE_SIZE="ten"')
    assert done.returncode == 1
    assert "KIM_PAGE_SIZE" in done.stdout + done.stderr
