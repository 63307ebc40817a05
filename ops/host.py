"""The built site on loopback as a good host serves it: precompressed, whole answers, its own 404 page.

For what looks at the site from outside: pictures, measurements, tests. `invoke serve` is for writing.
"""

import http.server
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

#: What a browser may accept, and the sibling that holds it; the smaller first.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


@dataclass(frozen=True)
class Answer:
    """What was sent for one request: bytes of the body, as sent."""

    path: str
    status: int
    size: int


@dataclass(frozen=True)
class Host:
    """A folder that is served; `answers` grows while it is."""

    port: int
    answers: list[Answer] = field(default_factory=list)

    def url(self, address: str) -> str:
        """Where an address of the site stands on this machine."""
        return f"http://127.0.0.1:{self.port}{address}"


@contextmanager
def serve_folder(folder: Path, portal: str = "") -> Iterator[Host]:
    """Serve until the block ends; `portal` is the path below which the portal stands: empty, or `/kim`."""
    answers: list[Answer] = []
    missing = folder / portal.strip("/") / "404.html"
    handler = partial(_Handler, directory=str(folder), missing=missing, answers=answers)
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Host(server.server_port, answers)
        finally:
            server.shutdown()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that closes a page leaves what it was reading; a fault of ours shows as a bad answer."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 (the base class has it so)
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
        ".avif": "image/avif",
        ".webp": "image/webp",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".pdf": "application/pdf",
    }

    def __init__(self, *args: object, missing: Path, answers: list[Answer], directory: str) -> None:
        self._missing, self._answers = missing, answers
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def send_head(self) -> io.BytesIO | None:
        """The answer's head; its body is returned."""
        address = urlsplit(self.path).path
        file, status = Path(self.translate_path(address)), HTTPStatus.OK
        if file.is_dir() and not address.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{address}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if file.is_dir():
            file /= "index.html"
        if not file.is_file():
            file, status = self._missing, HTTPStatus.NOT_FOUND
        if not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        encoding, data = self._choose(file)
        self._answers.append(Answer(address, status, len(data)))
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(data)))
        lasting = "/aset/" in address
        self.send_header("Cache-Control", "max-age=31536000, immutable" if lasting else "no-cache")
        if encoding:
            self.send_header("Content-Encoding", encoding)
            self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(data)

    def _choose(self, file: Path) -> tuple[str, bytes]:
        accepted = {part.split(";")[0].strip() for part in self.headers.get("Accept-Encoding", "").split(",")}
        for encoding, suffix in _ENCODINGS.items():
            sibling = file.with_name(file.name + suffix)
            if encoding in accepted and sibling.is_file():
                return encoding, sibling.read_bytes()
        return "", file.read_bytes()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
