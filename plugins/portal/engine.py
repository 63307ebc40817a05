"""The build: scan, read, plan, render, commit, for three stages of outputs."""

import gc
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kim.errors import KimError
from kim.folder import digest_bytes
from kim.problems import Problem
from plugins.portal.look import Look, look_at_site
from plugins.portal.output import Plugin, digest_inputs
from plugins.portal.scan import Scan, SeenFiles, scan
from plugins.portal.settings import BuildSettings
from plugins.portal.staging import STAGING, clear_staging
from plugins.portal.store import Store, TornError, open_store
from plugins.portal.version import code_version

if TYPE_CHECKING:
    from plugins.portal.pool import Pool
    from plugins.portal.read import Reading

#: New objects before the youngest are looked through; how often before the next older are, and the oldest.
_COLLECTIONS = (20_000, 20, 1_000)


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `held` posts wait for a repair, `waiting` ones for their date."""

    written: int
    kept: int
    removed: int
    held: int
    waiting: int
    drafts: int
    problems: tuple[Problem, ...]
    foreign: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        parts = [
            f"{self.written} files written, {self.kept} kept, {self.removed} removed",
            f"{self.held} posts held back by problems, {self.waiting} waiting for their date",
            f"{self.drafts} drafts",
        ]
        if self.foreign:
            parts.append(
                f"{len(self.foreign)} files in the output folder are not ours ({self.foreign[0]}, …)"
            )
        return f"{'; '.join(parts)}; {self.seconds:.2f} s"


@dataclass(frozen=True)
class _Last:
    """The last build that went to its end: what it went out from, until when it holds, what it told."""

    settings: str
    problems: tuple[Problem, ...]
    since: datetime
    until: datetime | None
    report: BuildReport


def build(settings: BuildSettings, plugins: Sequence[Plugin]) -> BuildReport:
    """Bring the output folder up to date. Raises `KimError` before anything in it has changed."""
    started = time.perf_counter()
    content, output = settings.content.resolve(), settings.output.resolve()
    if output == content or output in content.parents or content in output.parents:
        raise KimError(
            f"The output folder {output} holds the content folder, or lies in it. Name another one."
        )
    file = settings.cache / f"portal-{digest_inputs(str(output))[:12]}.sqlite"
    version = digest_inputs(code_version(), settings.compression)
    try:
        report = _build(settings, plugins, file, version)
    except TornError:
        file.unlink(missing_ok=True)
        try:
            report = _build(settings, plugins, file, version)
        except TornError as fault:
            raise KimError(f"What builds remember cannot be kept in {file}: {fault}.") from fault
    return replace(report, seconds=time.perf_counter() - started)


def _build(settings: BuildSettings, plugins: Sequence[Plugin], file: Path, version: str) -> BuildReport:
    with _few_collections(), open_store(file, version) as store:
        return _Build(settings, plugins, store, version).run()


class _Build:
    """One build, from the scan to the last file in its place."""

    def __init__(
        self, settings: BuildSettings, plugins: Sequence[Plugin], store: Store, version: str
    ) -> None:
        self._settings = settings
        self._plugins = plugins
        self._store = store
        self._version = version
        self._root = settings.output
        if settings.forget:
            store.forget()
            store.put_meta("version", version)

    def run(self) -> BuildReport:
        """Do what has to be done, and say what that was."""
        settings, store = self._settings, self._store
        found = self._scan()
        look = look_at_site(self._root, store, thorough=settings.verify)
        theme = _folder_digest(settings.theme)
        names = [getattr(plugin, "__name__", type(plugin).__name__) for plugin in self._plugins]
        place = (str(settings.content), settings.address, settings.standing)
        basis = digest_inputs(self._version, sorted(names), theme, place, settings.options)
        problems = found.content.problems
        last = store.meta("last", _Last)
        if (
            last is not None
            and found.is_same
            and not look.changed
            and last.settings == basis
            and last.problems == problems
            and last.since <= settings.now
            and (last.until is None or settings.now < last.until)
        ):
            store.save()
            return replace(last.report, written=0, removed=0, kept=store.count_written())

        # half of all that a build imports
        from plugins.portal.pool import open_pool
        from plugins.portal.read import read

        clear_staging(self._root)
        try:
            with open_pool(settings.executor, settings.workers) as pool:
                reading = read(settings, found, store, pool)
                # every file's facts are let go, before all that is made of them is held
                del found
                # what is saved from here on is not what the last build went out from
                store.drop_meta("last")
                store.save()
                report = self._make(reading, look, pool)
        finally:
            # when the last worker has ended, who may still write
            shutil.rmtree(self._root / STAGING, ignore_errors=True)
        until = reading.assembly.until
        store.put_meta("last", _Last(basis, problems, settings.now, until, report))
        store.save()
        return report

    def _scan(self) -> Scan:
        """The content as it lies there, remembered."""
        store, settings = self._store, self._settings
        recall = partial(store.seen, shape=SeenFiles)
        found = scan(settings.content, store.seen_folders(), recall, thorough=settings.verify)
        for folder, files in found.renewed.items():
            store.put_seen(folder, files)
        store.drop_seen(found.gone)
        return found

    def _make(self, reading: "Reading", look: Look, pool: "Pool") -> BuildReport:
        from plugins.portal.make import SitePlan

        settings, store = self._settings, self._store
        plan = SitePlan(settings, self._plugins, store, pool, self._version, look)
        plan.make(reading)
        written, removed = plan.commit()
        store.drop_bodies(reading.lost)
        foreign = tuple(path for path in look.foreign if store.written(path) is None)
        store.put_meta("foreign", foreign)
        return BuildReport(
            written=written,
            kept=store.count_written() - written,
            removed=removed,
            held=reading.held,
            waiting=len(reading.assembly.waiting),
            drafts=len(reading.assembly.drafts),
            problems=reading.problems,
            foreign=foreign,
            seconds=0.0,
        )


@contextmanager
def _few_collections() -> Iterator[None]:
    """What a build holds, it holds to its end: to look through all of it for garbage finds none.

    Young objects are looked through, as templates leave some in circles; of old ones all but never.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _folder_digest(folder: Path) -> str:
    """The digest of every file below a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return digest_inputs(
        [(file.relative_to(folder).as_posix(), digest_bytes(file.read_bytes())) for file in files]
    )
