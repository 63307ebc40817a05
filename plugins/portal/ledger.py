"""What a build states, told to the store part by part; it lasts when the build comes to its commit."""

from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType

from kim.errors import KimError
from plugins.portal.output import Stated
from plugins.portal.plan import Planned, check_claims, plan_parts, say_clash
from plugins.portal.store import MadeAsset, Store


class Ledger:
    """The books of one build. `broken` are files of the site that must be made anew."""

    def __init__(self, store: Store, broken: Set[str]) -> None:
        self._store = store
        self._broken = broken
        self._broken_parts = store.above(store.parts_of(broken))
        self._stated: set[str] = set()
        self._gone: set[str] = set()
        # bundles and stages that have said what they have
        self._asked: set[str] = set()
        # where parts have come from that stand in another bundle or stage now
        self._origins: dict[str, str] = {}
        # paths that were stated before, and not yet again
        self._left: set[str] = set()
        self._claimed: list[str] = []

    def find_dirty(self, found: Iterable[Stated], owner: str, surroundings: str) -> Iterator[Planned]:
        """Of these parts, and of those in bundles among them, the ones that are not as they were.

        Each of them is to be `put`. What the owner has no more is gone. Raises `KimError` where two have one
        name.
        """
        self._asked.add(owner)
        before = self._store.parts(owner)
        planned = plan_parts(found, owner, surroundings)
        self._gone |= before.keys() - planned.keys()
        for name, item in planned.items():
            if before.get(name) == item.key and name not in self._broken_parts:
                continue
            if name in self._stated:
                raise KimError(say_clash(name, name))
            self._stated.add(name)
            if item.is_bundle:
                self.put(item, ())
                yield from self.find_dirty(item.ask(), name, surroundings)
            else:
                yield item

    def put(
        self,
        planned: Planned,
        before: Iterable[str],
        outputs: Mapping[str, str] = MappingProxyType({}),
        assets: Iterable[MadeAsset] = (),
    ) -> None:
        """A part with its assets and those of its outputs that are as they were.

        `before` are the paths of all that it had. A bundle has nothing of its own.
        """
        name = planned.name
        owner = self._store.owner(name) or planned.owner
        if owner != planned.owner and name not in self._gone:
            if owner in self._asked:
                raise KimError(say_clash(name, name))
            self._origins[name] = owner
        own = tuple(assets)
        self._store.put_part(name, planned.key, planned.owner, outputs, own)
        self._left.update(before)
        self._left.difference_update(outputs, (asset.path for asset in own))

    def add(self, files: Iterable[tuple[str, str, str]]) -> None:
        """Files that were made: the part, the path and the key of each."""
        new = list(files)
        self._store.put_outputs(new)
        for _, path, _ in new:
            self._left.discard(path)
            if len(self._store.claims(path)) > 1:
                # whose claim stands is known at the end
                self._claimed.append(path)

    def drop_gone(self) -> list[str]:
        """At the end of a stage drop what it states no more, with all that is in it; the paths of outputs."""
        store = self._store
        lost: list[str] = []
        # a bundle that has moved is gone where it was, and what is in it is not
        for name in sorted(store.below(self._gone - self._stated) - self._stated):
            self._gone.add(name)
            lost += store.outputs(name)
            self._left.update(paths_of(store.assets(name)))
            store.drop_part(name)
            store.keep_found(name)
        self._left.update(lost)
        return lost

    def close(self) -> set[str]:
        """The paths of all files that are stated no more.

        Raises `KimError` where two parts claim one path, or two bundles one part.
        """
        store = self._store
        for name, owner in self._origins.items():
            if owner not in self._asked and owner not in self._gone:
                raise KimError(say_clash(name, name))
        check_claims((path, store.claims(path)) for path in self._claimed)
        return {path for path in (*self._left, *self._broken) if not store.is_stated(path)}


def paths_of(assets: Mapping[str, MadeAsset]) -> set[str]:
    """Where assets stand."""
    return {asset.path for asset in assets.values()}
