"""What changed in a content folder since a git revision. Calls git; decides nothing."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from kim.errors import KimError


@dataclass(frozen=True)
class Change:
    """A file that was added, edited, renamed or deleted; paths are counted from content/."""

    path: str
    renamed_from: str = ""


def read_changes(root: Path, base: str) -> tuple[Change, ...]:
    """The changes in `root` from where it left `base` to the files as they lie there now.

    Raises `KimError` where git does not know the revision.
    """
    if base.startswith("-"):
        raise KimError(f"{base} is no git revision.")
    fork = _git(root, "merge-base", base, "HEAD").decode().strip()
    options = ("--name-status", "-z", "--find-renames=40%", "--relative")
    parts = iter(_git(root, "diff", *options, fork, "--", ".").decode(errors="replace").split("\0"))
    changes = []
    for status in parts:
        if not status:
            continue
        old = next(parts) if status[0] in "RC" else ""
        changes.append(Change(next(parts), old if status[0] == "R" else ""))
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    changes += [Change(path) for path in untracked.decode(errors="replace").split("\0") if path]
    return tuple(changes)


def read_before(root: Path, base: str, path: str) -> bytes | None:
    """The bytes of a file (counted from `root`) where the folder left `base`; None where it was not there."""
    fork = _git(root, "merge-base", base, "HEAD").decode().strip()
    if not _git(root, "ls-tree", "--name-only", "-z", fork, "--", path):
        return None
    return _git(root, "show", f"{fork}:./{path}")


def read_other_changes(root: Path, base: str) -> tuple[str, ...]:
    """The files outside the content folder that changed since where it left `base`: `../README.md`."""
    fork = _git(root, "merge-base", base, "HEAD").decode().strip()
    prefix = _git(root, "rev-parse", "--show-prefix").decode().strip("\n")
    up = "../" * prefix.count("/")
    out = _git(root, "diff", "--name-only", "--no-renames", "-z", fork, "--", ":/").decode(errors="replace")
    return tuple(up + path for path in out.split("\0") if path and not path.startswith(prefix))


def list_before(root: Path, base: str) -> tuple[str, ...]:
    """The files of the content folder where it left `base`."""
    fork = _git(root, "merge-base", base, "HEAD").decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", fork, "--", ".").decode(errors="replace")
    return tuple(path for path in listed.split("\0") if path)


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    except FileNotFoundError as fault:
        raise KimError("git is not installed; --base needs it.") from fault
    except subprocess.CalledProcessError as fault:
        raise KimError(f"git {arguments[0]}: {fault.stderr.decode(errors='replace').strip()}") from fault
    return done.stdout
