"""The form over HTTP: plain forms and pages that need no script, and the same answers as JSON for ours.

Addresses of submissions are secret, so they stand in no log and are sent to no other site. There are no
cookies: whoever has the code or the address may act, and a browser lends neither to another site's page.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kim.network import Network
from kim.text import kilobytes
from webform.body import BadBodyError, Upload, read_form, read_upload
from webform.desk import Desk, Looked, Saved
from webform.guard import Guard
from webform.outbox import OutboxFullError
from webform.pages import (
    CorrectView,
    MessageView,
    Pages,
    PhotosView,
    View,
    WriteView,
    groups_by_section,
    status_view,
    write_view,
)
from webform.photos import MOST_BYTES
from webform.review import FieldProblem, form_problem
from webform.submission import Answers, Kind, State

_T = TypeVar("_T")
_log = logging.getLogger("webform")
#: a photo with the fields around it
_MOST_UPLOAD = MOST_BYTES + 200_000
#: photos that may be on their way in at once; more are told to wait
_MOST_AT_ONCE = 24
_FULL = (
    "Penyimpanan kami sedang penuh, jadi ini belum tersimpan. Isian Anda masih ada di halaman ini; "
    "coba lagi beberapa menit lagi."
)


@dataclass(frozen=True)
class Health:
    """What `/sehat` says: every fault by name."""

    faults: tuple[str, ...]
    waiting: int
    oldest: datetime | None


class Web:
    """The handlers, and what they share."""

    def __init__(self, desk: Desk, pages: Pages, health: Callable[[], Health]) -> None:
        self._desk, self._pages, self._health = desk, pages, health
        self._uploads = 0

    def app(self, hosts: frozenset[str], address: str) -> Starlette:
        """The application that a server serves."""
        routes = [
            Route("/", self.new, methods=["GET"]),
            Route("/", self.begin, methods=["POST"]),
            Route("/betulkan", self.correct, methods=["GET"]),
            Route("/betulkan", self.open_correction, methods=["POST"]),
            Route("/k/{secret:str}", self.show, methods=["GET"]),
            Route("/k/{secret:str}", self.save, methods=["POST"]),
            Route("/k/{secret:str}/foto", self.photos, methods=["POST"]),
            Route("/k/{secret:str}/foto/{number:int}", self.thumbnail, methods=["GET"]),
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
            exception_handlers={
                404: self._missing,
                405: self._missing,
                KeyError: self._gone,
                BadBodyError: self._bad_body,
                OutboxFullError: self._full,
                ClientDisconnect: self._left,
            },
        )

    # Pages

    async def new(self, request: Request) -> Response:
        """The empty form."""
        return await self._page(request, await self._call(self._write_new, Answers(), "", "", ()))

    async def begin(self, request: Request) -> Response:
        """The first sending of a text."""
        form = await read_form(request)
        answers, group, code = _answers(form), form.get("kelompok", ""), form.get("kode", "")
        if form.get("situs"):
            return await self._again(request, form, (form_problem("kirim", "K097"),))
        if form.get("aksi") == "lihat":
            prose = await self._call(self._desk.preview, group, answers)
            view = await self._call(self._write_new, answers, group, code, (), form.get("nomor", ""))
            return await self._page(request, replace(view, prose=prose))
        try:
            saved = await self._call(
                self._desk.begin, form.get("nomor", ""), group, code, answers, _sender(request)
            )
        except OutboxFullError:
            return await self._again(request, form, (), notice=_FULL, status=503)
        if saved.problems:
            return await self._again(request, form, saved.problems, saved=saved)
        return await self._go_on(request, saved, send=form.get("aksi") == "kirim")

    async def show(self, request: Request) -> Response:
        """A submission: where it stands, or its working copy."""
        secret = request.path_params["secret"]
        looked = await self._call(self._desk.look, secret)
        found = looked.submission
        if "ubah" in request.query_params and found.state is not State.PUBLISHED:
            return await self._page(request, self._write(secret, looked))
        if "foto" in request.query_params and found.state is not State.PUBLISHED and found.kind is Kind.POST:
            return await self._page(request, self._photos(secret, looked))
        if found.is_edited and found.state is not State.PUBLISHED:
            if _has_text_errors(looked) or found.kind is Kind.CORRECTION:
                return await self._page(request, self._write(secret, looked))
            return await self._page(request, self._photos(secret, looked))
        await self._call(self._desk.hasten, found)
        return await self._page(request, status_view(found, f"/k/{secret}", looked.network))

    async def save(self, request: Request) -> Response:
        """A text that was mended."""
        secret = request.path_params["secret"]
        form = await read_form(request)
        answers = _answers(form)
        looked = await self._call(self._desk.look, secret)
        if looked.submission.state is State.PUBLISHED:
            return self._redirect(request, f"/k/{secret}")
        typed = replace(self._write(secret, looked), answers=answers, problems=())
        if form.get("situs"):
            return await self._page(request, replace(typed, problems=(form_problem("kirim", "K097"),)), 422)
        if form.get("aksi") == "lihat":
            prose = await self._call(self._desk.preview, looked.submission.group, answers)
            return await self._page(request, replace(typed, prose=prose))
        try:
            saved = await self._call(self._desk.save, secret, _number(form.get("versi", "")), answers)
        except OutboxFullError:
            return await self._page(request, replace(typed, notice=_FULL), 503)
        if saved.problems:
            return await self._page(
                request, replace(typed, problems=saved.problems, version=saved.version), 409
            )
        send = form.get("aksi") == "kirim" and looked.submission.kind is Kind.CORRECTION
        return await self._go_on(request, saved, send=send)

    async def _go_on(self, request: Request, saved: Saved, *, send: bool) -> Response:
        """After a text was saved: to its photos, back to its mistakes, or, sent, to its status."""
        looked = await self._call(self._desk.look, saved.secret)
        problems = looked.problems
        is_quiet = looked.submission.kind is Kind.CORRECTION or not problems
        if send and is_quiet and not looked.has_errors:  # advice is shown once before it is sent
            problems = await self._call(self._desk.send, saved.secret)
        if _wants_json(request):
            return _json(problems, next=f"/k/{saved.secret}", version=looked.submission.version)
        errors = [found for found in problems if found.is_error]
        if send and errors and not _has_text_errors(looked):
            view = replace(self._write(saved.secret, looked), problems=problems)
            return await self._page(request, view, 422)
        return self._redirect(request, f"/k/{saved.secret}")

    async def photos(self, request: Request) -> Response:
        """Photos come and go, their words change, and the whole is sent."""
        secret = request.path_params["secret"]
        announced = _number(request.headers.get("content-length", ""))
        await self._call(self._desk.look, secret)
        if announced > _MOST_UPLOAD:  # before a byte of it is read
            problem = form_problem(
                "foto", "K044", found="pilihan Anda", size=kilobytes(announced), limit=kilobytes(MOST_BYTES)
            )
            answer = await self._photo_answer(request, secret, (problem,), 413)
            answer.headers["Connection"] = "close"
            return answer
        if self._uploads >= _MOST_AT_ONCE:
            wait = (form_problem("foto", "K091", minutes=1),)
            answer = await self._photo_answer(request, secret, wait, 503)
            answer.headers["Retry-After"] = "20"
            return answer
        self._uploads += 1
        upload = Upload()
        try:
            upload = await read_upload(request, self._desk.spool, _MOST_UPLOAD)
            return await self._take_photo(request, secret, upload)
        except OutboxFullError:
            return await self._photo_answer(
                request, secret, (), 503, _FULL, upload.fields.get("keterangan", "")
            )
        finally:
            self._uploads -= 1
            if upload.file:
                upload.file.unlink(missing_ok=True)

    async def _take_photo(self, request: Request, secret: str, upload: Upload) -> Response:
        action, desk = upload.fields.get("aksi", ""), self._desk
        for name, alt in upload.fields.items():
            if name.startswith("keterangan-") and name[11:].isdecimal():
                await self._call(desk.describe_photo, secret, int(name[11:][:9]), alt)
        if action.startswith("hapus-") and action[6:].isdecimal():
            await self._call(desk.remove_photo, secret, int(action[6:][:9]))
        problems: tuple[FieldProblem, ...] = ()
        alt = upload.fields.get("keterangan", "")
        if upload.file and upload.size:
            problems = await self._call(desk.check_photo, secret, upload.size, _sender(request))
            problems = problems or await self._call(desk.add_photo, secret, upload.file, alt)
            alt = alt if problems else ""
        elif action == "tambah":
            problems = (form_problem("foto", "K016", key="Foto", example=""),)
        if action == "kirim" and not problems:
            problems = await self._call(desk.send, secret)
            if not any(found.is_error for found in problems):
                return self._redirect(request, f"/k/{secret}")
        status = 422 if any(found.is_error for found in problems) else 200
        return await self._photo_answer(request, secret, problems, status, alt=alt)

    async def _photo_answer(
        self,
        request: Request,
        secret: str,
        problems: tuple[FieldProblem, ...],
        status: int,
        notice: str = "",
        alt: str = "",
    ) -> Response:
        looked = await self._call(self._desk.look, secret)
        if _wants_json(request):
            answer = _json(problems, next=f"/k/{secret}", version=looked.submission.version)
            answer.status_code = status
            return answer
        if not problems and not notice:
            return self._redirect(request, f"/k/{secret}?foto=1#kirim")
        errors = tuple(found for found in problems if found.is_error)
        view = replace(self._photos(secret, looked), problems=errors, notice=notice, alt=alt)
        return await self._page(request, view, status)

    async def thumbnail(self, request: Request) -> Response:
        """The small square of a photo."""
        secret, number = request.path_params["secret"], request.path_params["number"]
        looked = await self._call(self._desk.look, secret)
        data = await self._call(self._thumbnail, looked.submission.id, number % 2**31)
        return Response(data, media_type="image/jpeg")

    def _thumbnail(self, submission: str, number: int) -> bytes:
        data = self._desk.outbox.photo(submission, number, thumbnail=True)
        if data is None:
            raise KeyError(number)
        return data

    async def correct(self, request: Request) -> Response:
        """The page that opens a published post."""
        address = request.query_params.get("alamat", "")[:500]
        return await self._page(request, await self._call(self._correct_view, address))

    async def open_correction(self, request: Request) -> Response:
        """A published post is opened with its group's code."""
        form = await read_form(request)
        group, code, address = (form.get(name, "") for name in ("kelompok", "kode", "alamat"))
        if form.get("situs"):
            saved = Saved((form_problem("kirim", "K097"),))
        else:
            saved = await self._call(
                self._desk.begin_correction, form.get("nomor", ""), group, code, address, _sender(request)
            )
        if saved.problems:
            view = await self._call(self._correct_view, address)
            view = replace(view, group=group, code=code, problems=saved.problems)
            return await self._page(request, view, 422)
        return self._redirect(request, f"/k/{saved.secret}")

    # Other files

    async def health(self, request: Request) -> Response:
        """For the operator's monitor: 200, or 503 with the faults by name."""
        found = await self._call(self._health)
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

    # What goes wrong

    async def _missing(self, request: Request, fault: Exception) -> Response:
        view = MessageView("Halaman ini tidak ada", ("Periksa alamatnya, atau mulai dari kabar baru.",))
        return await self._page(request, view, getattr(fault, "status_code", 404))

    async def _gone(self, request: Request, fault: Exception) -> Response:
        texts = (
            "Tidak ada kabar di alamat ini. Kabar yang sudah lama terbit dihapus dari sini; "
            "di portal ia tetap ada.",
            "Kalau alamatnya disalin, periksa apakah tersalin sampai ujung.",
        )
        return await self._page(request, MessageView("Kabar ini tidak ada di sini", texts), 404)

    async def _bad_body(self, request: Request, fault: Exception) -> Response:
        status = fault.status if isinstance(fault, BadBodyError) else 400
        texts = {
            408: ("Sambungan terlalu lama diam, jadi kiriman ini berhenti.", "Kembali, lalu kirim lagi."),
            413: ("Kiriman ini terlalu besar.", "Satu foto paling besar 15 MB, satu tulisan 60.000 huruf."),
        }.get(status, ("Kiriman ini tidak utuh sampai di sini.", "Kembali, lalu kirim lagi."))
        answer = await self._page(request, MessageView("Belum terkirim", texts), status)
        answer.headers["Connection"] = "close"
        return answer

    async def _full(self, request: Request, fault: Exception) -> Response:
        answer = await self._page(request, MessageView("Belum tersimpan", (_FULL,)), 503)
        answer.headers["Retry-After"] = "300"
        return answer

    async def _left(self, request: Request, fault: Exception) -> Response:
        return Response(status_code=400)

    # Helpers

    async def _call(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await run_in_threadpool(function, *arguments)

    async def _page(self, request: Request, view: View, status: int = 200) -> Response:
        if _wants_json(request):
            return _json(view.problems, status=status)
        return HTMLResponse(await self._call(self._render, view), status)

    def _render(self, view: View) -> str:
        return self._pages.render(view, self._network())

    def _redirect(self, request: Request, address: str) -> Response:
        if _wants_json(request):
            return _json((), next=address)
        return RedirectResponse(address, 303)

    def _network(self) -> Network:
        return self._desk.content.read().network

    def _policy(self) -> str:
        return self._pages.policy(self._network())

    def _today(self, network: Network) -> date:
        return self._desk.today(network)

    def _write_new(
        self, answers: Answers, group: str, code: str, problems: tuple[FieldProblem, ...], ticket: str = ""
    ) -> WriteView:
        content = self._desk.content.read()
        network, today = content.network, self._today(content.network)
        return WriteView(
            title="Kirim kabar",
            kind=Kind.POST,
            action="/",
            is_new=True,
            answers=answers if answers != Answers() else Answers(day=today.isoformat()),
            version=0,
            topics=network.topics,
            today=today.isoformat(),
            groups=groups_by_section(network, content.groups.values()),
            group=group,
            code=code,
            ticket=ticket if ticket and self._desk.read_ticket(ticket) else self._desk.ticket(),
            problems=problems,
        )

    async def _again(
        self,
        request: Request,
        form: Mapping[str, str],
        problems: tuple[FieldProblem, ...],
        *,
        saved: Saved | None = None,
        notice: str = "",
        status: int = 422,
    ) -> Response:
        """The page as it was filled in, with what is to be mended."""
        problems = tuple(found for found in problems if found.is_error)
        view = await self._call(
            self._write_new,
            _answers(form),
            form.get("kelompok", ""),
            form.get("kode", ""),
            problems,
            form.get("nomor", ""),
        )
        if saved and saved.secret:  # sent before with other words: from here on it is that one's page
            view = replace(view, is_new=False, action=f"/k/{saved.secret}", version=saved.version, ticket="")
        if _wants_json(request):
            return _json(problems, ticket=view.ticket, status=status)
        return await self._page(request, replace(view, notice=notice), status)

    def _write(self, secret: str, looked: Looked) -> WriteView:
        action, today = f"/k/{secret}", self._today(looked.network)
        fields = [found for found in looked.problems if not found.field.startswith("foto")]
        # a correction begins without words of it: that is no mistake yet
        if looked.submission.kind is Kind.CORRECTION and looked.submission.version == 1:
            fields = []
        errors = [found for found in fields if found.is_error]
        return write_view(looked.submission, action, looked.network, errors, today)

    def _photos(self, secret: str, looked: Looked) -> PhotosView:
        found = looked.submission
        return PhotosView(
            title="Foto, lalu kirim",
            kind=found.kind,
            action=f"/k/{secret}",
            is_new=found.is_new,
            answers=found.answers,
            version=found.version,
            photos=looked.photos,
            prose=looked.prose,
            advice=tuple(one for one in looked.problems if not one.is_error),
        )

    def _correct_view(self, address: str) -> CorrectView:
        content = self._desk.content.read()
        groups = groups_by_section(content.network, content.groups.values())
        return CorrectView("Betulkan kabar yang sudah terbit", self._desk.ticket(), groups, address=address)


def _has_text_errors(looked: Looked) -> bool:
    return any(found.is_error and not found.field.startswith("foto") for found in looked.problems)


def _answers(form: Mapping[str, str]) -> Answers:
    return Answers(
        title=form.get("judul", ""),
        topic=form.get("topik", ""),
        text=form.get("isi", ""),
        author=form.get("penulis", ""),
        source=form.get("sumber", ""),
        day=form.get("tanggal", ""),
        correction=form.get("ralat", ""),
    )


def _sender(request: Request) -> str:
    return request.client.host if request.client else ""


def _number(text: str) -> int:
    return int(text[:12]) if text.isascii() and text.isdecimal() else 0


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _as_json(found: FieldProblem) -> dict[str, str]:
    return {"field": found.field, "code": found.code, "what": found.what, "fix": found.fix}


def _json(problems: tuple[FieldProblem, ...], *, status: int = 200, **more: object) -> JSONResponse:
    """For our script: `ok`, what is to be mended, and where to go on."""
    errors = [one for one in problems if one.is_error]
    advice = [_as_json(one) for one in problems if not one.is_error]
    return JSONResponse(
        {
            "ok": not errors and status < 400,
            "problems": [_as_json(one) for one in errors],
            "advice": advice,
            **more,
        },
        status,
    )


def sweep(spool: Path) -> None:
    """Remove photos that a killed service left half received."""
    for file in spool.glob("foto-*"):
        file.unlink(missing_ok=True)
