"""git without a work tree: one commit from bytes, on top of what a repository already has.

Calls git's plumbing and decides nothing about pull requests. Nobody's own git settings, hooks or questions
take part, and a secret is only ever in the environment of the one command that needs it.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from webform.forges.base import TRAILER, Change

#: seconds for a command that only looks into a repository on this machine
_LOCAL_SECONDS = 60.0
_NOBODYS_SETTINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "LC_ALL": "C",
}
#: settings of every command: written to disk before it is said to be done; no hook of this machine; no
#: redirect may take a secret elsewhere
_SETTINGS = {
    "core.fsync": "committed",
    "core.hooksPath": os.devnull,
    "gc.auto": "0",
    "http.followRedirects": "false",
    "protocol.allow": "never",
    "protocol.http.allow": "always",
    "protocol.https.allow": "always",
}


class GitError(Exception):
    """A git command that failed; its words are git's own."""

    def __init__(self, command: str, words: str) -> None:
        super().__init__(f"git {command}: {words}")
        self.words = words


@dataclass(frozen=True)
class Signature:
    """Who made a commit, by name and address."""

    name: str = "Formulir KIM"
    email: str = "formulir@localhost"


class Repository:
    """A bare repository on this machine, and git's settings for it (secrets of a remote among them)."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        given = {**_SETTINGS, **(settings or {})}
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            **_NOBODYS_SETTINGS,
            "GIT_DIR": str(folder),
            "GIT_CONFIG_COUNT": str(len(given)),
        }
        for number, (key, value) in enumerate(given.items()):
            self._environment[f"GIT_CONFIG_KEY_{number}"] = key
            self._environment[f"GIT_CONFIG_VALUE_{number}"] = value

    def run(self, *arguments: str, stdin: bytes = b"", seconds: float = _LOCAL_SECONDS) -> bytes:
        """A git command's output. Raises `GitError`, also where it takes longer than `seconds`."""
        try:
            done = subprocess.run(
                ["git", *arguments],
                input=stdin,
                capture_output=True,
                timeout=seconds,
                env=self._environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitError(arguments[0], f"timed out after {seconds:.0f} s") from None
        if done.returncode:
            raise GitError(arguments[0], done.stderr.decode(errors="replace").strip())
        return done.stdout

    def tip(self, ref: str) -> str:
        """The object that a ref stands at; empty where there is no such ref."""
        found = self.run("for-each-ref", "--format=%(refname) %(objectname)", ref).decode()
        return next((line.split()[1] for line in found.splitlines() if line.split()[0] == ref), "")

    def is_within(self, commit: str, tip: str) -> bool:
        """Whether a commit is in the history of another, as far as this repository has it."""
        try:
            self.run("merge-base", "--is-ancestor", commit, tip)
        except GitError:
            return False
        return True

    def holds(self, change: Change, base_tip: str, branch_tip: str) -> bool:
        """Whether a branch already has this change, whatever came on top of it since."""
        form = f"--format=%(trailers:key={TRAILER},valueonly)"
        found = self.run("log", form, branch_tip, f"^{base_tip}").decode(errors="replace")
        return change.digest in found.split()

    def commit(self, change: Change, base_tip: str, branch_tip: str, now: datetime, by: Signature) -> str:
        """A commit whose tree is the base's with the change's files; its parents are the branch and the base.

        So the branch differs from its base by exactly the change, and can be pushed without force. `change`
        is one that `checked` gave.
        """
        ref = f"refs/kim/{change.digest}"
        clock = f"{int(now.timestamp())} +0000"
        parts = [
            f"commit {ref}\n"
            f"author {change.author} <{change.email}> {clock}\n"
            f"committer {by.name} <{by.email}> {clock}\n".encode(),
            _data(f"{change.message}\n\n{TRAILER}: {change.digest}\n".encode()),
            f"from {branch_tip or base_tip}\n".encode(),
        ]
        if branch_tip and not self.is_within(base_tip, branch_tip):
            parts.append(f"merge {base_tip}\n".encode())
        tree = self.run("rev-parse", f"{base_tip}^{{tree}}").decode().strip()
        parts.append(f'M 040000 {tree} ""\n'.encode())
        for path, data in change.files:
            if data is None:
                parts.append(f"D {path}\n".encode())
            else:
                parts += [f"M 100644 inline {path}\n".encode(), _data(data)]
        self.run("fast-import", "--quiet", "--force", "--done", stdin=b"".join([*parts, b"done\n"]))
        return self.tip(ref)


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
