"""What plugins ask to be remembered (`output.Recall`), for one part at a time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from plugins.portal.output import digest_inputs, name_function
from plugins.portal.pool import Pool
from plugins.portal.store import Store

T = TypeVar("T")

#: Below so many things to find out other processes cost more than they do.
_FEW = 3


class Memory:
    """The memory of one build. What a part asked for is handed over to the store when the next one begins."""

    def __init__(self, store: Store, pool: Pool) -> None:
        self._store = store
        self._pool = pool
        self._part = ""
        self._asked: set[str] = set()
        self._new: dict[str, object] = {}

    def begin(self, part: str) -> None:
        """What is asked from now on is asked for this part; what it does not ask again is forgotten."""
        self.keep()
        self._part = part

    def __call__(self, shape: type[T], find: Callable[[Any], T], wanted: Sequence[Any]) -> list[T]:
        """The remembered values, and what `find` gives for the rest."""
        digests = [digest_inputs(name_function(find), inputs) for inputs in wanted]
        self._asked.update(digests)
        known = {digest: self._store.found(self._part, digest, shape) for digest in digests}
        unknown = {
            digest: inputs for digest, inputs in zip(digests, wanted, strict=True) if known[digest] is None
        }
        found = self._pool.run(find, tuple(unknown.values()), "", _FEW)
        new = dict(zip(unknown, found, strict=True))
        self._new.update(new)
        return [new[digest] if (value := known[digest]) is None else value for digest in digests]

    def keep(self) -> None:
        """Hand over what the last part asked for."""
        self._store.put_found(self._part, self._new, self._asked)
        self._asked, self._new = set(), {}
