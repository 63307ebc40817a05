"""`publish --pull`: what was merged is published by itself, and nothing happens where nothing was."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.publish.pull import AGAIN, RETRY, Attempt, is_due, load_attempt, write_attempt
from ops.publish.releases import list_releases
from tests.corpus import ROOT, post_text
from tests.publish.project import Project

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NAMES = ("-c", "user.name=KIM", "-c", "user.email=kim@localhost")


@pytest.mark.parametrize(("done", "wait"), [(True, AGAIN), (False, RETRY)])
def test_one_commit_is_published_again_after_a_while_and_another_at_once(done: bool, wait: timedelta) -> None:
    last = Attempt("abc", NOW.isoformat(), done)
    assert is_due(None, "abc", NOW)
    assert is_due(last, "def", NOW)
    assert not is_due(last, "abc", NOW + wait - timedelta(seconds=1))
    assert is_due(last, "abc", NOW + wait)
    assert is_due(last, "abc", NOW - timedelta(days=1))  # the clock was set back


def test_a_torn_note_counts_for_none(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    write_attempt(tmp_path, "sini", Attempt("abc", NOW.isoformat(), done=True))
    assert load_attempt(tmp_path, "sini") == Attempt("abc", NOW.isoformat(), done=True)
    (tmp_path / ".cache/pulled-sini.json").write_text('{"commit"')
    assert load_attempt(tmp_path, "sini") is None


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *NAMES, *arguments], cwd=folder, capture_output=True, text=True, check=True)


def test_a_push_is_published_by_the_repositorys_own_hook(project: Project, tmp_path: Path) -> None:
    bare, writer = tmp_path / "kim.git", tmp_path / "writer"
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "content", "publish.toml")
    git(project.root, "commit", "-q", "-m", "awal")
    git(tmp_path, "clone", "-q", "--bare", str(project.root), str(bare))
    git(project.root, "remote", "add", "origin", str(bare))
    git(project.root, "fetch", "-q")
    git(project.root, "branch", "-q", "-u", "origin/main")
    run = f"from pathlib import Path; from ops.publish import *; publish(Path({str(project.root)!r}), Wish(pull=True))"
    hook = bare / "hooks/post-receive"
    hook.write_text(f'#!/bin/sh\ncd {ROOT} && {sys.executable} -c "{run}"\n')
    hook.chmod(0o755)
    git(tmp_path, "clone", "-q", str(bare), str(writer))
    (writer / "content/hilir/kim-muara/2026-02-01-kabar.md").write_text(
        post_text("Kabar dari kiriman", "2026-02-01")
    )
    git(writer, "add", ".")
    git(writer, "commit", "-q", "-m", "kiriman")
    git(writer, "push", "-q", "origin", "main")
    assert "Kabar dari kiriman" in (project.current / "index.html").read_text()
    before = list_releases(project.root / "published")
    project.publish(pull=True)  # nothing new, and the hour is not over
    assert list_releases(project.root / "published") == before
    (project.root / ".git/refs/remotes/origin/main").unlink(missing_ok=True)
    git(project.root, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    with pytest.raises(KimError, match="git pull failed"):
        project.publish(pull=True)
    assert "GIT_DIR" not in os.environ
