"""What the form's tests share: a small network in a bare repository, photos, a clock and a forge of twenty lines."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from PIL import Image

from tests.corpus import GROUP, NETWORK, VILLAGES
from webform import codes
from webform.content import ContentReader
from webform.desk import Desk
from webform.forges.base import Change, Pull, State
from webform.forges.git import Repository
from webform.outbox import Outbox
from webform.photos import PhotoDesk
from webform.submission import Answers

GROUP_ID = "kim-mata-air"
CODE = "cabai durian hujan kursi"
TODAY = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ANSWERS = Answers(
    title="Panen raya di sawah Mata Air",
    topic="budaya",
    text="Warga memanen padi bersama.\nHasilnya tiga ton.",
    author="Ibu Sri",
    source="Kelompok tani",
    day="2026-11-19",
)
OLD_POST = "Judul: Pasar pagi pindah sementara\nTanggal: 1 November 2026\nTopik: budaya\nLabel: pasar\n\nPasar pindah.\n"


def write_content(folder: Path) -> Path:
    """Two groups, one published post."""
    files = {
        "network.toml": NETWORK,
        "wilayah.csv": VILLAGES,
        "hulu/kim-mata-air/kim.toml": GROUP.format(id=GROUP_ID, name="KIM Mata Air", scope="99.01.01"),
        "hilir/kim-muara/kim.toml": GROUP.format(id="kim-muara", name="KIM Muara", scope="99.01.02"),
        "hulu/kim-mata-air/2026-11-01-pasar-pagi.md": OLD_POST,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def photo_bytes(size: tuple[int, int] = (320, 240), colour: str = "green", form: str = "JPEG") -> bytes:
    """A photo as a phone gives it, with its place in it."""
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Telepon"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(out, form, **({"exif": exif} if form == "JPEG" else {}))
    return out.getvalue()


@dataclass
class Clock:
    """A clock that tests set."""

    at: datetime = TODAY

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Later."""
        self.at += timedelta(**by)


@dataclass
class FakeForge:
    """A forge in memory. `faults` are raised, in their order, before anything happens; `after` once it did."""

    pulls: dict[str, Pull] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    opened: int = 0

    def propose(self, change: Change) -> Pull:
        """See `webform.forges.base`."""
        self._fail(self.faults)
        found = self.pulls.get(change.branch)
        if found is None:
            self.opened += 1
        if found is None or found.state == "open":
            self.pulls[change.branch] = Pull(str(self.opened), f"https://forge.example/{self.opened}", "open")
            if change not in self.changes.setdefault(change.branch, []):
                self.changes[change.branch].append(change)
        self._fail(self.after)
        return self.pulls[change.branch]

    def state(self, branch: str) -> Pull | None:
        """See `webform.forges.base`."""
        self._fail(self.faults)
        return self.pulls.get(branch)

    def judge(self, branch: str, state: State, words: str = "") -> None:
        """What an editor does."""
        self.pulls[branch] = replace(self.pulls[branch], state=state, words=words)

    def _fail(self, faults: list[Exception]) -> None:
        if faults:
            raise faults.pop(0)


@dataclass
class Form:
    """A desk with what stands behind it."""

    desk: Desk
    outbox: Outbox
    clock: Clock
    content: ContentReader
    code: int

    def begin(self, answers: Answers = ANSWERS, group: str = GROUP_ID, code: str = CODE) -> str:
        """A text that was taken; its secret."""
        saved = self.desk.begin(self.desk.tickets.give(), group, code, answers, "192.0.2.1")
        assert saved.problems == ()
        return saved.secret

    def send(self, answers: Answers = ANSWERS) -> str:
        """A text that was sent; its secret."""
        secret = self.begin(answers)
        assert self.desk.send(secret) == ()
        return secret


@cache
def kept_code() -> str:
    """What is kept of `CODE`."""
    return codes.hash_code(CODE)


def open_form(
    state: Path, repository: Path, clock: Clock, make_outbox: Callable[[Path], Outbox] = Outbox
) -> Form:
    """A desk over a bare repository; both groups have a code."""
    outbox = make_outbox(state / "outbox.sqlite3")
    content = ContentReader(Repository(repository), "main")
    spool = state / "masuk"
    spool.mkdir(exist_ok=True)
    kept = kept_code()
    numbers = [row.id for row in outbox.codes.rows(GROUP_ID)] or [
        outbox.codes.add(group, kept, clock()) for group in (GROUP_ID, "kim-muara")
    ]
    return Form(Desk(outbox, content, PhotoDesk(), clock, spool), outbox, clock, content, numbers[0])
