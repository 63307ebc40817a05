"""Documented or it fails: codes, keys, settings, commands and links, against what the code has."""

import argparse
import dataclasses
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from invoke.loader import FilesystemLoader
from invoke.tasks import Task

from kim.__main__ import _parser
from kim.group import _KEYS as GROUP_KEYS
from kim.head import KEYS
from kim.network import _NETWORK_KEYS, VILLAGE_COLUMNS, Words
from kim.problems import CATALOGUE, Severity
from kim.withdrawn import read_withdrawn
from ops.feeds_compare import ADVICE
from webform.settings import DEFAULTS as FORM_SETTINGS

from .examples import check, lay_out, mend, read_examples

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {code: DOCS / "masalah" / f"{code}.md" for code in sorted(CATALOGUE)}
PAGES_OF_MARKDOWN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
every_code = pytest.mark.parametrize("code", PAGES)


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def page(code: str) -> str:
    return PAGES[code].read_text(encoding="utf-8")


# Problems


@every_code
def test_every_code_has_its_page_and_stands_in_the_index(code: str) -> None:
    assert page(code).startswith(f"# {code}: ")
    title = page(code).splitlines()[0].removeprefix(f"# {code}: ")
    assert f"[{code}]({code}.md) | {title} |" in text("docs/masalah/README.md")
    assert "## Artinya\n" in page(code)
    assert "## Contoh\n" in page(code)
    assert "## Cara memperbaiki\n\n1. " in page(code)


def test_no_page_tells_of_a_code_that_is_not_there() -> None:
    assert {file.stem for file in (DOCS / "masalah").glob("K*.md")} == set(CATALOGUE)


@every_code
def test_a_page_says_whether_its_problem_holds_a_post_back(code: str) -> None:
    is_warning = CATALOGUE[code].severity is Severity.WARNING
    assert ("- **Akibatnya:** tulisan tetap terbit" in page(code)) is is_warning


@every_code
def test_a_bad_example_has_exactly_the_problem_of_its_page(code: str, tmp_path: Path) -> None:
    examples = read_examples(page(code), "bad")
    if not examples:
        assert "Sebelum: " in page(code), "neither an example nor a sentence"
        return
    lay_out(tmp_path, examples)
    assert {found.code for found in check(tmp_path)} == {code}


@every_code
def test_a_good_example_has_no_problem(code: str, tmp_path: Path) -> None:
    examples = read_examples(page(code), "good")
    assert bool(examples) == bool(read_examples(page(code), "bad"))
    assert "Sesudah" in page(code)
    lay_out(tmp_path, examples)
    assert check(tmp_path) == ()


@every_code
def test_fix_mends_what_the_page_says_that_it_mends(code: str, tmp_path: Path) -> None:
    promised = "- **Dengan `--fix`:** ya" in page(code)
    assert promised or "- **Dengan `--fix`:** tidak" in page(code)
    if examples := read_examples(page(code), "bad"):
        lay_out(tmp_path, examples)
        mend(tmp_path)
        assert {found.code for found in check(tmp_path)} == (set() if promised else {code})


@every_code
def test_a_page_speaks_to_volunteers(code: str) -> None:
    words = set(re.findall(r"[a-z]+", page(code).lower()))
    assert not words & {"valid", "error", "parsing", "gagal", "maaf", "syntax", "sintaks"}


@pytest.mark.parametrize("name", ["docs/menulis.md", "docs/pengaturan.md"])
def test_the_examples_of_the_guides_have_no_problem(name: str, tmp_path: Path) -> None:
    examples = read_examples(text(name), "good")
    assert examples
    lay_out(tmp_path, examples)
    assert check(tmp_path) == ()


# Keys and settings


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_of_a_posts_head_is_explained_with_its_other_name(key) -> None:
    row = next(line for line in text("docs/menulis.md").splitlines() if line.startswith(f"| `{key.name}` |"))
    assert all(f"`{alias}`" in row for alias in key.aliases if "_" not in alias)


@pytest.mark.parametrize(
    "key",
    [
        *_NETWORK_KEYS,
        *GROUP_KEYS,
        *VILLAGE_COLUMNS,
        *(field.name for field in dataclasses.fields(Words)),
        "slug",
    ],
)
def test_every_key_of_the_settings_is_explained(key: str) -> None:
    assert re.search(rf"^\| `{key}` \|", text("docs/pengaturan.md"), re.MULTILINE)


def settings_of_ours() -> set[str]:
    sources = [ROOT / "pelicanconf.py", ROOT / "publishconf.py", *(ROOT / "plugins").rglob("*.py")]
    return {name for file in sources for name in re.findall(r"\bKIM_[A-Z_]+", file.read_text())}


@pytest.mark.parametrize("name", sorted(settings_of_ours()))
def test_every_setting_of_ours_is_in_the_readme(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", text("README.md"), re.MULTILINE)


# Commands


def tasks() -> dict[str, Task]:
    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    return {name: found for name, found in vars(module).items() if isinstance(found, Task)}


@pytest.mark.parametrize(
    ("task", "option"),
    [
        (name, option)
        for name, task in tasks().items()
        for option in ["", *(a.name for a in task.get_arguments())]
    ],
)
def test_every_task_and_its_options_are_in_the_readme(task: str, option: str) -> None:
    row = next(
        line
        for line in text("README.md").splitlines()
        if line.startswith(f"| `invoke {task.replace('_', '-')}")
    )
    assert not option or f"--{option.replace('_', '-')}" in row


def test_every_option_of_the_check_is_in_the_readme() -> None:
    row = next(line for line in text("README.md").splitlines() if line.startswith("| `python -m kim check"))
    commands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    assert set(commands) == {"check"}
    options = [name for action in commands["check"]._actions for name in action.option_strings]
    assert [name for name in options if name.startswith("--") and name != "--help" and name not in row] == []


def test_every_command_of_the_readme_exists() -> None:
    shown = re.findall(r"(?:^|[`/])(make|invoke) ([a-z-]+)", text("README.md"), re.MULTILINE)
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert {name for command, name in shown if command == "make"} <= targets
    assert {name for command, name in shown if command == "invoke"} <= {
        name.replace("_", "-") for name in tasks()
    }


def test_pelican_knows_the_options_that_the_readme_shows() -> None:
    shown = {
        option
        for line in re.findall(r"pelican content[^`\n]*", text("README.md"))
        for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", line)
    }
    asked = subprocess.run(
        [sys.executable, "-m", "pelican", "--help"], capture_output=True, text=True, check=True
    )
    assert {"-o", "-s"} <= shown
    assert {option for option in shown if not re.search(rf"{option}\b", asked.stdout)} == set()


def test_the_post_in_the_readme_is_a_real_one() -> None:
    path, shown = re.search(
        r"\[`(content/[^`]+\.md)`\].*?```markdown\n(.*?)```", text("README.md"), re.DOTALL
    ).groups()
    assert text(path).startswith(shown.partition("…")[0].rstrip())


# The pages themselves


@pytest.mark.parametrize("file", PAGES_OF_MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(file: Path) -> None:
    prose = re.sub(
        r"^```.*?^```|`[^`\n]*`", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    links = [*re.findall(r"\]\(([^)\s]+)\)", prose), *re.findall(r'(?:src|href)="([^"]+)"', prose)]
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(file: Path) -> set[str]:
    """The addresses of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_decision_has_its_three_parts_and_its_number() -> None:
    files = sorted((DOCS / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ]


def test_every_folder_of_the_layout_is_there() -> None:
    shown = re.findall(r"^\| `([a-z/]+/|[a-z]+\.py)`", text("README.md"), re.MULTILINE)
    assert len(shown) >= 7
    assert [name for name in shown if not (ROOT / name).exists()] == []


# The web form


@pytest.mark.parametrize("name", sorted(FORM_SETTINGS))
def test_every_setting_of_the_form_is_explained_with_its_default(name: str) -> None:
    row = next(line for line in text("docs/formulir.md").splitlines() if line.startswith(f"| `{name}` |"))
    assert not FORM_SETTINGS[name] or f"`{FORM_SETTINGS[name]}`" in row


# What aggregators may rely on


def test_every_finding_of_the_feeds_check_is_explained() -> None:
    explained = re.findall(r"^\| (`[^|]*?`)(?::| \|)", text("docs/agregator.md"), re.MULTILINE)
    assert set(ADVICE) <= {name for cell in explained for name in re.findall(r"`([^`]+)`", cell)}


def test_the_withdrawal_in_the_docs_is_a_real_one() -> None:
    for name in ("docs/agregator.md", "docs/pengaturan.md"):
        shown = re.search(r"```toml\n(\[\[posts\]\].*?)```", text(name), re.DOTALL)
        assert shown
        found, problems = read_withdrawn(shown[1].encode())
        assert problems == ()
        assert len(found) == 1


def test_every_file_that_aggregators_are_told_of_is_in_the_golden_portal() -> None:
    portal = ROOT / "tests" / "golden" / "expected"
    named = re.findall(r"^\| `/?([a-z.]+)`", text("docs/agregator.md"), re.MULTILINE)
    assert {"feeds.opml", "network.json", "network.schema.json", "feed.xml"} <= set(named)
    assert [name for name in named if "." in name and not (portal / name).is_file()] == []


# The guide in pictures


def test_steps_of_the_guide_stand_word_for_word_on_the_portals_page() -> None:
    steps = re.findall(r"^[0-9]\. .*$", text("docs/panduan/README.md"), re.MULTILINE)
    assert len(steps) == 5
    assert [step for step in steps if step not in text("content/pages/panduan/index.md")] == []


def test_pictures_of_the_guide_are_light_have_words_and_run_nothing() -> None:
    shown = re.findall(r"!\[(.+)\]\((.+\.svg)\)", text("docs/panduan/README.md"))
    assert {name for _, name in shown} == {file.name for file in (DOCS / "panduan").glob("*.svg")}
    for words, name in shown:
        picture = text(f"docs/panduan/{name}")
        assert f"<title>{words}</title>" in picture
        assert len(picture) < 6_000
        assert not re.search(r"<script|href=|url\(|<image", picture)
    page = re.findall(r"!\[(.+)\]\((.+)\.png\)", text("content/pages/panduan/index.md"))
    assert [(words, f"{name}.svg") for words, name in page] == shown
