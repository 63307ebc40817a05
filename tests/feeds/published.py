"""Networks that are really read and built, feeds and all that they name, with small files in place of photos."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from kim.sizes import plan_thumbnails, plan_variants
from plugins import feeds
from plugins.portal.engine import build
from plugins.portal.output import Asset, Options, Request, Stage
from plugins.portal.settings import BuildSettings
from tests.corpus import ROOT

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
#: The sample, and networks of other shapes.
CONTENTS = {
    "kotamobagu": ROOT / "content",
    **{name: ROOT / "tests" / "networks" / name for name in ("invented", "metro", "pulang-pisau")},
}


class Photos:
    """A plugin that makes every variant of every photo, of a few bytes each."""

    STAGE = Stage.ASSETS

    @staticmethod
    def outputs(request: Request) -> Iterator[Asset]:
        """Not the pictures, which feeds never look into, but files of different lengths."""
        for post in request.site.posts:
            for photo in filter(None, (post.lead, *post.photos)):
                planned = plan_variants(photo.sha256, photo.width, photo.height)
                for variant in chain(planned, plan_thumbnails(photo.sha256)):
                    yield Asset(variant.id, variant.suffix, "photo", variant.id, make_stand_in)

    @staticmethod
    def register() -> None:
        """Nothing to connect."""


def make_stand_in(name: str) -> bytes:
    """Bytes that are this variant's alone."""
    return hashlib.sha256(name.encode()).digest() * (1 + len(name) % 7)


def publish(content: Path, folder: Path, **changes: object) -> Path:
    """Build the feeds of a network into `folder`/output."""
    settings = BuildSettings(
        content, folder / "output", ROOT / "theme", folder / "cache", Options(feed_size=5), NOW, workers=1
    )
    build(replace(settings, **changes), (Photos, feeds))
    return folder / "output"
