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


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    except FileNotFoundError as fault:
        raise KimError("git is not installed; --base needs it.") from fault
    except subprocess.CalledProcessError as fault:
        raise KimError(f"git {arguments[0]}: {fault.stderr.decode(errors='replace').strip()}") from fault
    return done.stdout
