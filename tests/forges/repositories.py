"""Repositories and changes that the tests of the forges share."""

import os
import shutil
import subprocess
from pathlib import Path

from webform.forges.base import Change

GIT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Redaksi",
    "GIT_AUTHOR_EMAIL": "redaksi@kim-rekaan.example",
    "GIT_COMMITTER_NAME": "Redaksi",
    "GIT_COMMITTER_EMAIL": "redaksi@kim-rekaan.example",
}
POST = "content/hulu/kim-mata-air/2026-11-20-panen-raya/index.md"
BRANCH = "kiriman/kim-mata-air/2026-11-20-panen-raya"


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """What a git command says."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], input=stdin, capture_output=True, check=True, env=GIT
    )
    return done.stdout.decode().strip()


def make_bare(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A bare repository with one commit on main."""
    work, bare = folder / "work", folder / "repository.git"
    git(folder, "init", "-q", "-b", "main", str(work))
    for path, text in (files or {"content/network.toml": "# jaringan\n", "README.md": "# KIM\n"}).items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Awal")
    git(folder, "clone", "-q", "--bare", str(work), str(bare))
    return bare


def commit_on(bare: Path, branch: str, path: str, text: str) -> str:
    """What an editor does on the forge's own page: one more commit on a branch."""
    work = bare.parent / f"editor-{branch.replace('/', '-')}"
    if not work.exists():
        git(bare.parent, "clone", "-q", str(bare), str(work))
    git(work, "fetch", "-q", "origin")
    git(work, "checkout", "-q", "-B", branch, f"origin/{branch}")
    (work / path).parent.mkdir(parents=True, exist_ok=True)
    (work / path).write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", f"Ubah {path}")
    git(work, "push", "-q", "origin", branch)
    return git(work, "rev-parse", "HEAD")


def change(text: str = "Judul: Panen raya\n", **more: object) -> Change:
    """A post and a photo."""
    values = {
        "branch": BRANCH,
        "base": "main",
        "title": "Panen raya di sawah Mata Air",
        "body": "Dari **KIM Mata Air**.\n",
        "author": "Ibu Sri",
        "email": "kim-mata-air@kim-rekaan.example",
        "message": "Panen raya di sawah Mata Air",
        "files": ((POST, text.encode()), (POST.replace("index.md", "panen.jpg"), b"\xff\xd8\x00\nfoto")),
        **more,
    }
    return Change(**values)


def tree(bare: Path, ref: str) -> list[str]:
    """The paths of a branch."""
    return git(bare, "ls-tree", "-r", "--name-only", ref).splitlines()


def read(bare: Path, ref: str, path: str) -> str:
    """A file of a branch."""
    return git(bare, "show", f"{ref}:{path}")


def history(bare: Path, ref: str, form: str = "%s") -> list[str]:
    """One line for each commit, the newest first."""
    return git(bare, "log", f"--format={form}", ref).splitlines()


def make_bare_of(content: Path) -> Path:
    """A bare repository of a content folder beside it, as `invoke form` makes one."""
    work, bare = content.parent / "work", content.parent / "kiriman.git"
    shutil.copytree(content, work / "content")
    git(content, "init", "-q", "-b", "main", str(work))
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Awal")
    git(work, "clone", "-q", "--bare", ".", str(bare))
    return bare
