"""From the form's fields to a post's file, and back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.frontmatter import parse_document
from kim.network import read_network
from tests.corpus import NETWORK, VILLAGES
from webform.compose import compose_correction, compose_post, compose_stem, compose_text, read_answers
from webform.submission import SentPhoto

from .samples import ANSWERS, OLD_POST

NET = read_network(NETWORK.encode(), VILLAGES.encode()).network
assert NET
FOLDER = "hulu/kim-mata-air"
STEM = "2026-11-19-panen-raya-di-sawah-mata-air"
PHOTOS = (
    SentPhoto(1, "foto-1.jpg", "Padi menguning", 1600, 1200, 5),
    SentPhoto(3, "foto-3.jpg", "Ibu [Sri] `dan` padi", 1600, 1200, 5),
)


def test_a_text_becomes_the_file_that_a_person_would_write() -> None:
    composed = compose_post(FOLDER, STEM, ANSWERS, (), NET)
    assert composed.path == f"{FOLDER}/{STEM}.md"
    assert composed.text == (
        "Judul: Panen raya di sawah Mata Air\nTanggal: 19 November 2026\nTopik: budaya\nPenulis: Ibu Sri\n"
        "Sumber: Kelompok tani\n\nWarga memanen padi bersama.\n\nHasilnya tiga ton.\n"
    )


def test_the_first_photo_leads_and_the_others_stand_below_the_text() -> None:
    composed = compose_post(FOLDER, STEM, ANSWERS, PHOTOS, NET)
    assert composed.path == f"{FOLDER}/{STEM}/index.md"
    assert "Foto: foto-1.jpg\nKeterangan foto: Padi menguning\n" in composed.text
    assert composed.text.endswith("Hasilnya tiga ton.\n\n![Ibu (Sri) dan padi](foto-3.jpg)\n")


def test_each_line_knows_the_field_in_which_it_was_typed() -> None:
    composed = compose_post(FOLDER, STEM, ANSWERS, PHOTOS, NET)
    lines = composed.text.split("\n")
    fields = {lines[number - 1].partition(":")[0]: field for number, field in composed.fields.items()}
    assert fields["Judul"] == "judul"
    assert fields["Keterangan foto"] == "foto-1"
    assert [field for key, field in fields.items() if key.startswith("![")] == ["foto-2"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Satu.\nDua.", "Satu.\n\nDua."),
        ("Satu\nbersambung di sini.", "Satu\nbersambung di sini."),
        ("Bahan:\n- beras\n- labu", "Bahan:\n- beras\n- labu"),
        ("1. Masak\n2. Makan", "1. Masak\n2. Makan"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("```\nSatu\nDua\n```", "```\nSatu\nDua\n```"),
        ("Satu.\r\n\r\nDua. \r\n", "Satu.\n\nDua."),
    ],
)
def test_on_a_phone_one_press_of_enter_begins_a_paragraph(typed: str, written: str) -> None:
    assert compose_text(typed) == written


@given(st.text(), st.text(), st.text())
def test_no_field_can_add_a_line_to_the_head(title: str, author: str, source: str) -> None:
    answers = replace(ANSWERS, title=title, author=author, source=source)
    document = parse_document(compose_post(FOLDER, STEM, answers, (), NET).text)
    known = {"Judul", "Tanggal", "Topik", "Penulis", "Sumber"}
    assert {field.key for field in document.fields} <= known
    assert document.strays == ()
    assert document.body == "Warga memanen padi bersama.\n\nHasilnya tiga ton."


@given(st.text())
def test_no_title_makes_a_path_of_its_own(title: str) -> None:
    stem = compose_stem(replace(ANSWERS, title=title), date(2026, 11, 19))
    assert stem.startswith("2026-11-19-")
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(stem) <= 61


def test_the_fields_of_a_published_post_can_be_read_back() -> None:
    answers = read_answers(OLD_POST)
    assert answers.title == "Pasar pagi pindah sementara"
    assert answers.text == "Pasar pindah."


def test_a_correction_changes_what_was_changed_and_nothing_else() -> None:
    answers = replace(read_answers(OLD_POST), text="Pasar kembali.", correction="Pasar tidak pindah.")
    composed = compose_correction("hulu/kim-mata-air/x.md", OLD_POST, answers, date(2026, 11, 20))
    assert composed.text == (
        "Judul: Pasar pagi pindah sementara\nTanggal: 1 November 2026\nTopik: budaya\nLabel: pasar\n"
        "Ralat: Pasar tidak pindah.\nUbah: 2026-11-20\n\nPasar kembali.\n"
    )


def test_a_second_correction_replaces_the_words_of_the_first() -> None:
    first = compose_correction(
        "x.md", OLD_POST, replace(read_answers(OLD_POST), correction="Satu."), date(2026, 11, 20)
    )
    second = compose_correction(
        "x.md", first.text, replace(read_answers(first.text), correction="Dua."), date(2026, 11, 21)
    )
    assert "Ralat: Dua.\nUbah: 2026-11-21\n" in second.text
    assert "Satu" not in second.text
