"""`invoke codeowners`: whom a forge asks about which folder, from network.toml and every kim.toml."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.load import load_groups, require_network
from kim.owners import Owners, write_codeowners, write_codeowners_of_forgejo

#: each forge looks into its own folder; what they read is not the same
_WRITERS = {
    ".github/CODEOWNERS": write_codeowners,
    ".gitlab/CODEOWNERS": write_codeowners,
    ".forgejo/CODEOWNERS": write_codeowners_of_forgejo,
}


def plan_codeowners(content: Path) -> Mapping[str, str]:
    """The files below the project's folder, by their paths. Raises `KimError`."""
    scanned = scan_content(content)
    load = partial(load_file, content)
    network = require_network(load, scanned)
    groups, _ = load_groups(load, scanned, network)
    owners = Owners(network.editors, groups)
    return {path: write(owners, content.name) for path, write in _WRITERS.items()}


def write_files(root: Path, content: Path) -> Iterator[Path]:
    """Write those that are not as they should be; gives their paths. Raises `KimError`."""
    for path, text in plan_codeowners(content).items():
        file = root / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            yield file


def require_current(root: Path, content: Path) -> None:
    """Raises `KimError` where a committed file says something else than the settings."""
    stale = [
        path
        for path, text in plan_codeowners(content).items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
    if stale:
        raise KimError(f"{', '.join(stale)} no longer fit the settings. Write them anew: invoke codeowners")
