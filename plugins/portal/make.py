"""Fourth step: the files that must be made are made, stage after stage, and take their places together.

Until the last of them is made nothing that readers see has changed.
"""

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from kim.errors import KimError
from plugins.portal.commit import check_way, folders_of, place_files, place_folders, remove_files
from plugins.portal.compress import SUFFIXES
from plugins.portal.ledger import Ledger, paths_of
from plugins.portal.look import Look, folder_time
from plugins.portal.memory import Memory
from plugins.portal.output import (
    AssetFacts,
    Documents,
    Plugin,
    Request,
    Stage,
    digest_inputs,
)
from plugins.portal.plan import (
    Planned,
    PlannedAsset,
    PlannedOutput,
    check_claims,
    state_assets,
    state_outputs,
)
from plugins.portal.pool import Pool
from plugins.portal.read import Reading
from plugins.portal.render import Job, make_and_stage, make_assets, make_outputs
from plugins.portal.settings import BuildSettings
from plugins.portal.staging import STAGING, MadeFile, Staged, Staging, staged_file
from plugins.portal.store import HALF_WRITTEN, MadeAsset, Store

T = TypeVar("T")

#: Outputs or assets that travel to a worker together, at most: what they have in common travels once.
_JOB = 24
#: Parts whose outputs may do so, where there are many.
_PARTS = 3
#: Above so many assets several of them travel together.
_MANY = 64
#: Below so many parts other processes cost more than they do.
_FEW = 50


class Assets(Mapping[str, AssetFacts]):
    """The facts of every asset by its id, once all of them are made; none is held."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> AssetFacts:
        made = self._store.asset(name)
        if made is None:
            raise KeyError(name)
        return AssetFacts(f"/{made.path}", made.size)

    def __iter__(self) -> Iterator[str]:
        return self._store.asset_names()

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SitePlan:
    """What one build makes, and how it takes its place."""

    def __init__(
        self,
        settings: BuildSettings,
        plugins: Sequence[Plugin],
        store: Store,
        pool: Pool,
        version: str,
        look: Look,
    ) -> None:
        self._settings = settings
        self._plugins = plugins
        self._store = store
        self._version = version
        self._look = look
        self._root = settings.output
        self._pool = pool
        self._ledger = Ledger(store, look.broken)
        self._memory = Memory(store, pool)
        #: the digest of all documents that came or went, as far as the build has come
        self._moved = ""
        store.drop_staged()

    def make(self, reading: Reading) -> None:
        """Make every file that must be made, in the staging folder."""
        site = reading.assembly.site
        request = Request(
            site,
            self._settings.theme,
            self._settings.options,
            self._settings.content,
            reading.body,
            self._memory,
            Assets(self._store),
        )
        pages = [(page.address, page.title) for page in site.pages]
        surroundings = digest_inputs(
            self._version, self._settings.options, site.network, site.groups, site.withdrawn, pages
        )
        surroundings = digest_inputs(surroundings, self._make_assets(request, surroundings))
        self._make_outputs(Stage.DOCUMENTS, request, surroundings)
        request = replace(request, documents=self._documents())
        self._make_outputs(Stage.INDEXES, request, surroundings)

    def commit(self) -> tuple[int, int]:
        """Put everything in its place; how many files were written, and how many removed.

        What is about to happen is remembered before it does, so that a build that is killed half way leaves
        nothing unknown: every file that may be half done is marked, and so is every one that is to go.
        """
        store, root = self._store, self._root
        gone = self._ledger.close()
        self._memory.keep()
        check_way(root, (item.path for item in store.staged()))
        store.doubt_staged()
        store.put_written((path, HALF_WRITTEN) for path in gone)
        store.save()
        root.mkdir(parents=True, exist_ok=True)
        for stage, staged in groupby(store.staged(), attrgetter("stage")):
            place_folders(root, stage)
            store.put_written(place_files(root, staged))
        removed = remove_files(root, gone)
        shutil.rmtree(root / STAGING, ignore_errors=True)
        store.drop_written(gone)
        touched = folders_of(chain((item.path for item in store.staged()), gone))
        store.drop_folders(touched)
        times = ((folder, folder_time(root, folder)) for folder in touched)
        store.put_folders((folder, time) for folder, time in times if time is not None)
        written = store.count_staged()
        store.drop_staged()
        return written, removed

    def _make_assets(self, request: Request, surroundings: str) -> str:
        """Make assets on every core; what all pages depend on of them."""
        epoch = self._store.meta("epoch", str) or ""
        wanted: dict[str, PlannedAsset] = {}
        states: list[tuple[Planned, list[PlannedAsset]]] = []
        for planned in self._find_dirty(Stage.ASSETS, request, surroundings):
            assets = state_assets(planned)
            states.append((planned, assets))
            for item in assets:
                if wanted.setdefault(item.asset.id, item).key != item.key:
                    raise KimError(f"Two assets claim the id {item.asset.id}.")
        known = {name: self._store.asset(name) for name in wanted}
        dirty = [item for name, item in wanted.items() if not self._is_made(item, known[name])]
        # one by one while they are few, as a photo takes long; many travel together
        size = min(_JOB, 1 + len(dirty) // _MANY)
        jobs = [tuple(item.asset for item in dirty[at : at + size]) for at in range(0, len(dirty), size)]
        made: dict[str, MadeAsset] = {}
        moved = []
        results = self._stage(Stage.ASSETS, make_assets, jobs, "Menyiapkan foto", 6, len(jobs))
        for item, (file,) in zip(dirty, chain.from_iterable(results), strict=True):
            name = item.asset.id
            made[name] = MadeAsset(name, item.key, file.path, file.size)
            before = known[name]
            if before is not None and (before.path, before.size) != (file.path, file.size):
                moved.append(made[name])
        for name, asset in known.items():
            if name not in made and asset is not None:
                made[name] = asset
        for planned, assets in states:
            own = tuple(made[name] for name in dict.fromkeys(item.asset.id for item in assets))
            self._ledger.put(planned, paths_of(self._store.assets(planned.name)), assets=own)
        self._ledger.drop_gone()
        if moved:
            epoch = digest_inputs(epoch, moved)
            self._store.put_meta("epoch", epoch)
        return epoch

    def _make_outputs(self, stage: Stage, request: Request, surroundings: str) -> None:
        dirty = self._find_dirty(stage, request, surroundings)
        size = max(1, min(_PARTS, len(dirty) // _FEW))
        runs = [dirty[at : at + size] for at in range(0, len(dirty), size)]
        waiting: deque[list[tuple[str, str]]] = deque()
        jobs = self._jobs(runs, stage, waiting)
        for results in self._stage(stage, make_outputs, jobs, "Menyusun halaman", _FEW, len(runs)):
            made = zip(waiting.popleft(), results, strict=True)
            self._ledger.add((part, file.path, key) for (part, key), files in made for file in files)
        lost = [path for path in self._ledger.drop_gone() if not path.endswith(SUFFIXES)]
        if lost:
            self._moved = digest_inputs(self._moved, lost)

    def _stage(
        self,
        stage: Stage,
        make: Callable[[T], list[list[MadeFile]]],
        jobs: Iterable[T],
        label: str,
        at_least: int,
        total: int,
    ) -> Iterator[list[list[Staged]]]:
        """The files of what each job asks for, made by `make` and put into the staging folder."""
        staging = Staging(str(self._root), stage.name)
        results: Iterator[list[list[Staged]]]
        if self._pool.is_here:
            stage_made = partial(make_and_stage, staging, make)
            results = self._pool.run(stage_made, enumerate(jobs), label, at_least, total)
        else:
            made = enumerate(self._pool.run(make, jobs, label, at_least, total))
            results = (staging.put(number, files) for number, files in made)
        for staged in results:
            self._store.put_staged(chain.from_iterable(staged))
            yield staged

    def _jobs(
        self, runs: Iterable[Sequence[Planned]], stage: Stage, waiting: deque[list[tuple[str, str]]]
    ) -> Iterator[Job]:
        """The outputs of each run of parts that must be made.

        The part and the key of each are `waiting` for its files.
        """
        for run in runs:
            unmade = [item for planned in run for item in self._find_unmade(planned, stage)]
            for at in range(0, len(unmade), _JOB):
                some = unmade[at : at + _JOB]
                waiting.append([(part, item.key) for part, item in some])
                yield Job(tuple(item.output for _, item in some), self._settings.compression)

    def _find_unmade(self, planned: Planned, stage: Stage) -> list[tuple[str, PlannedOutput]]:
        """The outputs of a part that must be made, each with the part's name."""
        self._memory.begin(planned.name)
        before = self._store.outputs(planned.name)
        kept: dict[str, str] = {}
        unmade: dict[str, PlannedOutput] = {}
        for item in state_outputs(planned, stage, self._version):
            path = item.output.path
            if path in kept or path in unmade:
                check_claims([(path, [path] * 2)])
            files = self._kept(item, before)
            kept |= files
            if not files:
                unmade[path] = item
        # what comes from another bundle or stage is new here
        known = before if self._store.owner(planned.name) == planned.owner else {}
        moved = [path for path in (kept.keys() | unmade) ^ known.keys() if not path.endswith(SUFFIXES)]
        self._ledger.put(planned, before, kept)
        if moved:
            self._moved = digest_inputs(self._moved, sorted(moved))
        return [(planned.name, item) for item in unmade.values()]

    def _kept(self, item: PlannedOutput, before: Mapping[str, str]) -> dict[str, str]:
        """The file of an output and its siblings, where all of them are as they must be."""
        path = item.output.path
        own = {
            name: before[name] for name in (path, *(path + suffix for suffix in SUFFIXES)) if name in before
        }
        if path not in own or any(key != item.key for key in own.values()) or own.keys() & self._look.broken:
            return {}
        return own

    def _find_dirty(self, stage: Stage, request: Request, surroundings: str) -> list[Planned]:
        """The parts of a stage that are not as they were."""
        found = (one for plugin in self._plugins if plugin.STAGE is stage for one in plugin.outputs(request))
        return list(self._ledger.find_dirty(found, stage.name, surroundings))

    def _is_made(self, item: PlannedAsset, before: MadeAsset | None) -> bool:
        return before is not None and before.key == item.key and before.path not in self._look.broken

    def _documents(self) -> Documents:
        """The outputs that are stated up to here, at the end of a stage."""
        store = self._store
        digest = store.meta("documents", str) or ""
        if self._moved:
            digest = digest_inputs(digest, self._moved)
            store.put_meta("documents", digest)

        def later() -> set[str]:
            return store.below([Stage.INDEXES.name])

        def paths(name: str) -> Sequence[str]:
            found = store.documents(name, without=later())
            return sorted(path for path in found if not path.endswith(SUFFIXES))

        def load(path: str) -> bytes:
            # where it was made now it waits in the staging folder
            if staged := store.staged_for(path):
                return Path(staged_file(str(self._root), staged)).read_bytes()
            others = later()
            if all(own != path or part in others for part, own in store.stating(path)):
                raise KeyError(path)
            return (self._root / path).read_bytes()

        return Documents(digest, paths, load)
