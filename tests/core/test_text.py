"""Decoding, cleaning and comparing text from strangers."""

import codecs
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.addresses import is_slug
from kim.text import (
    UnknownEncodingError,
    decode,
    first_forbidden_line,
    fold,
    kilobytes,
    nearest,
    remove_forbidden,
    shorten,
    slug,
)

TEXT = "Judul: Panen raya\nTanggal: 2026-11-20\n\nHarganya “murah” – kata Café Poyowa…\n"
# What XML 1.0 allows: https://www.w3.org/TR/xml/#charsets
XML_CHARACTERS = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("cp1252"), "cp1252"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_every_encoding_of_volunteers_programs_gives_the_same_text(data: bytes, encoding: str) -> None:
    assert decode(data) == (TEXT, encoding)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",  # half a character
        b"\xff\xfe\x00\xd8a\x00",  # half a pair
        codecs.BOM_UTF32_LE + "Judul".encode("utf-32-le"),
        b"Judul: \x81\x8d",  # in no code page
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x90\x81",
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnknownEncodingError):
        decode(data)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_in_utf_8_is_decoded_as_it_is(text: str) -> None:
    if "\x00" in text:
        return
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert decode(text.encode()) == (plain, "utf-8")


@given(st.binary(max_size=400))
def test_decode_gives_text_or_refuses(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except UnknownEncodingError:
        return
    assert encoding in {"utf-8", "utf-16", "cp1252"}
    assert "\r" not in text


@given(
    st.text(st.characters())
    | st.text(st.sampled_from("a\x00\x0b\x1a\x7f\x85\u202e\u2066\ud800\ufffe\uffff\n\t"))
)
def test_what_remains_can_stand_in_xml_1_0(text: str) -> None:
    clean = remove_forbidden(text)
    assert XML_CHARACTERS.fullmatch(clean)
    document = ElementTree.Element("a")
    document.text = clean
    assert ElementTree.fromstring(ElementTree.tostring(document)).tag == "a"  # noqa: S314 (ours)
    assert remove_forbidden(clean) == clean
    assert not first_forbidden_line(clean)


def test_marks_that_turn_text_around_are_removed_and_letters_are_not() -> None:
    assert remove_forbidden("a\u202egpj.exe\u2069 é 中 \U0001f33e\t\n") == "agpj.exe é 中 \U0001f33e\t\n"


def test_the_line_of_the_first_control_character_is_known() -> None:
    assert first_forbidden_line("satu\ndua\ntiga\x07\nempat\x07") == 3
    assert first_forbidden_line("satu\n\tdua\n") == 0


@given(st.text(max_size=200))
def test_a_slug_is_its_own_slug_and_can_stand_in_an_address(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert len(once) <= 60
    assert not once or is_slug(once)


def test_slugs_have_neither_accents_nor_punctuation() -> None:
    assert slug("Panen Raya, Hari Kedua!") == "panen-raya-hari-kedua"
    assert slug("Café Jum’at") == "cafe-jumat"
    assert slug("中文 🌾") == ""
    assert slug("a" * 59 + " bc") == "a" * 59


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("word", "found"),
    [("Tangal", "Tanggal"), ("judul ", "Judul"), ("KETERANGAN", "Keterangan foto"), ("xyz", ""), ("", "")],
)
def test_the_nearest_word_is_the_one_that_was_meant(word: str, found: str) -> None:
    assert nearest(word, ["Judul", "Tanggal", "Topik", "Keterangan foto"]) == found


@given(st.text(max_size=300), st.integers(2, 100))
def test_a_shortened_text_is_never_longer_than_asked(text: str, longest: int) -> None:
    short = shorten(text, longest)
    assert len(short) <= longest
    assert short == text if len(text) <= longest else short.endswith("…")


def test_texts_are_cut_at_a_word() -> None:
    assert shorten("Warga memanen padi, bersama-sama", 20) == "Warga memanen…"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (24_000, "24 KB"),
        (600_001, "601 KB"),
        (999_000, "999 KB"),
        (999_999, "1,0 MB"),
        (1_200_000, "1,2 MB"),
        (5_000_000, "5,0 MB"),
        (5_000_001, "5,1 MB"),
    ],
)
def test_a_size_is_rounded_up_so_that_it_never_looks_like_its_limit(size: int, words: str) -> None:
    assert kilobytes(size) == words


def test_a_word_that_another_begins_with_means_that_one() -> None:
    assert nearest("Pertanian", ["pemerintahan", "pertanian-perikanan"]) == "pertanian-perikanan"
