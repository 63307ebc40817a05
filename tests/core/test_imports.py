"""Who may import whom (docs: "Layout"). Read from the source, so that an import in a function counts too."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"kim", "plugins", "webform", "ops", "theme", "tests", "tasks", "pelicanconf", "publishconf"}
KIM_LIBRARIES = {"markdown", "msgspec", "nh3", "PIL"}
#: the engine's types, the one thing that plugins share
SHARED = "plugins.portal.output"


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, relative ones resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            name = ".".join(part for part in (base, node.module or "") if part)
            # `from plugins.portal import output` imports the module as well as `from plugins.portal.output …`
            yield from (f"{name}.{alias.name}" for alias in node.names) if name in PACKAGES else (name,)


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def top(name: str) -> str:
    return name.partition(".")[0]


PACKAGES = {
    ".".join(folder.relative_to(ROOT).parts)
    for package in ("kim", "plugins", "webform", "ops")
    for folder in (ROOT / package, *(path.parent for path in modules(package)))
}
named = pytest.mark.parametrize


@named("path", modules("kim"), ids=lambda path: path.name)
def test_the_core_imports_the_standard_library_markdown_the_sanitiser_structs_and_pillow(path: Path) -> None:
    allowed = sys.stdlib_module_names | KIM_LIBRARIES | {"kim"}
    assert {top(name) for name in imports(path)} <= allowed


@named("path", modules("kim"), ids=lambda path: path.name)
def test_the_core_asks_no_clock_and_no_network(path: Path) -> None:
    assert not {"socket", "urllib.request", "http", "locale", "random", "time"} & set(imports(path))


@named("path", modules("plugins"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_plugin_imports_nothing_of_another_but_the_engines_output_types(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).parts[:2])
    names = set(imports(path))
    assert not {top(name) for name in names} & (OURS - {"kim", "plugins"})
    # the folder of all plugins by itself holds no code: the engine takes the digest of its files
    strange = {name for name in names if top(name) == "plugins" and name != "plugins"}
    assert {name for name in strange if not is_below(name, own) and not is_below(name, SHARED)} == set()


@named(("folder", "more"), [("webform", set()), ("ops", {"webform"})])
def test_the_form_and_the_operators_tools_never_import_pelican_or_a_plugin(
    folder: str, more: set[str]
) -> None:
    for path in modules(folder):
        assert not {top(name) for name in imports(path)} & (OURS - {"kim", folder, *more} | {"pelican"}), path


def test_nobody_imports_the_tests() -> None:
    for path in (*modules("kim"), *modules("plugins"), *modules("webform"), *modules("ops")):
        assert "tests" not in {top(name) for name in imports(path)}
