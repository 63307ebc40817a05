"""The preview on loopback: pages with what is added to them, other files as they are, and news of both."""

import http.server
import io
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kim.addresses import WORKER
from kim.errors import KimError
from ops.live.site import LiveSite, Shown

#: Where a page asks for news. No address of the portal has an underscore.
EVENTS = "/_live/events"
#: Seconds after which a silent line is tried, so that who is gone is noticed.
_PULSE = 15.0


@dataclass(frozen=True)
class Place:
    """`base` is the path that the portal stands below: empty, or `/kim`. `worker` is the service worker that
    is sent instead of the portal's: one that takes itself, and what was kept, out of the browser."""

    site: LiveSite
    base: str
    worker: Path


@contextmanager
def open_server(place: Place, port: int) -> Iterator[str]:
    """Serve until the block ends; the portal's address. Raises `KimError` where the port cannot be had."""
    handler = partial(_Handler, directory=str(place.site.output), place=place)
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError as fault:
        raise KimError(
            f"Port {port} cannot be used ({fault.strerror}); name another: invoke serve --port 8001"
        ) from fault
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{place.base}/"
    finally:
        place.site.close()
        server.shutdown()
        server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves a page leaves what it was reading; all else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves as a host would: UTF-8, no listings, our own 404 page."""

    extensions_map = {  # noqa: RUF012 (the base class has it so)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".webmanifest": "application/manifest+json",
        ".avif": "image/avif",
        ".webp": "image/webp",
    }

    def __init__(self, *args: object, place: Place, directory: str) -> None:
        self._place = place
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file, or news until one side leaves."""
        asked = urlsplit(self.path)
        if asked.path == EVENTS:
            self._send_news(parse_qs(asked.query).get("page", ["/"])[0])
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | object | None:  # type: ignore[override]
        """The head of an answer; its body is returned."""
        path, base = urlsplit(self.path).path, self._place.base
        if path == base + WORKER and self._place.worker.is_file():
            return self._send_text(HTTPStatus.OK, "text/javascript", self._place.worker.read_text("utf-8"))
        if not path.startswith(f"{base}/"):
            self._send_elsewhere(f"{base}/")
            return None
        last = path.rpartition("/")[2]
        if "." in last and not last.endswith(".html"):
            return super().send_head()
        if last and Path(self.translate_path(path)).is_dir():
            self._send_elsewhere(f"{path}/")
            return None
        shown = self._look(path)
        return self._send_text(shown.status, "text/html", shown.html)

    def translate_path(self, path: str) -> str:
        """The file of a request, which names the portal's base, too."""
        return super().translate_path(urlsplit(path).path.removeprefix(self._place.base))

    def list_directory(self, path: str) -> None:  # type: ignore[override]
        """Not listed: a folder without a page is not found."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Always fresh: somebody is editing."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _look(self, path: str) -> Shown:
        file = Path(self.translate_path(path))
        if path.endswith("/"):
            file /= "index.html"
        address = unquote(path).removeprefix(self._place.base).removesuffix("index.html")
        return self._place.site.look(address, file)

    def _send_text(self, status: HTTPStatus, kind: str, text: str) -> io.BytesIO:
        data = text.encode(errors="surrogateescape")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def _send_elsewhere(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_news(self, path: str) -> None:
        """The keys of a page and of its panel: at once, and after every build that changed one."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        number, last = -1, ""
        site = self._place.site
        while (found := site.wait(number, _PULSE)) is not None:
            number = found
            shown = self._look(path)
            news = {
                "page": shown.page_key,
                "panel": shown.panel_key,
                "html": shown.panel_html,
                "summary": shown.panel.summary,
            }
            text = json.dumps(news)
            self.wfile.write(b": \n\n" if text == last else f"data: {text}\n\n".encode())
            self.wfile.flush()
            last = text
