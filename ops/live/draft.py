"""A post that is not published yet, at its address: a draft, or one that waits for its date.

The build leaves it out, and so does the preview from every list; its own page is made by itself.
"""

import threading
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from kim.addresses import absolute
from kim.errors import KimError
from ops.preview import preview_posts


@dataclass(frozen=True)
class Drafts:
    """Makes such pages, and keeps each until the next build. `address` is the network's, which links name;
    `base` the path at which the preview stands instead."""

    root: Path
    content: Path
    address: str
    base: str
    _kept: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, path: str, build: int) -> str | None:
        """The page of a post, by its text's path below content/, as it is after a build of this number.

        None where it has none, as it breaks a rule.
        """
        with self._lock:
            known = self._kept.get(path)
            if known is None or known[0] != build:
                known = self._kept[path] = (build, self._make(path))
            return known[1]

    def _make(self, path: str) -> str | None:
        try:
            (preview,) = preview_posts(self.root, self.content, [path])
        except KimError:
            return None
        return preview.html.replace(f'"{escape(absolute(self.address, "/"))}', f'"{self.base}/')
