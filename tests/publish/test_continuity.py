"""Whatever `check` lets pass, the feeds gate lets pass: no change that its pull request calls sound may
stop the news of the whole portal."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kim.check import check_content
from kim.problems import Severity
from ops.feeds_check import compare_feeds
from ops.feeds_read import FolderSource
from tests.corpus import NOW, Corpus, post_text

GROUP = "hulu/kim-mata-air"
STEM = "2026-11-01-kabar"
POST = f"{GROUP}/{STEM}.md"
OTHER = f"{GROUP}/2026-11-01-berita.md"
CORRECTION = "Ubah: 2026-11-10\nRalat: Semula tertulis lain.\n"
AS_IT_WAS = post_text(more=CORRECTION)

Change = Callable[[Corpus], None]


def rewrite(text: str) -> Change:
    return lambda corpus: corpus.write(POST, text) and None


def rename(head: str) -> Change:
    def change(corpus: Corpus) -> None:
        (corpus.content / POST).unlink()
        corpus.write(OTHER, head + AS_IT_WAS)

    return change


def move_group(former: str) -> Change:
    def change(corpus: Corpus) -> None:
        moved = corpus.content / "hulu/kim-baru"
        (corpus.content / GROUP).rename(moved)
        with (moved / "kim.toml").open("a") as settings:
            settings.write(former)

    return change


def delete(withdrawal: str) -> Change:
    def change(corpus: Corpus) -> None:
        (corpus.content / POST).unlink()
        if withdrawal:
            corpus.write("ditarik.toml", withdrawal)

    return change


WITHDRAWN = f'[[posts]]\npost = "kim-mata-air/{STEM}"\ndate = 2026-11-20\nreason = "Keliru."\n'
#: Each change of a published post, and the code that stops it; none where it is sound.
CHANGES: dict[str, tuple[Change, str]] = {
    "another title": (rewrite(post_text("Judul yang lain", more=CORRECTION)), ""),
    "another text": (rewrite(post_text(body="Isi yang lain.", more=CORRECTION)), ""),
    "another topic": (rewrite(AS_IT_WAS.replace("budaya", "kesehatan")), ""),
    "deleted": (delete(""), "K080"),
    "withdrawn": (delete(WITHDRAWN), ""),
    "a draft again": (rewrite(post_text(more=f"Status: draf\n{CORRECTION}")), "K080"),
    "a date to come": (rewrite(post_text(date="2026-12-01")), "K080"),
    "another date": (rewrite(post_text(date="2026-10-31", more=CORRECTION)), "K081"),
    "another time of day": (rewrite(post_text(date="2026-11-01 08.00", more=CORRECTION)), "K081"),
    "another date, corrected": (
        rewrite(post_text(date="2026-10-31", more=CORRECTION.replace("-10", "-12"))),
        "",
    ),
    "a correction undone": (rewrite(post_text()), "K082"),
    "an earlier correction": (rewrite(post_text(more=CORRECTION.replace("-10", "-09"))), "K082"),
    "renamed": (rename(""), "K073"),
    "renamed, with its id": (rename(f"Id: {STEM}\n"), "K083"),
    "renamed, with its id and address": (rename(f"Id: {STEM}\nAlamat lama: /{GROUP}/{STEM}/\n"), ""),
    "the group moved": (move_group(""), "K083"),
    "the group moved, and says so": (move_group(f'former = ["{GROUP}"]\n'), ""),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A network in Git, as it is published."""
    corpus = Corpus(tmp_path_factory.mktemp("published"))
    options = replace(corpus.settings.options, cards=False)
    corpus.settings = replace(corpus.settings, compress=False, options=options)
    corpus.write(POST, AS_IT_WAS)
    corpus.add_posts(1)
    corpus.add_posts(1, "hilir/kim-muara")
    corpus.build()
    root = corpus.content.parent
    for command in ("init -q -b main", "add content", "commit -q -m awal"):
        names = ["-c", "user.name=KIM", "-c", "user.email=kim@localhost"]
        subprocess.run(["git", "-C", str(root), *names, *command.split()], check=True)
    return corpus


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_check_lets_pass_stops_no_publish(name: str, published: Corpus, tmp_path: Path) -> None:
    change, code = CHANGES[name]
    root = tmp_path / "changed"
    shutil.copytree(published.content.parent, root)
    corpus = object.__new__(Corpus)
    corpus.content = root / "content"
    corpus.settings = published.settings
    change(corpus)
    checked = check_content(corpus.content, NOW, base="main")
    found = {problem.code for problem in checked.problems if problem.severity is Severity.ERROR}
    assert found == ({code} if code else set())
    corpus.build(content=corpus.content, output=root / "output", cache=root / "cache")
    report = compare_feeds(FolderSource(published.output), FolderSource(root / "output"))
    assert report.is_good == (not code), str(report)
