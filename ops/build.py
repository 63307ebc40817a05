"""The build as a command, and what it reports."""

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kim.problems import Problem, Severity


@dataclass(frozen=True)
class BuildReport:
    """What a build says of itself in the file that `KIM_REPORT` names.

    `held` posts wait for a repair, `waiting` ones for their date; `foreign` are files that it did not make.
    """

    held: int
    waiting: int
    drafts: int
    problems: tuple[Problem, ...]
    foreign: tuple[str, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that hold something back."""
        return tuple(found for found in self.problems if found.severity is Severity.ERROR)


def parse_report(data: bytes) -> BuildReport:
    """Raises `msgspec.DecodeError` where it is none."""
    return msgspec.json.decode(data, type=BuildReport)


def build_command(
    root: Path,
    content: str = "",
    output: str = "",
    *,
    clean: bool = False,
    strict: bool = False,
    executor: str = "",
    settings: str = "pelicanconf.py",
    report: Path | None = None,
    groups: Path | None = None,
    module: str = "pelican",
) -> list[str]:
    """Python's arguments for a build; empty folders are those of the settings file.

    `executor` is one that is used instead of the settings file's. `report` is a file that the build writes
    what it did into, as JSON; `groups` one with those that go on as they were published. `module` takes
    Pelican's arguments: its own command, or the portal's warm build.
    """
    command = ["-m", module, content or str(root / "content"), "-s", str(root / settings)]
    if output:
        command += ["-o", output]
    if clean:
        command += ["--ignore-cache"]
    files = {"KIM_REPORT": str(report or ""), "KIM_GROUPS": str(groups or "")}
    given = {"KIM_STRICT": strict, "KIM_EXECUTOR": executor, **files}
    extra = [f"{name}={json.dumps(value)}" for name, value in given.items() if value]
    if extra:
        command += ["-e", *extra]
    return command
