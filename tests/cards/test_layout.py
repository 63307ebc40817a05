"""The words of a card stay on it, whole or with an ellipsis where one is missing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from plugins.cards.draw import measure_with
from plugins.cards.layout import KNOWN, LEADING, fit, printable, shorten_to

FONTS = sorted((Path(__file__).parents[2] / "theme" / "fonts").glob("*.ttf"))
MEASURE = measure_with(next(font for font in FONTS if "Serif" in font.name).read_bytes())
SIZES = (86, 64, 42)
titles = st.text(st.sampled_from("abimnoWÉ .,-“🐟س1"), min_size=10, max_size=120)
anything = st.text(min_size=1, max_size=120)


@settings(max_examples=150, deadline=None)
@given(titles, st.integers(200, 700), st.integers(60, 400))
def test_no_line_leaves_its_box(title: str, width: int, height: int) -> None:
    block = fit(printable(title), MEASURE, width, height, SIZES)
    assert block.size in SIZES
    assert all(MEASURE(line) * block.size <= width for line in block.lines)
    assert block.height <= height or len(block.lines) == 1


@settings(max_examples=150, deadline=None)
@given(titles)
def test_every_word_is_there_in_order_or_the_last_line_ends_in_an_ellipsis(title: str) -> None:
    text = printable(title)
    block = fit(text, MEASURE, 590, 330, SIZES)
    shown, wanted = "".join("".join(block.lines).split()), "".join(text.split())
    if shown != wanted:
        assert block.size == SIZES[-1]
        assert shown.endswith("…")
        assert wanted.startswith(shown.removesuffix("…"))


@settings(max_examples=200, deadline=None)
@given(anything)
def test_only_what_the_fonts_have_is_shown(text: str) -> None:
    shown = printable(text)
    assert set(shown) <= KNOWN
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_the_fonts_have_every_character_that_the_layout_relies_on(font: Path) -> None:
    drawn = ImageFont.truetype(font, 40, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(drawn.getmask("\U0010ffff"))
    assert [c for c in sorted(KNOWN) if c not in " \xa0\xad" and bytes(drawn.getmask(c)) == missing] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("𝗣𝗮𝗻𝗲𝗻 𝑟𝑎𝑦𝑎 🐟 di Upai", "Panen raya di Upai"),
        ("Kajian السلام عليكم di masjid besar", "Kajian … di masjid besar"),
        ("Rapat\u00a0desa ﬁlm", "Rapat desa film"),
        ("السلام عليكم ورحمة الله", ""),
        ("Ḱ dan e\u0301", "K dan é"),
        ("🐟🐟🐟", ""),
    ],
)
def test_what_the_fonts_lack_has_its_documented_stand_in(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_word_as_long_as_a_title_is_broken_at_the_smallest_size_only() -> None:
    block = fit("a" * 120, MEASURE, 590, 400, SIZES)
    assert block.size == SIZES[-1]
    assert "".join(block.lines) == "a" * 120
    assert fit("penanggulangan", MEASURE, 590, 400, SIZES).lines == ("penanggulangan",)


def test_a_short_title_is_large_and_a_headline_ends_in_no_single_short_word() -> None:
    assert fit("Panen raya", MEASURE, 590, 330, SIZES).size == SIZES[0]
    lines = fit("Kabar dari kebun kopi warga di lereng itu ya", MEASURE, 590, 330, SIZES).lines
    assert min(map(len, lines)) > 8, lines


def test_what_is_cut_ends_in_an_ellipsis_and_what_fits_is_left_alone() -> None:
    assert shorten_to("Kelurahan", MEASURE, 100) == "Kelurahan"
    cut = shorten_to("Kelurahan yang namanya panjang, sekali", MEASURE, 10)
    assert cut.endswith("…")
    assert MEASURE(cut) <= 10


def test_leading_leaves_room_between_lines() -> None:
    block = fit("satu dua tiga empat lima enam tujuh delapan", MEASURE, 590, 330, SIZES)
    assert block.height == round(len(block.lines) * block.size * LEADING)
