"""What stands before every request and on every answer: the right host, the right origin, strict headers.

Also the service's log: one line an answer, with a method, a kind of page and a status; no address, no secret.
"""

import logging
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("webform.web")
_LONGEST_PATH = 2_000
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not `no-referrer`: browsers then send `Origin: null` from our own pages
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex",
}


class Guard:
    """Refuses what no honest browser sends, and dresses every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], origin: str, policy: Callable[[], str]) -> None:
        self._app, self._hosts, self._origin, self._policy = app, hosts, origin, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableHeaders(raw=message["headers"]))
                message["headers"] = [*message["headers"]]
            await send(message)

        refusal = self._refuse(scope)
        if refusal:
            await PlainTextResponse(f"{refusal[1]}\n", refusal[0])(scope, receive, dressed)
        else:
            await self._app(scope, receive, dressed)
        _log.info(
            "%s %s %d", scope["method"] if scope["method"] in _METHODS else "?", _kind(scope["path"]), status
        )

    def _refuse(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in self._hosts:
            return 400, "Bukan alamat formulir ini."
        if scope["method"] not in _METHODS:
            return 405, "Tidak dikenal."
        if len(scope["path"]) + len(scope["query_string"]) > _LONGEST_PATH:
            return 414, "Alamat ini terlalu panjang."
        if scope["method"] == "POST" and not self._is_from_here(headers):
            return 403, "Kiriman ini bukan dari formulir kami."
        return None

    def _is_from_here(self, headers: Headers) -> bool:
        """Browsers say which page a form was on; those that say nothing (Opera Mini) are believed."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        # behind a proxy, on loopback, the form's own host is right as well
        return origin is None or origin in (
            self._origin,
            f"http://{headers['host']}",
            f"https://{headers['host']}",
        )

    def _dress(self, headers: MutableHeaders) -> None:
        for name, value in _FIXED.items():
            headers[name] = value
        headers["Content-Security-Policy"] = self._policy()
        if self._origin.startswith("https:"):
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "cache-control" not in headers:
            # not `no-store`: then a browser whose connection broke shows an empty form on the way back
            headers["Cache-Control"] = "private, no-cache"


_METHODS = ("GET", "HEAD", "POST")


def _kind(path: str) -> str:
    """The kind of page, without the secret in its address."""
    parts = path.split("/")[1:]
    if parts[0] == "k":
        return "/k/…" + ("/foto" if "foto" in parts[2:] else "")
    return f"/{parts[0]}" if parts[0] in ("", "betulkan", "sehat", "robots.txt") else "/…"
