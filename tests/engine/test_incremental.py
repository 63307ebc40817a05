"""A build that goes on from the last one makes the same bytes as a build from nothing."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from plugins.portal.output import Options
from tests.corpus import PLUGINS, ROOT, Corpus, Editor, tree


def play(corpus: Corpus, folder: Path, seed: int, steps: int) -> None:
    """A random sequence of edits; after each few of them both builds must agree."""
    editor = Editor(corpus, seed)
    history: list[str] = []
    for _ in range(steps):
        history += [editor.play() for _ in range(editor.random.randint(1, 5))]
        corpus.build()
        order = editor.random.sample(PLUGINS, len(PLUGINS))
        clean = corpus.build_clean(folder, plugins=order)
        assert tree(corpus.output) == clean, f"seed {seed}: {history}"
        assert corpus.build().written == 0, f"seed {seed}: {history}"


@pytest.mark.parametrize("seed", range(20))
def test_incremental_build_equals_clean_build_after_random_edits(
    corpus: Corpus, tmp_path: Path, seed: int
) -> None:
    corpus.add_posts(5)
    play(corpus, tmp_path / "clean", seed, steps=4)


def test_incremental_build_of_five_hundred_posts_on_all_cores_equals_clean_build(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.settings = replace(
        corpus.settings, workers=2, compress=False, options=Options(page_size=10, feed_size=20)
    )
    for folder, count in (("hulu/kim-mata-air", 320), ("hilir/kim-muara", 180)):
        corpus.add_posts(count, folder)
    play(corpus, tmp_path / "clean", seed=21, steps=2)


@pytest.mark.soak
@pytest.mark.parametrize("tenth", range(10))
def test_incremental_build_equals_clean_build_for_hours(
    request: pytest.FixtureRequest, tmp_path: Path, tenth: int
) -> None:
    for seed in range(1000 + tenth, 1000 + request.config.getoption("--soak-rounds"), 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        corpus = Corpus(folder)
        corpus.add_posts(5)
        play(corpus, folder / "clean", seed, steps=4)
        shutil.rmtree(folder)


def test_build_is_the_same_for_every_hash_seed_locale_time_zone_and_current_folder(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.add_posts(7)
    editor = Editor(corpus, 1)
    for _ in range(3):
        editor.add_photo_post()
    settings = json.dumps("2026-11-20T12:00:00+08:00")
    trees = []
    for number, (seed, zone, folder) in enumerate([("0", "UTC", ROOT), ("1", "Asia/Jayapura", tmp_path)]):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": random.Random(number).choice(["C", "C.UTF-8"]),
        }
        output = tmp_path / f"output-{number}"
        command = [sys.executable, "-m", "pelican", str(corpus.content), "-o", str(output)]
        command += ["-s", str(ROOT / "pelicanconf.py"), "--cache-path", str(tmp_path / f"cache-{number}")]
        command += ["-e", f"KIM_NOW={settings}"]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        trees.append(tree(output))
    assert trees[0] == trees[1]
    assert any(name.endswith(".avif") for name in trees[0])


def test_nothing_is_written_when_nothing_changed(corpus: Corpus) -> None:
    corpus.add_posts(9)
    first, second = corpus.build(), corpus.build()
    assert first.written > 20
    assert (second.written, second.kept, second.removed) == (0, first.written, 0)


def test_new_post_leaves_older_pages_and_other_groups_alone(corpus: Corpus) -> None:
    corpus.settings = replace(corpus.settings, compress=False)
    corpus.add_posts(12)
    corpus.add_posts(5, "hilir/kim-muara")
    corpus.build()
    before = tree(corpus.output)
    corpus.write(
        "hulu/kim-mata-air/2026-11-02-kabar-segar.md",
        "Judul: Kabar segar\nTanggal: 2026-11-02\nTopik: budaya\n\nIsi.\n",
    )
    corpus.build()
    changed = {name for name, data in tree(corpus.output).items() if before.get(name) != data}
    own = {
        "index.html", "404.html", "sitemap.xml", "network.json", "hulu/index.html", "hulu/mading/index.html", "hulu/kim-mata-air/index.html",
        "hulu/kim-mata-air/2026-11-02-kabar-segar/index.html", "hulu/kim-mata-air/2026-01-12-kabar-11/index.html",
        "topik/budaya/index.html",
        "arsip/index.html", "arsip/2026/11/index.html", "cari/index.html",
    }  # fmt: skip
    feeds = {
        f"{folder}{name}"
        for folder in ("", "hulu/", "hulu/kim-mata-air/", "topik/budaya/")
        for name in ("feed.xml", "atom.xml", "feed.json")
    }
    filled = {
        name for name in changed if re.search(r"hal/|cari/|aset/|(feed|atom)-\d", name) and name not in before
    }
    assert changed == own | feeds | filled
