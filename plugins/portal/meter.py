"""The figure by which a page says what it costs its reader, in whole KB as sent.

The figure stands in the page that it measures. It is the smallest that is not too small: guessed, put in,
measured, and guessed again only where it was wrong.
"""

from dataclasses import dataclass
from functools import cache

from plugins.portal.compress import zip_text
from plugins.portal.output import METER

#: Bytes by which two figures, put into one page, can change what is sent.
_SLACK = 40


@dataclass(frozen=True)
class Metered:
    """A page that says what it costs: `figure` KB. `zipped` is what is sent to the last of all browsers."""

    data: bytes
    zipped: bytes | None
    figure: int


def fill_meter(template: bytes, guess: int, *, compress: bool) -> Metered:
    """The page with its figure for `METER`; the guess changes how long that takes, and nothing else."""

    @cache
    def fill(figure: int) -> Metered:
        data = template.replace(METER.encode(), str(figure).encode())
        return Metered(data, zip_text(data) if compress else None, figure)

    page = fill(_kilobytes(fill(guess)))
    while _kilobytes(page) > page.figure:
        page = fill(page.figure + 1)
    while _size(page) <= (page.figure - 1) * 1000 + _SLACK:
        smaller = fill(page.figure - 1)
        if _kilobytes(smaller) > smaller.figure:
            break
        page = smaller
    return page


def _size(page: Metered) -> int:
    return len(page.data if page.zipped is None else page.zipped)


def _kilobytes(page: Metered) -> int:
    return -(-_size(page) // 1000)
