"""A reader's words become what the posts' words became: the script and the build agree on every one."""

import random
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim.search import STOP_WORDS, fold_words, shard_of
from plugins.search.postings import plain_text, read_numbers, write_numbers
from plugins.search.roots import Roots
from tests.search.portal import ROOT, ask

_PREFIXES = "di ter ke me mem men meng meny pe pem pen peng peny be ber bel bek per pel pela".split()
_SUFFIXES = "kah lah pun nya ku mu i an kan si".split()


@cache
def words() -> list[str]:
    """Every word of every Markdown file here, and fifty thousand made of affixes."""
    found: set[str] = set()
    for folder in ("content", "docs", "tests"):
        for file in (ROOT / folder).rglob("*.md"):
            if "node_modules" not in file.parts:
                found.update(fold_words(file.read_text(errors="ignore")))
    chance = random.Random(3)
    while len(found) < 60_000:
        middle = "".join(chance.choices("aeiouaeioubdkrpslynmgj", k=chance.randint(0, 6)))
        found.add(
            chance.choice(["", *_PREFIXES]) + chance.choice(["", *_PREFIXES]) + middle
            + chance.choice(["", "", "", "ajar"]) + chance.choice(["", *_SUFFIXES]) + chance.choice(["", *_SUFFIXES])
        )  # fmt: skip
    return sorted(found)


def test_script_finds_the_root_of_every_word_that_snowball_finds() -> None:
    roots = Roots()
    ours = ask(call="stem", texts=words())
    assert [
        (word, found) for word, found in zip(words(), ours, strict=True) if found != roots.of_word(word)
    ] == []


def test_script_takes_every_text_of_the_sample_apart_as_the_build_does() -> None:
    texts = [file.read_text() for file in sorted((ROOT / "content").rglob("*.md"))]
    texts += [
        "Jum’at, 5 Juni: “Bolaang–Mongondow”",
        "İstanbul ẞ ﬁ ½ Å",
        "السلام 🐟 R&D",
        "Rp12.500,- e-KTP",
        "",
    ]
    assert ask(call="foldWords", texts=texts) == [fold_words(text) for text in texts]


#: Of a Unicode as old as any Python and Node that is used: of newer characters they know different things.
_SETTLED = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"]).filter(
    lambda character: unicodedata.ucd_3_2_0.category(character) != "Cn"
)


@given(st.lists(st.text(_SETTLED, max_size=60), min_size=50, max_size=50))
@settings(max_examples=8, deadline=None, database=None)
def test_script_takes_any_text_apart_as_the_build_does(texts: list[str]) -> None:
    assert ask(call="foldWords", texts=texts) == [fold_words(text) for text in texts]


@pytest.mark.parametrize(
    "family",
    [
        "kelurahan lurah lurahnya",
        "membersihkan kebersihan dibersihkan bersih",
        "menanam tanam ditanam tanaman",
        "pendidikan didik mendidik",
        "warganya warga",
        "memakai pakai dipakai",
    ],
)
def test_words_of_one_family_have_one_root(family: str) -> None:
    roots = Roots()
    found = {roots.of_word(word) for word in family.split()}
    assert len(found) <= 2, found
    assert roots.of_word(family.split()[-1]) in found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soeharto", "Suharto"), ("Djakarta", "jakarta"), ("Tjokroaminoto", "Cokroaminoto"), ("Sjafei", "Syafei"),
        ("Mattali", "Matali"), ("Poopo", "Popo"), ("Jum'at", "Jumat"), ("Café", "cafe"), ("MOYAG", "moyag"),
    ],
)  # fmt: skip
def test_spellings_of_one_sound_are_one_word(one: str, other: str) -> None:
    assert fold_words(one) == fold_words(other)


def test_name_of_a_place_is_found_in_one_word_and_in_several() -> None:
    roots = Roots(["Kotobangon", "Poyowa Besar Satu"])
    (joined,) = roots.of_text("Kotobangon")
    assert joined in roots.of_text("warga Koto Bangon")
    assert joined in roots.of_text("Koto-Bangon")
    assert {*roots.of_text("Poyowabesarsatu")} <= roots.of_text("di Poyowa Besar Satu hari ini")


def test_stop_words_are_written_as_words_are_compared() -> None:
    assert [word for word in STOP_WORDS if fold_words(word) != [word]] == []


def test_roots_are_spread_evenly_over_the_files() -> None:
    counts = [0] * 64
    for word in words():
        counts[shard_of(word, 64)] += 1
    assert max(counts) < 1.3 * len(words()) / 64


@given(st.sets(st.integers(0, 200_000)))
@settings(database=None)
def test_numbers_are_read_as_they_were_written(numbers: set[int]) -> None:
    written = write_numbers(sorted(numbers))
    assert list(read_numbers(written)) == sorted(numbers)
    assert re.fullmatch(r"[(-~]*", written)  # neither the mark between lists nor that of everywhere


def test_words_of_a_text_are_parted_by_its_blocks_and_not_by_its_marks() -> None:
    prose = (
        "<h2>Panen</h2><p>ke<strong>lurah</strong>an &amp; desa<br>ini</p><ul><li>satu</li><li>dua</li></ul>"
    )
    assert plain_text(prose).split() == ["Panen", "kelurahan", "&", "desa", "ini", "satu", "dua"]
