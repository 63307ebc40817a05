"""Every page is HTML as the standard has it, by the Nu HTML checker's own judgement."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from tests.pages.conftest import find_program
from tests.pages.networks import NAMES, ROOT, Network

#: Findings that are taken as they are: a part of the message, and the reason.
ALLOWED: dict[str, str] = {
    "Resource violates Content Security Policy": "the files lie on a disk, where nothing is 'self'; "
    "what a browser really blocks, it complains of in test_browser.py",
    "Inline script violates Content Security Policy": "JSON-LD, which holds facts and does not run",
}


@pytest.mark.parametrize("names", [["random"], [name for name in NAMES if name != "random"]], ids="-".join)
def test_nu_html_checker_finds_nothing_on_any_page(
    names: list[str], networks: Callable[[str], Network], node_modules: Path
) -> None:
    built = [networks(name) for name in names]
    assert all(network.pages for network in built)
    messages = check_html(node_modules, *(network.host for network in built))
    found = Counter(
        (message["type"], message["message"])
        for message in messages
        if not any(part in message["message"] for part in ALLOWED)
    )
    first = {
        message["message"]: f"{message['url']}: {message.get('extract', '')}" for message in messages[::-1]
    }
    report = [f"{count} × {kind}: {text}\n    {first[text]}" for (kind, text), count in found.most_common(20)]
    assert not found, "\n".join(report)


def test_checker_would_find_a_fault(tmp_path: Path, node_modules: Path) -> None:
    page = '<!doctype html><html lang="id"><title>x</title><p id="a"><img src="a.jpg"><p id="a">'
    (tmp_path / "index.html").write_text(page)
    found = " ".join(message["message"] for message in check_html(node_modules, tmp_path))
    assert "alt" in found
    assert "Duplicate ID" in found


def check_html(node_modules: Path, *folders: Path) -> list[dict[str, str]]:
    """What the checker says of all HTML files below some folders; one Java for all of them."""
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    java = [
        find_program("java", "default-jre-headless"),
        "-Xss4m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
    ]
    command = [*java, "-jar", str(jar), "--format", "json", "--skip-non-html", *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("{"), f"The checker did not run: {done.stderr or done.stdout}"
    messages: list[dict[str, str]] = json.loads(done.stderr)["messages"]
    return messages


@pytest.mark.parametrize("name", NAMES)
def test_no_page_lacks_the_sheet_that_styles_what_stands_on_it(
    name: str, networks: Callable[[str], Network]
) -> None:
    network = networks(name)
    known = set().union(
        *(selectors(sheet.read_text()) for sheet in (ROOT / "theme" / "static").glob("*.css"))
    )
    for page in network.pages.values():
        if page.is_redirect:
            continue
        tree = html.parse(network.folder / page.path)
        (style,) = tree.xpath("//style/text()")
        elements = tree.xpath("//body//*[not(ancestor::template)]")
        there = {element.tag for element in elements if isinstance(element.tag, str)}
        for kind, sign in (("class", "."), ("id", "#")):
            there |= {sign + name for element in elements for name in element.get(kind, "").split()}
        missing = [selector for selector in known - selectors(style) if selector <= there]
        assert missing == [], page.path


def selectors(sheet: str) -> set[frozenset[str]]:
    """The classes, ids and elements that each selector of a sheet names."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    lists = re.findall(r"([^{};]+){", re.sub(r"@[^{]*{", "", plain))
    return {
        frozenset(re.findall(r"[.#]?[a-z][\w-]*", re.sub(r"\[[^]]*\]|::?[\w-]+(\([^)]*\)+)?", "", selector)))
        for selector in ",".join(lists).split(",")
    } - {frozenset()}
