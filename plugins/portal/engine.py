"""The build: scan, read, plan, render, commit, for three stages of outputs."""

import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from kim.errors import KimError
from kim.group import Group
from kim.problems import Problem
from plugins.portal.commit import check_way, find_foreign, place_files, remove_vanished
from plugins.portal.output import AssetFacts, Options, Plugin, Request, Stage, digest_inputs
from plugins.portal.plan import (
    PlannedAsset,
    check_paths,
    dirty_assets,
    dirty_outputs,
    plan_assets,
    plan_outputs,
    siblings_of,
)
from plugins.portal.pool import Pool, open_pool
from plugins.portal.read import Reading, read
from plugins.portal.render import STAGING, Staged, Staging, render_assets, render_outputs
from plugins.portal.scan import scan
from plugins.portal.store import MadeAsset, Memory, Store, WrittenFile, open_store
from plugins.portal.version import code_version


@dataclass(frozen=True)
class BuildSettings:
    """What a build depends on beside the content: folders, our options, and the time.

    `standing` are groups that go on as they are here, whatever their folder says (`kim.standing`).
    """

    content: Path
    output: Path
    theme: Path
    cache: Path
    options: Options
    now: datetime
    address: str = ""
    standing: tuple[Group, ...] = ()
    forget: bool = False
    compress: bool = True
    brotli: int = 5
    workers: int = 0
    executor: str = ""

    @property
    def compression(self) -> int:
        """Brotli's quality, 1 to 11; 0 where nothing is compressed."""
        return self.brotli if self.compress else 0


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
    with open_store(file, version) as store, open_pool(settings.executor, settings.workers) as pool:
        if settings.forget:
            store.forget()
        shutil.rmtree(settings.output / STAGING, ignore_errors=True)
        reading = read(
            settings.content,
            scan(settings.content, store),
            store,
            settings.now,
            pool,
            settings.address,
            settings.standing,
        )
        written, kept, removed, ours = _build_outputs(settings, plugins, reading, store, version, pool)
    return BuildReport(
        written=written,
        kept=kept,
        removed=removed,
        held=reading.held,
        waiting=len(reading.assembly.waiting),
        drafts=len(reading.assembly.drafts),
        problems=reading.problems,
        foreign=find_foreign(settings.output, ours),
        seconds=time.perf_counter() - started,
    )


def _build_outputs(
    settings: BuildSettings,
    plugins: Sequence[Plugin],
    reading: Reading,
    store: Store,
    version: str,
    pool: Pool,
) -> tuple[int, int, int, set[str]]:
    root, before = settings.output, store.outputs()
    staging = Staging(root)
    memory = Memory(store)
    request = Request(
        reading.assembly.site, settings.theme, settings.options, settings.content, reading.body, memory
    )
    asset_plan = plan_assets(plugins, request)
    made, staged = _make_assets(asset_plan, store, before, staging, root, pool)
    facts = {name: AssetFacts(f"/{asset.path}", asset.size) for name, asset in made.items()}
    request = replace(request, assets=facts, documents=tuple(sorted({a.path for a in made.values()})))
    stated = {asset.path for asset in made.values()}
    kept = stated - {item.path for item in staged}
    for stage in (Stage.DOCUMENTS, Stage.INDEXES):
        planned = plan_outputs(plugins, stage, request, version)
        check_paths([*stated, *(item.output.path for item in planned)])
        dirty = dirty_outputs(planned, before, root)
        staged += render_outputs(dirty, staging, settings.compression)
        made_now = {item.output.path for item in dirty}
        for path in (item.output.path for item in planned if item.output.path not in made_now):
            kept |= {path, *siblings_of(path, before)}
        stated |= {item.output.path for item in planned}
        load = partial(_load_made, root, frozenset(stated), {item.path: item.file for item in staged})
        request = replace(request, documents=tuple(sorted(stated)), made=load)
    check_way(root, staged)
    _announce(store, before, staged)
    root.mkdir(parents=True, exist_ok=True)
    written = place_files(root, staged)
    ours = {path: before[path] for path in kept} | written
    removed = remove_vanished(root, before, ours)
    store.put_outputs(ours)
    store.put_assets(made)
    memory.keep()
    store.save()
    return len(written), len(kept), removed, set(ours)


def _make_assets(
    planned: tuple[PlannedAsset, ...],
    store: Store,
    before: dict[str, WrittenFile],
    staging: Staging,
    root: Path,
    pool: Pool,
) -> tuple[dict[str, MadeAsset], list[Staged]]:
    remembered = store.assets()
    dirty = dirty_assets(planned, remembered, before, root)
    new, staged = render_assets(dirty, staging, pool)
    made = {item.asset.id: new.get(item.asset.id) or remembered[item.asset.id] for item in planned}
    return made, staged


def _load_made(root: Path, stated: frozenset[str], staged: Mapping[str, Path], path: str) -> bytes:
    """The bytes of a document: where it was made now it waits in the staging folder."""
    if path not in stated:
        raise KeyError(path)
    return staged.get(path, root / path).read_bytes()


def _announce(store: Store, before: dict[str, WrittenFile], staged: Iterable[Staged]) -> None:
    """Remember what will be written before it is, so that a build killed half way leaves nothing unknown."""
    unsure = {item.path: WrittenFile("", 0, 0) for item in staged}
    store.put_outputs(before | unsure)
    store.save()
