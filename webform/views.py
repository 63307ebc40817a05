"""What each of the form's pages shows: frozen views, made from what the desk has found."""

import re
from dataclasses import dataclass
from datetime import date

from kim.addresses import absolute, folder_address
from kim.group import Group
from webform.content import Content
from webform.desk import Looked
from webform.review import FieldProblem
from webform.submission import Answers, Kind, SentPhoto, State

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


def new_view(
    content: Content,
    today: date,
    ticket: str,
    answers: Answers,
    group: str = "",
    code: str = "",
    problems: tuple[FieldProblem, ...] = (),
) -> WriteView:
    """The page on which a new text is written, as far as it is filled in."""
    return WriteView(
        title="Kirim kabar",
        kind=Kind.POST,
        action="/",
        is_new=True,
        answers=answers if answers != Answers() else Answers(day=today.isoformat()),
        version=0,
        topics=content.network.topics,
        today=today.isoformat(),
        groups=_by_section(content),
        group=group,
        code=code,
        ticket=ticket,
        problems=problems,
    )


def write_view(looked: Looked, action: str, today: date) -> WriteView:
    """The page on which a submission's text is mended."""
    submission, is_post = looked.submission, looked.submission.kind is Kind.POST
    fields = [found for found in looked.problems if not found.field.startswith("foto")]
    # a correction begins without words of it: that is no mistake yet
    if not is_post and submission.version == 1:
        fields = []
    return WriteView(
        title="Betulkan tulisan" if is_post else "Betulkan kabar yang sudah terbit",
        kind=submission.kind,
        action=action,
        is_new=False,
        answers=submission.answers,
        version=submission.version,
        topics=looked.network.topics,
        today=today.isoformat(),
        problems=tuple(found for found in fields if found.is_error),
    )


def photos_view(looked: Looked, action: str) -> PhotosView:
    """The page on which photos are added to a submission, and the whole is sent."""
    found = looked.submission
    return PhotosView(
        title="Foto, lalu kirim",
        kind=found.kind,
        action=action,
        is_new=found.is_new,
        answers=found.answers,
        version=found.version,
        photos=looked.photos,
        prose=looked.prose,
        advice=tuple(one for one in looked.problems if not one.is_error),
    )


def correct_view(content: Content, ticket: str, address: str) -> CorrectView:
    """The page that opens the published post at an address."""
    return CorrectView("Betulkan kabar yang sudah terbit", ticket, _by_section(content), address=address)


def status_view(looked: Looked, action: str) -> StatusView:
    """What became of a submission."""
    submission, network, state = looked.submission, looked.network, looked.submission.state
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


def _by_section(content: Content) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """The groups for a list to choose from: those of the whole region first, then kecamatan by kecamatan."""
    network = content.network
    found: dict[str, list[Group]] = {}
    for group in sorted(
        content.groups.values(), key=lambda group: (group.section in network.by_slug, group.folder)
    ):
        district = network.by_slug.get(group.section)
        found.setdefault(district.name if district else network.region, []).append(group)
    return tuple((name, tuple(members)) for name, members in found.items())
