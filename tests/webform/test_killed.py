"""kill -9 at every step: what was thanked for is never lost, and no pull request is doubled.

A child process serves one phone and works; it kills itself at the step (or, in the soak, the parent kills it
at a random moment). Then the phone tries again as a phone does, with the same ticket, at a new process.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from webform.content import ContentReader
from webform.forges.git import Repository, Signature
from webform.forges.local import LocalForge
from webform.outbox.photos import Photos
from webform.outbox.queue import Queue
from webform.outbox.submissions import Submissions
from webform.photos import CleanPhoto, PhotoDesk
from webform.submission import State, submission_id
from webform.worker import Worker

from .samples import ANSWERS, CODE, GROUP_ID, Clock, Form, open_form, photo_bytes
from .test_desk import add_photo

EDITOR = Signature("Redaksi", "redaksi@kim-rekaan.example")
OUTBOX_STEPS: dict[str, tuple[type, str]] = {
    "create": (Submissions, "create"),
    "add photo": (Photos, "add"),
    "accept": (Submissions, "accept"),
    "settle": (Queue, "settle"),
}
#: the steps of the outbox, the moment before each is on disk, and every move in the repository
STEPS = [
    *(f"{when} {step}" for step in OUTBOX_STEPS for when in ("before", "after")),
    *(f"commit {number}" for number in range(1, 9)),
    "before propose",
    "after propose",
    "before fast-import",
    "after fast-import",
    *(f"{when} update-ref {number}" for number in (1, 2) for when in ("before", "after")),
]


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def set_trap(step: str, form: Form) -> None:
    """Let this process die at a step."""
    what, _, name = step.partition(" ")
    if what == "commit":
        left = [int(name)]

        def trace(sql: str) -> None:
            left[0] -= sql.startswith("COMMIT")
            if sql.startswith("COMMIT") and left[0] == 0:
                kill()

        form.outbox.file._db.set_trace_callback(trace)
    elif name in OUTBOX_STEPS:
        kind, method = OUTBOX_STEPS[name]
        wrap(kind, method, what)
    elif name == "propose":
        wrap(LocalForge, name, what)
    else:
        command, _, number = name.partition(" ")
        wrap(Repository, "run", what, command, int(number or 1))


def wrap(kind: type, name: str, when: str, command: str = "", number: int = 1) -> None:
    real: Callable[..., object] = getattr(kind, name)
    seen = 0

    def trapped(*given: object, **more: object) -> object:
        nonlocal seen
        is_it = not command or command in given
        seen += is_it
        if is_it and seen == number and when == "before":
            kill()
        found = real(*given, **more)
        if is_it and seen == number:
            kill()
        return found

    setattr(kind, name, trapped)


class CleanedBefore(PhotoDesk):
    """The photo was cleaned before the test: what is killed here is not the decoder."""

    def __init__(self, photo: CleanPhoto) -> None:
        super().__init__()
        self._photo = photo

    def clean(self, file: Path) -> CleanPhoto:
        return self._photo


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> CleanPhoto:
    file = tmp_path_factory.mktemp("photo") / "foto"
    file.write_bytes(photo_bytes())
    return PhotoDesk().clean(file)


def open_again(state: Path, repository: Path, photo: CleanPhoto) -> Form:
    form = open_form(state, repository, Clock())
    form.desk._photos = CleanedBefore(photo)
    return form


def be_a_phone(form: Form, ticket: str, thanks: Path, text: str = ANSWERS.text) -> None:
    """Send a post with a photo; note down when it was thanked for."""
    saved = form.desk.begin(ticket, GROUP_ID, CODE, replace(ANSWERS, text=text), "192.0.2.1")
    assert saved.problems == (), saved
    assert add_photo(form, saved.secret, photo_bytes()) == ()
    assert form.desk.send(saved.secret) == ()
    with thanks.open("a") as out:
        out.write(f"{saved.secret}\n")
        out.flush()
        os.fsync(out.fileno())


def work(form: Form, repository: Path) -> LocalForge:
    forge = LocalForge(repository)
    worker = Worker(form.outbox, forge, form.content, form.clock)
    for _ in range(4):
        worker.work()
        form.clock.advance(minutes=15)
    return forge


def in_child(run: Callable[[], None]) -> int:
    """Run in a process of its own, which ends without a word; its number."""
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)
    return child


@pytest.fixture
def begun(repository: Path, tmp_path: Path) -> tuple[Path, Path, str]:
    """The state folder, the repository, and the ticket that a phone was given."""
    state = tmp_path / "state"
    state.mkdir()
    form = open_form(state, repository, Clock())
    ticket = form.desk.tickets.give()
    form.outbox.close()
    return state, repository, ticket


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_is_killed_loses_and_doubles_nothing(
    begun: tuple[Path, Path, str], photo: CleanPhoto, step: str
) -> None:
    state, repository, ticket = begun
    thanks = state / "thanks"

    def run() -> None:
        form = open_again(state, repository, photo)
        set_trap(step, form)
        be_a_phone(form, ticket, thanks)
        work(form, repository)

    _, status = os.waitpid(in_child(run), 0)
    assert os.WIFSIGNALED(status), f"the step {step!r} never came"
    was_thanked = thanks.exists()
    form = open_again(state, repository, photo)
    if was_thanked:
        (secret,) = thanks.read_text().split()
        assert form.desk.look(secret).submission.state in (State.ACCEPTED, State.PROPOSED)
    else:
        be_a_phone(form, ticket, thanks)
        secret = thanks.read_text().split()[-1]
    forge = work(form, repository)
    (proposal,) = forge.proposals()
    looked = form.desk.look(secret)
    assert looked.submission.state is State.PROPOSED
    assert len(looked.photos) == 1
    forge.merge(proposal.branch, EDITOR)
    post = form.content.post(form.content.read().groups[GROUP_ID], looked.submission.path.rpartition("/")[2])
    assert post is not None
    assert list(post.files) == ["foto-1.jpg"]
    form.outbox.close()


@pytest.mark.soak
def test_two_hundred_random_moments_of_death(
    begun: tuple[Path, Path, str], photo: CleanPhoto, request: pytest.FixtureRequest
) -> None:
    state, repository, _ = begun
    rounds = min(200, request.config.getoption("--soak-rounds"))
    thanks = state / "thanks"
    dice = random.Random(rounds)
    opened = open_again(state, repository, photo)
    tickets = [opened.desk.tickets.give() for _ in range(rounds)]
    opened.outbox.close()
    for number, ticket in enumerate(tickets):

        def run(ticket: str = ticket, number: int = number) -> None:
            form = open_again(state, repository, photo)
            form.clock.advance(minutes=20 * number)
            be_a_phone(form, ticket, thanks, f"Kabar nomor {number}.")
            work(form, repository)

        child = in_child(run)
        time.sleep(dice.uniform(0.0, 1.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    form = open_again(state, repository, photo)
    form.clock.advance(days=3)  # later than all that was before, and sooner than the tickets run out
    for number, ticket in enumerate(tickets):
        form.clock.advance(minutes=20)
        be_a_phone(form, ticket, thanks, f"Kabar nomor {number}.")
    content = ContentReader(Repository(repository), "main")
    assert content.read().groups
    for _ in range(rounds // 10):
        work(form, repository)
    forge = work(form, repository)
    thanked = {submission_id(secret) for secret in thanks.read_text().split()}
    assert len(thanked) == rounds
    assert len(forge.proposals()) == rounds
    assert {form.outbox.submissions.require(key).state for key in thanked} == {State.PROPOSED}
    form.outbox.close()
