"""The build as a process that stays: imports, settings and plugins are paid for once, and each line asked is
one build.

    python -m plugins.portal.warm CONTENT -s pelicanconf.py -o OUTPUT

takes the arguments of `pelican`. A line on stdin asks for a build; one line of JSON on stdout, an `Answer`,
says what came of it; everything that is for people goes to stderr. It ends where stdin ends. It does not
watch and does not serve: that is the work of who started it.
"""

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from jinja2 import TemplateError
from pelican import get_instance, parse_arguments
from pelican.log import console

import kim
import plugins
from kim.errors import KimError
from plugins.portal import stating_plugins, told
from plugins.portal.engine import BuildReport, build
from plugins.portal.generator import build_settings, show
from plugins.portal.output import Plugin

_CodeState = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Answer:
    """What came of one line: a report, or in `fault` why there is none.

    `outdated`: the code has changed since this process read it; nothing was built, and the process ends.
    """

    report: BuildReport | None = None
    fault: str = ""
    outdated: bool = False


def main(arguments: Sequence[str]) -> None:
    """Answer every line of stdin. What is neither a `KimError` nor Jinja's ends the process: a bug."""
    answers = _take_stdout()
    # Ctrl+C reaches every process of a terminal; who started this one says when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = parse_arguments(arguments)
    code = _code_state(Path(options.settings))
    pelican, settings = get_instance(options)
    with told():
        stating = stating_plugins(pelican)
    for _ in sys.stdin:
        # What old code makes must not be remembered as the new code's: the engine takes its digest from disk.
        outdated = _code_state(Path(options.settings)) != code
        answer = Answer(outdated=True) if outdated else _build(settings, stating)
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()
        if outdated:
            return


def _build(settings: Mapping[str, Any], stating: Sequence[Plugin]) -> Answer:
    try:
        report = build(build_settings(settings, datetime.now(UTC)), stating)
    except KimError as fault:
        return _tell(str(fault))
    except TemplateError as fault:
        return _tell(_describe(fault, Path(settings["THEME"])))
    show(report, Path(settings["PATH"]))
    return Answer(report)


def _tell(fault: str) -> Answer:
    console.out(fault, highlight=False)
    return Answer(fault=fault)


def _describe(fault: TemplateError, theme: Path) -> str:
    """Jinja's words, with the template and the line at which it stopped."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{frame.filename}:{frame.lineno}" for frame in frames if theme in Path(frame.filename).parents]
    return f"{places[-1]}: {fault}" if places else str(fault)


def _code_state(settings: Path) -> _CodeState:
    """All code that this process has read or may read, by path, time and size."""
    folders = [Path(str(package.__file__)).parent for package in (kim, plugins)]
    files = [*settings.parent.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))]
    facts = [(file, file.stat()) for file in files]
    return frozenset((str(file), fact.st_mtime_ns, fact.st_size) for file, fact in facts)


def _take_stdout() -> BinaryIO:
    """Stdout for answers alone: whatever else is printed there goes to stderr from now on."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main(sys.argv[1:])
