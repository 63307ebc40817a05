"""The QR codes of the notice boards, as files of some 300 bytes: seven in a page would be half of it."""

import io
from collections.abc import Iterator

import segno

from kim.addresses import absolute
from kim.board import board_codes, code_id, plan_boards
from plugins.portal.output import Asset, Request, Stage

STAGE = Stage.ASSETS


def outputs(request: Request) -> Iterator[Asset]:
    """A code for each address on a board; what no sheet shows any more goes."""
    for board in plan_boards(request.site):
        for address in board_codes(board):
            whole = absolute(request.site.network.address, address)
            yield Asset(code_id(address), "png", "code", (segno.__version__, whole), make_code)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def make_code(inputs: tuple[str, str]) -> bytes:
    """One pixel a module, with the white margin that a reader needs."""
    out = io.BytesIO()
    segno.make_qr(inputs[1], error="m").save(out, kind="png", scale=1, border=2)
    return out.getvalue()
