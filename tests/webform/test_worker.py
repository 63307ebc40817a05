"""The worker against forges that fail in every way they have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from webform.forges.base import Change, ForgeAway, ForgeRefused, checked
from webform.forges.git import Repository, Signature
from webform.forges.local import LocalForge
from webform.submission import State, submission_id
from webform.worker import Worker

from .samples import ANSWERS, TODAY, FakeForge, Form, photo_bytes
from .test_desk import add_photo

EDITOR = Signature("Redaksi", "redaksi@kim-rekaan.example")


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


@pytest.fixture
def worker(form: Form, forge: FakeForge) -> Iterator[Worker]:
    yield Worker(form.outbox, forge, form.content, form.clock, poll=timedelta(seconds=60))


def state(form: Form, secret: str) -> State:
    return form.desk.look(secret).submission.state


def pass_time(form: Form, worker: Worker, **by: float) -> None:
    """The clock goes on in steps in which the worker looks."""
    until = form.clock.at + timedelta(**by)
    while form.clock.at < until:
        form.clock.advance(seconds=20)
        worker.work()


def test_what_was_accepted_becomes_one_pull_request_with_the_writers_name(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    secret = form.begin()
    add_photo(form, secret, photo_bytes())
    assert form.desk.send(secret) == ()
    assert state(form, secret) is State.ACCEPTED
    worker.work()
    assert state(form, secret) is State.PROPOSED
    ((branch, (change,)),) = forge.changes.items()
    assert branch == f"kirim/kim-mata-air/2026-11-19-panen-raya-di-sawah-mata-air-{submission_id(secret)[:8]}"
    assert change.author == "Ibu Sri"
    assert change.message == "Panen raya di sawah Mata Air (KIM Mata Air)"
    place = "content/hulu/kim-mata-air/2026-11-19-panen-raya-di-sawah-mata-air"
    assert [path for path, _ in change.files] == [f"{place}/foto-1.jpg", f"{place}/index.md"]
    assert checked(change).files == change.files


def test_the_branch_does_not_tell_the_secret_address(form: Form, worker: Worker, forge: FakeForge) -> None:
    secret = form.send()
    worker.work()
    assert secret not in repr(forge.changes)


@pytest.mark.parametrize(
    "fault",
    [
        ForgeAway("500"),
        ForgeAway("429", 900.0),
        ForgeAway("timed out"),
        ForgeRefused("401"),
        ForgeRefused("409"),
    ],
)
def test_a_forge_that_is_away_for_an_hour_loses_and_doubles_nothing(
    form: Form, worker: Worker, forge: FakeForge, fault: Exception
) -> None:
    forge.faults = [fault] * 3
    secrets = [form.send(replace(ANSWERS, text=f"Kabar nomor {number}.")) for number in range(3)]
    worker.work()
    assert {state(form, secret) for secret in secrets} == {State.ACCEPTED}
    pass_time(form, worker, hours=1)
    assert {state(form, secret) for secret in secrets} == {State.PROPOSED}
    assert forge.opened == 3


def test_retry_after_is_waited_for(form: Form, worker: Worker, forge: FakeForge) -> None:
    forge.faults = [ForgeAway("429", 900.0)]
    secret = form.send()
    worker.work()
    pass_time(form, worker, minutes=14)
    assert forge.opened == 0
    pass_time(form, worker, minutes=2)
    assert state(form, secret) is State.PROPOSED


def test_a_forge_that_answers_too_late_has_one_pull_request(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    forge.after = [ForgeAway("timed out after it was created")] * 2
    secret = form.send()
    worker.work()
    assert forge.opened == 1
    pass_time(form, worker, minutes=5)
    assert state(form, secret) is State.PROPOSED
    assert forge.opened == 1


def test_one_that_is_refused_does_not_hold_up_the_others(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    forge.faults = [ForgeRefused("no")]
    first = form.send()
    form.clock.advance(seconds=1)
    second = form.send(replace(ANSWERS, text="Kabar lain."))
    worker.work()
    assert state(form, first) is State.ACCEPTED
    assert state(form, second) is State.PROPOSED


def test_an_editors_words_come_back_and_the_mended_text_goes_to_the_same_pull_request(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    secret = form.send()
    worker.work()
    (branch,) = forge.pulls
    forge.judge(branch, "open", "Berapa ton?")
    pass_time(form, worker, minutes=2)
    looked = form.desk.look(secret).submission
    assert (looked.state, looked.words) == (State.PROPOSED, "Berapa ton?")
    form.desk.save(secret, looked.version, replace(ANSWERS, text="Hasilnya empat ton."))
    assert form.desk.send(secret) == ()
    worker.work()
    assert list(forge.pulls) == [branch]
    assert len(forge.changes[branch]) == 2
    assert b"empat ton" in (forge.changes[branch][1].files[0][1] or b"")


def test_what_was_closed_and_mended_goes_under_another_branch(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    secret = form.send()
    worker.work()
    (branch,) = forge.pulls
    forge.judge(branch, "closed", "Foto orang lain.")
    pass_time(form, worker, minutes=2)
    looked = form.desk.look(secret).submission
    assert (looked.state, looked.words) == (State.RETURNED, "Foto orang lain.")
    form.desk.save(secret, looked.version, replace(ANSWERS, text="Tanpa foto."))
    assert form.desk.send(secret) == ()
    worker.work()
    assert list(forge.pulls) == [branch, f"{branch}-v2"]
    assert state(form, secret) is State.PROPOSED


def test_what_was_mended_while_it_was_merged_is_not_lost_and_keeps_its_address(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    secret = form.send()
    worker.work()
    (branch,) = forge.pulls
    looked = form.desk.look(secret).submission
    form.desk.save(secret, looked.version, replace(ANSWERS, title="Panen raya, lima ton", text="Lima ton."))
    assert form.desk.send(secret) == ()
    forge.judge(branch, "merged")
    worker.work()
    worker.work()
    assert list(forge.pulls) == [branch, f"{branch}-v2"]
    ((path, data),) = forge.changes[f"{branch}-v2"][0].files
    assert path.endswith("/2026-11-19-panen-raya-di-sawah-mata-air.md")
    assert data is not None
    assert b"lima ton" in data
    assert form.desk.look(secret).submission.path.endswith("/2026-11-19-panen-raya-di-sawah-mata-air")


def test_a_crash_after_the_merge_of_the_second_text_proposes_nothing_new(
    form: Form, repository: Path
) -> None:
    forge = LocalForge(repository)
    worker = Worker(form.outbox, forge, form.content, form.clock)
    secret = form.send()
    worker.work()
    looked = form.desk.look(secret).submission
    form.desk.save(secret, looked.version, replace(ANSWERS, text="Lima ton."))
    assert form.desk.send(secret) == ()
    waiting = form.desk.look(secret).submission
    forge.propose(
        worker.change(waiting, form.outbox.submissions.version(waiting.id, 2))
    )  # and killed before it is noted
    forge.merge(waiting.branch, EDITOR)
    worker.work()
    assert state(form, secret) is State.PUBLISHED
    assert len(forge.proposals()) == 1


def test_what_is_merged_is_published_and_deleted_after_its_time(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    secret = form.send()
    worker.work()
    (branch,) = forge.pulls
    forge.judge(branch, "merged")
    pass_time(form, worker, minutes=2)
    assert state(form, secret) is State.PUBLISHED
    form.clock.advance(days=29)
    worker.work()
    assert state(form, secret) is State.PUBLISHED
    form.clock.advance(days=2)
    worker.work()
    with pytest.raises(KeyError):
        form.desk.look(secret)


def test_nothing_of_what_was_deleted_is_left_in_the_file(
    form: Form, worker: Worker, forge: FakeForge, tmp_path: Path
) -> None:
    form.send(replace(ANSWERS, author="Bapak Rahasia"))
    worker.work()
    forge.judge(next(iter(forge.pulls)), "merged")
    pass_time(form, worker, minutes=2)
    form.clock.advance(days=31)
    worker.work()
    form.outbox.close()
    kept = b"".join(file.read_bytes() for file in (tmp_path / "state").glob("outbox*"))
    assert b"Bapak Rahasia" not in kept


def test_drafts_that_were_never_sent_are_deleted_but_never_what_was_accepted(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    draft, sent = form.begin(replace(ANSWERS, text="Belum jadi.")), form.send()
    forge.faults = [ForgeRefused("no")] * 1000
    form.clock.advance(days=400)
    worker.work()
    with pytest.raises(KeyError):
        form.desk.look(draft)
    assert state(form, sent) is State.ACCEPTED


def test_a_full_disk_stops_the_worker_for_a_while_and_loses_nothing(
    form: Form, worker: Worker, forge: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webform.outbox import OutboxFullError

    secret = form.send()
    settle = form.outbox.queue.settle

    def full(*_: object, **__: object) -> None:
        raise OutboxFullError

    monkeypatch.setattr(form.outbox.queue, "settle", full)
    worker.work()
    monkeypatch.setattr(form.outbox.queue, "settle", settle)
    pass_time(form, worker, minutes=1)
    assert state(form, secret) is State.PROPOSED
    assert forge.opened == 1


def test_a_rule_that_changed_meanwhile_is_told_to_the_editor(
    form: Form, worker: Worker, forge: FakeForge, repository: Path
) -> None:
    form.send()
    git = Repository(repository)
    settings = git.run("show", "main:content/network.toml").replace(b"udaya", b"adat")
    change = Change("lain", "main", "x", "", "x", "x@localhost", "x", (("content/network.toml", settings),))
    git.run(
        "update-ref", "refs/heads/main", git.commit(change, git.tip("refs/heads/main"), "", TODAY, EDITOR)
    )
    worker.work()
    ((_, (proposed,)),) = forge.changes.items()
    assert "Aturan berubah sejak kabar ini dikirim" in proposed.body
    assert "K018" in proposed.body


def test_no_private_number_is_repeated_in_the_pull_request(
    form: Form, worker: Worker, forge: FakeForge
) -> None:
    answers = replace(ANSWERS, source="Ibu Sri 0812-3456-7890", title="Hubungi 0812-3456-7890 untuk panen")
    form.send(answers)
    worker.work()
    ((_, (change,)),) = forge.changes.items()
    assert "K076" in change.body
    assert "3456" not in change.title + change.body + change.message
