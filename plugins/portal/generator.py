"""Pelican's side of the engine: its settings in, its log and exit code out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from pelican.log import console

from kim.errors import KimError
from kim.group import Group
from kim.network import is_address
from kim.report import format_problems, summarise
from plugins.portal.engine import BuildReport, build
from plugins.portal.output import Options, Plugin
from plugins.portal.settings import BuildSettings


class StrictError(KimError):
    """A build with KIM_STRICT found problems; raised after everything else was published."""


def build_settings(settings: Mapping[str, Any], now: datetime) -> BuildSettings:
    """Our part of Pelican's settings. Raises `KimError` where one cannot be used."""
    return BuildSettings(
        content=Path(settings["PATH"]),
        output=Path(settings["OUTPUT_PATH"]),
        theme=Path(settings["THEME"]),
        cache=Path(settings["CACHE_PATH"]),
        options=Options(
            page_size=_whole(settings, "KIM_PAGE_SIZE"),
            feed_size=_whole(settings, "KIM_FEED_SIZE"),
            cards=bool(settings["KIM_CARDS"]),
            offline=bool(settings["KIM_OFFLINE"]),
        ),
        address=_address(settings["KIM_ADDRESS"]),
        standing=_standing(settings.get("KIM_GROUPS")),
        now=read_now(settings.get("KIM_NOW"), now),
        forget=not settings["LOAD_CONTENT_CACHE"],
        verify=bool(settings["KIM_VERIFY"]),
        compress=bool(settings["KIM_COMPRESS"]),
        brotli=_whole(settings, "KIM_BROTLI", 11),
        executor=str(settings["KIM_EXECUTOR"]),
    )


def read_now(text: str | None, now: datetime) -> datetime:
    """The time that the build takes for now: `KIM_NOW`, with its offset, or the clock's."""
    if not text:
        return now
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or given.tzinfo is None:
        raise KimError(f"KIM_NOW is {text!r}; write it like 2026-11-20T07:00:00+08:00.")
    return given


def run(settings: Mapping[str, Any], plugins: Sequence[Plugin]) -> None:
    """Build and report. Raises `KimError`."""
    report = build(build_settings(settings, datetime.now(UTC)), plugins)
    show(report, Path(settings["PATH"]))
    if settings.get("KIM_REPORT"):
        Path(settings["KIM_REPORT"]).write_bytes(msgspec.json.encode(report))
    if settings.get("KIM_STRICT") and report.problems:
        raise StrictError(f"{summarise(report.problems)}; KIM_STRICT asks for none.")


def show(report: BuildReport, content: Path) -> None:
    """The report on the terminal; markup is off, as the text comes from strangers."""
    if report.problems:
        text = f"{format_problems(report.problems, 'text', content.name)}\n\n{summarise(report.problems)}"
        console.out(text, highlight=False)
    console.out(f"Portal: {report}", highlight=False)


def _address(text: str) -> str:
    """The portal's address where it is not the one in network.toml; empty where it is."""
    if text and not is_address(text):
        raise KimError(
            f"KIM_ADDRESS is {text!r}; write it like https://kim.example.id/, with the last slash."
        )
    return text


def _standing(file: str | None) -> tuple[Group, ...]:
    """The groups that go on as they were published, from the file that `KIM_GROUPS` names."""
    if not file:
        return ()
    try:
        return msgspec.json.decode(Path(file).read_bytes(), type=tuple[Group, ...])
    except (OSError, msgspec.DecodeError) as fault:
        raise KimError(f"KIM_GROUPS is {file!r}, which cannot be read: {fault}") from fault


def _whole(settings: Mapping[str, Any], name: str, most: int | None = None) -> int:
    value = settings[name]
    if not isinstance(value, int) or value < 1 or (most is not None and value > most):
        end = f" to {most}" if most else ""
        raise KimError(f"{name} is {value!r}; it must be a whole number from 1{end}.")
    return value
