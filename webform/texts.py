"""Texts over HTTP: a new one, one to be mended, a published one to be put right, and where each stands."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from webform.answering import Answering, json_answer, read_number, sender_of, wants_json
from webform.body import read_form
from webform.desk import Desk, Looked, Saved
from webform.faults import FULL
from webform.outbox import OutboxFullError
from webform.review import FieldProblem, form_problem
from webform.submission import Answers, Kind, State
from webform.views import CorrectView, WriteView, correct_view, new_view, photos_view, status_view, write_view

#: the one field that no person fills in
_TRAP = "situs"


class Texts:
    """A page each, and what its button does."""

    def __init__(self, desk: Desk, answering: Answering) -> None:
        self._desk, self._answering = desk, answering

    async def new(self, request: Request) -> Response:
        """The empty form."""
        return await self._answering.page(request, await self._answering.call(self._new_view, {}))

    async def begin(self, request: Request) -> Response:
        """The first sending of a text."""
        form = await read_form(request)
        answers, group, code = _answers(form), form.get("kelompok", ""), form.get("kode", "")
        if form.get(_TRAP):
            return await self._again(request, form, (form_problem("kirim", "K097"),))
        if form.get("aksi") == "lihat":
            prose = await self._answering.call(self._desk.drafts.preview, group, answers)
            view = await self._answering.call(self._new_view, form)
            return await self._answering.page(request, replace(view, prose=prose))
        try:
            saved = await self._answering.call(
                self._desk.begin, form.get("nomor", ""), group, code, answers, sender_of(request)
            )
        except OutboxFullError:
            return await self._again(request, form, (), notice=FULL, status=503)
        if saved.problems:
            return await self._again(request, form, saved.problems, saved=saved)
        return await self._go_on(request, saved, send=form.get("aksi") == "kirim")

    async def show(self, request: Request) -> Response:
        """A submission: where it stands, or its working copy."""
        secret = request.path_params["secret"]
        looked = await self._answering.call(self._desk.look, secret)
        found, action = looked.submission, f"/k/{secret}"
        if found.state is not State.PUBLISHED:
            if "ubah" in request.query_params:
                return await self._answering.page(request, self._write_view(secret, looked))
            if "foto" in request.query_params and found.kind is Kind.POST:
                return await self._answering.page(request, photos_view(looked, action))
            if found.is_edited and (looked.has_text_errors or found.kind is Kind.CORRECTION):
                return await self._answering.page(request, self._write_view(secret, looked))
            if found.is_edited:
                return await self._answering.page(request, photos_view(looked, action))
        await self._answering.call(self._desk.hasten, found)
        return await self._answering.page(request, status_view(looked, action))

    async def save(self, request: Request) -> Response:
        """A text that was mended."""
        secret = request.path_params["secret"]
        form = await read_form(request)
        answers = _answers(form)
        looked = await self._answering.call(self._desk.look, secret)
        if looked.submission.state is State.PUBLISHED:
            return self._answering.redirect(request, f"/k/{secret}")
        typed = replace(self._write_view(secret, looked), answers=answers, problems=())
        if form.get(_TRAP):
            view = replace(typed, problems=(form_problem("kirim", "K097"),))
            return await self._answering.page(request, view, 422)
        if form.get("aksi") == "lihat":
            prose = await self._answering.call(self._desk.drafts.preview, looked.submission.group, answers)
            return await self._answering.page(request, replace(typed, prose=prose))
        try:
            version = read_number(form.get("versi", ""))
            saved = await self._answering.call(self._desk.save, secret, version, answers)
        except OutboxFullError:
            return await self._answering.page(request, replace(typed, notice=FULL), 503)
        if saved.problems:
            view = replace(typed, problems=saved.problems, version=saved.version)
            return await self._answering.page(request, view, 409)
        send = form.get("aksi") == "kirim" and looked.submission.kind is Kind.CORRECTION
        return await self._go_on(request, saved, send=send)

    async def _go_on(self, request: Request, saved: Saved, *, send: bool) -> Response:
        """After a text was saved: to its photos, back to its mistakes, or, sent, to its status."""
        looked = await self._answering.call(self._desk.look, saved.secret)
        problems = looked.problems
        is_quiet = looked.submission.kind is Kind.CORRECTION or not problems
        if send and is_quiet and not looked.has_errors:  # advice is shown once before it is sent
            problems = await self._answering.call(self._desk.send, saved.secret)
        if wants_json(request):
            return json_answer(problems, next=f"/k/{saved.secret}", version=looked.submission.version)
        errors = [found for found in problems if found.is_error]
        if send and errors and not looked.has_text_errors:
            view = replace(self._write_view(saved.secret, looked), problems=problems)
            return await self._answering.page(request, view, 422)
        return self._answering.redirect(request, f"/k/{saved.secret}")

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
        view = await self._answering.call(self._new_view, form, problems)
        if saved and saved.secret:  # sent before with other words: from here on it is that one's page
            view = replace(view, is_new=False, action=f"/k/{saved.secret}", version=saved.version, ticket="")
        if wants_json(request):
            return json_answer(problems, ticket=view.ticket, status=status)
        return await self._answering.page(request, replace(view, notice=notice), status)

    async def correct(self, request: Request) -> Response:
        """The page that opens a published post."""
        address = request.query_params.get("alamat", "")[:500]
        view = await self._answering.call(self._correct_view, address)
        return await self._answering.page(request, view)

    async def open_correction(self, request: Request) -> Response:
        """A published post is opened with its group's code."""
        form = await read_form(request)
        group, code, address = (form.get(name, "") for name in ("kelompok", "kode", "alamat"))
        if form.get(_TRAP):
            saved = Saved((form_problem("kirim", "K097"),))
        else:
            ticket, sender = form.get("nomor", ""), sender_of(request)
            saved = await self._answering.call(
                self._desk.begin_correction, ticket, group, code, address, sender
            )
        if saved.problems:
            view = await self._answering.call(self._correct_view, address)
            view = replace(view, group=group, code=code, problems=saved.problems)
            return await self._answering.page(request, view, 422)
        return self._answering.redirect(request, f"/k/{saved.secret}")

    # Views

    def _new_view(self, form: Mapping[str, str], problems: tuple[FieldProblem, ...] = ()) -> WriteView:
        """The form as it was filled in; its ticket is used on as long as it is good."""
        content, ticket = self._desk.content.read(), form.get("nomor", "")
        return new_view(
            content,
            self._desk.drafts.today(content.network),
            ticket if ticket and self._desk.tickets.read(ticket) else self._desk.tickets.give(),
            _answers(form),
            form.get("kelompok", ""),
            form.get("kode", ""),
            problems,
        )

    def _write_view(self, secret: str, looked: Looked) -> WriteView:
        return write_view(looked, f"/k/{secret}", self._desk.drafts.today(looked.network))

    def _correct_view(self, address: str) -> CorrectView:
        return correct_view(self._desk.content.read(), self._desk.tickets.give(), address)


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
