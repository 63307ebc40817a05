"""What a volunteer reads when something went wrong that no field can be blamed for."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from webform.answering import Answering
from webform.body import BadBodyError
from webform.outbox import OutboxFullError
from webform.views import MessageView

FULL = (
    "Penyimpanan kami sedang penuh, jadi ini belum tersimpan. Isian Anda masih ada di halaman ini; "
    "coba lagi beberapa menit lagi."
)


class Faults:
    """One handler for each kind."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def handlers(self) -> dict[int | type[Exception], ExceptionHandler]:
        """Which fault is whose."""
        return {
            404: self.missing,
            405: self.missing,
            KeyError: self.gone,
            BadBodyError: self.bad_body,
            OutboxFullError: self.full,
            ClientDisconnect: self.left,
        }

    async def missing(self, request: Request, fault: Exception) -> Response:
        """An address that was never one, or a method that it does not know."""
        view = MessageView("Halaman ini tidak ada", ("Periksa alamatnya, atau mulai dari kabar baru.",))
        return await self._answering.page(request, view, getattr(fault, "status_code", 404))

    async def gone(self, request: Request, fault: Exception) -> Response:
        """A secret address of nothing, or of what was deleted."""
        texts = (
            "Tidak ada kabar di alamat ini. Kabar yang sudah lama terbit dihapus dari sini; "
            "di portal ia tetap ada.",
            "Kalau alamatnya disalin, periksa apakah tersalin sampai ujung.",
        )
        return await self._answering.page(request, MessageView("Kabar ini tidak ada di sini", texts), 404)

    async def bad_body(self, request: Request, fault: Exception) -> Response:
        """A request that is broken, too large or too slow."""
        status = fault.status if isinstance(fault, BadBodyError) else 400
        texts = {
            408: ("Sambungan terlalu lama diam, jadi kiriman ini berhenti.", "Kembali, lalu kirim lagi."),
            413: ("Kiriman ini terlalu besar.", "Satu foto paling besar 15 MB, satu tulisan 60.000 huruf."),
        }.get(status, ("Kiriman ini tidak utuh sampai di sini.", "Kembali, lalu kirim lagi."))
        answer = await self._answering.page(request, MessageView("Belum terkirim", texts), status)
        answer.headers["Connection"] = "close"
        return answer

    async def full(self, request: Request, fault: Exception) -> Response:
        """The disk is full; nothing was written."""
        answer = await self._answering.page(request, MessageView("Belum tersimpan", (FULL,)), 503)
        answer.headers["Retry-After"] = "300"
        return answer

    async def left(self, request: Request, fault: Exception) -> Response:
        """Who asked is gone."""
        return Response(status_code=400)
