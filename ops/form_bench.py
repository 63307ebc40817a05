"""`invoke form-bench`: many phones send at once to a form on loopback; how long they wait, what it holds.

Starts the real service over a bare repository made from content/, in a folder that is deleted afterwards.
"""

import http.client
import io
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from kim.errors import KimError
from ops.processes import command_line, family, resident_bytes
from webform.commands import local_environment, make_code, make_repository
from webform.settings import Settings, read_settings

_TRIES = 40


@dataclass
class Measured:
    """What came of it: seconds of every answer by its kind, how many were taken, most memory in bytes."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    accepted: int = 0
    told_to_wait: int = 0
    memory: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.accepted} accepted, {self.told_to_wait} times told to wait, {len(self.faults)} faults"
        everything = [one for values in self.seconds.values() for one in values]
        for kind, values in [*self.seconds.items(), ("all", everything)]:
            median, worst = statistics.median(values), max(values)
            yield f"{kind:<8} {len(values):>4} answers, median {median:.2f} s, worst {worst:.2f} s"
        yield f"most memory {self.memory / 1e6:.0f} MB (the service and the process of a photo)"


def run(root: Path, phones: int = 50, photos: int = 0) -> Measured:
    """So many phones send a post with so many 12-megapixel photos each, all at once. Raises `KimError`."""
    # a git that the service had begun may still write when the service has ended
    with tempfile.TemporaryDirectory(prefix="kim-form-bench-", ignore_cleanup_errors=True) as folder:
        repository = Path(folder) / "kim.git"
        make_repository(root / "content", repository)
        settings = read_settings(local_environment(repository, _free_port(), {}))
        codes = {group: make_code(settings, group) for group in _groups(root)[:8]}
        measured = Measured()
        with _service(root, settings) as process, _watched(process.pid, measured):
            picture = _photo() if photos else b""
            _send_all(settings, codes, measured, phones, [picture] * photos)
        return measured


def _groups(root: Path) -> list[str]:
    texts = (file.read_text() for file in sorted((root / "content").glob("*/*/kim.toml")))
    return [found[1] for text in texts if (found := re.search(r'^id = "([a-z0-9-]+)"', text, re.MULTILINE))]


@contextmanager
def _service(root: Path, settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    repository = Path(settings.repository)
    environment = {**os.environ, **local_environment(repository, settings.port, {})}
    command = [sys.executable, "-m", "webform"]
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if process.stdout is None or "http" not in process.stdout.readline():
            raise KimError("The form did not start.")
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _send_all(
    settings: Settings, codes: dict[str, str], measured: Measured, phones: int, photos: Sequence[bytes]
) -> None:
    start = threading.Barrier(phones)
    groups = list(codes.items())

    def phone(number: int) -> None:
        start.wait()
        try:
            _Phone(settings.port, measured).send(*groups[number % len(groups)], number, photos)
        except (OSError, http.client.HTTPException, KimError) as fault:
            measured.faults.append(f"{type(fault).__name__}: {fault}")

    threads = [threading.Thread(target=phone, args=(number,)) for number in range(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Phone:
    """One phone, as a browser without script sends."""

    def __init__(self, port: int, measured: Measured) -> None:
        self._port, self._measured = port, measured

    def send(self, group: str, code: str, number: int, photos: Sequence[bytes]) -> None:
        page = self._ask("page", "GET", "/")[1]
        ticket = re.search(r'name="nomor" value="([^"]+)"', page)
        topic = re.search(r'<select id="topik".*?<option value="([a-z0-9-]+)"', page, re.DOTALL)
        if not ticket or not topic:
            raise KimError("The form's page is not the form's.")
        fields = {
            "nomor": ticket[1], "versi": "0", "kelompok": group, "kode": code, "aksi": "foto",
            "judul": f"Percobaan banyak ponsel nomor {number}", "topik": topic[1],
            "tanggal": f"{datetime.now(UTC):%Y-%m-%d}", "isi": "Kalimat percobaan.\n\n" * 60,
        }  # fmt: skip
        kind = "application/x-www-form-urlencoded"
        address, _ = self._ask("text", "POST", "/", urlencode(fields).encode(), kind)
        for at, photo in enumerate(photos):
            mine = photo + f"{number} {at}".encode()  # of its own, or it would be taken for the same
            self._ask("photo", "POST", f"{address}/foto", *_multipart("tambah", mine))
        self._ask("send", "POST", f"{address}/foto", *_multipart("kirim", b""))
        if (
            "sudah kami terima" not in (found := self._ask("status", "GET", address)[1])
            and "sedang" not in found
        ):
            raise KimError("It was not accepted.")
        self._measured.accepted += 1

    def _ask(
        self, kind: str, method: str, path: str, body: bytes = b"", content: str = ""
    ) -> tuple[str, str]:
        """Where the answer leads, and its text; waits where it is told to."""
        for _ in range(_TRIES):
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
            connection.request(method, path, body or None, {"Content-Type": content} if content else {})
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            if answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
                self._measured.seconds.setdefault(kind, []).append(time.monotonic() - began)
                if answer.status >= http.HTTPStatus.BAD_REQUEST:
                    raise KimError(f"{kind}: {answer.status}")
                return answer.headers.get("location", path).partition("?")[0], text
            self._measured.told_to_wait += 1
            time.sleep(min(2.0, float(answer.headers.get("retry-after") or 2)))
        raise KimError(f"{kind}: told to wait {_TRIES} times")


@contextmanager
def _watched(service: int, measured: Measured) -> Iterator[None]:
    """Notes the most memory that the service and its children hold together."""
    stop, own = threading.Event(), command_line(service)

    def watch() -> None:
        while not stop.wait(0.05):
            # a child that is not yet another program still shares all of its parent's memory
            others = [one for one in family(service)[1:] if command_line(one) != own]
            measured.memory = max(measured.memory, sum(resident_bytes(one) for one in (service, *others)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _multipart(action: str, photo: bytes) -> tuple[bytes, str]:
    mark = secrets.token_hex(12)
    fields = {"aksi": action, "keterangan": "Percobaan"}
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="foto"; filename="foto.jpg"\r\n\r\n'
    body = b"".join([*parts, head.encode(), photo, f"\r\n--{mark}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={mark}"


def _photo() -> bytes:
    """A photo of 12 megapixels and about 2 MB."""
    out = io.BytesIO()
    small = Image.effect_noise((1000, 750), 30).convert("RGB")
    small.resize((4000, 3000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
