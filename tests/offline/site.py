"""A small portal below a path of its host, a host that can be slow, broken or gone, and a reader's browser."""

import http.server
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.sync_api import Browser, Response
from playwright.sync_api import Page as Tab

from plugins.offline.worker import WorkerInputs, worker_inputs, write_worker
from plugins.portal.compress import compress_siblings
from tests.corpus import NETWORK, Corpus, photo_bytes, post_text

BASE = "/kim/"
GROUP = "hulu/kim-mata-air"
#: How long the worker waits in these tests for a host that will not answer before it is told to.
WAIT_MS = 300
PHONE = {"width": 360, "height": 640}

Answer = tuple[int, dict[str, str], bytes]


class Site(Corpus):
    """A corpus of posts with photos, below /kim/."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.write("network.toml", NETWORK.replace(".example/", f".example{BASE}"))

    def add_photo_post(self, number: int, title: str = "", colour: str = "green") -> str:
        """A post with a lead photo; its address from the portal's root."""
        stem = f"2026-0{number // 28 + 1}-{number % 28 + 1:02}-kabar-{number}"
        self.write(f"{GROUP}/{stem}/a.jpg", photo_bytes(colour, (60 + number, 40)))
        more = "Foto: a.jpg\nKeterangan foto: Warna polos\n"
        text = post_text(title or f"Kabar nomor {number}", stem[:10], more)
        self.write(f"{GROUP}/{stem}/index.md", text)
        return f"{GROUP}/{stem}/"

    def publish(self, **changes: object) -> None:
        """Build, and let the worker wait less long; `changes` are to its numbers."""
        report = self.build()
        assert not report.problems, report.problems
        if self.settings.options.offline:
            self.write_worker(wait_ms=WAIT_MS, **changes)

    def write_worker(self, **changes: object) -> None:
        """Publish the worker with other numbers."""
        built = (self.output / "sw.js").read_bytes().decode()
        version = built.partition('VERSION="')[2].partition('"')[0]
        inputs: WorkerInputs = replace(worker_inputs(self.theme / "static", version), **changes)
        data = write_worker(inputs)
        (self.output / "sw.js").write_bytes(data)
        for suffix, small in compress_siblings("sw.js", data, 5):
            (self.output / f"sw.js{suffix}").write_bytes(small)


@dataclass
class Host:
    """Serves a folder below /kim/. `answers` stand instead of files; what is in `slow` waits for `release`."""

    folder: Path
    port: int = 0
    is_down: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    release: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[str, int]] = field(default_factory=list)

    def url(self, path: str = "") -> str:
        """Where a path of the portal stands."""
        return f"http://127.0.0.1:{self.port}{BASE}{path}"

    def answer(self, path: str, accepts: str) -> Answer:
        """What the host says to a path below the portal's root."""
        if path in self.answers:
            return self.answers[path]
        file = self.folder / (f"{path}index.html" if path.endswith("/") or not path else path)
        if not file.is_file():
            return 404, {"Content-Type": "text/html"}, (self.folder / "404.html").read_bytes()
        # kept by the browser, and never taken from there without asking the host
        headers = {"Content-Type": _type_of(file.name), "Cache-Control": "no-cache"}
        for name, suffix in (("br", ".br"), ("gzip", ".gz")):
            small = file.with_name(file.name + suffix)
            if name in accepts and small.is_file():
                return 200, headers | {"Content-Encoding": name}, small.read_bytes()
        return 200, headers, file.read_bytes()

    def answer_html(self, path: str, status: int, html: str, **headers: str) -> None:
        """Let a path have this answer."""
        self.answers[path] = (status, {"Content-Type": "text/html"} | headers, html.encode())


@contextmanager
def serve(folder: Path) -> Iterator[Host]:
    """A host of a built folder, until the block ends."""
    host = Host(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if host.is_down:
                self.close_connection = True
                return
            if path.removeprefix(BASE) in host.slow:
                host.release.wait(30)
            inside = path.startswith(BASE)
            status, headers, body = (
                host.answer(path.removeprefix(BASE), self.headers.get("Accept-Encoding", ""))
                if inside
                else (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Lain</title><h1>Lain</h1>")
            )
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            host.sent.append((path, len(body)))

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A browser that goes away leaves what it was reading."""

    with Server(("127.0.0.1", 0), Handler) as server:
        host.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        host.release.set()
        server.shutdown()


class Reader:
    """A browser with a profile of its own, in which one tab is open."""

    def __init__(self, browser: Browser, host: Host) -> None:
        self.context = browser.new_context(viewport=PHONE, color_scheme="light")
        self.context.set_default_timeout(30_000)
        self.host = host
        self.tab: Tab = self.context.new_page()

    def open(self, path: str = "", wait: str = "load") -> Response | None:
        """Open a path of the portal."""
        return self.tab.goto(self.host.url(path), wait_until=wait)

    def visit(self, path: str = "") -> None:
        """Open a path and wait until the worker has kept it."""
        self.open(path)
        self.wait_until_kept(path)

    def wait_until_kept(self, *paths: str) -> None:
        """Wait until the page, or whatever else, is in a cache, and the worker has tidied up after it."""
        self.wait_for(lambda kept: set(paths) <= set(kept), f"{paths} to be kept")

    def wait_for(self, is_so: Callable[[list[str]], bool], what: str) -> None:
        """Wait until what is kept is so; the test fails after half a minute."""
        for _ in range(600):
            if is_so(self.kept()):
                return
            self.tab.wait_for_timeout(50)
        raise AssertionError(f"waited for {what}; kept: {self.kept()}")

    def wait_until(self, function: str, given: object = None) -> None:
        """Wait until a function in the page, which may be async, says true."""
        for _ in range(600):
            if self.tab.evaluate(function, given):
                return
            self.tab.wait_for_timeout(50)
        raise AssertionError(f"waited for {function}; caches: {self.caches()}")

    def kept(self, part: str = "") -> list[str]:
        """The paths in the caches whose name has this part, in order."""
        urls = self.tab.evaluate(
            """async part => { const found = [];
              for (const name of await caches.keys()) if (name.includes(part))
                for (const request of await (await caches.open(name)).keys()) found.push(request.url);
              return found; }""",
            part,
        )
        return [url.removeprefix(self.host.url()) for url in urls]

    def caches(self) -> list[str]:
        """The caches' names."""
        names: list[str] = self.tab.evaluate("caches.keys()")
        return names

    def heading(self) -> str:
        """The open page's heading."""
        return (self.tab.text_content("h1") or "").strip()

    def shows_photo(self) -> bool:
        """Whether the post's photo is there."""
        shown: bool = self.tab.evaluate(
            """async () => { const photo = document.querySelector("article img");
              try { await photo.decode(); } catch { return false; }
              return photo.naturalWidth > 0; }"""
        )
        return shown

    def close(self) -> None:
        """Forget everything."""
        self.context.close()


def _type_of(name: str) -> str:
    known = {".webmanifest": "application/manifest+json", ".avif": "image/avif", ".webp": "image/webp"}
    return known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
