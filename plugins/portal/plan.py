"""Third step: which files should exist, and which of them must be made.

The plugins say what; here every path is checked, every key computed, and what is as it was is left out.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kim.errors import KimError
from kim.folder import digest_bytes
from plugins.portal.compress import SUFFIXES
from plugins.portal.output import Asset, Output, Plugin, Request, Stage, digest_inputs
from plugins.portal.store import MadeAsset, WrittenFile

#: A folder has no dot and a file has one, so that no file can stand where another needs a folder.
_PATH = re.compile(r"(?:[A-Za-z0-9_-]{1,120}/)*[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.[A-Za-z0-9]{1,12}")


@dataclass(frozen=True)
class Planned:
    """An output with its key."""

    output: Output
    key: str


@dataclass(frozen=True)
class PlannedAsset:
    """An asset with its key."""

    asset: Asset
    key: str


def plan_assets(plugins: Sequence[Plugin], request: Request) -> tuple[PlannedAsset, ...]:
    """Every asset once, sorted. Raises `KimError` where two differ under one id."""
    planned: dict[str, PlannedAsset] = {}
    for found in _ask(plugins, Stage.ASSETS, request):
        if not isinstance(found, Asset):
            raise TypeError(f"{found.path} is stated in the stage of assets and is none")
        # Photos are costly: they are made anew only when the module that makes them changes.
        code = digest_bytes(Path(inspect.getfile(found.make)).read_bytes())
        key = digest_inputs(code, found.kind, _name(found.make), found.suffix, found.inputs)
        if planned.setdefault(found.id, PlannedAsset(found, key)).key != key:
            raise KimError(f"Two assets claim the id {found.id}.")
    return tuple(planned[name] for name in sorted(planned))


def plan_outputs(
    plugins: Sequence[Plugin], stage: Stage, request: Request, version: str
) -> tuple[Planned, ...]:
    """Every output of a stage, sorted by path."""
    outputs = []
    for found in _ask(plugins, stage, request):
        if not isinstance(found, Output):
            raise TypeError(f"{found.id} is an asset and is stated in the stage of {stage.name.lower()}")
        key = digest_inputs(version, found.kind, _name(found.make), found.metered, found.inputs)
        outputs.append(Planned(found, key))
    return tuple(sorted(outputs, key=lambda planned: planned.output.path))


def check_paths(paths: Iterable[str]) -> None:
    """Every path is safe and stands alone. Raises `KimError`."""
    seen: dict[str, str] = {}
    for path in paths:
        if not _PATH.fullmatch(path) or path.endswith(SUFFIXES):
            raise KimError(f"An output cannot have the path {path!r}.")
        # two names that differ only in case are one file on many a host
        if path.lower() in seen:
            raise KimError(f"Two outputs claim one path: {seen[path.lower()]} and {path}.")
        seen[path.lower()] = path


def dirty_assets(
    planned: Iterable[PlannedAsset],
    made: Mapping[str, MadeAsset],
    written: Mapping[str, WrittenFile],
    root: Path,
) -> tuple[PlannedAsset, ...]:
    """The assets that must be made: those whose key changed, and those whose file is not as written."""
    return tuple(
        item
        for item in planned
        if (before := made.get(item.asset.id)) is None
        or before.key != item.key
        or not is_as_written(root / before.path, written.get(before.path))
    )


def dirty_outputs(
    planned: Iterable[Planned], written: Mapping[str, WrittenFile], root: Path
) -> tuple[Planned, ...]:
    """The outputs that must be made: those whose key changed, and those that are not as written."""
    return tuple(item for item in planned if not _is_kept(item, written, root))


def siblings_of(path: str, written: Mapping[str, WrittenFile]) -> tuple[str, ...]:
    """The precompressed siblings that were written beside a file."""
    return tuple(path + suffix for suffix in SUFFIXES if path + suffix in written)


def _is_kept(item: Planned, written: Mapping[str, WrittenFile], root: Path) -> bool:
    paths = (item.output.path, *siblings_of(item.output.path, written))
    return all(
        (before := written.get(path)) is not None
        and before.key == item.key
        and is_as_written(root / path, before)
        for path in paths
    )


def is_as_written(path: Path, written: WrittenFile | None) -> bool:
    """Whether a file of the site is still what was written there."""
    if written is None or not written.key:
        return False
    try:
        facts = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return (facts.st_size, facts.st_mtime_ns) == (written.size, written.mtime_ns)


def _ask(plugins: Sequence[Plugin], stage: Stage, request: Request) -> Iterable[Output | Asset]:
    for plugin in plugins:
        if plugin.STAGE is stage:
            yield from plugin.outputs(request)


def _name(make: Callable[[Any], bytes]) -> str:
    return f"{make.__module__}.{make.__qualname__}"
