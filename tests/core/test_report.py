"""The catalogue of problems and the three ways to show them."""

import ast
import json
import re
import string
from pathlib import Path

import pytest

import kim
import webform
from kim.problems import CATALOGUE, Problem, Severity, problem
from kim.report import FORMATS, format_problems, summarise

SOURCES = sorted(path for package in (kim, webform) for path in Path(package.__file__).parent.glob("*.py"))
FORBIDDEN_WORDS = ("tidak valid", "gagal parsing", "error", "mohon maaf")

SAMPLE = problem(
    "K012",
    "kotamobagu-barat/kim-gogagoman/2026-02-28-upacara.md",
    3,
    "Tanggal: 31 Februari 2026",
    key="Tanggal",
    found="31 Februari 2026",
    example="2026-02-28",
)
SAMPLE_TEXT = """\
content/kotamobagu-barat/kim-gogagoman/2026-02-28-upacara.md:3  K012
  Tanggal "31 Februari 2026" tidak ada di kalender.
      3 | Tanggal: 31 Februari 2026
  Cara memperbaiki: tulis tahun-bulan-hari, contoh 2026-02-28."""


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def used_codes() -> dict[str, list[str]]:
    """Every code that the core reports, with the modules that do, from their string constants."""
    used: dict[str, list[str]] = {}
    for source in SOURCES:
        if source.name != "problems.py":
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.Constant) and re.fullmatch(r"K\d{3}", str(node.value)):
                    used.setdefault(str(node.value), []).append(source.name)
    return used


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_entry_says_what_was_found_and_one_thing_to_do(code: str) -> None:
    rule = CATALOGUE[code]
    words = {name: f"<{name}>" for name in names_in(rule.what) | names_in(rule.fix)}
    assert "" not in words
    found = problem(code, "a.md", 1, **words)
    assert re.fullmatch(r"K\d{3}", code)
    assert found.what.endswith((".", "."))
    assert found.fix.strip()
    assert found.fix.endswith((".", ">"))
    assert all(word in found.what + found.fix for word in words.values())
    assert "{" not in found.what + found.fix


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_entry_blames_or_excuses_itself(code: str) -> None:
    text = f"{CATALOGUE[code].what} {CATALOGUE[code].fix}".lower()
    assert not [word for word in FORBIDDEN_WORDS if word in text]


def test_every_code_is_used_and_every_used_code_is_in_the_catalogue() -> None:
    assert set(used_codes()) == set(CATALOGUE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_report_of_a_problem_gives_exactly_the_words_of_its_entry(source: Path) -> None:
    """A word that is missing would raise only on the day when somebody makes that mistake."""
    for call in (node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)):
        function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if (
            function not in ("add", "_add", "problem")
            or not call.args
            or not isinstance(call.args[0], ast.Constant)
        ):
            continue
        if any(keyword.arg is None for keyword in call.keywords):
            continue  # `**limits`
        rule = CATALOGUE[str(call.args[0].value)]
        given = {str(keyword.arg) for keyword in call.keywords} - {"line"}
        assert given == names_in(rule.what) | names_in(rule.fix), f"{source.name}:{call.lineno}"


def test_a_word_that_is_missing_is_a_bug() -> None:
    with pytest.raises(KeyError):
        problem("K012", "a.md", 3, key="Tanggal")


def test_text_is_as_the_design_shows_it() -> None:
    assert format_problems([SAMPLE], "text", "content") == SAMPLE_TEXT


def test_a_warning_says_that_it_is_one_and_a_whole_file_has_no_line() -> None:
    text = format_problems([problem("K002", "a.md", encoding="cp1252")], "text")
    assert text == (
        "a.md  K002  (peringatan)\n"
        "  Berkas ini tersimpan sebagai cp1252, bukan UTF-8.\n"
        "  Cara memperbaiki: simpan lagi sebagai UTF-8, atau jalankan pemeriksaan dengan --fix."
    )


def test_problems_stand_apart_by_an_empty_line() -> None:
    assert format_problems([SAMPLE, SAMPLE], "text", "content") == f"{SAMPLE_TEXT}\n\n{SAMPLE_TEXT}"


def test_json_holds_every_field() -> None:
    assert json.loads(format_problems([SAMPLE], "json", "content")) == [
        {
            "code": "K012",
            "severity": "error",
            "path": "content/kotamobagu-barat/kim-gogagoman/2026-02-28-upacara.md",
            "line": 3,
            "what": 'Tanggal "31 Februari 2026" tidak ada di kalender.',
            "fix": "tulis tahun-bulan-hari, contoh 2026-02-28.",
            "excerpt": "Tanggal: 31 Februari 2026",
        }
    ]


def test_an_annotation_names_file_line_and_code() -> None:
    assert format_problems([SAMPLE], "github", "content") == (
        "::error file=content/kotamobagu-barat/kim-gogagoman/2026-02-28-upacara.md,line=3,title=K012::"
        'Tanggal "31 Februari 2026" tidak ada di kalender. '
        "Cara memperbaiki: tulis tahun-bulan-hari, contoh 2026-02-28."
    )
    assert format_problems([problem("K027", "a.md")], "github").startswith(
        "::error file=a.md,line=1,title=K027::"
    )
    assert format_problems([problem("K002", "a.md", encoding="x")], "github").startswith("::warning ")


def test_a_hostile_name_cannot_write_an_annotation_of_its_own() -> None:
    hostile = Problem(
        "a,line=9::x\r\n::error file=b::%0A.md", 2, "K027", "100%\n::error ::x", "y\r\n::stop::"
    )
    assert format_problems([hostile], "github") == (
        "::error file=a%2Cline=9%3A%3Ax%0D%0A%3A%3Aerror file=b%3A%3A%250A.md,line=2,title=K027::"
        "100%25%0A::error ::x Cara memperbaiki: y%0D%0A::stop::"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_words_from_a_file_cannot_break_a_report_or_a_terminal(form: str) -> None:
    hostile = "x\n::error ::y\r\x1b[31m\u202e{found}%s" + "z" * 500
    report = format_problems([problem("K011", "a.md", 1, hostile, found=hostile)], form)
    assert "\x1b" not in report
    assert "\u202e" not in report
    assert "\r" not in report
    assert "z" * 200 not in report
    assert len(report.split("\n")) == {"text": 4, "json": 11, "github": 1, "gitlab": 14}[form]


@pytest.mark.parametrize(("form", "text"), [("text", ""), ("github", ""), ("json", "[]"), ("gitlab", "[]")])
def test_nothing_found_is_an_empty_report(form: str, text: str) -> None:
    assert format_problems([], form) == text


def test_a_summary_counts_by_severity() -> None:
    warning = problem("K002", "a.md", encoding="x")
    assert warning.severity is Severity.WARNING
    assert summarise([SAMPLE, SAMPLE, warning]) == "2 masalah, 1 peringatan"


def test_a_list_of_what_is_known_is_never_cut_short() -> None:
    known = ", ".join(f"desa-{number}" for number in range(60))
    assert known in problem("K019", "a.md", 1, found="x", group="KIM", known=known, advice="").fix


def test_problems_sort_by_file_then_line() -> None:
    first, second, third = (problem("K027", path, line) for path, line in (("a", 2), ("a", 10), ("b", 1)))
    assert sorted([third, second, first]) == [first, second, third]
