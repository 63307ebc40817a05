"""Fourth step: the files that must be made are made, stage after stage, and take their places together.

Until the last of them is made nothing that readers see has changed.
"""

import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from kim.errors import KimError
from plugins.portal.commit import check_way, folders_of, place_files, remove_files
from plugins.portal.compress import SUFFIXES
from plugins.portal.look import STAGING, Look, stat_folders
from plugins.portal.memory import Memory
from plugins.portal.output import (
    AssetFacts,
    Documents,
    Output,
    Plugin,
    Request,
    Stage,
    Stated,
    digest_inputs,
)
from plugins.portal.plan import (
    Planned,
    PlannedAsset,
    PlannedOutput,
    check_claims,
    plan_parts,
    say_clash,
    state_assets,
    state_outputs,
)
from plugins.portal.pool import Pool
from plugins.portal.read import Reading
from plugins.portal.render import Job, Staged, Staging, asset_path, make_assets, make_outputs
from plugins.portal.settings import BuildSettings
from plugins.portal.store import HALF_WRITTEN, MadeAsset, Store

#: Outputs or assets that travel to a worker together, at most: what they have in common travels once.
_JOB = 24
#: Parts whose outputs may do so, where there are many.
_PARTS = 3
#: Above so many assets several of them travel together.
_MANY = 64
#: Assets that are looked up one by one.
_ASKED = 500
#: Below so many parts other processes cost more than they do.
_FEW = 50


class Assets(Mapping[str, AssetFacts]):
    """The facts of every asset by its id: of those that were made now, and of all others as remembered.

    Who asks for many is given all of them, as thousands of questions take longer than one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, AssetFacts | None] = {}
        self._asked = 0

    def put(self, asset: MadeAsset) -> None:
        """An asset that was made now."""
        self._known[asset.id] = _facts_of(asset)

    def __getitem__(self, name: str) -> AssetFacts:
        if name not in self._known and self._asked <= _ASKED:
            self._look_up(name)
        found = self._known.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def _look_up(self, name: str) -> None:
        self._asked += 1
        if self._asked <= _ASKED:
            made = self._store.asset(name)
            self._known[name] = _facts_of(made) if made else None
        else:
            self._known = {**{made.id: _facts_of(made) for made in self._store.all_assets()}, **self._known}

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True)
class _Stated:
    """What a part states now: the key of each of its files by path, and its assets; and the paths of both
    that it had before. A bundle states none. `owner` is the bundle or the stage that it is in."""

    key: str
    owner: str
    outputs: dict[str, str]
    assets: tuple[MadeAsset, ...]
    before: Set[str]

    @property
    def paths(self) -> set[str]:
        return {*self.outputs, *(asset.path for asset in self.assets)}


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
        self._staging = Staging(self._root)
        self._memory = Memory(store, pool)
        self._assets = Assets(store)
        self._broken_parts = store.above(store.parts_of(look.broken))
        self._gone: set[str] = set()
        self._moved: set[str] = set()
        self._stated: dict[str, _Stated] = {}
        self._staged: dict[str, Staged] = {}

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
            self._assets,
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
        left = {*self._look.broken}
        gone_parts = store.below(self._gone)
        for name, stated in self._stated.items():
            if name not in gone_parts and store.owner(name) not in (None, stated.owner):
                raise KimError(say_clash(name, name))
        for name in gone_parts - self._stated.keys():
            left |= {*store.outputs(name), *_paths_of(store.assets(name))}
            store.drop_part(name)
            store.put_found(name, {}, ())
        for name, stated in self._stated.items():
            left |= stated.before
            store.put_part(name, stated.key, stated.owner, stated.outputs, stated.assets)
        self._memory.keep()
        new = {path for stated in self._stated.values() for path in stated.outputs.keys() - stated.before}
        check_claims((path, store.claims(path)) for path in new)
        check_way(root, self._staged.values())
        for stated in self._stated.values():
            left -= stated.paths
        gone = {path for path in left if not store.is_stated(path)}
        store.put_written(dict.fromkeys((*self._staged, *gone), HALF_WRITTEN))
        store.save()
        root.mkdir(parents=True, exist_ok=True)
        written = place_files(root, self._staged.values())
        removed = remove_files(root, gone)
        shutil.rmtree(root / STAGING, ignore_errors=True)
        store.put_written(written)
        store.drop_written(gone)
        touched = folders_of((*written, *gone))
        now = stat_folders(root, touched)
        store.put_folders(now)
        store.drop_folders(touched - now.keys())
        return len(written), removed

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
        results = self._pool.run(make_assets, jobs, "Menyiapkan foto", 6)
        for item, file in zip(dirty, chain.from_iterable(results), strict=True):
            name, path = item.asset.id, asset_path(item.asset, file)
            made[name] = MadeAsset(name, item.key, path, len(file.data))
            self._staged[path] = self._staging.put(path, file)
            before = known[name]
            if before is not None and (before.path, before.size) != (path, len(file.data)):
                moved.append(made[name])
        for name, asset in known.items():
            if name not in made and asset is not None:
                made[name] = asset
        for asset in made.values():
            self._assets.put(asset)
        for planned, assets in states:
            own = tuple(made[name] for name in dict.fromkeys(item.asset.id for item in assets))
            self._state(planned, {}, own, _paths_of(self._store.assets(planned.name)))
        if moved:
            epoch = digest_inputs(epoch, moved)
            self._store.put_meta("epoch", epoch)
        return epoch

    def _make_outputs(self, stage: Stage, request: Request, surroundings: str) -> None:
        dirty = self._find_dirty(stage, request, surroundings)
        size = max(1, min(_PARTS, len(dirty) // _FEW))
        runs = [dirty[at : at + size] for at in range(0, len(dirty), size)]
        waiting: deque[list[dict[str, str]]] = deque()
        jobs = self._jobs(runs, stage, waiting)
        for results in self._pool.run(make_outputs, jobs, "Menyusun halaman", _FEW, total=len(runs)):
            for made, files in zip(results, waiting.popleft(), strict=True):
                for suffix, file in (("", made.file), *made.siblings):
                    path = made.path + suffix
                    self._staged[path] = self._staging.put(path, file)
                    files[path] = files[made.path]

    def _jobs(
        self, runs: Iterable[Sequence[Planned]], stage: Stage, waiting: deque[list[dict[str, str]]]
    ) -> Iterator[Job]:
        """The outputs of each run of parts that must be made; for every output of every job the files of its
        part are `waiting` to be completed."""
        for run in runs:
            unmade = [item for planned in run for item in self._find_unmade(planned, stage)]
            for at in range(0, len(unmade), _JOB):
                some = unmade[at : at + _JOB]
                waiting.append([files for _, files in some])
                yield Job(tuple(output for output, _ in some), self._settings.compression)

    def _find_unmade(self, planned: Planned, stage: Stage) -> Iterator[tuple[Output, dict[str, str]]]:
        """The outputs of a part that must be made, each with the files of the part."""
        self._memory.begin(planned.name)
        before = self._store.outputs(planned.name)
        files: dict[str, str] = {}
        for item in state_outputs(planned, stage, self._version):
            if item.output.path in files:
                check_claims([(item.output.path, [item.output.path] * 2)])
            kept = self._kept(item, before)
            files |= kept or {item.output.path: item.key}
            if not kept:
                yield item.output, files
        self._state(planned, files, (), before.keys())
        self._moved.update(path for path in files.keys() ^ before.keys() if not path.endswith(SUFFIXES))

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
        return list(self._walk(found, stage.name, surroundings))

    def _walk(self, found: Iterable[Stated], owner: str, surroundings: str) -> Iterator[Planned]:
        """Of these parts, and of those in bundles among them. What the owner has no more is gone."""
        before = self._store.parts(owner)
        planned = plan_parts(found, owner, surroundings)
        self._gone |= before.keys() - planned.keys()
        for name, item in planned.items():
            if before.get(name) == item.key and name not in self._broken_parts:
                continue
            if name in self._stated:
                raise KimError(say_clash(name, name))
            self._state(item, {}, (), frozenset())
            if item.is_bundle:
                yield from self._walk(item.ask(), name, surroundings)
            else:
                yield item

    def _state(
        self,
        planned: Planned,
        outputs: dict[str, str],
        assets: tuple[MadeAsset, ...],
        before: Set[str],
    ) -> None:
        self._stated[planned.name] = _Stated(planned.key, planned.owner, outputs, assets, before)

    def _is_made(self, item: PlannedAsset, before: MadeAsset | None) -> bool:
        return before is not None and before.key == item.key and before.path not in self._look.broken

    def _documents(self) -> Documents:
        """The outputs that are stated up to here, at the end of a stage."""
        store = self._store
        gone = store.below(self._gone) - self._stated.keys()
        moved = self._moved.union(*(store.outputs(name) for name in gone))
        digest = store.meta("documents", str) or ""
        if moved:
            digest = digest_inputs(digest, sorted(moved))
            store.put_meta("documents", digest)
        new = {path for stated in self._stated.values() for path in stated.outputs}

        def is_outdated(part: str) -> bool:
            return part in self._stated or part in gone or part in later

        later = store.below([Stage.INDEXES.name])

        def paths(name: str) -> Sequence[str]:
            kept = (path for part, path in store.documents(name) if not is_outdated(part))
            found = {*kept, *(path for path in new if path.endswith(name))}
            return sorted(path for path in found if not path.endswith(SUFFIXES))

        def load(path: str) -> bytes:
            # where it was made now it waits in the staging folder
            if path in self._staged:
                return self._staged[path].file(self._root).read_bytes()
            owners = (part for part, own in store.stating(path) if own == path)
            if path not in new and all(is_outdated(part) for part in owners):
                raise KeyError(path)
            return (self._root / path).read_bytes()

        return Documents(digest, paths, load)


def _facts_of(asset: MadeAsset) -> AssetFacts:
    return AssetFacts(f"/{asset.path}", asset.size)


def _paths_of(assets: Mapping[str, MadeAsset]) -> set[str]:
    return {asset.path for asset in assets.values()}
