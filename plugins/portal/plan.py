"""Third step: which files should exist, and which of them must be made.

The plugins say what; here every path is checked, every key computed, and what is as it was is left out.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kim.errors import KimError
from kim.folder import digest_bytes
from plugins.portal.compress import SUFFIXES
from plugins.portal.output import Asset, Bundle, Output, Part, Stage, Stated, make_key, name_function

#: A folder has no dot and a file has one, so that no file can stand where another needs a folder.
_PATH = re.compile(r"(?:[A-Za-z0-9_-]{1,120}/)*[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.[A-Za-z0-9]{1,12}")


@dataclass(frozen=True)
class Planned:
    """A part or a bundle with its key, and the bundle or stage that it is in, its `owner`.

    Its inputs, which may be long, are gone; `ask` is what a part states, or the parts of a bundle.
    """

    name: str
    key: str
    owner: str
    ask: Callable[[], Iterable[Any]]
    is_bundle: bool


@dataclass(frozen=True)
class PlannedOutput:
    """An output with its key."""

    output: Output
    key: str


@dataclass(frozen=True)
class PlannedAsset:
    """An asset with its key."""

    asset: Asset
    key: str


def plan_parts(found: Iterable[Stated], owner: str, surroundings: str) -> dict[str, Planned]:
    """Parts and bundles by their names; an output that a plugin states alone is a part of its own.

    `surroundings` is the digest of what all parts depend on. Raises `KimError` where two have one name.
    """
    planned: dict[str, Planned] = {}
    for one in found:
        part = one if isinstance(one, Part | Bundle) else _alone(one)
        # so that one never stands where the other did, with what that had
        is_bundle = isinstance(part, Bundle)
        name = f"bundle {part.name}" if is_bundle else part.name
        ask = part.parts if isinstance(part, Bundle) else part.state
        item = Planned(name, make_key(surroundings, part.inputs), owner, ask, is_bundle)
        before = planned.setdefault(name, item)
        # of assets many posts may have the same
        if before is not item and not (isinstance(one, Asset) and before.key == item.key):
            raise KimError(say_clash(name, name))
    return planned


def state_outputs(part: Planned, stage: Stage, version: str) -> list[PlannedOutput]:
    """The outputs of a part. Raises `KimError` where a path cannot be."""
    outputs = []
    for found in part.ask():
        if not isinstance(found, Output):
            raise TypeError(f"{found.id} is an asset and is stated in the stage of {stage.name.lower()}")
        if not _PATH.fullmatch(found.path) or found.path.endswith(SUFFIXES):
            raise KimError(f"An output cannot have the path {found.path!r}.")
        key = make_key(version, found.kind, name_function(found.make), found.metered, found.inputs)
        outputs.append(PlannedOutput(found, key))
    return outputs


def state_assets(part: Planned) -> list[PlannedAsset]:
    """The assets of a part."""
    assets = []
    for found in part.ask():
        if not isinstance(found, Asset):
            raise TypeError(f"{found.path} is stated in the stage of assets and is none")
        # Photos are costly: they are made anew only when the module that makes them changes.
        code = _module_digest(found.make)
        key = make_key(code, found.kind, name_function(found.make), found.suffix, found.inputs)
        assets.append(PlannedAsset(found, key))
    return assets


def check_claims(claims: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Each path is claimed once; `claims` are paths with all that are claimed and equal them but for capital
    letters, as two names that differ only in these are one file on many a host. Raises `KimError`."""
    for path, claimed in claims:
        others = list(claimed)
        if len(others) > 1:
            first, second = sorted(others)[:2] if path in others else (others[0], path)
            raise KimError(say_clash(first, second))


def _alone(found: Output | Asset) -> Part:
    """The part of one output or asset."""

    def state() -> tuple[Output | Asset]:
        return (found,)

    if isinstance(found, Asset):
        return Part(
            f"asset {found.id}", (found.kind, name_function(found.make), found.suffix, found.inputs), state
        )
    return Part(found.path, (found.kind, name_function(found.make), found.metered, found.inputs), state)


def say_clash(first: str, second: str) -> str:
    """What is wrong where two outputs, or parts, have one path or name."""
    return f"Two outputs claim one path: {first} and {second}."


def _module_digest(make: Callable[[Any], bytes]) -> str:
    return digest_bytes(Path(inspect.getfile(make)).read_bytes())
