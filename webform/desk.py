"""What the form can do, in the order that is fixed: the group's code, the limits, the rules, the outbox.

Knows nothing of HTTP and nothing of a forge: `webform.web` asks it and shows what it answers,
`webform.worker` takes what was accepted from the outbox.
"""

import hashlib
import hmac
import ipaddress
import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from kim.addresses import href, is_post_stem
from kim.group import Group
from kim.markup import MarkupReader
from kim.network import Network
from kim.photos import NoPhotoError, PhotoBombError
from kim.privacy import mask_private
from kim.text import UnknownEncodingError, decode, digest_of, kilobytes
from webform import codes
from webform.compose import (
    Composed,
    compose_correction,
    compose_post,
    compose_stem,
    one_line,
    plain_text,
    read_answers,
    read_day,
)
from webform.content import Content, ContentReader
from webform.outbox import (
    NewPhoto,
    Outbox,
    OutboxFullError,
    PlaceTakenError,
    SameNewsError,
    StaleError,
    Version,
)
from webform.photos import MOST_BYTES, MOST_IN_ALL, MOST_PHOTOS, PhotoDesk
from webform.review import FieldProblem, Review, check_day, form_problem, review, sort_problems
from webform.submission import Answers, Kind, SentPhoto, State, Submission, submission_id

#: a form may lie open this long, as a draft on a phone without a connection
TICKET_AGE = timedelta(days=7)
_WINDOW = timedelta(minutes=15)
#: wrong codes in a window: of one sender, and for one group. 2^40 codes are far out of reach of either.
_WRONG_BY_SENDER, _WRONG_BY_GROUP = 10, 40
#: what one sender may do in a window; many phones share one address of their provider
_WRITES_BY_SENDER, _PHOTOS_BY_SENDER, _SENT_BY_GROUP = 150, 400, 40
#: photos that were ever kept for one submission, shown or taken out again
_MOST_KEPT = 15
#: the disk must have this much left before a photo is taken in
_LEAST_FREE = 200_000_000
#: looks at a status page that make the worker ask
_LOOKS = 8
#: the name of a post that has none yet
_NAMELESS = "2000-01-01-kabar"
_LONGEST_FIELD, _LONGEST_TEXT = 2_000, 100_000


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
        self._photos, self._clock = photos, clock
        self._markup, self._markup_turn = MarkupReader(), threading.Lock()
        #: two threads of their own: each hash takes 16 MB, which every thread that ever made one would keep
        self._hashing = ThreadPoolExecutor(2, "hash")
        #: compared with when a group has no code, so that the answer takes as long
        self._nobody = codes.hash_code(secrets.token_hex())
        self.on_accept: Callable[[], None] = lambda: None

    # Tickets: the secret address that a submission will have, given out with the empty form

    def ticket(self) -> str:
        """A secret of 128 bits, when it was given out, and the service's mark; each makes one submission."""
        text = f"{secrets.token_urlsafe(16)}.{int(self._clock().timestamp()):x}"
        return f"{text}.{self.outbox.sign(text)}"

    def read_ticket(self, ticket: str) -> str | None:
        """The secret in a ticket of ours that is not too old."""
        text, _, mark = ticket[:200].rpartition(".")
        secret, _, issued = text.partition(".")
        if not ticket.isascii() or not hmac.compare_digest(mark, self.outbox.sign(text)):
            return None
        age = self._clock().timestamp() - int(issued, 16)
        return secret if age <= TICKET_AGE.total_seconds() else None

    # Who is there

    def authenticate(self, group: str, code: str, sender: str) -> int | FieldProblem:
        """The number of the group's code, or why not."""
        now = self._clock()
        wrong_sender, wrong_group = f"wrong {sender_key(sender)}", f"wrong group {group}"
        if (
            self.outbox.count(wrong_sender, now, _WINDOW) >= _WRONG_BY_SENDER
            or self.outbox.count(wrong_group, now, _WINDOW) >= _WRONG_BY_GROUP
        ):
            return self._wait("kode")
        if self._is_too_often(f"write {sender_key(sender)}", _WRITES_BY_SENDER):
            return self._wait("kode")
        given = codes.read_code(code)
        if given is None:  # no guess: it is not four words of the list
            return form_problem("kode", "K090")
        kept = [row for row in self.outbox.codes(group) if row.revoked is None] if group else []
        hashes = [row.hash for row in kept] or [self._nobody]
        fits = list(self._hashing.map(partial(codes.is_code, given), hashes))
        found = [row.id for row, is_it in zip(kept, fits, strict=False) if is_it]
        if found:
            return found[0]
        self.outbox.note(wrong_sender, now)
        self.outbox.note(wrong_group, now)
        return form_problem("kode", "K090")

    def _wait(self, field: str) -> FieldProblem:
        return form_problem(field, "K091", minutes=int(_WINDOW.total_seconds() // 60))

    def _is_too_often(self, key: str, most: int) -> bool:
        now = self._clock()
        if self.outbox.count(key, now, _WINDOW) >= most:
            return True
        self.outbox.note(key, now)
        return False

    # Writing

    def _open(self, content: Content, ticket: str, group: str, code: str) -> tuple[str, list[FieldProblem]]:
        """The secret in the ticket, and what is missing before a code is looked at."""
        secret = self.read_ticket(ticket)
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
            found = self._check(content, content.groups.get(group), Kind.POST, answers, "")
            return Saved(sort_problems([*problems, *found]))
        known = self.authenticate(group, code, sender)
        if isinstance(known, FieldProblem):
            return Saved(
                sort_problems([known, *self._check(content, content.groups[group], Kind.POST, answers, "")])
            )
        return self._keep(secret, group, known, tidy(answers))

    def _keep(self, secret: str, group: str, code: int, answers: Answers) -> Saved:
        key, now = submission_id(secret), self._clock()
        found = self.outbox.find(key)
        if found is None:
            made = self.outbox.create(key, Kind.POST, group, code, answers, now)
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
            kept = self.outbox.save(found.id, version, answers, 0, self._clock())
        except StaleError:
            return Saved((form_problem("kirim", "K095"),), secret, found.version)
        return Saved((), secret, kept.version)

    def begin_correction(self, ticket: str, group: str, code: str, address: str, sender: str) -> Saved:
        """Open a published post to be put right."""
        content = self.content.read()
        secret, problems = self._open(content, ticket, group, code)
        if problems:
            return Saved(sort_problems(problems))
        known = self.authenticate(group, code, sender)
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
        made = self.outbox.create(
            submission_id(secret), Kind.CORRECTION, group, known, answers, self._clock(), target=stem
        )
        return Saved((), secret, made.version)

    def _find(self, secret: str) -> Submission:
        found = self.outbox.find(submission_id(secret))
        if found is None:
            raise KeyError("no such address")
        return found

    # Looking

    def look(self, secret: str) -> Looked:
        """A submission with what the rules say of its working copy. Raises `KeyError`."""
        found = self._find(secret)
        content = self.content.read()
        group = content.groups.get(found.group)
        photos = self.outbox.photos(found.id)
        problems: tuple[FieldProblem, ...] = ()
        prose: tuple[str, ...] = ()
        if group is None:
            problems = (form_problem("kelompok", "K016", key="Kelompok", example=""),)
        elif found.state is not State.PUBLISHED:
            composed = self._compose(content, group, found, photos, self._provisional_stem(found))
            problems, prose = self._review(content, group, found, composed, photos)
            prose = prose or self.preview(group.id, found.answers)
        return Looked(found, group, content.network, photos, problems, prose)

    def preview(self, group: str, answers: Answers) -> tuple[str, ...]:
        """The text as readers will see it: sanitised HTML, nothing of it kept."""
        content = self.content.read()
        known = content.groups.get(group) or next(iter(content.groups.values()))
        return _prose(self._try(content, known, answers))

    def _try(self, content: Content, group: Group, answers: Answers) -> Review:
        """What the rules say of answers that are not kept and have no photos yet."""
        composed = compose_post(group.folder, _NAMELESS, tidy(answers), (), content.network)
        with self._markup_turn:
            return review(composed, {}, content.network, group, self._markup)

    def _check(
        self, content: Content, group: Group | None, kind: Kind, answers: Answers, target: str
    ) -> tuple[FieldProblem, ...]:
        """What the rules say of answers that are not kept."""
        group = group or next(iter(content.groups.values()), None)
        if group is None or kind is not Kind.POST:
            return ()
        result = self._try(content, group, answers)
        return (*result.problems, *check_day(answers, self.today(content.network), content.network))

    def _review(
        self,
        content: Content,
        group: Group,
        found: Submission,
        composed: Composed,
        photos: tuple[SentPhoto, ...],
    ) -> tuple[tuple[FieldProblem, ...], tuple[str, ...]]:
        files = {photo.name: self.outbox.photo(found.id, photo.number) or b"" for photo in photos}
        problems: list[FieldProblem] = []
        if found.kind is Kind.CORRECTION:
            post = self.content.post(group, found.target)
            files = dict(post.files) if post else {}
            if post is None:
                problems.append(form_problem("kirim", "K096", found=found.target))
            if not one_line(found.answers.correction):
                problems.append(form_problem("ralat", "K016", key="Yang dibetulkan", example=""))
        else:
            problems += check_day(found.answers, self.today(content.network), content.network)
        with self._markup_turn:
            result = review(composed, files, content.network, group, self._markup)
        # what is missing of a correction was said above, once
        problems += [other for other in result.problems if (other.field, other.code) != ("ralat", "K023")]
        return sort_problems(problems), _prose(result)

    def _compose(
        self, content: Content, group: Group, found: Submission, photos: tuple[SentPhoto, ...], stem: str
    ) -> Composed:
        if found.kind is Kind.CORRECTION:
            post = self.content.post(group, found.target)
            path = post.path if post else f"{group.folder}/{found.target}.md"
            old = decode(post.text)[0] if post else ""
            return compose_correction(path, old, found.answers, self.today(content.network))
        return compose_post(group.folder, stem, found.answers, photos, content.network)

    def _provisional_stem(self, found: Submission) -> str:
        return found.path.rpartition("/")[2] or _NAMELESS

    def hasten(self, found: Submission) -> None:
        """Its sender is looking: the worker asks the forge soon, but not at every look."""
        if found.state in (State.PROPOSED, State.RETURNED):
            now = self._clock()
            if self.outbox.count(f"look {found.id}", now, _WINDOW) < _LOOKS:
                self.outbox.note(f"look {found.id}", now)
                self.outbox.hasten(found.id, now)
                self.on_accept()

    def today(self, network: Network) -> date:
        """The day that it is in the region."""
        return self._clock().astimezone(network.zone).date()

    # Photos

    def check_photo(self, secret: str, size: int, sender: str) -> tuple[FieldProblem, ...]:
        """Whether one more photo of this size may come. Raises `KeyError`, `OutboxFullError`."""
        found = self._find(secret)
        photos = self.outbox.photos(found.id)
        problems = []
        if found.kind is Kind.CORRECTION or found.state is State.PUBLISHED:
            problems.append(form_problem("foto", "K051", found=1, limit=0))
        if len(photos) >= MOST_PHOTOS or self.outbox.count_photos(found.id) >= _MOST_KEPT:
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
        if not problems and self._is_too_often(f"photo {sender_key(sender)}", _PHOTOS_BY_SENDER):
            problems.append(self._wait("foto"))
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
        self.outbox.add_photo(
            found.id,
            NewPhoto(
                clean.original,
                clean.received,
                clean.suffix,
                one_line(alt)[:_LONGEST_FIELD],
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
        self.outbox.describe_photo(
            self._find(secret).id, number, one_line(alt)[:_LONGEST_FIELD], self._clock()
        )

    def remove_photo(self, secret: str, number: int) -> None:
        """Take a photo out. Raises `KeyError`."""
        self.outbox.remove_photo(self._find(secret).id, number, self._clock())

    # Sending

    def send(self, secret: str) -> tuple[FieldProblem, ...]:
        """Accept the working copy: what comes back without problems is safe. Raises `KeyError`."""
        problems = self._send(submission_id(secret))
        if not problems:
            self.on_accept()
        return problems

    def _send(self, key: str) -> tuple[FieldProblem, ...]:
        for _ in range(20):
            found = self.outbox.find(key)
            if found is None:
                raise KeyError("no such address")
            if not found.is_edited or found.state is State.PUBLISHED:
                return ()  # pressed twice
            content = self.content.read()
            group = content.groups.get(found.group)
            if group is None or not self.outbox.is_active(found.code):
                return (form_problem("kode", "K090"),)
            if self.outbox.count(f"sent {found.group}", self._clock(), _WINDOW) >= _SENT_BY_GROUP:
                return (self._wait("kirim"),)
            try:
                problems = self._accept(content, group, found)
            except SameNewsError as same:
                if not self.outbox.absorb(same.submission, found.id, self._clock()):
                    return ()
                key = same.submission
                continue
            except (StaleError, PlaceTakenError):
                continue
            if not problems:
                self.outbox.note(f"sent {found.group}", self._clock())
            return problems
        return (form_problem("kirim", "K095"),)

    def _accept(self, content: Content, group: Group, found: Submission) -> tuple[FieldProblem, ...]:
        photos = self.outbox.photos(found.id)
        composed = self._compose(content, group, found, photos, self._stem(content, group, found))
        problems, _ = self._review(content, group, found, composed, photos)
        if any(other.is_error for other in problems):
            return problems
        files: dict[str, str | int | None] = {composed.path: composed.text}
        folder = composed.path.rpartition("/")[0]
        if found.kind is Kind.POST:
            files |= {f"{folder}/{photo.name}": photo.number for photo in photos}
        title = one_line(mask_private(found.answers.title))
        sent = Version(
            found.revision + 1,
            f"Ralat {title}" if found.kind is Kind.CORRECTION else title,
            one_line(found.answers.author) or group.name,
            _describe(group, found, composed, photos, problems),
            files,
        )
        place = f"{group.folder}/{composed.stem}"
        digest = digest_of(found.target, found.answers.digest)
        self.outbox.accept(
            found.id,
            found.version,
            self._branch(group, found, composed.stem),
            place,
            sent,
            digest,
            self._clock(),
        )
        return ()

    def _stem(self, content: Content, group: Group, found: Submission) -> str:
        """The post's name; one that no other post and no other submission has."""
        day = read_day(found.answers.day, content.network) or self.today(content.network)
        stem = compose_stem(found.answers, day)
        own = found.path.rpartition("/")[2]
        if own and (own == stem or (own.startswith(f"{stem}-") and own[len(stem) + 1 :].isdigit())):
            return own
        taken = self.content.stems(group) | self.outbox.stems(group.folder)
        names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
        return next(name for name in names if name not in taken)

    def _branch(self, group: Group, found: Submission, stem: str) -> str:
        kind = "ralat" if found.kind is Kind.CORRECTION else "kirim"
        first = found.branch or f"{kind}/{group.id}/{stem}-{found.id[:8]}"
        return next_branch(first) if found.state is State.RETURNED else first


def _prose(result: Review) -> tuple[str, ...]:
    return result.reading.body.prose if result.reading.body else ()


def next_branch(branch: str) -> str:
    """`…-3f2a9c10` becomes `…-3f2a9c10-v2`, that `…-v3`: a branch that was closed is not used again."""
    head, mark, number = branch.rpartition("-v")
    return f"{head}-v{int(number) + 1}" if mark and number.isdigit() else f"{branch}-v2"


def sender_key(address: str) -> str:
    """Whom a limit counts: an IPv4 address, or the network of an IPv6 one, as a house has a whole network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def tidy(answers: Answers) -> Answers:
    """The answers as they are kept: one line each but the text, without invisible marks, not without end."""
    return Answers(
        title=one_line(answers.title)[:_LONGEST_FIELD],
        topic=one_line(answers.topic)[:_LONGEST_FIELD],
        text=plain_text(answers.text)[:_LONGEST_TEXT],
        author=one_line(answers.author)[:_LONGEST_FIELD],
        source=one_line(answers.source)[:_LONGEST_FIELD],
        day=one_line(answers.day)[:_LONGEST_FIELD],
        correction=one_line(answers.correction)[:_LONGEST_FIELD],
    )


def find_stem(address: str, network: Network, group: Group) -> str:
    """The name of the group's post at an address of the portal as it was pasted; empty where it is none."""
    path = address.strip().partition("#")[0].partition("?")[0]
    folder = href(network.address, group.address)
    _, found, rest = path.partition(folder)
    stem = rest.strip("/")
    return stem if found and is_post_stem(stem) else ""


def _describe(
    group: Group,
    found: Submission,
    composed: Composed,
    photos: tuple[SentPhoto, ...],
    problems: tuple[FieldProblem, ...],
) -> str:
    """The pull request's text: what an editor should look at. Strangers' words stand in it as code only."""
    kind = "Ralat" if found.kind is Kind.CORRECTION else "Kabar"
    lines = [
        f"{kind} dari **{group.name}** lewat formulir.",
        "",
        f"- Berkas: `{composed.path}`",
        f"- Penulis: {quote(one_line(found.answers.author) or group.name)}",
        f"- Foto: {len(photos)}"
        if found.kind is Kind.POST
        else f"- Ralat: {quote(found.answers.correction)}",
    ]
    if found.answers.source:
        lines.append(f"- Sumber: {quote(found.answers.source)}")
    if problems:
        lines += ["", "Yang perlu dilihat:", ""]
        lines += [f"- {other.code}: {quote(other.what)}" for other in problems]
    lines += [
        "",
        "Terima dengan menggabungkan permintaan ini. Kalau perlu perbaikan, tulis komentar: "
        "penulis membacanya di halaman statusnya, dan perbaikannya datang di sini juga.",
    ]
    return "\n".join(lines)


def quote(text: str) -> str:
    """A stranger's words in a pull request's text: as code, so that they are nothing else."""
    plain = one_line(mask_private(text)).replace("`", "'")[:300]
    return f"`{plain}`"


def fingerprint(data: bytes) -> str:
    """A short digest for addresses of files that never change."""
    return hashlib.sha256(data).hexdigest()[:12]
