"""The form's pages for everybody: axe and the HTML checker over each, on a phone, with and without mistakes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.conftest import find_program

from .phone import Phone
from .samples import photo_bytes
from .serving import Served, serve
from .test_web import FIELDS

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NODE_MODULES = Path(__file__).resolve().parents[1] / "pages" / "node_modules"


@pytest.fixture
def served(repository: Path, tmp_path: Path) -> Iterator[Served]:
    with serve(repository, tmp_path / "state") as found:
        yield found


def addresses(phone: Phone) -> dict[str, str]:
    """The pages that have an address of their own."""
    draft = phone.press(phone.open("/"), "foto", FIELDS).address
    bare = phone.press(phone.open(draft), "tambah", {}, photo_bytes())
    assert bare.status == 200
    wrong = phone.press(
        phone.open("/"), "foto", FIELDS | {"judul": "Pendek", "topik": "", "isi": "Lain lagi."}
    ).address
    sent = phone.press(phone.open("/"), "kirim", FIELDS | {"isi": "Sudah dikirim."}).address
    return {
        "new": "/", "photos": draft, "mistakes": wrong, "sent": sent, "mend": f"{sent}?ubah=1",
        "correct": "/betulkan", "missing": "/tidak-ada", "gone": "/k/tidak-ada",
    }  # fmt: skip


def test_axe_finds_nothing_on_any_page_of_the_form(served: Served, browser: Browser, axe: str) -> None:
    phone = Phone(served.port)
    for scheme in ("light", "dark"):
        # the checker's own script is no part of our policy
        context = browser.new_context(
            viewport={"width": 360, "height": 640}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        for name, address in addresses(phone).items() if scheme == "light" else [("new", "/")]:
            page.goto(f"http://127.0.0.1:{served.port}{address}")
            page.evaluate(axe)
            found = page.evaluate(
                "tags => axe.run(document, {runOnly: tags}).then(r => r.violations.map(v => "
                "[v.id, v.nodes.map(n => n.html.slice(0, 120))]))",
                AXE_TAGS,
            )
            assert found == [], (name, scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            small = page.evaluate(
                "[...document.querySelectorAll('button,select,textarea,input:not([type=hidden]),.btn,summary')]"
                ".filter(e => !e.closest('.trap') && e.offsetHeight && e.offsetHeight < 44).map(e => e.outerHTML)"
            )
            assert small == [], name


def test_the_html_checker_finds_nothing_on_any_page_of_the_form(served: Served, tmp_path: Path) -> None:
    phone = Phone(served.port)
    for name, address in addresses(phone).items():
        (tmp_path / f"{name}.html").write_text(phone.open(address).answer.text)
    java = find_program("java", "default-jre-headless")
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [
        java,
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
        *map(str, tmp_path.glob("*.html")),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [
        (one["url"][-20:], one["message"])
        for one in json.loads(done.stderr)["messages"]
        if one["type"] == "error"
    ]
    assert told == []
