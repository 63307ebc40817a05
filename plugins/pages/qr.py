"""QR codes for paper: an address as a picture that stands in the page itself."""

import io
from base64 import b64encode

import segno

#: One of the eight masks that the standard has. Every reader takes any; to try all costs five times as much.
_MASK = 2


def qr_address(address: str) -> str:
    """The `data:` address of a QR code, one pixel a module, without the white margin that it needs."""
    code = segno.make_qr(address, error="l", mask=_MASK, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="png", scale=1, border=0)
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"
