"""A portal as an aggregator meets it: an output folder behind a real HTTP server on loopback."""

import hashlib
import http.server
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends files with an ETag and answers 304, as a host would; counts what it answered."""

    def __init__(
        self, *args: object, folder: Path, answers: Counter[str], versions: dict[str, list[str]]
    ) -> None:
        self.folder, self.answers, self.versions = folder, answers, versions
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        file = self.folder / (f"{path}index.html" if path.endswith("/") or not path else path)
        if not file.is_file():
            self.answers[f"404 {path}"] += 1
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        data = file.read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        fresh = self.headers.get("If-None-Match") == tag
        self.answers[f"{self.headers['User-Agent'].split('/')[0]} {304 if fresh else 200}"] += 1
        self.send_response(HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Last-Modified", self.date_time_string(self._changed(path, tag, file)))
        self.send_header("Content-Type", "application/json" if file.suffix == ".json" else "application/xml")
        if not fresh:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not fresh:
            self.wfile.write(data)

    def _changed(self, path: str, tag: str, file: Path) -> int:
        """A minute later for each version that was sent: newsboat takes no second one of the same second."""
        seen = self.versions.setdefault(path, [])
        if tag not in seen:
            seen.append(tag)
        return int(file.stat().st_mtime) + 60 * seen.index(tag)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    """The address of a folder that need not be there yet, and how often each status was answered."""
    answers: Counter[str] = Counter()
    handler = partial(Handler, folder=folder, answers=answers, versions={})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def put_address(content: Path, address: str) -> None:
    """Give a network the address that it is served at."""
    file = content / "network.toml"
    # Of the network's own keys, which stand before the first table: a forge's table has an address too.
    own, bracket, tables = file.read_text().partition("\n[")
    own, count = re.subn("^address = .*$", f'address = "{address}"', own, flags=re.MULTILINE)
    assert count == 1
    file.write_text(own + bracket + tables)
