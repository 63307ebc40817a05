"""Where a portal can be published: the targets that `publish.toml` names.

Only read here; no secret stands in the file, and none is looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kim.errors import KimError
from kim.report import format_problems
from kim.toml import Table, read_toml
from ops.serving import SERVERS

TARGETS_FILE = "publish.toml"
#: How a target is reached, by the scheme of its `to`; a plain path is a folder of this machine.
KINDS = ("folder", "ssh", "sftp", "ftp", "ftps", "s3")
#: What takes a folder up: a forge shows it at `address`, instead of releases with a link.
TAKERS = ("pages",)

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}")
_FOLDER = re.compile(r"[A-Za-z0-9/._~-]+")


@dataclass(frozen=True)
class Target:
    """One place to publish to. `folder` is a path there; for S3 it is the prefix in the bucket `host`.

    `address` is where readers find it, for the check after publishing; empty where nobody serves it.
    `server` is the one whose redirects are written into it.
    """

    name: str
    kind: str
    folder: str
    host: str = ""
    user: str = ""
    port: int = 0
    address: str = ""
    server: str = ""
    endpoint: str = ""
    region: str = ""


def read_targets(data: bytes) -> tuple[Target, ...]:
    """The targets in their order. Raises `KimError` that names every mistake in the file."""
    table, problems = read_toml(data, TARGETS_FILE)
    if table is not None:
        table.allow(["targets"])
        targets = [_read_target(row) for row in table.tables("targets")]
        problems = table.problems
        names = [target.name for target in targets]
        for name in {name for name in names if name and names.count(name) > 1}:
            table.wrong("targets", f"{name} dua kali", "beri setiap tujuan nama sendiri.")
        if not problems:
            return tuple(targets)
    raise KimError(format_problems(sorted(problems), "text"))


def choose_target(targets: Sequence[Target], name: str) -> Target:
    """The target of this name; the first where none is named. Raises `KimError`."""
    if not name:
        return targets[0]
    for target in targets:
        if target.name == name:
            return target
    raise KimError(
        f"{TARGETS_FILE} names no target {name!r}; it has {', '.join(target.name for target in targets)}."
    )


def load_targets(root: Path) -> tuple[Target, ...]:
    """The targets of a project. Raises `KimError`."""
    file = root / TARGETS_FILE
    if not file.is_file():
        raise KimError(f"There is no {TARGETS_FILE} in {root}. docs/publishing.md shows how to write one.")
    return read_targets(file.read_bytes())


def _read_target(row: Table) -> Target:
    row.allow(["name", "to", "for", "address", "server", "endpoint", "region"])
    name = row.text("name", "server-kota", _NAME)
    to = row.text("to", "sftp://pengguna@kim.example.id/public_html")
    kind, host, user, port, folder = _split(to)
    if to and not _is_place(kind, host, user, folder):
        row.wrong(
            "to",
            _without_password(to),
            f"tulis folder, atau alamat yang diawali {', '.join(f'{k}://' for k in KINDS[1:])}.",
        )
    server = row.choice("server", SERVERS, required=False)
    taker = row.choice("for", TAKERS, required=False)
    if taker and kind not in ("folder", ""):
        row.wrong("for", taker, "hapus kunci ini; ia hanya untuk sebuah folder.")
    elif taker and not row.has("address"):
        row.wrong("address", "tidak ada", "tulis alamat yang akan dibaca orang, dengan garis miring penutup.")
    return Target(
        name=name,
        kind=taker or kind,
        folder=folder,
        host=host,
        user=user,
        port=port,
        address=row.text("address", "https://kim.example.id/", re.compile(r"https?://\S+/"), required=False),
        server=server,
        endpoint=row.text("endpoint", "https://s3.example.id", re.compile(r"https?://\S+"), required=False),
        region=row.text("region", "id-jkt-1", re.compile(r"[a-z0-9-]+"), required=False),
    )


def _without_password(to: str) -> str:
    """What was written, fit to be shown: a password in it would stand in every log."""
    return re.sub(r"(://[^/@:]*):.*@", r"\1:…@", to)


def _split(to: str) -> tuple[str, str, str, int, str]:
    """Kind, host, user, port and folder."""
    if "://" not in to:
        return "folder", "", "", 0, to
    parts = urlsplit(to)
    try:
        port = parts.port or 0
    except ValueError:
        port = -1
    folder = unquote(parts.path).strip("/") if parts.scheme == "s3" else unquote(parts.path)
    if parts.password is not None or parts.query or parts.fragment or port < 0:
        return "", "", "", 0, ""
    return parts.scheme, parts.hostname or "", unquote(parts.username or ""), port, folder


def _is_place(kind: str, host: str, user: str, folder: str) -> bool:
    if kind not in KINDS or ".." in folder.split("/"):
        return False
    if kind == "folder":
        return bool(folder)
    is_user = not user or _USER.fullmatch(user) is not None
    is_folder = not folder or _FOLDER.fullmatch(folder) is not None
    return is_user and is_folder and _HOST.fullmatch(host) is not None
