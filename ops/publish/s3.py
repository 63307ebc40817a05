"""A target in an S3-compatible object store, by rclone. A store shows each object whole, old or new."""

import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from kim.errors import KimError
from ops.publish.child import last_line, run_child
from ops.publish.kinds import kind_of
from ops.publish.remote import Sending
from ops.publish.targets import Target

#: The variables that hold the store's key.
KEY_ID, SECRET = "KIM_PUBLISH_KEY_ID", "KIM_PUBLISH_SECRET"
_NOT_THERE = (3, 4)


class S3:
    """One bucket, or a folder in it."""

    def __init__(self, target: Target, environment: Mapping[str, str]) -> None:
        if shutil.which("rclone") is None:
            raise KimError("rclone is missing (on Debian: apt install rclone; elsewhere: see rclone's site).")
        missing = [name for name in (KEY_ID, SECRET) if not environment.get(name)]
        if missing:
            raise KimError(f"The object store needs a key: set {' and '.join(missing)} in the environment.")
        self._target = target
        # rclone takes its settings from the environment: no secret is in a file or in a list of processes.
        # Amazon's own variables are left out: they may be another account's, and AWS_CA_BUNDLE stops rclone.
        self._environment = {
            **{name: value for name, value in environment.items() if not name.startswith("AWS_")},
            "RCLONE_CONFIG": "/dev/null",
            "RCLONE_CONFIG_KIM_TYPE": "s3",
            "RCLONE_CONFIG_KIM_PROVIDER": "Other",
            "RCLONE_CONFIG_KIM_ACCESS_KEY_ID": environment[KEY_ID],
            "RCLONE_CONFIG_KIM_SECRET_ACCESS_KEY": environment[SECRET],
            "RCLONE_CONFIG_KIM_ENDPOINT": target.endpoint,
            "RCLONE_CONFIG_KIM_REGION": target.region,
            "RCLONE_CONFIG_KIM_NO_CHECK_BUCKET": "true",
        }

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of objects by their paths; those that are not there are left out."""
        with tempfile.TemporaryDirectory() as folder, _listed(paths) as names:
            self._rclone("copy", "--files-from-raw", names, self._there(""), folder, allowed=_NOT_THERE)
            return {path: file.read_bytes() for path in paths if (file := Path(folder) / path).is_file()}

    def put(self, files: Sequence[Sending]) -> None:
        """Each object with the headers that a store sends with it."""
        ordered = sorted(files, key=lambda file: kind_of(file.path))
        for headers, group in groupby(ordered, key=lambda file: kind_of(file.path)):
            with tempfile.TemporaryDirectory() as folder:
                for file in group:
                    place = Path(folder) / file.path
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.symlink_to(file.source.resolve())
                options = [part for header in headers.lines() for part in ("--header-upload", header)]
                self._rclone("copy", "--copy-links", "--no-check-dest", *options, folder, self._there(""))

    def remove(self, paths: Sequence[str]) -> None:
        """Remove objects; a store has no folders."""
        with _listed(paths) as names:
            self._rclone("delete", "--files-from-raw", names, self._there(""), allowed=_NOT_THERE)

    def _there(self, path: str) -> str:
        parts = [part for part in (self._target.host, self._target.folder, path) if part]
        return f"kim:{'/'.join(parts)}"

    def _rclone(self, *arguments: str, allowed: Sequence[int] = ()) -> subprocess.CompletedProcess[bytes]:
        command = ["rclone", "--retries", "3", "--low-level-retries", "3", *arguments]
        done = run_child(command, b"", self._environment)
        if done.returncode and done.returncode not in allowed:
            raise KimError(f"rclone {arguments[0]} failed: {last_line(done.stderr)}")
        return done


@contextmanager
def _listed(paths: Iterable[str]) -> Iterator[str]:
    """The name of a file that lists paths as rclone reads them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("".join(f"/{path}\n" for path in paths))
        names.flush()
        yield names.name
