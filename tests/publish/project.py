"""A project of its own with a small content folder, which is built by the real command."""

import os
from pathlib import Path

from ops.publish import Wish, publish
from tests.corpus import ROOT, Corpus

TARGET = '[[targets]]\nname = "sini"\nto = "published"\n'


class Project:
    """The corpus as content/ of a project whose code is this one's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.corpus = Corpus(root)
        self.corpus.add_posts(3)
        self.corpus.add_posts(2, "hilir/kim-muara")
        for name in ("pelicanconf.py", "publishconf.py"):
            (root / name).write_bytes((ROOT / name).read_bytes())
        with (root / "publishconf.py").open("a") as settings:
            settings.write("KIM_BROTLI = 1\nKIM_CARDS = False\n")  # what takes the time, and is not looked at
        for name in ("kim", "plugins"):
            (root / name).symlink_to(ROOT / name)
        self.write_targets(TARGET)

    @property
    def current(self) -> Path:
        """What readers see."""
        return self.root / "published" / "current"

    def write_targets(self, text: str) -> None:
        """Write publish.toml."""
        (self.root / "publish.toml").write_text(text)

    def publish(
        self, *, environment: dict[str, str] | None = None, force: bool = False, **more: object
    ) -> None:
        """Publish in this process."""
        wish = Wish(force=force, **more)  # type: ignore[arg-type]
        publish(self.root, wish, {**os.environ, "KIM_NOW": "", **(environment or {})})
