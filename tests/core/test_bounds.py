"""How complicated a text may be. No test here takes a time: the structure is bounded, not the clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.bounds import MOST_CELLS, MOST_COLUMNS, MOST_LEVELS, MOST_LINE, MOST_LINES, find_excess
from kim.text import remove_forbidden

from .samples import MARKUP, codes, photo, post_text, read

BOMBS = {
    "five hundred list marks": ("* " * 500, 1, "lapis"),
    "five hundred list marks before a word": ("* " * 500 + "a", 1, "lapis"),
    "five hundred numbers": ("1. " * 500 + "a", 1, "lapis"),
    "deep quotes": (">" * 500, 1, "lapis"),
    "deep quotes with spaces": ("> " * 500, 1, "lapis"),
    "deep indentation": (" " * 400 + "a", 1, "lapis"),
    "quotes that deepen": ("\n".join(">" * depth + "a" for depth in range(1, 50)), 7, "lapis"),
    "4 kB of tildes": ("~" * 4096, 1, '"~"'),
    "4 kB of brackets": ("[" * 4096, 1, '"["'),
    "4 kB of tildes in lines": ("~~~\n" * 1024, 301, "daftar atau paragraf"),
    "16 kB of open fences": ("```\n" * 4096, 301, "daftar atau paragraf"),
    "16 kB of open fences apart": ("```\n\n" * 3277, 1333, '"`"'),
    "brackets between no-break spaces": ("[[[[[[[[[[\n\u00a0\n" * 200, 97, '"["'),
    "16 kB of stars": ("*a" * 8192, 1, "satu baris"),
    "open links": ("[a](" * 1000, 1, '"["'),
    "a table of 20,000 lines": (
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20_000,
        301,
        "tabel lebih dari 300 baris",
    ),
    "a wide table that Markdown fills up": (
        "|" + "a|" * 3900 + "\n|" + "-|" * 3900 + "\n" + "|a|\n" * 297,
        1,
        "tabel lebih dari 20 kolom",
    ),
    "many tables": (
        ("|" * 20 + "\n" + "|-" * 20 + "|\n" + "|a|\n" * 290 + "\n") * 20,
        286,
        "tabel yang sangat besar",
    ),
    "a paragraph of a thousand lines": ("a\n" * 1000, 301, "daftar atau paragraf"),
    "one line without end": ("a" * 20_000, 1, "satu baris"),
}


@pytest.mark.parametrize(("text", "line", "words"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_found_at_its_line_and_named(text: str, line: int, words: str) -> None:
    excess = find_excess(text)
    assert excess
    assert excess.line == line
    assert words in excess.found + excess.advice
    assert excess.advice.endswith(".")


@pytest.mark.parametrize(("text", "line", "words"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_in_a_post_is_one_problem(text: str, line: int, words: str) -> None:
    reading = read(post_text(f"Warga.\n\n{text}"))
    assert reading.post is None
    # six lines of head and opening stand before it; a bomb of more than 60,000 letters is not even parsed
    wanted = ("K010", 0) if len(text) > 59_000 else ("K030", line + 6)
    assert codes(reading.problems) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Warga memanen.\n\n" * 500,
        "\n".join(f"- barang {number}" for number in range(MOST_LINES)),
        "> " * MOST_LEVELS + "kutipan",
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 298,
        "|" * (MOST_COLUMNS + 1),
        "=" * 400,
        "* * *",
        "- - -",
        "[satu](https://kim.id), [dua](https://kim.id) " * 20,
        "a" * MOST_LINE,
        "Harga beras *naik* (lagi), `kata` warga! " * 20,
    ],
)
def test_what_news_needs_is_let_through(text: str) -> None:
    assert find_excess(text) is None


def test_cells_of_all_tables_are_counted_together() -> None:
    table = "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 248 + "\n"
    assert find_excess(table * (MOST_CELLS // 1000)) is None
    assert find_excess(table * (MOST_CELLS // 1000 + 1))


@given(
    st.lists(
        st.sampled_from(
            [*"[]()!*_`~<>\\&|#\n-+=:\"'", "\n\n", "    ", "> ", "1. ", "- ", "a", "](b)", "\u00a0\n"]
        ),
        max_size=400,
    ).map("".join)
)
def test_markdown_survives_every_text_that_is_let_through(text: str) -> None:
    text = remove_forbidden(text)
    if find_excess(text) is None:
        markup = MARKUP.read(text, "/a/b/2026-11-20-c/", {})
        assert len(markup.prose) == len(markup.figures) + 1


def test_a_long_address_used_again_and_again_does_not_become_a_huge_page() -> None:
    body = "[x] " * 90 + "\n\n[x]: https://kim.id/" + "a" * 7_000
    assert find_excess(body) is None
    reading = read(post_text(body))
    assert reading.post is None
    assert codes(reading.problems) == [("K010", 0)]
    assert "319 KB dari paling banyak 172 KB" in reading.problems[0].what


@pytest.mark.parametrize(("letter", "most"), [("a", 59_000), ("ꦏ", 40_000), ("😀", 30_000)])
def test_a_text_may_be_as_long_as_a_feed_can_carry(letter: str, most: int) -> None:
    def padded(count: int) -> str:
        return post_text("\n\n".join([letter * 5_000] * (count // 5_000) + [letter * (count % 5_000)]))

    assert read(padded(most)).post
    assert codes(read(padded(most + 3_000)).problems) == [("K010", 0)]


def test_words_of_a_photo_count_as_often_as_a_feed_says_them() -> None:
    words = "😀" * 7_000
    files = {"padi.jpg": photo(), "jagung.jpg": photo()}
    text = f"![{words}](padi.jpg)\n\n![Jagung](jagung.jpg)"
    assert read(post_text(text), files=files).post
    more = "\n\n".join([text, *[words] * 3])
    assert codes(read(post_text(more), files=files).problems) == [("K010", 0)]
