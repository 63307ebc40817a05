"""The guide's drawings, and the pictures of its page that are rendered from them."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Browser

from ops.screenshots import DRAWINGS, GUIDE, render_drawing
from tests.corpus import ROOT

#: of 255; fonts differ from machine to machine, a word that was changed differs more
_MOST_DIFFERENCE = 8.0


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures of one size are where they differ most, on a raster of words."""
    apart = ImageChops.difference(one.convert("L"), other.convert("L")).filter(ImageFilter.BoxBlur(24))
    return float(ImageStat.Stat(apart).extrema[0][1])


@pytest.fixture(scope="module")
def rendered(browser: Browser) -> dict[str, Image.Image]:
    return {
        file.stem: Image.open(io.BytesIO(render_drawing(browser, file)))
        for file in sorted((ROOT / DRAWINGS).glob("*.svg"))
    }


def test_the_pictures_of_the_guides_page_are_its_drawings(rendered: dict[str, Image.Image]) -> None:
    shown = {file.stem: file for file in Path(ROOT / GUIDE).glob("*.png")}
    assert set(rendered) == set(shown)
    for name, drawing in rendered.items():
        picture = Image.open(shown[name])
        assert picture.size == drawing.size
        assert difference(picture, drawing) < _MOST_DIFFERENCE, f"invoke screenshots renders {name} anew"


def test_a_word_that_changed_in_a_drawing_is_noticed(
    tmp_path: Path, rendered: dict[str, Image.Image], browser: Browser
) -> None:
    old = (ROOT / DRAWINGS / "3-ajukan.svg").read_text()
    changed = tmp_path / "3-ajukan.svg"
    changed.write_text(old.replace("Langsung ke main", "Simpan langsung"))
    drawing = Image.open(io.BytesIO(render_drawing(browser, changed)))
    assert difference(rendered["3-ajukan"], drawing) > 2 * _MOST_DIFFERENCE
