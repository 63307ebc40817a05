"""The templates that show the form's views, and the script beside them. One request paints any page."""

import base64
import hashlib
from dataclasses import dataclass, field
from importlib import resources

import rcssmin
from jinja2 import Environment, PackageLoader, StrictUndefined

from kim.colours import readable_scheme
from kim.network import Network
from webform.views import CorrectView, MessageView, PhotosView, StatusView, View, WriteView


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    name: str
    name_head: str
    name_tail: str
    portal: str
    office: str
    contact: str
    style: str
    script: str


@dataclass(frozen=True)
class _Page:
    """A view in its frame, as templates read it: attributes of either."""

    frame: Frame
    view: View
    _names: frozenset[str] = field(default=frozenset(Frame.__dataclass_fields__))

    def __getattr__(self, name: str) -> object:
        return getattr(self.frame if name in self._names else self.view, name)


_TEMPLATES = {
    WriteView: "write.html",
    PhotosView: "photos.html",
    StatusView: "status.html",
    CorrectView: "correct.html",
    MessageView: "message.html",
}


class Pages:
    """Renders; holds the script, under an address that changes with it."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("webform"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        static = resources.files("webform") / "static"
        self._sheet = rcssmin.cssmin((static / "form.css").read_text(encoding="utf-8"))
        self.script = (static / "form.js").read_bytes()
        self.script_path = f"/kirim.{hashlib.sha256(self.script).hexdigest()[:12]}.js"

    def render(self, view: View, network: Network) -> str:
        """A page's HTML."""
        page = _Page(self.frame(network), view)
        return self._templates.get_template(_TEMPLATES[type(view)]).render(page=page)

    def frame(self, network: Network) -> Frame:
        """The network around a page."""
        short = network.short if network.short in network.name else ""
        return Frame(
            name=network.name,
            name_head=network.name.replace(short, "").strip() if short else network.name,
            name_tail=short,
            portal=network.address,
            office=network.office.name,
            contact=network.office.contact,
            style=self._style(network),
            script=self.script_path,
        )

    def _style(self, network: Network) -> str:
        scheme = readable_scheme(network.colours)
        (a, b), (c, d) = scheme.light, scheme.dark
        by_night = f"@media (prefers-color-scheme:dark){{:root{{--a:{c};--b:{d}}}}}"
        return f":root{{--a:{a};--b:{b}}}{by_night}{self._sheet}"

    def policy(self, network: Network) -> str:
        """The Content-Security-Policy: our own script, our one inline stylesheet, nothing else."""
        style = base64.b64encode(hashlib.sha256(self._style(network).encode()).digest()).decode()
        return (
            f"default-src 'none'; style-src 'sha256-{style}'; script-src 'self'; img-src 'self' blob: data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
