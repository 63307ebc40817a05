"""What the preview says on a page: problems as `invoke check` says them, and why there is no newer page.

Data to HTML. All words of a post are escaped: they come from strangers.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

from kim.folder import FOLDER_POST, PAGES_FOLDER, POST_SUFFIX
from kim.group import GROUP_FILE
from kim.network import NETWORK_FILE, VILLAGES_FILE
from kim.problems import Problem, has_errors
from kim.report import format_problems, summarise

#: Problems of other files that are shown; there is a command for all of them.
_MOST_OTHERS = 20
#: Characters of a fault that are shown: its end, where a traceback says what it is about.
_LONGEST_FAULT = 6_000


@dataclass(frozen=True)
class Panel:
    """What is to be said: `own` problems of the file behind this page, those of `others`, and sentences.

    `fault` is why the last build failed. `folder` is the content folder's name.
    """

    own: tuple[Problem, ...] = ()
    others: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""
    folder: str = "content"

    @property
    def is_empty(self) -> bool:
        """Whether all is well."""
        return not (self.own or self.others or self.notes or self.fault)

    @property
    def summary(self) -> str:
        """The panel in a line; empty where all is well."""
        if self.fault:
            return "Portal belum bisa dibangun"
        found = (*self.own, *self.others)
        return summarise(found) if found else "Catatan pratinjau" if self.notes else ""


def split_problems(
    problems: Iterable[Problem], address: str
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The problems of the file behind an address, and the others."""
    own: list[Problem] = []
    others: list[Problem] = []
    for found in problems:
        (own if _stands_behind(found.path, address) else others).append(found)
    return tuple(own), tuple(others)


def _stands_behind(path: str, address: str) -> bool:
    inner = address.strip("/")
    if not inner:
        return path in (NETWORK_FILE, VILLAGES_FILE)
    names = {f"{inner}{POST_SUFFIX}", f"{PAGES_FOLDER}/{inner}{POST_SUFFIX}", f"{inner}/{GROUP_FILE}"}
    # a text with files is a folder: what is said of them is said of it
    is_post = len(PurePosixPath(inner).parts) == 3
    folder = inner if is_post else f"{PAGES_FOLDER}/{inner}"
    return path in names or path == folder or path.startswith(f"{folder}/")


def post_files(address: str) -> tuple[str, ...]:
    """Where, below content/, the text of a post at this address would lie; nothing for other addresses."""
    inner = address.strip("/")
    if len(PurePosixPath(inner).parts) != 3:
        return ()
    return (f"{inner}{POST_SUFFIX}", f"{inner}/{FOLDER_POST}")


def render_panel(panel: Panel) -> str:
    """The panel's inside; empty text where all is well."""
    if panel.is_empty:
        return ""
    parts = [f"<p>{escape(note)}</p>" for note in panel.notes]
    if panel.fault:
        parts += [
            "<p>Yang tampil di sini adalah keadaan sebelumnya.</p>",
            f"<pre>{escape(panel.fault[-_LONGEST_FAULT:])}</pre>",
        ]
    parts += _section("Di halaman ini", panel.own, panel.folder)
    shown = _worst_first(panel.others)[:_MOST_OTHERS]
    parts += _section("Di berkas lain", shown, panel.folder)
    if len(panel.others) > len(shown):
        rest = len(panel.others) - len(shown)
        parts.append(f"<p>Ada {rest} lagi; <code>invoke check</code> menyebut semuanya.</p>")
    is_open = " open" if panel.own or panel.notes or panel.fault else ""
    kind = "bad" if panel.fault or has_errors((*panel.own, *panel.others)) else "mild"
    return (
        f'<details class="{kind}"{is_open}><summary>{escape(panel.summary)}</summary>'
        f'<div role="region" aria-label="Pratinjau" tabindex="0">{"".join(parts)}</div></details>'
    )


def _worst_first(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda found: (not has_errors([found]), found))


def _section(title: str, problems: Sequence[Problem], folder: str) -> list[str]:
    if not problems:
        return []
    # The same fields as everywhere: paths as an editor opens them, without what is private.
    fields = json.loads(format_problems(problems, "json", folder))
    return [f"<h2>{title}</h2>", "<ul>", *(_item(found) for found in fields), "</ul>"]


def _item(found: dict[str, object]) -> str:
    place = f"{found['path']}:{found['line']}" if found["line"] else str(found["path"])
    kind = " (peringatan)" if found["severity"] == "warning" else ""
    line = f"<pre>{found['line']} | {escape(str(found['excerpt']))}</pre>" if found["excerpt"] else ""
    return (
        f"<li><p><code>{escape(place)}</code> <b>{escape(str(found['code']))}</b>{kind}</p>"
        f"<p>{escape(str(found['what']))}</p>{line}"
        f"<p>Cara memperbaiki: {escape(str(found['fix']))}</p></li>"
    )
