"""What the form can do, in the order that is fixed: the group's code, the limits, the rules, the outbox.

Knows nothing of HTTP and nothing of a forge: `webform.web` asks it and shows what it answers,
`webform.worker` takes what was accepted from the outbox.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kim.addresses import href, is_post_stem
from kim.group import Group
from kim.network import Network
from kim.photos import NoPhotoError, PhotoBombError
from kim.text import UnknownEncodingError, decode, kilobytes
from webform.acceptance import Acceptance
from webform.access import Access, wait_problem
from webform.compose import read_answers
from webform.content import Content, ContentReader
from webform.drafts import NAMELESS, Draft, Drafts, short_line, tidy
from webform.outbox import NewPhoto, Outbox, OutboxFullError, StaleError
from webform.photos import MOST_BYTES, MOST_IN_ALL, MOST_PHOTOS, PhotoDesk
from webform.review import FieldProblem, form_problem, sort_problems
from webform.submission import Answers, Kind, SentPhoto, State, Submission, submission_id
from webform.tickets import Tickets

#: photos that were ever kept for one submission, shown or taken out again
_MOST_KEPT = 15
#: the disk must have this much left before a photo is taken in
_LEAST_FREE = 200_000_000
#: looks at a status page that make the worker ask
_LOOKS = 8


@dataclass(frozen=True)
class Looked:
    """A submission as its page shows it: its working copy, the problems in it, its photos."""

    submission: Submission
    group: Group | None
    network: Network
    photos: tuple[SentPhoto, ...]
    problems: tuple[FieldProblem, ...]
    prose: tuple[str, ...]

    @property
    def has_text_errors(self) -> bool:
        """Whether its text can not be sent as it is, whatever its photos are."""
        return any(found.is_error and not found.field.startswith("foto") for found in self.problems)

    @property
    def has_errors(self) -> bool:
        """Whether it can not be sent as it is."""
        return any(found.is_error for found in self.problems)


@dataclass(frozen=True)
class Saved:
    """What came of saving or sending: the problems; and the secret address where it is safe on disk."""

    problems: tuple[FieldProblem, ...]
    secret: str = ""
    version: int = 0


class Desk:
    """The form's one counter. Every call may come from another thread."""

    def __init__(
        self,
        outbox: Outbox,
        content: ContentReader,
        photos: PhotoDesk,
        clock: Callable[[], datetime],
        spool: Path,
    ) -> None:
        self.outbox, self.content, self.spool = outbox, content, spool
        self.tickets, self.access = Tickets(outbox, clock), Access(outbox, clock)
        self.drafts = Drafts(outbox, content, clock)
        self._acceptance = Acceptance(outbox, content, self.drafts, self.access, clock)
        self._photos, self._clock = photos, clock
        self.on_accept: Callable[[], None] = lambda: None

    # Writing

    def _open(self, content: Content, ticket: str, group: str, code: str) -> tuple[str, list[FieldProblem]]:
        """The secret in the ticket, and what is missing before a code is looked at."""
        secret = self.tickets.read(ticket)
        problems = [] if secret else [form_problem("kirim", "K094")]
        if group not in content.groups:
            problems.append(form_problem("kelompok", "K016", key="Kelompok", example=""))
        if not code.strip():
            problems.append(form_problem("kode", "K016", key="Kode kelompok", example=""))
        return secret or "", problems

    def begin(self, ticket: str, group: str, code: str, answers: Answers, sender: str) -> Saved:
        """The first sending of a text. It is on disk when a secret comes back, also with problems in it."""
        content = self.content.read()
        secret, problems = self._open(content, ticket, group, code)
        if problems:
            found = self.drafts.check(content, group, answers)
            return Saved(sort_problems([*problems, *found]))
        known = self.access.authenticate(group, code, sender)
        if isinstance(known, FieldProblem):
            return Saved(sort_problems([known, *self.drafts.check(content, group, answers)]))
        return self._keep(secret, group, known, tidy(answers))

    def _keep(self, secret: str, group: str, code: int, answers: Answers) -> Saved:
        key, now = submission_id(secret), self._clock()
        found = self.outbox.submissions.find(key)
        if found is None:
            made = self.outbox.submissions.create(key, Kind.POST, group, code, answers, now)
            return Saved((), secret, made.version)
        if found.answers == answers:
            return Saved((), secret, found.version)
        if found.group != group:
            return Saved((form_problem("kelompok", "K095"),), "", found.version)
        if not found.is_new:
            return Saved((form_problem("kirim", "K095"),), secret, found.version)
        return self.save(secret, found.version, answers)

    def save(self, secret: str, version: int, answers: Answers) -> Saved:
        """Keep a working copy. Raises `KeyError` for an address that is none."""
        found = self._find(secret)
        answers = tidy(answers)
        if found.kind is Kind.POST and found.answers == answers:
            return Saved((), secret, found.version)
        try:
            kept = self.outbox.submissions.save(found.id, version, answers, 0, self._clock())
        except StaleError:
            return Saved((form_problem("kirim", "K095"),), secret, found.version)
        return Saved((), secret, kept.version)

    def begin_correction(self, ticket: str, group: str, code: str, address: str, sender: str) -> Saved:
        """Open a published post to be put right."""
        content = self.content.read()
        secret, problems = self._open(content, ticket, group, code)
        if problems:
            return Saved(sort_problems(problems))
        known = self.access.authenticate(group, code, sender)
        if isinstance(known, FieldProblem):
            return Saved((known,))
        stem = find_stem(address, content.network, content.groups[group])
        post = self.content.post(content.groups[group], stem) if stem else None
        if post is None:
            return Saved((form_problem("alamat", "K096", found=address or "(kosong)"),))
        try:
            answers = read_answers(decode(post.text)[0])
        except UnknownEncodingError:
            return Saved((form_problem("alamat", "K096", found=address),))
        made = self.outbox.submissions.create(
            submission_id(secret), Kind.CORRECTION, group, known, answers, self._clock(), target=stem
        )
        return Saved((), secret, made.version)

    def _find(self, secret: str) -> Submission:
        found = self.outbox.submissions.find(submission_id(secret))
        if found is None:
            raise KeyError("no such address")
        return found

    # Looking

    def look(self, secret: str) -> Looked:
        """A submission with what the rules say of its working copy. Raises `KeyError`."""
        found = self._find(secret)
        content = self.content.read()
        group = content.groups.get(found.group)
        photos = self.outbox.photos.shown(found.id)
        problems: tuple[FieldProblem, ...] = ()
        prose: tuple[str, ...] = ()
        if group is None:
            problems = (form_problem("kelompok", "K016", key="Kelompok", example=""),)
        elif found.state is not State.PUBLISHED:
            stem = found.path.rpartition("/")[2] or NAMELESS
            composed = self.drafts.compose(content, group, found, photos, stem)
            problems, prose = self.drafts.review(Draft(content, group, found, composed, photos))
            prose = prose or self.drafts.preview(group.id, found.answers)
        return Looked(found, group, content.network, photos, problems, prose)

    def hasten(self, found: Submission) -> None:
        """Its sender is looking: the worker asks the forge soon, but not at every look."""
        look = f"look {found.id}"
        if found.state in (State.PROPOSED, State.RETURNED) and self.access.count(look) < _LOOKS:
            self.access.note(look)
            self.outbox.queue.hasten(found.id, self._clock())
            self.on_accept()

    # Photos

    def check_photo(self, secret: str, size: int, sender: str) -> tuple[FieldProblem, ...]:
        """Whether one more photo of this size may come. Raises `KeyError`, `OutboxFullError`."""
        found = self._find(secret)
        photos = self.outbox.photos.shown(found.id)
        problems = []
        if found.kind is Kind.CORRECTION or found.state is State.PUBLISHED:
            problems.append(form_problem("foto", "K051", found=1, limit=0))
        if len(photos) >= MOST_PHOTOS or self.outbox.photos.count(found.id) >= _MOST_KEPT:
            problems.append(form_problem("foto", "K051", found=len(photos) + 1, limit=MOST_PHOTOS))
        if size > MOST_BYTES:
            limit = kilobytes(MOST_BYTES)
            problems.append(
                form_problem("foto", "K044", found="pilihan Anda", size=kilobytes(size), limit=limit)
            )
        in_all = sum(photo.received for photo in photos) + size
        if in_all > MOST_IN_ALL:
            problems.append(
                form_problem("foto", "K092", size=kilobytes(in_all), limit=kilobytes(MOST_IN_ALL))
            )
        if not problems and self.access.sends_too_many_photos(sender):
            problems.append(wait_problem("foto"))
        if shutil.disk_usage(self.spool).free < _LEAST_FREE:
            raise OutboxFullError("The disk of the outbox is nearly full.")
        return tuple(problems)

    def add_photo(self, secret: str, file: Path, alt: str) -> tuple[FieldProblem, ...]:
        """Clean a photo that has come, and keep it. Raises `KeyError`, `OutboxFullError`."""
        found = self._find(secret)
        try:
            clean = self._photos.clean(file)
        except PhotoBombError as bomb:
            return (form_problem("foto", "K050", found="pilihan Anda", width=bomb.width, height=bomb.height),)
        except NoPhotoError:
            return (form_problem("foto", "K042", found="pilihan Anda"),)
        self.outbox.photos.add(
            found.id,
            NewPhoto(
                clean.original,
                clean.received,
                clean.suffix,
                short_line(alt),
                clean.width,
                clean.height,
                clean.data,
                clean.thumbnail,
            ),
            self._clock(),
        )
        return ()

    def describe_photo(self, secret: str, number: int, alt: str) -> None:
        """New words for a photo. Raises `KeyError`."""
        self.outbox.photos.describe(self._find(secret).id, number, short_line(alt), self._clock())

    def remove_photo(self, secret: str, number: int) -> None:
        """Take a photo out. Raises `KeyError`."""
        self.outbox.photos.remove(self._find(secret).id, number, self._clock())

    # Sending

    def send(self, secret: str) -> tuple[FieldProblem, ...]:
        """Accept the working copy: what comes back without problems is safe. Raises `KeyError`."""
        problems = self._acceptance.send(submission_id(secret))
        if not problems:
            self.on_accept()
        return problems


def find_stem(address: str, network: Network, group: Group) -> str:
    """The name of the group's post at an address of the portal as it was pasted; empty where it is none."""
    path = address.strip().partition("#")[0].partition("?")[0]
    folder = href(network.address, group.address)
    _, found, rest = path.partition(folder)
    stem = rest.strip("/")
    return stem if found and is_post_stem(stem) else ""
