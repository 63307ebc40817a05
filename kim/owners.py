"""Who may change what: the editors of the network everything, those of a group its own folder.

Pure: `check_owners` is handed what changed and who is who *before* the change, since a change that adds its
own writer to a group must not count as that group's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kim.group import Group
from kim.problems import Problem, problem


@dataclass(frozen=True)
class Owners:
    """The forge user names of the network's editors, and the groups with theirs."""

    editors: tuple[str, ...]
    groups: tuple[Group, ...]

    def folders(self, user: str) -> tuple[str, ...]:
        """The folders of the groups that a user belongs to. Forges do not tell case apart, nor does this."""
        return tuple(group.folder for group in self.groups if _is_among(user, group.editors))

    def may_change(self, user: str, path: str) -> bool:
        """Whether a file is the user's to change; paths are counted from content/."""
        own = any(path.startswith(f"{folder}/") for folder in self.folders(user))
        return own or _is_among(user, self.editors)


def check_owners(paths: Iterable[str], user: str, owners: Owners) -> Iterator[Problem]:
    """The files that a user changed and may not."""
    folders = owners.folders(user)
    known = f"terdaftar untuk {', '.join(folders)}" if folders else "belum terdaftar di kelompok mana pun"
    for path in sorted(set(paths)):
        if not owners.may_change(user, path):
            yield problem("K079", path, found=user, known=known)


def write_codeowners(owners: Owners, content: str) -> str:
    """CODEOWNERS as GitHub and GitLab read it; `content` is the folder below the repository's root."""
    return _write(owners, lambda folder: f"/{content}/{folder}/" if folder else "*")


def write_codeowners_of_forgejo(owners: Owners, content: str) -> str:
    """CODEOWNERS as Forgejo and Gitea read it: regular expressions instead of patterns."""
    return _write(owners, lambda folder: f"{content}/{folder}/.*" if folder else ".*")


def _write(owners: Owners, pattern: Callable[[str], str]) -> str:
    rows: list[tuple[str, Sequence[str]]] = [("", owners.editors)]
    rows += [(group.folder, group.editors) for group in sorted(owners.groups, key=lambda one: one.folder)]
    lines = [f"{pattern(folder)} {' '.join(f'@{name}' for name in names)}" for folder, names in rows if names]
    return "\n".join(["# Dibuat dari network.toml dan kim.toml: invoke codeowners", *lines, ""])


def _is_among(user: str, names: Iterable[str]) -> bool:
    return user.casefold() in {name.casefold() for name in names}
