"""Which forge the settings mean, opened; and the repository in which the service reads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from webform.forges.base import Forge
from webform.forges.git import Repository
from webform.forges.kinds import LOCAL, REMOTE
from webform.forges.local import LocalForge
from webform.forges.remote import Place
from webform.settings import Settings

#: the mirror of a remote repository, in the state folder
_MIRROR = "mirror.git"


@dataclass(frozen=True)
class OpenedForge:
    """A forge, the bare repository that holds its base branch, and what brings that up to date."""

    forge: Forge
    repository: Repository
    refresh: Callable[[], None]


def open_forge(settings: Settings) -> OpenedForge:
    """The forge of the settings. Raises `KimError` where its address or token cannot be used."""
    if settings.forge == LOCAL:
        folder = Path(settings.repository)
        return OpenedForge(LocalForge(folder), Repository(folder), lambda: None)
    place = Place(settings.repository, settings.base, settings.user, settings.token)
    forge = REMOTE[settings.forge](place, settings.state / _MIRROR)
    return OpenedForge(forge, forge.repository, forge.refresh)
