"""A target over FTP or FTPS, by Python's ftplib.

Not by rclone, which writes a file in its place, so that a reader can meet half of it: here each arrives
under another name first. FTP renames over an old file on every server that we know.
"""

import contextlib
import ftplib
import io
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from kim.errors import KimError
from ops.publish.remote import Sending
from ops.publish.sftp import PASSWORD
from ops.publish.targets import Target
from ops.publish.transfer import MEMORY

_INCOMING = f"{MEMORY}/incoming"
_TIMEOUT = 60


class _Tls(ftplib.FTP_TLS):
    """Takes up the session of the first connection for each file's own, which many servers insist on.

    https://github.com/python/cpython/issues/63699
    """

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        link, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321
        if self._prot_p:  # type: ignore[attr-defined]
            control = self.sock
            assert isinstance(control, ssl.SSLSocket)  # noqa: S101 (the type of a private field)
            link = self.context.wrap_socket(link, server_hostname=self.host, session=control.session)
        return link, size


class Ftp:
    """One target; every call is one session."""

    def __init__(self, target: Target, environment: Mapping[str, str], context: ssl.SSLContext | None = None):
        self._target = target
        self._password = environment.get(PASSWORD, "")
        if not self._password:
            raise KimError(f"FTP needs a password: set {PASSWORD} in the environment.")
        self._context = context or ssl.create_default_context()

    def load(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The bytes of files by their paths; those that are not there are left out."""
        found = {}
        with self._session() as session:
            for path in paths:
                data = io.BytesIO()
                try:
                    session.retrbinary(f"RETR {path}", data.write)
                except ftplib.error_perm as answer:
                    if str(answer).startswith("550"):
                        continue
                    raise
                found[path] = data.getvalue()
        return found

    def put(self, files: Sequence[Sending]) -> None:
        """Each file arrives under another name and is then renamed."""
        with self._session() as session:
            made: set[str] = set()
            _make_folders(session, f"{_INCOMING}/file", made)
            for file in files:
                _make_folders(session, file.path, made)
                with file.source.open("rb") as stream:
                    session.storbinary(f"STOR {_INCOMING}/file", stream)
                session.rename(f"{_INCOMING}/file", file.path)

    def remove(self, paths: Sequence[str]) -> None:
        """Files, then the folders above them that are empty now, the deepest first."""
        folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - {".", MEMORY}
        with self._session() as session:
            for path in paths:
                with contextlib.suppress(ftplib.error_perm):  # gone already
                    session.delete(path)
            for folder in sorted(folders, key=lambda name: (-name.count("/"), name)):
                with contextlib.suppress(ftplib.error_perm):  # not empty
                    session.rmd(folder)

    @contextlib.contextmanager
    def _session(self) -> Iterator[ftplib.FTP]:
        target = self._target
        try:
            session = _Tls(context=self._context) if target.kind == "ftps" else ftplib.FTP()  # noqa: S321
            with session:
                session.connect(target.host, target.port or 21, _TIMEOUT)
                session.login(target.user or "anonymous", self._password)
                if isinstance(session, _Tls):
                    session.prot_p()
                if target.folder.strip("/"):
                    session.cwd(target.folder.strip("/"))
                yield session
        except (ftplib.Error, OSError, EOFError) as fault:
            said = str(fault).replace(self._password, "…")
            raise KimError(f"FTP to {target.host} failed: {said}") from fault


def _make_folders(session: ftplib.FTP, path: str, made: set[str]) -> None:
    """The folders above a path, each asked for once in a session."""
    for folder in reversed(PurePosixPath(path).parents):
        name = str(folder)
        if name != "." and name not in made:
            made.add(name)
            with contextlib.suppress(ftplib.error_perm):  # it is there
                session.mkd(name)
