"""A target over SFTP, by OpenSSH's own client.

Not by rclone: the one that Debian has writes a file in its place, so that a reader can meet half of it, and
takes an old file away before it renames a new one. OpenSSH's `rename` replaces in one step.
"""

import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from kim.errors import KimError
from ops.publish.child import last_line, run_child
from ops.publish.remote import Sending
from ops.publish.targets import Target
from ops.publish.transfer import MEMORY

#: Where a file waits while it arrives.
_INCOMING = f"{MEMORY}/incoming"
#: The variable that may hold the password; without it OpenSSH uses its keys.
PASSWORD = "KIM_PUBLISH_PASSWORD"  # noqa: S105 (a name, not a secret)


class Sftp:
    """One target; every call is one session."""

    def __init__(self, target: Target, environment: Mapping[str, str]) -> None:
        if shutil.which("sftp") is None:
            raise KimError("sftp is missing (on Debian: apt install openssh-client).")
        self._target = target
        self._environment = environment

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of files by their paths; those that are not there are left out."""
        with tempfile.TemporaryDirectory() as folder:
            places = {path: Path(folder) / str(number) for number, path in enumerate(paths)}
            # the folder itself must be there; only a file may be missing
            self._run(
                [
                    f"ls -1 {_quote(home_path(self._target.folder))}",
                    *(
                        f"-get {_quote(self._there(path))} {_quote(str(place))}"
                        for path, place in places.items()
                    ),
                ]
            )
            return {path: place.read_bytes() for path, place in places.items() if place.exists()}

    def put(self, files: Sequence[Sending]) -> None:
        """Each file arrives under another name and then replaces the old one in one step."""
        folders = sorted({str(parent) for file in files for parent in PurePosixPath(file.path).parents})
        lines = [
            f"-mkdir {_quote(self._there(name))}" for name in (*folders, MEMORY, _INCOMING) if name != "."
        ]
        for number, file in enumerate(files):
            waiting = _quote(self._there(f"{_INCOMING}/{number}"))
            lines += [
                f"put {_quote(str(file.source))} {waiting}",
                f"chmod 644 {waiting}",
                f"rename {waiting} {_quote(self._there(file.path))}",
            ]
        self._run(lines)

    def remove(self, paths: Sequence[str]) -> None:
        """Files, then the folders above them that are empty now, the deepest first."""
        folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - {"."}
        deepest = sorted(folders, key=lambda name: (-name.count("/"), name))
        self._run(
            [
                *(f"-rm {_quote(self._there(path))}" for path in paths),
                *(f"-rmdir {_quote(self._there(name))}" for name in deepest if name != MEMORY),
            ]
        )

    def _there(self, path: str) -> str:
        return f"{home_path(self._target.folder)}/{path}"

    def _run(self, lines: Sequence[str]) -> None:
        target = self._target
        with tempfile.TemporaryDirectory() as folder:
            command = ["sftp", "-q", "-b", "-"]
            environment = {**self._environment, "LC_ALL": "C"}
            if self._environment.get(PASSWORD):
                # OpenSSH asks a program for the password; it prints the variable, so that no file holds it
                asking = Path(folder) / "ask"
                asking.write_text(f'#!/bin/sh\nprintf "%s\\n" "${PASSWORD}"\n')
                asking.chmod(0o700)
                environment |= {"SSH_ASKPASS": str(asking), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
                command += ["-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=1"]
            if target.port:
                command += ["-P", str(target.port)]
            command += [f"{target.user}@{target.host}" if target.user else target.host]
            done = run_child(command, ("\n".join(lines) + "\n").encode(), environment)
        if done.returncode:
            raise KimError(f"sftp to {target.host} failed: {last_line(done.stderr)}")


def home_path(folder: str) -> str:
    """A folder as the other side takes it: `/srv/kim` as it is, `/~/public_html` from the account's own."""
    return folder.rstrip("/").removeprefix("/~/") or "."


def _quote(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
