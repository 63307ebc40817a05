"""The site as the preview shows it: the output folder, with what the last build said about it.

A page whose post is held back by a problem stays as it was last seen, so that whoever is writing keeps it
before their eyes; with the problem on it.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from kim.problems import Problem, has_errors
from ops.live.page import Addition, add_to_page
from ops.live.panel import Panel, post_files, render_panel, split_problems

_HERE = Path(__file__).parent
#: Pages that are remembered for as long as their posts are held back.
_MOST_REMEMBERED = 50
_EMPTY = """\
<!doctype html>
<html lang="id">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pratinjau</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 34em; margin: 3em auto; padding: 0 16px }}
</style>
<main><h1>{title}</h1><p>{text}</p></main>
</html>
"""
_BUILDING = _EMPTY.format(
    title="Portal sedang dibangun",
    text="Halaman ini terbuka sendiri begitu selesai.",
)
_NOTHING = _EMPTY.format(
    title="Belum ada yang bisa ditampilkan",
    text="Perbaiki yang disebut di bawah; halaman ini menyusul sendiri.",
)
_LOST = "Pratinjau berhenti. Jalankan lagi <code>invoke serve</code>."
_OLD = "Berita ini tertahan. Yang tampil adalah keadaan terakhir yang tanpa masalah."
_HELD = "Berita ini tertahan, jadi belum ada halamannya."
_UNPUBLISHED = "Belum terbit: statusnya draf, atau tanggalnya belum tiba. Di daftar mana pun belum ada."


@dataclass(frozen=True)
class Built:
    """What the last build said: problems, or in `fault` why the site is as it was before."""

    problems: tuple[Problem, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Shown:
    """What stands at an address: a page as it was built, and what is said on it."""

    status: HTTPStatus
    page: str
    panel: Panel

    @cached_property
    def page_key(self) -> str:
        """Changes where the page does."""
        return _digest(self.page)

    @cached_property
    def panel_html(self) -> str:
        """The inside of the panel; empty where all is well."""
        return render_panel(self.panel)

    @property
    def panel_key(self) -> str:
        """Changes where the panel does."""
        return _digest(self.panel_html)

    @property
    def html(self) -> str:
        """The page with the panel, and the script that keeps both up to date."""
        script, style = (_HERE.joinpath(name).read_text("utf-8") for name in ("live.js", "live.css"))
        html = (
            f'<kim-live data-page="{self.page_key}" data-panel="{self.panel_key}">'
            f'<template shadowrootmode="open"><style>{style}</style>'
            f'<p role="status"></p><div id="panel">{self.panel_html}</div>'
            f'<p class="lost">{_LOST}</p></template></kim-live>\n'
            f"<script>{script}</script>\n"
        )
        return add_to_page(self.page, Addition(html, (script,), (style,)))


class LiveSite:
    """The output folder and the last build's words; safe to be asked from many threads."""

    def __init__(self, output: Path, content: Path, draft: Callable[[str, int], str | None]) -> None:
        """`draft` makes the page of a post that is not published, by its path, for the build of a number."""
        self.output, self._content, self._draft = output, content, draft
        self._built: Built | None = None
        self._number = 0
        self._closed = False
        self._news = threading.Condition()
        self._remembered: OrderedDict[str, str] = OrderedDict()

    def publish(self, built: Built) -> None:
        """What a build said, for all who wait for it."""
        with self._news:
            self._built = built
            self._number += 1
            self._news.notify_all()

    def close(self) -> None:
        """Nobody needs to wait any more."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def wait(self, number: int, seconds: float) -> int | None:
        """The number of the last build, as soon as it is not this one; None after `close`."""
        with self._news:
            self._news.wait_for(lambda: self._closed or self._number != number, seconds)
            return None if self._closed else self._number

    def look(self, address: str, file: Path) -> Shown:
        """What stands at an address, counted from the portal's root, whose page would be this file."""
        with self._news:
            built, number = self._built, self._number
        page = _read(file)
        own, others = split_problems(built.problems if built else (), address)
        notes: tuple[str, ...] = ()
        status = HTTPStatus.OK
        fault = built.fault if built else ""
        if page is None and built and not has_errors(own):
            page = self._unpublished(address, number)
            notes = (_UNPUBLISHED,) if page else ()
        if page is not None:
            self._remember(address, page)
        elif (has_errors(own) or fault) and (page := self._remembered.get(address)) is not None:
            notes = (_OLD,) if has_errors(own) else ()
        else:
            status = HTTPStatus.NOT_FOUND
            page = _read(self.output / "404.html") or (_NOTHING if built else _BUILDING)
            notes = (_HELD,) if has_errors(own) else ()
        return Shown(status, page, Panel(own, others, notes, fault, self._content.name))

    def _remember(self, address: str, page: str) -> None:
        with self._news:
            self._remembered[address] = page
            self._remembered.move_to_end(address)
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.popitem(last=False)

    def _unpublished(self, address: str, number: int) -> str | None:
        """The page of a post that is there, and breaks no rule, and that the build leaves out."""
        found = [path for path in post_files(address) if (self._content / path).is_file()]
        return self._draft(found[0], number) if found else None


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode(errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]
