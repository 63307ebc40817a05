"""What the service knows of the repository: the network, its groups, and the posts that are there.

Reads a bare repository with git and follows its base branch; writes nothing. A network that cannot be read
any more leaves the last good one in use.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from kim.errors import KimError
from kim.folder import FOLDER_POST, MOST_FILE_BYTES, MOST_TEXT_BYTES, POST_SUFFIX
from kim.group import GROUP_FILE, Group, read_group
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network, read_network
from kim.report import format_problems
from kim.site import registered_groups
from webform.forges.git import GitError, Repository


@dataclass(frozen=True)
class Content:
    """A revision of the base branch: `commit` names it, `groups` are by their id."""

    commit: str
    network: Network
    groups: Mapping[str, Group]


@dataclass(frozen=True)
class PostFiles:
    """A post in the repository: its text's path below content/, the text, and the files beside it."""

    path: str
    text: bytes
    files: Mapping[str, bytes]


class ContentReader:
    """Reads content/ of the newest commit on the base branch."""

    def __init__(self, repository: Repository, base: str, folder: str = "content") -> None:
        self._repository, self._ref, self._folder = repository, f"refs/heads/{base}", folder
        self._lock = threading.Lock()
        self._known: Content | None = None
        self._seen: tuple[tuple[int, int, int], ...] = ()

    def read(self) -> Content:
        """The newest that can be read. Raises `KimError` where there never was one."""
        mark = self._mark()
        if self._known and mark == self._seen:  # asked by every request: git is asked when something moved
            return self._known
        try:
            commit = self._repository.tip(self._ref)
        except GitError as fault:
            if self._known is None:
                raise KimError(f"The repository cannot be read: {fault}") from fault
            return self._known
        with self._lock:
            if self._known is None or self._known.commit != commit:
                try:
                    self._known = self._load(commit)
                except (KimError, GitError) as fault:
                    if self._known is None:
                        raise KimError(str(fault)) from fault
            self._seen = mark
            return self._known

    def _mark(self) -> tuple[tuple[int, int, int], ...]:
        """What moves when the branch does: git replaces a ref's file, or the one that holds packed refs."""
        marks = []
        for name in (self._ref, "packed-refs"):
            try:
                facts = (self._repository.folder / name).stat()
                marks.append((facts.st_ino, facts.st_mtime_ns, facts.st_size))
            except OSError:
                marks.append((0, 0, 0))
        return tuple(marks)

    def _load(self, commit: str) -> Content:
        if not commit:
            raise KimError(f"The repository has no branch {self._ref.removeprefix('refs/heads/')} yet.")
        reading = read_network(
            self._blob(commit, NETWORK_FILE, MOST_TEXT_BYTES),
            self._blob(commit, VILLAGES_FILE, MOST_FILE_BYTES),
        )
        if reading.network is None:
            raise KimError(f"The network cannot be read.\n\n{format_problems(reading.problems, 'text')}")
        network = reading.network
        folders = [
            folder
            for section in (*network.by_slug, network.level)
            for folder in self._list(commit, f"{section}/", "-d", "--name-only")
        ]
        groups, _ = registered_groups(
            read_group(self._blob(commit, f"{folder}/{GROUP_FILE}", MOST_TEXT_BYTES), folder, network)
            for folder in folders
            if self._list(commit, f"{folder}/{GROUP_FILE}", "--name-only")
        )
        return Content(commit, network, {group.id: group for group in groups})

    def stems(self, group: Group) -> frozenset[str]:
        """The names of the posts that a group has by now."""
        names = self._list(self.read().commit, f"{group.folder}/", "--name-only")
        return frozenset(PurePosixPath(name).name.removesuffix(POST_SUFFIX) for name in names)

    def post(self, group: Group, stem: str) -> PostFiles | None:
        """A post of the group as it is now, with the files beside it."""
        commit = self.read().commit
        names = self._list(commit, f"{group.folder}/{stem}/", "--name-only")
        path = f"{group.folder}/{stem}/{FOLDER_POST}"
        if path in names:
            files = {
                PurePosixPath(name).name: self._blob(commit, name, MOST_FILE_BYTES)
                for name in names
                if name != path
            }
            return PostFiles(path, self._blob(commit, path, MOST_TEXT_BYTES), files)
        path = f"{group.folder}/{stem}{POST_SUFFIX}"
        if path in self._list(commit, path, "--name-only"):
            return PostFiles(path, self._blob(commit, path, MOST_TEXT_BYTES), {})
        return None

    def holds(self, files: Mapping[str, bytes]) -> bool:
        """Whether the base branch has exactly these bytes at these paths below content/."""
        commit = self.read().commit
        listed = {line for path in files for line in self._list(commit, path, "--name-only")}
        return all(
            path in listed and self._blob(commit, path, MOST_FILE_BYTES) == data
            for path, data in files.items()
        )

    def _list(self, commit: str, below: str, *options: str) -> list[str]:
        """Paths below content/."""
        target = f"{self._folder}/{below}"
        # `:(literal)` is for pathspecs only; ls-tree takes the path as it is
        out = self._repository.run("ls-tree", "-z", "--full-tree", *options, commit, "--", target)
        start = len(self._folder) + 1
        return [path[start:] for path in out.decode(errors="replace").split("\0") if path]

    def _blob(self, commit: str, path: str, limit: int) -> bytes:
        name = f"{commit}:{self._folder}/{path}"
        if int(self._repository.run("cat-file", "-s", name)) > limit:
            raise KimError(f"{path} is larger than {limit} bytes.")
        return self._repository.run("cat-file", "blob", name)
