"""Nothing about one region stands in the code or the theme: three regions are made of one."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from tests.pages.networks import ROOT

FOLDERS = ("kim", "plugins", "theme", "webform", "ops")
REGIONS = (
    ROOT / "content",
    ROOT / "tests" / "networks" / "metro",
    ROOT / "tests" / "networks" / "pulang-pisau",
)
#: What the region's heads of village are called in one of them, beside the names.
_WORDS = {"sangadi"}
#: Kemendagri's codes of the three regions, with all that lies in them.
_CODES = re.compile(r"\b(?:71\.74|18\.72|62\.11)(?:\.\d|\b)")


def names_of(region: Path) -> set[str]:
    """The names of a region, its province, its kecamatan and villages."""
    settings = tomllib.loads((region / "network.toml").read_text())
    with (region / "wilayah.csv").open(newline="") as rows:
        places = {row[key] for row in csv.DictReader(rows) for key in ("name", "kecamatan")}
    slugs = {district["slug"] for district in settings["districts"]}
    return {settings["region"], settings["short"], settings["province"], *places, *slugs}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_word_of_any_region_stands_in_the_code_or_the_theme(folder: str) -> None:
    names = set().union(*(names_of(region) for region in REGIONS)) | _WORDS
    words = re.compile(
        r"\b(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b", re.IGNORECASE
    )
    found = []
    for file in sorted((ROOT / folder).rglob("*")):
        if file.suffix in (".py", ".html", ".css", ".txt", ".toml", ".md", ".svg", ".js"):
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found += [f"{file.relative_to(ROOT)}:{number}: {match[0]}"
                          for match in (*words.finditer(line), *_CODES.finditer(line))]  # fmt: skip
    assert found == []
