"""A forge on loopback: real repositories over git's own HTTP backend, and the REST interface beside it.

Every request needs the secret. `Trouble` makes it a forge on a bad day: it answers with a status, or takes a
request and loses the answer.
"""

import base64
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

USER, TOKEN = "formulir", "rahasia-sekali-123"
_BASIC = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()

#: method, parts of the path, query, body → status and answer
Api = Callable[[str, list[str], dict[str, str], Any], tuple[int, Any]]


@dataclass
class Trouble:
    """The next `times` requests whose line matches: a status with headers, or (0) the answer is lost."""

    pattern: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A running forge: where it is, what was asked of it, and what goes wrong next."""

    port: int
    asked: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, pattern: str, status: int, times: int = 1, **headers: str) -> None:
        """Something goes wrong with the next requests like this."""
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        self.troubles.append(Trouble(pattern, status, times, shown))

    def trouble(self, line: str) -> Trouble | None:
        for one in self.troubles:
            if one.times and re.search(one.pattern, line):
                one.times -= 1
                return one
        return None


@contextmanager
def serve(root: Path, api: Api, prefix: str) -> Iterator[Server]:
    """Serve the repositories below `root`, and `api` below `prefix`."""
    web = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    web.daemon_threads = True
    server = Server(web.server_port)
    web.forge = (server, root, api, prefix)  # type: ignore[attr-defined]
    thread = threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815

    def _handle(self) -> None:
        server, root, api, prefix = self.server.forge  # type: ignore[attr-defined]
        line, body = f"{self.command} {self.path}", self._body()
        server.asked.append(line)
        trouble = server.trouble(line)
        if trouble and trouble.status:
            self._answer(trouble.status, b"{}", trouble.headers)
            return
        parts = urlsplit(self.path)
        if parts.path.startswith(f"{prefix}/"):
            answer = self._rest(api, parts.path.removeprefix(f"{prefix}/"), parts.query, body)
        else:
            answer = self._git(root, parts.path, parts.query, body)
        if trouble:
            self.close_connection = True
            return
        self._answer(*answer)

    def _rest(self, api: Api, path: str, query: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        given = self.headers.get("Authorization", "").split(" ")[-1], self.headers.get("PRIVATE-TOKEN")
        if TOKEN not in given:
            return 401, b'{"message": "Unauthorized"}', {}
        parts = [unquote(part) for part in path.split("/")]
        status, answer = api(self.command, parts, dict(parse_qsl(query)), json.loads(body or b"null"))
        return status, json.dumps(answer).encode(), {"Content-Type": "application/json"}

    def _git(self, root: Path, path: str, query: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self.headers.get("Authorization") != _BASIC:
            return 401, b"", {"WWW-Authenticate": 'Basic realm="forge"'}
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_USER": USER,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, capture_output=True, env=environment, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return int(headers.pop("Status", "200").split()[0]), content, headers

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
