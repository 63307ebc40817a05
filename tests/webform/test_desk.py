"""The counter of the form: who may, how much, by which rules, and what is safe when."""

from dataclasses import replace
from pathlib import Path

import pytest

from webform.access import sender_key
from webform.desk import find_stem
from webform.outbox import Outbox, OutboxFullError
from webform.proposal import next_branch
from webform.review import FieldProblem
from webform.submission import Answers, Kind, State, submission_id

from .samples import ANSWERS, CODE, GROUP_ID, Form, open_form, photo_bytes


def problems(found: tuple[FieldProblem, ...]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in found]


def add_photo(form: Form, secret: str, data: bytes, alt: str = "Padi menguning") -> tuple[FieldProblem, ...]:
    file = form.desk.spool / "foto-uji"
    file.write_bytes(data)
    return form.desk.check_photo(secret, len(data), "192.0.2.1") or form.desk.add_photo(secret, file, alt)


# Who


def test_a_wrong_code_is_told_and_the_text_looked_at_all_the_same(form: Form) -> None:
    answers = replace(ANSWERS, title="Pendek")
    saved = form.desk.begin(
        form.desk.tickets.give(), GROUP_ID, "cabai durian hujan perahu", answers, "192.0.2.1"
    )
    assert problems(saved.problems) == [("kode", "K090"), ("judul", "K017")]
    assert saved.secret == ""


def test_after_a_code_has_opened_no_other_does(form: Form) -> None:
    opened = [form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.1") for _ in range(2)]
    assert opened[0] == opened[1]
    refused = form.desk.access.authenticate(GROUP_ID, "cabai durian hujan perahu", "192.0.2.1")
    assert isinstance(refused, FieldProblem)
    assert form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.1") == opened[0]


def test_the_code_of_another_group_does_not_open_this_one(form: Form) -> None:
    form.outbox.codes.revoke(GROUP_ID, form.clock())
    saved = form.desk.begin(form.desk.tickets.give(), GROUP_ID, CODE, ANSWERS, "192.0.2.1")
    assert problems(saved.problems) == [("kode", "K090")]


def test_guessing_is_stopped_for_one_sender_while_others_go_on(form: Form) -> None:
    for _ in range(10):
        form.desk.access.authenticate(GROUP_ID, "cabai durian hujan perahu", "192.0.2.1")
    told = form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.1")
    assert isinstance(told, FieldProblem)
    assert told.code == "K091"
    assert form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.2") == form.code
    form.clock.advance(minutes=16)
    assert form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.1") == form.code


def test_guessing_from_many_addresses_is_stopped_for_the_group(form: Form) -> None:
    for _ in range(38):  # each of which takes a while
        form.outbox.attempts.note(f"wrong group {GROUP_ID}", form.clock())
    for number in range(2):
        form.desk.access.authenticate(GROUP_ID, "cabai durian hujan perahu", f"192.0.2.{number}")
    told = form.desk.access.authenticate(GROUP_ID, CODE, "198.51.100.1")
    assert isinstance(told, FieldProblem)
    assert told.code == "K091"


def test_a_slip_that_is_no_code_costs_no_try(form: Form) -> None:
    for _ in range(30):
        form.desk.access.authenticate(GROUP_ID, "lupa kodenya", "192.0.2.1")
    assert form.desk.access.authenticate(GROUP_ID, CODE, "192.0.2.1") == form.code


def test_a_house_with_ipv6_is_one_sender() -> None:
    assert sender_key("2001:db8:1:2:3::4") == sender_key("2001:db8:1:2:ffff::1")
    assert sender_key("2001:db8:1:2::1") != sender_key("2001:db8:1:3::1")
    assert sender_key("no address") == "unknown"


def test_no_address_of_a_sender_is_on_the_disk(form: Form, tmp_path: Path) -> None:
    form.desk.access.authenticate(GROUP_ID, "cabai durian hujan perahu", "192.0.2.77")
    form.outbox.close()
    kept = b"".join(file.read_bytes() for file in (tmp_path / "state").glob("outbox*"))
    assert b"192.0.2.77" not in kept


def test_a_revoked_code_sends_nothing_more(form: Form) -> None:
    secret = form.begin()
    form.outbox.codes.revoke(GROUP_ID, form.clock())
    assert problems(form.desk.send(secret)) == [("kode", "K090")]


def test_a_ticket_of_somebody_else_or_of_last_week_is_not_taken(form: Form) -> None:
    ticket = form.desk.tickets.give()
    assert form.desk.tickets.read(ticket)
    for bad in ("", "a.b.c", ticket[:-1], f"x{ticket}", ticket.replace(".", "", 1), "é" + ticket):
        assert form.desk.tickets.read(bad) is None
    form.clock.advance(days=8)
    assert form.desk.tickets.read(ticket) is None


# The rules, at their fields


def test_all_mistakes_come_at_once_each_at_its_field(form: Form) -> None:
    saved = form.desk.begin("", "", "", Answers(day="31 Februari 2026"), "192.0.2.1")
    assert problems(saved.problems) == [
        ("kelompok", "K016"), ("kode", "K016"), ("judul", "K016"), ("tanggal", "K012"), ("topik", "K016"),
        ("isi", "K027"), ("kirim", "K094"),
    ]  # fmt: skip


def test_a_text_with_mistakes_is_safe_once_the_code_is_right(form: Form) -> None:
    secret = form.begin(replace(ANSWERS, topic="olahraga"))
    looked = form.desk.look(secret)
    assert looked.submission.answers.text == ANSWERS.text
    assert problems(looked.problems) == [("topik", "K018")]
    assert problems(form.desk.send(secret)) == [("topik", "K018")]
    assert form.desk.look(secret).submission.state is State.DRAFT


def test_a_day_that_has_not_come_would_hide_the_news_until_then(form: Form) -> None:
    secret = form.begin(replace(ANSWERS, day="2026-11-24"))
    assert problems(form.desk.look(secret).problems) == [("tanggal", "K093")]


def test_today_is_the_day_of_the_region_not_of_the_server(form: Form) -> None:
    form.clock.advance(hours=13)  # 17.00 UTC is the next day in WITA
    assert problems(form.desk.look(form.begin(replace(ANSWERS, day="2026-11-21"))).problems) == []


def test_a_photo_without_words_is_told_at_its_photo(form: Form) -> None:
    secret = form.begin()
    assert add_photo(form, secret, photo_bytes(), alt="") == ()
    assert add_photo(form, secret, photo_bytes(colour="red"), alt="") == ()
    assert problems(form.desk.send(secret)) == [("foto-1", "K041"), ("foto-2", "K041")]


# Photos


def test_a_photo_loses_its_place_and_its_camera(form: Form) -> None:
    secret = form.begin()
    assert add_photo(form, secret, photo_bytes((2400, 1800))) == ()
    kept = form.outbox.photos.data(submission_id(secret), 1)
    assert kept is not None
    assert b"Telepon" not in kept
    assert form.desk.look(secret).photos[0].width == 1600


@pytest.mark.parametrize("form_name", ["PNG", "WEBP"])
def test_png_and_webp_stay_what_they_are(form: Form, form_name: str) -> None:
    secret = form.begin()
    assert add_photo(form, secret, photo_bytes(form=form_name)) == ()
    assert form.desk.look(secret).photos[0].name == f"foto-1.{form_name.lower()}"


def test_the_same_photo_sent_again_after_a_broken_connection_is_one(form: Form) -> None:
    secret = form.begin()
    assert add_photo(form, secret, photo_bytes()) == ()
    assert add_photo(form, secret, photo_bytes(), alt="Lebih jelas") == ()
    assert [photo.alt for photo in form.desk.look(secret).photos] == ["Lebih jelas"]


def test_the_same_photo_in_two_posts_is_in_both(form: Form) -> None:
    for title in ("Panen raya hari pertama", "Panen raya hari kedua"):
        secret = form.begin(replace(ANSWERS, title=title))
        assert add_photo(form, secret, photo_bytes()) == ()
        assert form.desk.send(secret) == ()
        assert len(form.desk.look(secret).photos) == 1


def test_a_sixth_photo_and_one_over_fifteen_megabytes_are_refused(form: Form) -> None:
    secret = form.begin()
    assert problems(form.desk.check_photo(secret, 15_000_001, "192.0.2.1")) == [("foto", "K044")]
    for colour in ("red", "green", "blue", "white", "black"):
        assert add_photo(form, secret, photo_bytes((8, 8), colour)) == ()
    assert problems(add_photo(form, secret, photo_bytes((8, 8), "pink"))) == [("foto", "K051")]
    form.desk.remove_photo(secret, 2)
    assert add_photo(form, secret, photo_bytes((8, 8), "pink")) == ()
    assert [photo.name for photo in form.desk.look(secret).photos][-1] == "foto-6.jpg"


def test_forty_megabytes_in_all_are_the_most(form: Form) -> None:
    secret = form.begin()
    for colour in ("red", "green", "blue"):
        assert add_photo(form, secret, photo_bytes((8, 8), colour) + b"\0" * 12_000_000) == ()
    assert problems(form.desk.check_photo(secret, 5_000_000, "192.0.2.1")) == [("foto", "K092")]


def test_taking_photos_in_and_out_does_not_fill_the_disk(form: Form) -> None:
    secret = form.send()
    for number in range(15):
        assert add_photo(form, secret, photo_bytes((8, 8), f"#{number:x}00000")) == ()
        form.desk.remove_photo(secret, number + 1)
    assert problems(add_photo(form, secret, photo_bytes((9, 9)))) == [("foto", "K051")]


# Sending


def test_what_is_sent_twice_is_one(form: Form) -> None:
    ticket = form.desk.tickets.give()
    first = form.desk.begin(ticket, GROUP_ID, CODE, ANSWERS, "192.0.2.1")
    second = form.desk.begin(ticket, GROUP_ID, CODE, ANSWERS, "192.0.2.1")
    assert first.secret == second.secret
    assert form.desk.send(first.secret) == form.desk.send(first.secret) == ()
    assert form.desk.begin(ticket, GROUP_ID, CODE, ANSWERS, "192.0.2.1").secret == first.secret
    assert form.outbox.queue.waiting()[0] == 1
    assert form.desk.look(first.secret).submission.revision == 1


def test_the_same_form_from_two_tabs_is_one_with_two_addresses(form: Form) -> None:
    first, second = form.begin(), form.begin()
    assert form.desk.send(first) == form.desk.send(second) == ()
    assert form.outbox.queue.waiting()[0] == 1
    assert form.desk.look(second).submission.id == submission_id(first)


def test_photos_of_the_second_tab_are_not_lost(form: Form) -> None:
    first, second = form.begin(), form.begin()
    add_photo(form, first, photo_bytes())
    assert form.desk.send(first) == ()
    add_photo(form, second, photo_bytes())
    add_photo(form, second, photo_bytes(colour="red"))
    assert form.desk.send(second) == ()
    looked = form.desk.look(second)
    assert looked.submission.id == submission_id(first)
    assert looked.submission.revision == 2
    assert [photo.name for photo in looked.photos] == ["foto-1.jpg", "foto-2.jpg"]


def test_two_posts_of_one_title_and_day_stand_at_two_addresses(form: Form) -> None:
    secrets = [form.send(replace(ANSWERS, text=f"Kabar nomor {number}.")) for number in range(3)]
    paths = [form.desk.look(secret).submission.path.rpartition("/")[2] for secret in secrets]
    stem = "2026-11-19-panen-raya-di-sawah-mata-air"
    assert paths == [stem, f"{stem}-2", f"{stem}-3"]


def test_a_post_of_the_repository_keeps_its_address(form: Form) -> None:
    secret = form.send(replace(ANSWERS, title="Pasar pagi.", day="2026-11-01"))
    assert form.desk.look(secret).submission.path.endswith("/2026-11-01-pasar-pagi-2")


def test_an_old_window_does_not_overwrite_what_was_mended_elsewhere(form: Form) -> None:
    secret = form.begin()
    version = form.desk.look(secret).submission.version
    assert form.desk.save(secret, version, replace(ANSWERS, title="Judul yang dibetulkan")).problems == ()
    stale = form.desk.save(secret, version, replace(ANSWERS, title="Judul dari jendela lama"))
    assert problems(stale.problems) == [("kirim", "K095")]
    again = form.desk.save(secret, stale.version, replace(ANSWERS, title="Judul dari jendela lama"))
    assert again.problems == ()


def test_mending_does_not_touch_what_was_sent_until_it_is_sent(form: Form) -> None:
    secret = form.send()
    key = submission_id(secret)
    form.desk.save(secret, form.outbox.submissions.require(key).version, replace(ANSWERS, text="Empat ton."))
    assert "tiga ton" in str(form.outbox.submissions.version(key, 1).files)
    assert form.outbox.submissions.require(key).is_edited
    assert form.desk.send(secret) == ()
    assert "Empat ton" in str(form.outbox.submissions.version(key, 2).files)


def test_words_for_the_pull_request_cannot_be_commands(form: Form) -> None:
    secret = form.send(
        replace(ANSWERS, author="@semua `rm` [x](http://jahat)", source="a\n\n# Judul\nCloses #1")
    )
    body = form.outbox.submissions.version(submission_id(secret), 1).body
    assert "`@semua 'rm' [x](http://jahat)`" in body
    assert not any(line.startswith("# ") for line in body.split("\n"))


def test_a_group_that_floods_is_told_to_wait(form: Form) -> None:
    for _ in range(39):  # each of which takes a second
        form.outbox.attempts.note(f"sent {GROUP_ID}", form.clock())
    form.send()
    secret = form.begin(replace(ANSWERS, text="Satu lagi."))
    assert problems(form.desk.send(secret)) == [("kirim", "K091")]


# Corrections


def test_a_published_post_is_put_right_with_its_groups_code(form: Form) -> None:
    address = "https://kim-rekaan.example/hulu/kim-mata-air/2026-11-01-pasar-pagi/?x=1#y"
    saved = form.desk.begin_correction(form.desk.tickets.give(), GROUP_ID, CODE, address, "192.0.2.1")
    looked = form.desk.look(saved.secret)
    assert looked.submission.kind is Kind.CORRECTION
    assert looked.submission.answers.text == "Pasar pindah."
    assert problems(form.desk.send(saved.secret)) == [("ralat", "K016")]
    mended = replace(
        looked.submission.answers, text="Pasar tidak pindah.", correction="Pasar tidak jadi pindah."
    )
    form.desk.save(saved.secret, looked.submission.version, mended)
    assert form.desk.send(saved.secret) == ()
    sent = form.outbox.submissions.version(submission_id(saved.secret), 1)
    assert list(sent.files) == ["hulu/kim-mata-air/2026-11-01-pasar-pagi.md"]
    assert "Label: pasar\nRalat: Pasar tidak jadi pindah.\nUbah: 2026-11-20\n" in str(sent.files.popitem()[1])


@pytest.mark.parametrize(
    "address",
    ["", "/hulu/kim-mata-air/", "/hilir/kim-muara/2026-11-01-pasar-pagi/", "/hulu/kim-mata-air/2026-11-02-lain/",
     "/hulu/kim-mata-air/../../network.toml", "/hulu/kim-mata-air/2026-11-01-pasar-pagi/../../x/"],
)  # fmt: skip
def test_only_a_post_of_the_group_can_be_put_right(form: Form, address: str) -> None:
    saved = form.desk.begin_correction(form.desk.tickets.give(), GROUP_ID, CODE, address, "192.0.2.1")
    assert problems(saved.problems) == [("alamat", "K096")]


def test_an_address_of_the_portal_is_found_in_what_was_pasted(form: Form) -> None:
    content = form.content.read()
    group = content.groups[GROUP_ID]
    for text in (
        "/hulu/kim-mata-air/2026-11-01-pasar-pagi/",
        " https://x/hulu/kim-mata-air/2026-11-01-pasar-pagi ",
    ):
        assert find_stem(text, content.network, group) == "2026-11-01-pasar-pagi"


# A full disk


class TightOutbox(Outbox):
    """An outbox on a disk with room for little more than it has."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        (pages,) = self.file._db.execute("PRAGMA page_count").fetchone()
        self.file._db.execute(f"PRAGMA max_page_count = {pages + 4}")


def test_a_full_disk_is_told_and_what_was_there_stays(form: Form, repository: Path, tmp_path: Path) -> None:
    secret = form.send()
    form.outbox.close()
    tight = open_form(tmp_path / "state", repository, form.clock, TightOutbox)
    with pytest.raises(OutboxFullError):
        tight.begin(replace(ANSWERS, text="x " * 30_000))
    assert tight.desk.look(secret).submission.state is State.ACCEPTED
    tight.outbox.close()


def test_a_branch_that_was_closed_is_not_used_again() -> None:
    assert next_branch("kirim/a/b-12345678") == "kirim/a/b-12345678-v2"
    assert next_branch("kirim/a/b-12345678-v9") == "kirim/a/b-12345678-v10"
