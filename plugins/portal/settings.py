"""What a build is asked for, beside the content."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kim.group import Group
from plugins.portal.output import Options


@dataclass(frozen=True)
class BuildSettings:
    """Folders, our options, and the time.

    `standing` are groups that go on as they are here, whatever their folder says (`kim.standing`).

    A build that is to `forget` starts from nothing; one that is to `verify` trusts no time of a file, and
    reads every file of the content and of the site.
    """

    content: Path
    output: Path
    theme: Path
    cache: Path
    options: Options
    now: datetime
    address: str = ""
    standing: tuple[Group, ...] = ()
    forget: bool = False
    verify: bool = False
    compress: bool = True
    brotli: int = 5
    workers: int = 0
    executor: str = ""

    @property
    def compression(self) -> int:
        """Brotli's quality, 1 to 11; 0 where nothing is compressed."""
        return self.brotli if self.compress else 0
