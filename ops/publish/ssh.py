"""Releases as in `releases.py`, on another machine: one SSH session that takes the changed files as a tar.

The other side needs a POSIX shell, GNU tar and GNU coreutils, as every Linux server has them.
"""

import io
import shlex
import shutil
import tarfile
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kim.errors import KimError
from ops.publish.child import last_line, run_child
from ops.publish.releases import CURRENT, KEPT, RELEASES, next_name
from ops.publish.sftp import home_path
from ops.publish.targets import Target
from ops.publish.transfer import MANIFEST_FILE, MEMORY, Manifest, Transfer, dump_manifest, parse_manifest

_REMOVED = f"{MEMORY}/removed"

#: What the other side does; `$1` is the new release's name. The new release is whole before it is shown,
#: and a session that ends early leaves only `incoming` behind.
_RECEIVE = f"""set -eu
umask 022
exec 9>.lock
flock -n 9 || {{ echo "another publish is running there" >&2; exit 75; }}
mkdir -p {RELEASES}
rm -rf {RELEASES}/incoming
mkdir {RELEASES}/incoming
if [ -e {CURRENT}/ ]; then cp -al {CURRENT}/. {RELEASES}/incoming/; fi
rm -rf {RELEASES}/incoming/{MEMORY}
tar -x --unlink-first -C {RELEASES}/incoming -f -
test -s {RELEASES}/incoming/{MANIFEST_FILE}
cd {RELEASES}/incoming
xargs -0 -r rm -f -- < {_REMOVED}
rm {_REMOVED}
find . -mindepth 1 -type d -empty -delete
cd ../..
sync
mv -T {RELEASES}/incoming "{RELEASES}/$1"
ln -sfn "{RELEASES}/$1" .{CURRENT}
mv -T .{CURRENT} {CURRENT}
ls {RELEASES} | sort | head -n -{KEPT} | while read -r old; do
    [ "{RELEASES}/$old" = "$(readlink {CURRENT})" ] || rm -rf "{RELEASES}/$old"
done
"""
_ROLL_BACK = f"""set -eu
shown=$(basename "$(readlink {CURRENT})")
earlier=$(ls {RELEASES} | grep -v incoming | sort | awk -v shown="$shown" '$0 < shown' | tail -n 1)
[ -n "$earlier" ] || {{ echo "there is no release before the one that is shown" >&2; exit 1; }}
ln -sfn "{RELEASES}/$earlier" .{CURRENT}
mv -T .{CURRENT} {CURRENT}
echo "$shown $earlier"
"""


class Ssh:
    """One folder of releases on another machine."""

    def __init__(self, target: Target, environment: Mapping[str, str]) -> None:
        if shutil.which("ssh") is None:
            raise KimError("ssh is missing (on Debian: apt install openssh-client).")
        self._target = target
        self._environment = environment

    def load_published(self) -> Manifest:
        """What its readers see now."""
        file = f"{CURRENT}/{MANIFEST_FILE}"
        data = self._run(f"if [ -e {file} ]; then cat {file}; fi")
        return parse_manifest(data or None)

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of files that its readers see, by their paths; those that are not there are left out."""
        if not paths:
            return {}
        names = "".join(f"{path}\0" for path in paths).encode()
        data = self._run(f"tar -c --ignore-failed-read --null -C {CURRENT}/ -T - -f -", names)
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            return {entry.name: file.read() for entry in tar if (file := tar.extractfile(entry))}

    def publish_release(self, built: Path, transfer: Transfer, extra: Path, now: datetime) -> str:
        """Send what has changed and show the new release; its name."""
        name = next_name(self._run(f"if [ -e {RELEASES} ]; then ls {RELEASES}; fi").decode().split(), now)
        command = f"sh -c {shlex.quote(_RECEIVE)} sh {name}"
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for path in transfer.sent:
                _add(tar, path, (built / path).read_bytes(), now)
            _add_all(tar, extra, now)
            _add(tar, _REMOVED, b"".join(f"{path}\0".encode() for path in transfer.removed), now)
            _add(tar, MANIFEST_FILE, dump_manifest(transfer.after), now)
        self._run(command, stream.getvalue())
        return name

    def refresh_release(self, extra: Path, now: datetime) -> None:
        """Write the files that are not of the portal itself into the release that is shown."""
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _add_all(tar, extra, now)
        self._run(f"tar -x --unlink-first -C {CURRENT}/ -f -", stream.getvalue())

    def roll_back(self) -> tuple[str, str]:
        """Show the release before the one that is shown."""
        shown, earlier = self._run(f"sh -c {shlex.quote(_ROLL_BACK)}").decode().split()
        return shown, earlier

    def _run(self, command: str, data: bytes = b"") -> bytes:
        target = self._target
        place: Sequence[str] = ["-p", str(target.port)] if target.port else []
        host = f"{target.user}@{target.host}" if target.user else target.host
        there = f"cd {shlex.quote(home_path(target.folder))} && {command}"
        done = run_child(["ssh", "-o", "BatchMode=yes", *place, host, there], data, self._environment)
        if done.returncode:
            raise KimError(f"ssh to {target.host} failed: {last_line(done.stderr)}")
        return done.stdout


def _add_all(tar: tarfile.TarFile, folder: Path, now: datetime) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            _add(tar, file.relative_to(folder).as_posix(), file.read_bytes(), now)


def _add(tar: tarfile.TarFile, path: str, data: bytes, now: datetime) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode, entry.mtime = len(data), 0o644, int(now.timestamp())
    tar.addfile(entry, io.BytesIO(data))
