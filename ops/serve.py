"""`invoke serve`: build, serve on loopback, and build again when something changes."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from pathlib import Path

from rich.console import Console
from watchfiles import watch

from kim.errors import KimError
from ops.build import build_command

#: What a page may depend on, beside the content.
_SOURCES = ("theme", "kim", "plugins", "pelicanconf.py")


def serve(root: Path, content: str = "", output: str = "", port: int = 8000) -> None:
    """Serve until interrupted; a build that fails leaves the last good site. Raises `KimError`."""
    console = Console()
    folder = Path(output or root / "output").resolve()
    command = [sys.executable, *build_command(root, content, str(folder))]
    subprocess.run(command, cwd=root, check=False)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), partial(_Handler, directory=str(folder))
        )
    except OSError as fault:
        raise KimError(
            f"Port {port} cannot be used ({fault.strerror}); name another: invoke serve --port 8001"
        ) from fault
    threading.Thread(target=server.serve_forever, daemon=True).start()
    console.print(f"http://127.0.0.1:{port}/  (Ctrl+C stops)")
    watched = [root / name for name in _SOURCES] + [Path(content or root / "content").resolve()]
    try:
        for changes in watch(*watched, debounce=300, raise_interrupt=True):
            console.print(_describe(changes), markup=False, highlight=False)
            subprocess.run(command, cwd=root, check=False)
    except KeyboardInterrupt:
        console.print("Selesai.")
    finally:
        server.shutdown()


def _describe(changes: Iterable[tuple[object, str]]) -> str:
    names = sorted({Path(path).name for _, path in changes})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"Changed: {', '.join(names[:3])}{more}"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the output folder as a host would: UTF-8, no listings, our own 404 page."""

    extensions_map = {  # noqa: RUF012 (the base class has it so)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".avif": "image/avif",
        ".webp": "image/webp",
    }

    def list_directory(self, path: str) -> None:  # type: ignore[override]
        """Not listed: a folder without a page is not found."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Always fresh: somebody is editing."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
