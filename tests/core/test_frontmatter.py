"""The grammar of a post's file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.frontmatter import Document, Field, StrayLine, dump_document, parse_document

pieces = st.lists(
    st.sampled_from(
        [
            "Judul",
            "Keterangan foto",
            ":",
            ": ",
            " ",
            "\t",
            "    ",
            "\n",
            "\n\n",
            "---",
            "...",
            "x",
            "//",
            "7",
            "\u2028",
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


def pairs(document: Document) -> list[tuple[str, str]]:
    return [(field.key, field.value) for field in document.fields]


def test_a_document_is_its_fields_and_its_body_with_their_lines() -> None:
    document = parse_document("Judul: Panen raya\nTopik: budaya\n\nWarga\nmemanen.\n")
    assert document == Document(
        (Field("Judul", "Panen raya", 1), Field("Topik", "budaya", 2)), "Warga\nmemanen.", 4
    )


@pytest.mark.parametrize(
    "text",
    [
        "Judul: Panen raya\n\nIsi.",
        "\n\nJudul: Panen raya\n\n\n\nIsi.\n\n",
        "---\nJudul: Panen raya\n---\nIsi.",
        "---\n\nJudul: Panen raya\n\n...\n\nIsi.",
        "---\nJudul: Panen raya\n\nIsi.",  # never closed
        "Judul:Panen raya\n\nIsi.",
        "  Judul :  Panen raya  \n\nIsi.",
        "Judul:\n    Panen raya\n\nIsi.",
    ],
)
def test_every_usual_way_to_write_a_head_is_read_alike(text: str) -> None:
    document = parse_document(text)
    assert (pairs(document), document.body, document.strays) == ([("Judul", "Panen raya")], "Isi.", ())


def test_a_value_goes_on_where_its_next_line_is_indented() -> None:
    document = parse_document("Ringkasan: satu\n    dua\n\ttiga\nTopik: budaya\n\nIsi")
    assert pairs(document) == [("Ringkasan", "satu\ndua\ntiga"), ("Topik", "budaya")]
    assert document.fields[1].line == 4


def test_a_line_that_is_no_field_is_a_stray_with_its_line() -> None:
    document = parse_document("Judul: Panen\nWarga berkumpul pukul 07:30\nhttps://kim.id\n\nIsi")
    assert document.strays == (StrayLine("Warga berkumpul pukul 07:30", 2), StrayLine("https://kim.id", 3))


def test_a_text_without_a_head_is_all_body() -> None:
    assert parse_document("Warga memanen.\n\nJudul: bukan") == Document(
        (), "Warga memanen.\n\nJudul: bukan", 1
    )


@pytest.mark.parametrize("text", ["", "\n\n", "---", "---\n---\n"])
def test_an_empty_text_is_an_empty_document(text: str) -> None:
    document = parse_document(text)
    assert (document.fields, document.body, document.strays) == ((), "", ())


def test_a_rule_in_the_body_closes_no_fence() -> None:
    assert parse_document("Judul: a\n\nsatu\n\n---\n\ndua").body == "satu\n\n---\n\ndua"


@given(pieces)
def test_what_dump_writes_parse_reads(text: str) -> None:
    document = parse_document(text)
    again = parse_document(dump_document(document))
    assert (pairs(again), again.body, again.strays) == (pairs(document), document.body, ())


@given(pieces)
def test_dumping_what_was_dumped_changes_nothing(text: str) -> None:
    once = dump_document(parse_document(text))
    assert dump_document(parse_document(once)) == once


@given(pieces)
def test_every_field_and_stray_is_at_its_line(text: str) -> None:
    lines = text.split("\n")
    document = parse_document(text)
    assert all(field.key in lines[field.line - 1] for field in document.fields)
    assert all(lines[stray.line - 1].rstrip() == stray.text for stray in document.strays)
    assert not document.body or lines[document.body_line - 1].rstrip().startswith(
        document.body.split("\n")[0].rstrip()
    )
