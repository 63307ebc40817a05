"""The form over HTTP: plain forms and pages that need no script, and the same answers as JSON for ours.

Addresses of submissions are secret, so they stand in no log and are sent to no other site. There are no
cookies: whoever has the code or the address may act, and a browser lends neither to another site's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from webform.answering import Answering
from webform.desk import Desk
from webform.faults import Faults
from webform.guard import Guard
from webform.pages import Pages
from webform.texts import Texts
from webform.uploads import Uploads


@dataclass(frozen=True)
class Health:
    """What `/sehat` says: every fault by name."""

    faults: tuple[str, ...]
    waiting: int
    oldest: datetime | None


class Web:
    """Which address is whose, and the addresses that are nobody's page."""

    def __init__(self, desk: Desk, pages: Pages, health: Callable[[], Health]) -> None:
        self._desk, self._pages, self._health = desk, pages, health
        self._answering = Answering(desk, pages)

    def app(self, hosts: frozenset[str], address: str) -> Starlette:
        """The application that a server serves."""
        texts, uploads = Texts(self._desk, self._answering), Uploads(self._desk, self._answering)
        routes = [
            Route("/", texts.new, methods=["GET"]),
            Route("/", texts.begin, methods=["POST"]),
            Route("/betulkan", texts.correct, methods=["GET"]),
            Route("/betulkan", texts.open_correction, methods=["POST"]),
            Route("/k/{secret:str}", texts.show, methods=["GET"]),
            Route("/k/{secret:str}", texts.save, methods=["POST"]),
            Route("/k/{secret:str}/foto", uploads.change, methods=["POST"]),
            Route("/k/{secret:str}/foto/{number:int}", uploads.thumbnail, methods=["GET"]),
            Route("/sehat", self.health, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
            Route(self._pages.script_path, self.script, methods=["GET"]),
        ]
        return Starlette(
            routes=routes,
            middleware=[
                Middleware(Guard, hosts=hosts, origin=_origin(address), policy=self._policy),
                Middleware(GZipMiddleware, minimum_size=700, compresslevel=6),
            ],
            exception_handlers=Faults(self._answering).handlers(),
        )

    async def health(self, request: Request) -> Response:
        """For the operator's monitor: 200, or 503 with the faults by name."""
        found = await self._answering.call(self._health)
        body = {
            "ok": not found.faults,
            "faults": list(found.faults),
            "waiting": found.waiting,
            "oldest": found.oldest.isoformat(timespec="seconds") if found.oldest else None,
        }
        return JSONResponse(body, 503 if found.faults else 200)

    async def robots(self, request: Request) -> Response:
        """Nothing here is for search engines."""
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    async def script(self, request: Request) -> Response:
        """The script, under an address that changes with it."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(self._pages.script, media_type="text/javascript", headers=headers)

    def _policy(self) -> str:
        return self._pages.policy(self._desk.content.read().network)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
