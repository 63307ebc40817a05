"""The four words of a group."""

import pytest

from webform.codes import hash_code, is_code, make_code, read_code, words


def test_the_list_has_1024_plain_words() -> None:
    assert len(set(words())) == 1024
    assert all(
        word.isascii() and word.islower() and word.isalpha() and 4 <= len(word) <= 8 for word in words()
    )


def test_no_two_words_differ_by_one_letter() -> None:
    seen: dict[str, str] = {}
    for word in words():
        for at in range(len(word)):
            shape = f"{word[:at]}_{word[at + 1 :]}"
            assert seen.setdefault(shape, word) == word, (seen[shape], word)


def test_a_code_is_four_words_of_the_list() -> None:
    assert read_code(make_code()) is not None
    assert make_code() != make_code()


@pytest.mark.parametrize(
    "typed",
    [
        "Cabai Durian Hujan Kursi",
        " cabai-durian,hujan  kursi. ",
        "cabaii durian hujan kursi",
        "cabai durian hujam kursi",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "cabai durian hujan kursi"


@pytest.mark.parametrize(
    "typed", ["", "bambu", "bambu cabai durian", "cabai durian hujan kursi perahu", "x y z q", "a" * 9999]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_kept_code_opens_for_itself_alone_and_does_not_show_it() -> None:
    kept = hash_code("cabai durian hujan kursi")
    assert is_code("cabai durian hujan kursi", kept)
    assert not is_code("cabai durian hujan perahu", kept)
    assert "bambu" not in kept
    assert kept != hash_code("cabai durian hujan kursi")
