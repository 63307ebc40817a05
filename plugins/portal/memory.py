"""What plugins ask to be remembered (`output.Recall`), for one part at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from plugins.portal.output import digest_inputs, name_function
from plugins.portal.pool import Pool
from plugins.portal.store import Store

T = TypeVar("T")

#: Below so many things to find out other processes cost more than they do.
_FEW = 3


class Memory:
    """The memory of one build. What a part did not ask for is forgotten when the next one begins."""

    def __init__(self, store: Store, pool: Pool) -> None:
        self._store = store
        self._pool = pool
        self._part = ""
        self._asked: set[str] = set()

    def begin(self, part: str) -> None:
        """What is asked from now on is asked for this part."""
        self.keep()
        self._part = part

    def __call__(self, shape: type[T], find: Callable[[Any], T], wanted: Sequence[Any]) -> Iterator[T]:
        """The remembered values, and what `find` gives for the rest."""
        digests = [digest_inputs(name_function(find), inputs) for inputs in wanted]
        self._asked.update(digests)
        return self._values(self._part, shape, find, dict(zip(digests, wanted, strict=True)), digests)

    def _values(
        self,
        part: str,
        shape: type[T],
        find: Callable[[Any], T],
        wanted: Mapping[str, Any],
        digests: Iterable[str],
    ) -> Iterator[T]:
        known = self._store.found_keys(part)
        unknown = {digest: inputs for digest, inputs in wanted.items() if digest not in known}
        found = self._pool.run(find, tuple(unknown.values()), "", _FEW)
        for digest in digests:
            if digest in unknown:
                value = next(found)
                del unknown[digest]
            elif (remembered := self._store.found(part, digest, shape)) is not None:
                yield remembered
                continue
            else:  # it is torn
                value = find(wanted[digest])
            self._store.put_found(part, digest, value)
            yield value

    def keep(self) -> None:
        """Forget what the last part did not ask for."""
        self._store.keep_found(self._part, self._asked)
        self._asked = set()
