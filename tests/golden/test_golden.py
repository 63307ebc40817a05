"""A whole small portal, byte for byte. After a change that is meant: `invoke golden`, and read the difference."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plugins.portal.engine import build
from plugins.portal.output import Options
from plugins.portal.settings import BuildSettings
from tests.corpus import NOW, PLUGINS, ROOT, tree

HERE = Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
#: What changes with every rule of the stylesheet or line of the script, and nothing else with it; and QR codes,
#: whose bytes are the local zlib's.
_LEFT_OUT = (
    (rb"(?s)<(style|script)>.*?</\1>", rb"<\1>...</\1>"),
    (rb"/aset/[0-9a-f]{16}\.png", b"/aset/....png"),
    (rb"Halaman ini \d+ KB", b"Halaman ini ... KB"),
    (rb'VERSION="\w+"', b'VERSION="..."'),
    (rb"'sha256-[^']+'", b"'sha256-...'"),
)


def build_golden(folder: Path) -> dict[str, bytes]:
    """The portal of tests/golden/content without its stylesheet and script, which stand in every page,
    and without what a page says that it weighs.
    """
    settings = BuildSettings(
        HERE / "content", folder / "output", ROOT / "theme", folder / "cache", Options(page_size=2), NOW
    )
    build(replace(settings, workers=1, compress=False), PLUGINS)
    found = tree(folder / "output")
    for shape, instead in _LEFT_OUT:
        found = {name: re.sub(shape, instead, data) for name, data in found.items()}
    return {name: data for name, data in found.items() if not re.fullmatch(r"aset/\w+\.png", name)}


def test_portal_is_as_it_was(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    found = build_golden(tmp_path)
    if request.config.getoption("--golden"):
        shutil.rmtree(EXPECTED, ignore_errors=True)
        for name, data in found.items():
            (EXPECTED / name).parent.mkdir(parents=True, exist_ok=True)
            (EXPECTED / name).write_bytes(data)
    expected = tree(EXPECTED)
    assert set(found) == set(expected)
    for name, data in expected.items():
        ours, theirs = (text.decode(errors="backslashreplace") for text in (found[name], data))
        assert ours == theirs, f"{name}: if this is meant, run `invoke golden`"
