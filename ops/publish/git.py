"""The project's own repository: what it says of itself. Everything else about Git is the operator's."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from kim.errors import KimError

#: A hook runs with its own repository in the environment, which is another than the project's.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_QUARANTINE_PATH")


def ask_git(root: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """What git answers in a project, in one line. Raises `KimError` in git's words."""
    own = {name: value for name, value in environment.items() if name not in _OF_A_HOOK}
    own["GIT_TERMINAL_PROMPT"] = "0"  # nobody is there to answer
    done = subprocess.run(["git", *arguments], cwd=root, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KimError(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()
