"""Photos over HTTP: one request brings one photo, and a dropped connection costs no more than that."""

from dataclasses import replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kim.text import kilobytes
from webform.answering import Answering, json_answer, read_number, sender_of, wants_json
from webform.body import Upload, read_upload
from webform.desk import Desk
from webform.faults import FULL
from webform.outbox import OutboxFullError
from webform.photos import MOST_BYTES
from webform.review import FieldProblem, form_problem
from webform.views import photos_view

#: a photo with the fields around it
_MOST_UPLOAD = MOST_BYTES + 200_000
#: photos that may be on their way in at once; more are told to wait
_MOST_AT_ONCE = 24


class Uploads:
    """The photos of a submission: they come and go, and the whole is sent from their page."""

    def __init__(self, desk: Desk, answering: Answering) -> None:
        self._desk, self._answering = desk, answering
        self._uploads = 0

    async def change(self, request: Request) -> Response:
        """Photos come and go, their words change, and the whole is sent."""
        secret = request.path_params["secret"]
        announced = read_number(request.headers.get("content-length", ""))
        await self._answering.call(self._desk.look, secret)
        if announced > _MOST_UPLOAD:  # before a byte of it is read
            problem = form_problem(
                "foto", "K044", found="pilihan Anda", size=kilobytes(announced), limit=kilobytes(MOST_BYTES)
            )
            answer = await self._answer(request, secret, (problem,), 413)
            answer.headers["Connection"] = "close"
            return answer
        if self._uploads >= _MOST_AT_ONCE:
            wait = (form_problem("foto", "K091", minutes=1),)
            answer = await self._answer(request, secret, wait, 503)
            answer.headers["Retry-After"] = "20"
            return answer
        self._uploads += 1
        upload = Upload()
        try:
            upload = await read_upload(request, self._desk.spool, _MOST_UPLOAD)
            return await self._take_photo(request, secret, upload)
        except OutboxFullError:
            return await self._answer(request, secret, (), 503, FULL, upload.fields.get("keterangan", ""))
        finally:
            self._uploads -= 1
            if upload.file:
                upload.file.unlink(missing_ok=True)

    async def _take_photo(self, request: Request, secret: str, upload: Upload) -> Response:
        action, desk = upload.fields.get("aksi", ""), self._desk
        for name, alt in upload.fields.items():
            if name.startswith("keterangan-") and name[11:].isdecimal():
                await self._answering.call(desk.describe_photo, secret, int(name[11:][:9]), alt)
        if action.startswith("hapus-") and action[6:].isdecimal():
            await self._answering.call(desk.remove_photo, secret, int(action[6:][:9]))
        problems: tuple[FieldProblem, ...] = ()
        alt = upload.fields.get("keterangan", "")
        if upload.file and upload.size:
            problems = await self._answering.call(desk.check_photo, secret, upload.size, sender_of(request))
            problems = problems or await self._answering.call(desk.add_photo, secret, upload.file, alt)
            alt = alt if problems else ""
        elif action == "tambah":
            problems = (form_problem("foto", "K016", key="Foto", example=""),)
        if action == "kirim" and not problems:
            problems = await self._answering.call(desk.send, secret)
            if not any(found.is_error for found in problems):
                return self._answering.redirect(request, f"/k/{secret}")
        status = 422 if any(found.is_error for found in problems) else 200
        return await self._answer(request, secret, problems, status, alt=alt)

    async def _answer(
        self,
        request: Request,
        secret: str,
        problems: tuple[FieldProblem, ...],
        status: int,
        notice: str = "",
        alt: str = "",
    ) -> Response:
        looked = await self._answering.call(self._desk.look, secret)
        if wants_json(request):
            answer = json_answer(problems, next=f"/k/{secret}", version=looked.submission.version)
            answer.status_code = status
            return answer
        if not problems and not notice:
            return self._answering.redirect(request, f"/k/{secret}?foto=1#kirim")
        errors = tuple(found for found in problems if found.is_error)
        view = replace(photos_view(looked, f"/k/{secret}"), problems=errors, notice=notice, alt=alt)
        return await self._answering.page(request, view, status)

    async def thumbnail(self, request: Request) -> Response:
        """The small square of a photo."""
        secret, number = request.path_params["secret"], request.path_params["number"]
        looked = await self._answering.call(self._desk.look, secret)
        data = await self._answering.call(self._thumbnail, looked.submission.id, number % 2**31)
        return Response(data, media_type="image/jpeg")

    def _thumbnail(self, submission: str, number: int) -> bytes:
        data = self._desk.outbox.photos.data(submission, number, thumbnail=True)
        if data is None:
            raise KeyError(number)
        return data


def sweep(spool: Path) -> None:
    """Remove photos that a killed service left half received."""
    for file in spool.glob("foto-*"):
        file.unlink(missing_ok=True)
