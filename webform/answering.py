"""How the service answers: a page for a browser, the same as JSON for our script."""

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from webform.desk import Desk
from webform.pages import Pages
from webform.review import FieldProblem
from webform.views import View

_T = TypeVar("_T")


class Answering:
    """What all handlers answer with. The desk and the templates work in threads, never in the loop."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk, self._pages = desk, pages

    async def call(self, function: Callable[..., _T], *arguments: object) -> _T:
        """What a function says that may wait for the disk."""
        return await run_in_threadpool(function, *arguments)

    async def page(self, request: Request, view: View, status: int = 200) -> Response:
        """A view as a page; for our script, its problems."""
        if wants_json(request):
            return json_answer(view.problems, status=status)
        return HTMLResponse(await self.call(self._render, view), status)

    def redirect(self, request: Request, address: str) -> Response:
        """Where to go on."""
        if wants_json(request):
            return json_answer((), next=address)
        return RedirectResponse(address, 303)

    def _render(self, view: View) -> str:
        return self._pages.render(view, self._desk.content.read().network)


class _TaglessJSON(JSONResponse):
    """JSON without a `<`: what was sent to us is no tag in an answer that a browser takes for a page."""

    def render(self, content: object) -> bytes:
        # Outside of its strings JSON has none, and in them an escape says the same.
        return super().render(content).replace(b"<", b"\\u003c")


def json_answer(problems: tuple[FieldProblem, ...], *, status: int = 200, **more: object) -> JSONResponse:
    """For our script: `ok`, what is to be mended, and where to go on."""
    errors = [one for one in problems if one.is_error]
    advice = [_as_json(one) for one in problems if not one.is_error]
    return _TaglessJSON(
        {
            "ok": not errors and status < 400,
            "problems": [_as_json(one) for one in errors],
            "advice": advice,
            **more,
        },
        status,
    )


def wants_json(request: Request) -> bool:
    """Whether our script asks."""
    return request.headers.get("accept", "").startswith("application/json")


def sender_of(request: Request) -> str:
    """The network address of who asks; empty where there is none."""
    return request.client.host if request.client else ""


def read_number(text: str) -> int:
    """A number from a header or a field; 0 where it is none."""
    return int(text[:12]) if text.isascii() and text.isdecimal() else 0


def _as_json(found: FieldProblem) -> dict[str, str]:
    return {"field": found.field, "code": found.code, "what": found.what, "fix": found.fix}
