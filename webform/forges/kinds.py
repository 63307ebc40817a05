"""Which kinds of forge there are, by the names that settings use."""

from pathlib import Path

from kim.errors import KimError
from webform.forges.base import Forge
from webform.forges.gitea import GiteaForge
from webform.forges.github import GitHubForge
from webform.forges.gitlab import GitLabForge
from webform.forges.local import LocalForge
from webform.forges.remote import Place, RemoteForge

LOCAL = "local"
REMOTE: dict[str, type[RemoteForge]] = {
    "forgejo": GiteaForge,
    "gitea": GiteaForge,
    "gitlab": GitLabForge,
    "github": GitHubForge,
}
KINDS = (LOCAL, *REMOTE)


def open_forge(kind: str, folder: Path, place: Place | None = None) -> Forge:
    """The forge of a kind. Raises `KimError` where its settings are not enough.

    `folder` is the bare repository itself for `local`, and otherwise where the mirror is kept, which is made.
    """
    if kind == LOCAL:
        return LocalForge(folder)
    if kind not in REMOTE:
        raise KimError(f"There is no forge of kind {kind}; there are {', '.join(KINDS)}.")
    if place is None:
        raise KimError(f"A forge of kind {kind} needs an address, a base branch, a user name and a token.")
    return REMOTE[kind](place, folder)
