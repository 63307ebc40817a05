"""Jinja, told to forgive nothing: a template that names what its view does not have fails the build.

Own environment, as Pelican's fills in missing templates from a theme of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import astuple

from kim.errors import KimError
from kim.folder import digest_bytes
from kim.markup import sanitise
from kim.text import kilobytes
from plugins.pages.views import Frame, Picture
from plugins.portal.output import METER, Deferred, Output, digest_inputs

#: A tag that draws another template in, with its quoted name, or empty where there is none.
_DRAWS_IN = re.compile(r"""{%[-+]?\s*(?:extends|include|import|from)\s+("[^"]*"(?=\s)|'[^']*'(?=\s)|)""")


@dataclass(frozen=True)
class Sources:
    """The text of every template of a theme, by its name; `folder` is what faults name."""

    folder: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NamedTemplate:
    """A template among those that it may draw in; picklable."""

    name: str
    sources: Sources


@dataclass(frozen=True)
class PageInputs:
    """All that a page is made from."""

    template: Deferred[NamedTemplate]
    view: Any


class Templates:
    """The templates of one theme, each with the digest of all that it draws in."""

    def __init__(self, folder: Path) -> None:
        self._sources = _read_sources(folder)
        self._texts = dict(self._sources.texts)
        self._folder = folder
        self._digests: dict[str, str] = {}

    def page(self, path: str, kind: str, view: Any) -> Output:
        """The output that shows a view through the template `<kind>.html`."""
        name = f"{kind}.html"
        template = Deferred(self.digest(kind), partial(NamedTemplate, name, self._sources))
        return Output(path, kind, PageInputs(template, view), render_page, metered=True)

    def digest(self, kind: str) -> str:
        """The digest of a template and of all that it draws in."""
        name = f"{kind}.html"
        if name not in self._digests:
            sources: dict[str, str] = {}
            self._collect(name, sources)
            self._digests[name] = digest_inputs(sorted(sources.items()))
        return self._digests[name]

    def _collect(self, name: str, sources: dict[str, str]) -> None:
        if name in sources:
            return
        try:
            source = self._texts[name]
        except KeyError as fault:
            raise KimError(f"Template {name} in {self._folder} is missing.") from fault
        sources[name] = digest_bytes(source.encode())
        # Jinja's own way to find them parses the template: for all of them a tenth of a second
        for other in _DRAWS_IN.findall(source):
            if not other:
                raise KimError(f"Template {name} includes by a computed name; name the template.")
            self._collect(other[1:-1], sources)


def _read_sources(folder: Path) -> Sources:
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.html")}
    try:
        texts = tuple((name, files[name].read_text(encoding="utf-8")) for name in sorted(files))
    except (OSError, UnicodeDecodeError) as fault:
        raise KimError(f"A template in {folder} cannot be read: {fault}") from fault
    return Sources(str(folder), texts)


@lru_cache(maxsize=2)
def build_environment(sources: Sources) -> Environment:
    """Jinja for these templates; each of them is compiled when it is first used."""
    texts = dict(sources.texts)

    def load(name: str) -> tuple[str, str, None] | None:
        return (texts[name], f"{sources.folder}/{name}", None) if name in texts else None

    environment = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters |= {
        "scrolling_tables": scrolling_tables,
        "below": below,
        "unlinked": unlinked,
        "kilobytes": kilobytes,
    }
    return environment


def render_page(inputs: PageInputs) -> bytes:
    """The page's bytes. Raises what Jinja raises: a fault in a template is a fault of the build."""
    named, photos = inputs.template.load(), weigh_photos(inputs.view)
    template = build_environment(named.sources).get_template(named.name)
    meter = Markup(METER)  # noqa: S704 (a constant of ours)
    html: str = template.render(page=inputs.view, meter=meter, photos=photos)
    return (_without_blank_lines(html).strip() + "\n").encode()


def weigh_photos(part: object) -> int:
    """Bytes that a phone loads for all photos in a view, without those that wait for a tap."""
    if isinstance(part, Picture):
        return 0 if part.waits else part.size
    if isinstance(part, tuple):
        return sum(map(weigh_photos, part))
    if not isinstance(part, Struct) or isinstance(part, Frame):
        return 0
    return sum(weigh_photos(value) for value in astuple(part) if not isinstance(value, str))


def _without_blank_lines(html: str) -> str:
    """What template tags leave behind goes; a `<pre>` of a post keeps its empty lines."""
    parts = re.split(r"(<pre>.*?</pre>)", html, flags=re.DOTALL)
    parts[::2] = (re.sub(r"\n\s*\n+", "\n", part) for part in parts[::2])
    return "".join(parts)


def unlinked(html: str, dead: Iterable[str]) -> str:
    """Sanitised HTML whose links to these addresses of the portal are words: nobody is led to nothing."""
    for address in dead:
        html = re.sub(rf'(<a\b[^>]*?) href="{re.escape(address)}"', r"\1", html)
    return html


def below(html: str, base: str) -> str:
    """Sanitised HTML whose links to the portal begin with `base`, the path that the portal stands below."""
    return sanitise(html, base) if base else html


def scrolling_tables(html: str) -> str:
    """Each table in a box that scrolls by itself and can be reached by keyboard.

    Takes sanitised HTML, in which `<table>` can only be a table: everywhere else `<` is `&lt;`.
    """
    box = '<div class="t" role="group" aria-label="Tabel" tabindex="0"><table>'
    return html.replace("<table>", box).replace("</table>", "</table></div>")
