"""The three servers with one network: at the root of a host, and below a path."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugins.portal.engine import BuildSettings, build
from plugins.portal.output import Options
from tests.corpus import PLUGINS, ROOT
from tests.serving.servers import HOST, Served, serve

_NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["nginx", "caddy", "apache"])
def server(request: pytest.FixtureRequest) -> str:
    """The server's name."""
    return str(request.param)


@pytest.fixture(scope="module", params=["", "/berita"])
def served(request: pytest.FixtureRequest, server: str) -> Iterator[Served]:
    """A network whose posts have old addresses and photos, really served."""
    # not below pytest's own folder, which no other user may enter: Apache is one
    with tempfile.TemporaryDirectory(prefix="kim-served-") as folder:
        Path(folder).chmod(0o755)
        yield from _served(server, Path(folder), request.param)


def _served(server: str, home: Path, below: str) -> Iterator[Served]:
    content, folder = home / "content", Path(f"{home}/host{below}")
    shutil.copytree(ROOT / "tests" / "networks" / "invented", content)
    _readdress(content / "network.toml", f"https://{HOST}{below}/")
    build(BuildSettings(content, folder, ROOT / "theme", home / "cache", Options(), _NOW), PLUGINS)
    with serve(server, content, folder, home) as running:
        yield running


def _readdress(settings: Path, address: str) -> None:
    lines = settings.read_text().splitlines()
    lines = [f'address = "{address}"' if line.startswith("address") else line for line in lines]
    settings.write_text("\n".join(lines) + "\n")
