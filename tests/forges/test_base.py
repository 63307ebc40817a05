"""What a change may carry to a forge: everything in it was typed by a stranger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forges.repositories import change
from webform.forges.base import checked, inert, quoted


@pytest.mark.parametrize(
    "branch",
    [
        "",
        "-x",
        "a..b",
        "A",
        "a b",
        "a\n",
        "refs/heads/../x",
        "a//b",
        "a.lock",
        "~a",
        "a/",
        "--mirror",
        "x" * 201,
    ],
)
def test_branch_that_git_or_a_shell_could_take_for_more_is_refused(branch: str) -> None:
    with pytest.raises(ValueError, match="branch"):
        checked(change(branch=branch))
    with pytest.raises(ValueError, match="branch"):
        checked(change(base=branch))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        ".git/config",
        "a/.git/hooks/x",
        ".gitattributes",
        'a"b',
        "a\nb",
        "a b",
    ],
)
def test_path_outside_the_tree_or_with_marks_of_syntax_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        checked(change(files=((path, b""),)))


def test_same_file_twice_or_none_is_refused() -> None:
    for files in ((), (("a.md", b"1"), ("a.md", None))):
        with pytest.raises(ValueError, match="files"):
            checked(change(files=files))


def test_address_that_closes_its_own_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        checked(change(email="a@b> 0 +0000\ncommitter x"))


@given(st.text(max_size=60))
def test_name_of_a_writer_is_one_line_without_marks_of_syntax(name: str) -> None:
    author = checked(change(author=name)).author
    assert author
    assert not set(author) & set('<>"\\\n\r\0')
    assert author == author.strip()


@given(st.text(max_size=200))
def test_title_is_one_line_and_never_empty(title: str) -> None:
    found = checked(change(title=title)).title
    assert found
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("Lapor @redaksi", "@redaksi"),
        ("Fixes #12", "#12"),
        ("Lihat !7", "!7"),
        ("[skip ci] Panen", "[skip ci]"),
        ("Panen [ci skip]", "[ci skip]"),
        ("Panen\n/merge", "\n/merge"),
    ],
)
def test_words_that_a_forge_would_obey_look_the_same_and_do_nothing(words: str, command: str) -> None:
    assert command not in inert(words)
    assert inert(words).replace("\N{WORD JOINER}", "") == words
    assert command not in checked(change(message=words)).message
    assert command.strip() not in checked(change(title=words)).title


def test_trailer_of_a_stranger_is_no_trailer() -> None:
    message = checked(
        change(message="Panen\n\nCo-authored-by: Wali <wali@kota.example>\nKiriman: 00")
    ).message
    assert "Co-authored-by:" not in message
    assert "Kiriman:" not in message


def test_quoted_text_cannot_leave_its_block() -> None:
    lines = quoted("```\n</pre> ![x](http://a.example/x.png)\n/approve\r# Judul\v@wali").splitlines()
    assert all(line.startswith("    ") for line in lines)


def test_digest_tells_changes_apart_by_files_writer_and_words() -> None:
    same, *others = (
        change(),
        change("Judul: Lain\n"),
        change(author="Pak Budi"),
        change(title="Judul lain"),
        change(files=(("a.md", b""),)),
        change(files=(("a.md", None),)),
    )
    assert len({same.digest, *(other.digest for other in others)}) == 6
    assert change().digest == same.digest
