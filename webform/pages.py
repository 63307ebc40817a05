"""The form's pages: what each shows, and the templates that show it. One request paints any of them."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

import rcssmin
from jinja2 import Environment, PackageLoader, StrictUndefined

from kim.addresses import absolute, folder_address
from kim.colours import readable_scheme
from kim.group import Group
from kim.network import Network
from webform.desk import fingerprint
from webform.review import FieldProblem
from webform.submission import Answers, Kind, SentPhoto, State, Submission

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
class WriteView:
    """The page on which a text is written: new, to be mended, or a post to be put right."""

    title: str
    kind: str
    action: str
    is_new: bool
    answers: Answers
    version: int
    topics: tuple[object, ...]
    today: str
    groups: tuple[tuple[str, tuple[Group, ...]], ...] = ()
    group: str = ""
    code: str = ""
    ticket: str = ""
    problems: tuple[FieldProblem, ...] = ()
    prose: tuple[str, ...] = ()
    notice: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has filled anything in: then a draft on the phone may."""
        return self.is_new and not (self.problems or self.prose or self.notice)

    @property
    def day_type(self) -> str:
        """A calendar where the day is empty or a calendar's; else as it was typed."""
        return "date" if not self.answers.day or _ISO_DAY.fullmatch(self.answers.day) else "text"


@dataclass(frozen=True)
class PhotosView:
    """The page after the text: photos, a last look, and the button that sends."""

    title: str
    kind: str
    action: str
    is_new: bool
    answers: Answers
    version: int
    photos: tuple[SentPhoto, ...]
    prose: tuple[str, ...]
    problems: tuple[FieldProblem, ...] = ()
    advice: tuple[FieldProblem, ...] = ()
    alt: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the way to the portal; `mark` is `ok`, `on` or empty."""

    name: str
    words: str = ""
    mark: str = ""


@dataclass(frozen=True)
class StatusView:
    """What became of a submission."""

    title: str
    kind: str
    action: str
    answers: Answers
    steps: tuple[Step, ...]
    words: str
    link: str
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True)
class CorrectView:
    """The page that opens a published post."""

    title: str
    ticket: str
    groups: tuple[tuple[str, tuple[Group, ...]], ...]
    group: str = ""
    code: str = ""
    address: str = ""
    problems: tuple[FieldProblem, ...] = ()
    notice: str = ""


@dataclass(frozen=True)
class MessageView:
    """A few sentences, and the way back."""

    title: str
    texts: tuple[str, ...]
    back: str = "/"
    problems: tuple[FieldProblem, ...] = ()


View = WriteView | PhotosView | StatusView | CorrectView | MessageView


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
    """The templates, and the two files that pages refer to."""

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
        self.script_path = f"/kirim.{fingerprint(self.script)}.js"

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


def groups_by_section(network: Network, groups: Iterable[Group]) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """The groups for a list to choose from: those of the whole region first, then kecamatan by kecamatan."""
    found: dict[str, list[Group]] = {}
    for group in sorted(groups, key=lambda group: (group.section in network.by_slug, group.folder)):
        district = network.by_slug.get(group.section)
        found.setdefault(district.name if district else network.region, []).append(group)
    return tuple((name, tuple(members)) for name, members in found.items())


def write_view(
    submission: Submission, action: str, network: Network, problems: Sequence[FieldProblem], today: date
) -> WriteView:
    """The page on which a submission's text is mended."""
    is_post = submission.kind is Kind.POST
    return WriteView(
        title="Betulkan tulisan" if is_post else "Betulkan kabar yang sudah terbit",
        kind=submission.kind,
        action=action,
        is_new=False,
        answers=submission.answers,
        version=submission.version,
        topics=network.topics,
        today=today.isoformat(),
        problems=tuple(problems),
        notice="",
    )


def status_view(submission: Submission, action: str, network: Network) -> StatusView:
    """What became of a submission."""
    state = submission.state
    returned = state is State.RETURNED or (state is State.PROPOSED and bool(submission.words))
    title = {
        State.ACCEPTED: "Terima kasih. Kabar Anda sudah kami terima.",
        State.PROPOSED: "Kabar Anda sedang diperiksa redaksi",
        State.PUBLISHED: "Kabar Anda terbit",
    }.get(state, "Kabar ini perlu perbaikan")
    if returned:
        title = "Kabar ini perlu perbaikan"
    link = absolute(network.address, folder_address(submission.path)) if state is State.PUBLISHED else ""
    after = state in (State.PROPOSED, State.RETURNED, State.PUBLISHED)
    middle = Step("Diperiksa redaksi", "", "ok" if state is State.PUBLISHED else "")
    if returned:
        words = "Redaksi meminta sesuatu dibetulkan. Setelah Anda kirim lagi, diperiksa lagi."
        middle = Step("Perlu perbaikan", words, "on")
    elif state is State.PROPOSED:
        middle = Step("Diperiksa redaksi", "Biasanya selesai dalam satu dua hari.", "on")
    received = "" if after else "Sudah tersimpan dengan aman, sebentar lagi sampai di redaksi."
    ready = "Halamannya bisa dibaca beberapa menit setelah ini." if link else ""
    steps = (
        Step("Diterima", received, "ok" if after else "on"),
        middle,
        Step("Terbit", ready, "on" if link else ""),
    )
    return StatusView(
        title=title,
        kind=submission.kind,
        action=action,
        answers=submission.answers,
        steps=steps,
        words=submission.words if returned else "",
        link=link,
    )
