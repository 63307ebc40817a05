"""What forges on another machine have in common: a mirror here, a push, and a pull request there.

The mirror has commits and trees but no photos (git fetches the few files that are asked for), so that a
city's ten thousand posts cost a few megabytes. Each forge says where it keeps a branch, what it wants with a
push, and how its pull requests are found and opened.
"""

import base64
import fcntl
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kim.errors import KimError
from webform.forges.base import (
    TRAILER,
    Change,
    ForgeAway,
    ForgeRefused,
    Pull,
    State,
    check_branch,
    checked,
)
from webform.forges.git import GitError, Repository, Signature

#: commits that are fetched of a branch; more than any proposal has
_DEPTH = 50
_SECONDS = 120.0
#: git's own words, from what needs a person to what passes
_AGAIN = re.compile(
    r"non-fast-forward|fetch first|stale info|force-push|same with old commit|cannot lock|failed to update"
)
_REFUSED = re.compile(
    r"returned error: (?:401|403|404|41\d)|Authentication failed|could not read Username|not found"
    r"|\[remote rejected\]|hook declined|does not support push options|redirect"
)


@dataclass(frozen=True)
class Place:
    """A repository on a forge: its address as git clones it, its base branch, and who we are there."""

    address: str
    base: str
    user: str
    token: str

    def __repr__(self) -> str:
        """Without the token: this may be logged."""
        return f"Place({self.address!r}, {self.base!r}, {self.user!r})"

    @property
    def host(self) -> str:
        """`https://forge.example`."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """`kota/kim`, without the host and `.git`."""
        return urlsplit(self.address).path.strip("/").removesuffix(".git")


@dataclass(frozen=True)
class Found:
    """A pull request as a forge lists it."""

    number: int
    url: str
    state: State


@dataclass(frozen=True)
class Remark:
    """Something that somebody wrote beside a pull request, at an ISO 8601 moment."""

    at: str
    words: str


def check_place(place: Place) -> Place:
    """The place. Raises `KimError` where it cannot be used, without naming its secret."""
    parts = urlsplit(place.address)
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise KimError(
            f"The repository's address must begin with https://: {parts.scheme}://{parts.hostname}"
        )
    if parts.username or parts.password or not place.path:
        raise KimError(
            "The repository's address is like https://forge.example/kota/kim.git, without a secret."
        )
    if not place.token or not all(" " < char < "\x7f" for char in place.token):
        raise KimError("The forge's token is missing, or is no token.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", place.user):
        raise KimError("The forge's user name is missing, or is none.")
    try:
        check_branch(place.base)
    except ValueError as fault:
        raise KimError(f"The base branch cannot be {place.base}.") from fault
    return place


class RemoteForge(ABC):
    """A forge that is reached over HTTPS; `repository` is the mirror, for whoever wants to read."""

    def __init__(
        self,
        place: Place,
        mirror: Path,
        committer: Signature = Signature(),  # noqa: B008 - frozen
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place = check_place(place)
        self._committer = committer
        self._clock = clock
        self._secret = base64.b64encode(f"{place.user}:{place.token}".encode()).decode()
        settings = {
            f"http.{place.host}/.extraHeader": f"Authorization: Basic {self._secret}",
            "remote.origin.url": place.address,
            "remote.origin.promisor": "true",
            "remote.origin.partialclonefilter": "blob:none",
            # says what both have, so that a base that went on meanwhile does not cost the whole history
            "push.negotiate": "true",
        }
        self.repository = Repository(mirror, settings)
        if not (mirror / "HEAD").exists():
            mirror.mkdir(parents=True, exist_ok=True)
            self.repository.run("init", "--quiet", "--bare", f"--initial-branch={place.base}")

    def propose(self, change: Change) -> Pull:
        """See `base.Forge`."""
        change = checked(change)
        if change.base != self._place.base:
            raise ForgeRefused(f"This forge's base is {self._place.base}, not {change.base}.")
        found = self.find(change.branch)
        if found and found.state != "open":
            return self._pull(found)
        with self._locked(), self._told():
            base, tip = self._fetch(self.ref(change.branch, found))
            is_there = bool(tip) and self.repository.holds(change, base, tip)
            if not is_there:
                head = self.repository.commit(change, base, tip, self._clock(), self._committer)
                self._push(head, change, found)
        return self._pull(self.open(change, found, is_new=not is_there))

    def state(self, branch: str) -> Pull | None:
        """See `base.Forge`."""
        found = self.find(check_branch(branch))
        return self._pull(found) if found else None

    def refresh(self) -> None:
        """Bring the mirror's base branch up to date. Raises `ForgeAway`, `ForgeRefused`."""
        with self._locked(), self._told():
            self._fetch("")

    @abstractmethod
    def find(self, branch: str) -> Found | None:
        """The pull request of a branch: the open one, else the newest."""

    @abstractmethod
    def ref(self, branch: str, found: Found | None) -> str:
        """The full ref under which the forge keeps the branch; empty where it can have none yet."""

    @abstractmethod
    def push_to(self, change: Change, found: Found | None) -> tuple[str, tuple[str, ...]]:
        """The ref to push a change to, and the push options that go with it."""

    @abstractmethod
    def open(self, change: Change, found: Found | None, *, is_new: bool) -> Found:
        """Make sure of the pull request, its branch being there; `is_new` says that it was just pushed."""

    @abstractmethod
    def remarks(self, found: Found) -> tuple[Iterable[str], Iterable[Remark]]:
        """The moments of this program's commits on the branch, and what people wrote."""

    def _pull(self, found: Found) -> Pull:
        words = ""
        if found.state != "merged":
            moments, remarks = self.remarks(found)
            since = max((_moment(at) for at in moments), default=datetime.min.replace(tzinfo=UTC))
            said = [(_moment(one.at), one.words.strip()) for one in remarks if one.words.strip()]
            words = max((one for one in said if one[0] > since), default=(since, ""))[1]
        return Pull(str(found.number), found.url, found.state, words)

    def _fetch(self, ref: str) -> tuple[str, str]:
        """The tips of the base and of the branch (empty where it is not there), both here by now."""
        wanted = [f"refs/heads/{self._place.base}", *([ref] if ref else [])]
        listed = self.repository.run("ls-remote", "origin", *wanted, seconds=_SECONDS).decode()
        tips = {line.split("\t")[1]: line.split("\t")[0] for line in listed.splitlines()}
        if wanted[0] not in tips:
            raise ForgeRefused(f"{self._place.address} has no branch {self._place.base}.")
        specs = [
            f"+{name}:{name if name == wanted[0] else f'refs/kim/{name}'}" for name in wanted if name in tips
        ]
        options = ("--quiet", "--no-tags", f"--depth={_DEPTH}", "--filter=blob:none")
        self.repository.run("fetch", *options, "origin", *specs, seconds=_SECONDS)
        return self.repository.tip(wanted[0]), self.repository.tip(f"refs/kim/{ref}") if ref in tips else ""

    def _push(self, head: str, change: Change, found: Found | None) -> None:
        ref, options = self.push_to(change, found)
        given = [f"--push-option={_option(option)}" for option in options]
        self.repository.run("push", "--quiet", *given, "origin", f"{head}:{ref}", seconds=_SECONDS)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time in the mirror."""
        with (self.repository.folder / "kim.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """git's failures as a forge's, without our secret."""
        try:
            yield
        except GitError as fault:
            words = str(fault).replace(self._secret, "…").replace(self._place.token, "…")
            if _AGAIN.search(words):
                raise ForgeAway(words, retry_after=2) from None
            if _REFUSED.search(words):
                raise ForgeRefused(words) from None
            raise ForgeAway(words) from None


def is_ours(message: str) -> bool:
    """Whether a commit's message says that this program made it."""
    return re.search(rf"^{TRAILER}: [0-9a-f]{{32}}$", message, re.MULTILINE) is not None


def one_line(text: str) -> str:
    """A text as a push option can hold it."""
    return " ".join(text.split())


def _option(text: str) -> str:
    return text.replace("\n", " ").replace("\0", "")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
