"""What a plugin may state: an `Output`, made from exactly its `inputs`, a `Part` of several of them, and a
`Bundle` of parts.

An output's key is the digest of its inputs and of the function that makes it. That function is handed the
inputs and nothing else, so that a file can never be stale: whatever it shows is in its key. A part spares a
build the work of stating outputs whose inputs cannot have changed, a bundle that of stating parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import msgspec

from kim.errors import KimError
from kim.folder import digest_bytes, load_file

# for the reader of types alone: what reads posts is imported by builds that read some
if TYPE_CHECKING:
    from kim.page import Page
    from kim.post import Body, Post
    from kim.site import Site

T = TypeVar("T")

#: Stands in a metered output's bytes for the figure. No text of a post can be a comment.
METER = "<!--KB-->"


class Stage(IntEnum):
    """When a plugin is asked; it may show what stands in the stages before its own."""

    ASSETS = 1
    DOCUMENTS = 2
    INDEXES = 3


class Deferred(Generic[T]):
    """A heavy input that is loaded only when its output is made; `digest` is that of the whole value.

    It travels to another process with its value.
    """

    def __init__(self, digest: str, load: Callable[[], T]) -> None:
        self.digest = digest
        self.load = load

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self.digest, self.load())


def _loaded(digest: str, value: T) -> Deferred[T]:
    return Deferred(digest, partial(_same, value))


def _same(value: T) -> T:
    return value


@dataclass(frozen=True)
class Output:
    """One file of the site: `path` below the output folder, and how its bytes come about.

    `inputs` is frozen data: dataclasses, tuples, text, numbers, dates, `Deferred`. `make` is a function
    with a name (it stands in the key), without side effects. In a `metered` output the engine puts for
    `METER` what the file weighs as it is sent, in KB, rounded up.
    """

    path: str
    kind: str
    inputs: Any
    make: Callable[[Any], bytes]
    metered: bool = False


@dataclass(frozen=True)
class Asset:
    """A file whose address is the fingerprint of its bytes; `id` is the name by which pages ask for it."""

    id: str
    suffix: str
    kind: str
    inputs: Any
    make: Callable[[Any], bytes]


@dataclass(frozen=True)
class Part:
    """Outputs, or assets, that are stated together; nobody asks for them while `inputs` are as they were.

    `name` is the part's alone, and the same in every build. `inputs` is light frozen data that covers all
    that `state` looks at, but for what every part depends on: the network, its groups and pages, the options
    and the code. For posts these are their keys.
    """

    name: str
    inputs: Any
    state: Callable[[], Iterable[Output | Asset]]


@dataclass(frozen=True)
class Bundle:
    """Parts, or smaller bundles, nobody asks for while `inputs` are as they were; these cover those of all.

    `name` is the bundle's alone, as a part's is.
    """

    name: str
    inputs: Any
    parts: Callable[[], Iterable[Part | Bundle]]


#: What a plugin answers with; an output or an asset that stands alone is a part of its own.
Stated = Output | Asset | Part | Bundle


@dataclass(frozen=True)
class AssetFacts:
    """A made asset: its address from the portal's root, and its size in bytes."""

    address: str
    size: int


@dataclass(frozen=True)
class Options:
    """The settings of ours that plugins see; Pelican's `KIM_…`."""

    page_size: int = 10
    feed_size: int = 20
    cards: bool = False
    offline: bool = True


class Recall(Protocol):
    """Remembers between builds what is slow to find out and follows from frozen data alone."""

    def __call__(self, shape: type[T], find: Callable[[Any], T], wanted: Sequence[Any]) -> Iterator[T]:
        """What `find` gives for each of the wanted inputs; it is asked on every core where that is not known.

        The values come one after the other, as there may be many, while the part is stated.

        What a part does not ask for again when it is stated anew is forgotten. `find` is a function with a
        name and without side effects, its values are of `shape`; inputs are as those of an `Output`.
        """


def recall_nothing(shape: type[T], find: Callable[[Any], T], wanted: Sequence[Any]) -> Iterator[T]:
    """A memory for requests without an engine: it finds out anew each time."""
    return map(find, wanted)


@dataclass(frozen=True)
class Documents:
    """The documents that earlier stages state, those that are kept and those that are new.

    While `digest` is as it was, so are their paths. `paths` gives all of them, sorted, or those whose last
    part is the name given. `load` gives the bytes of one; it raises `KeyError` where there is none.
    """

    digest: str
    paths: Callable[[str], Sequence[str]]
    load: Callable[[str], bytes]


def no_documents() -> Documents:
    """What there is before the first stage."""

    def load(path: str) -> bytes:
        raise KeyError(path)

    return Documents("", lambda name: (), load)


@dataclass(frozen=True)
class Request:
    """What a plugin is asked with. `assets` are by id; `documents` are those of the stages before."""

    site: Site
    theme: Path
    options: Options
    content: Path
    body: Callable[[Post | Page], Deferred[Body]]
    recall: Recall = recall_nothing
    assets: Mapping[str, AssetFacts] = field(default_factory=dict)
    documents: Documents = field(default_factory=no_documents)

    def file(self, path: str, sha256: str) -> Deferred[bytes]:
        """A file of the content folder, for an output's inputs."""
        return Deferred(sha256, partial(load_exactly, self.content, path, sha256))


class Plugin(Protocol):
    """The shape of every plugin but the engine; `register` is what Pelican asks for."""

    STAGE: Stage

    def outputs(self, request: Request) -> Iterable[Stated]:
        """Which files should exist?"""

    def register(self) -> None:
        """Nothing to connect: the engine asks the plugins that Pelican has loaded."""


def when_asked(module: str) -> Callable[[Request], Iterable[Stated]]:
    """`outputs` of a plugin whose code is imported when it is asked: `state_parts` of this module.

    A build that finds nothing changed asks nobody: it is spared what draws, writes feeds, fills templates.
    """

    def outputs(request: Request) -> Iterable[Stated]:
        stated: Iterable[Stated] = import_module(module).state_parts(request)
        return stated

    return outputs


def load_exactly(root: Path, path: str, sha256: str) -> bytes:
    """The bytes that were scanned. Raises `KimError` where the file has changed since."""
    data = load_file(root, path)
    if digest_bytes(data) != sha256:
        raise KimError(f"{path} changed while the site was built. Run the build again.")
    return data


def name_function(function: Callable[..., Any]) -> str:
    """The name of a function, for a key that depends on it."""
    return f"{function.__module__}.{function.__qualname__}"


def make_key(*inputs: Any) -> str:
    """A short digest of frozen data; 96 bits tell any two states of anything apart."""
    return digest_inputs(*inputs)[:24]


def digest_inputs(*inputs: Any) -> str:
    """The digest of frozen data; equal data has an equal digest, whatever the hash seed or locale."""
    return digest_bytes(msgspec.json.encode(inputs, enc_hook=_encode_deferred, order="deterministic"))


def _encode_deferred(value: Any) -> str:
    if isinstance(value, Deferred):
        return value.digest
    raise TypeError(f"{type(value).__name__} cannot be an input of an output")
