"""QR codes for paper, as files of some 300 bytes that no screen loads: in the page each would weigh on it."""

import io
from collections.abc import Iterator

import segno

from kim.addresses import absolute, folder_address
from kim.board import code_id, plan_boards
from plugins.portal.output import Asset, Request, Stage

STAGE = Stage.ASSETS
#: One of the eight masks of the standard. Every reader takes any; to try all costs five times as much.
_MASK = 2


def outputs(request: Request) -> Iterator[Asset]:
    """A code for each post, and for each section that has a board."""
    sections = [folder_address(board.section) for board in plan_boards(request.site)]
    for address in (*sections, *(post.address for post in request.site.posts)):
        whole = absolute(request.site.network.address, address)
        yield Asset(code_id(address), "png", "code", (segno.__version__, whole), make_code)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def make_code(inputs: tuple[str, str]) -> bytes:
    """One pixel a module, with the white margin that a reader needs."""
    out = io.BytesIO()
    segno.make_qr(inputs[1], error="l", mask=_MASK).save(out, kind="png", scale=1, border=2)
    return out.getvalue()
