"""What changed in a content folder since a git revision. Calls git; decides nothing."""

import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kim.errors import KimError
from kim.folder import FOLDER_POST
from kim.frontmatter import parse_document
from kim.text import UnknownEncodingError, decode


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


def former_identity(root: Path, base: str, path: str) -> str:
    """The Id that a post had at `base`: what it said, or its file's stem."""
    file = PurePosixPath(path)
    stem = file.parent.name if file.name == FOLDER_POST else file.stem
    fork = _git(root, "merge-base", base, "HEAD").decode().strip()
    try:
        text, _ = decode(_git(root, "show", f"{fork}:./{path}"))
    except UnknownEncodingError:
        return stem
    said = [field.value for field in parse_document(text).fields if field.key.lower() == "id"]
    return said[0] if said and said[0] else stem


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    except FileNotFoundError as fault:
        raise KimError("git is not installed; --base needs it.") from fault
    except subprocess.CalledProcessError as fault:
        raise KimError(f"git {arguments[0]}: {fault.stderr.decode(errors='replace').strip()}") from fault
    return done.stdout
