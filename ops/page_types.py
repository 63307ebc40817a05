"""Which types of page a built site has, by their addresses, and one page of each.

Measurements and tests ask here, so that a new type of page is looked at without being listed anywhere: a name
that the portal reserves at its root is a type of its own.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kim.addresses import LATER_PAGES, RESERVED_AT_ROOT

#: Reserved names below which kecamatan-like folders stand.
_REGIONS = {"kota", "kabupaten"}


def page_type(address: str) -> str:
    """`front`, `section`, `group`, `post`, `topic`, `label`, `month`, `older`, `mading`, `text`.

    Or the name itself, where the portal reserves it: `arsip`, `kim`, `cari`.
    """
    match [part for part in address.split("/") if part]:
        case []:
            return "front"
        case [*_, "hal", _]:
            return "older"
        case [name] if name in LATER_PAGES:
            return "text"
        case [name] if name in RESERVED_AT_ROOT - _REGIONS:
            return name
        case ["topik", _]:
            return "topic"
        case ["label", _]:
            return "label"
        case ["arsip", _, _]:
            return "month"
        case [_, "mading"]:
            return "mading"
        case parts:
            return {1: "section", 2: "group", 3: "post"}.get(len(parts), "deeper")


def find_page_types(site: Path) -> Mapping[str, str]:
    """The address of the heaviest page of each type that is meant to be found, sorted by type."""
    heaviest: dict[str, tuple[int, str]] = {}
    for address, file in _found(site):
        kind, size = page_type(address), file.stat().st_size
        if size > heaviest.get(kind, (0, ""))[0]:
            heaviest[kind] = (size, address)
    return {kind: address for kind, (_, address) in sorted(heaviest.items())}


def _found(site: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(site.rglob("index.html")):
        head = file.read_bytes()
        if b'content="noindex' not in head and b'http-equiv="refresh"' not in head:
            folder = file.parent.relative_to(site).as_posix()
            yield ("/" if folder == "." else f"/{folder}/"), file
