"""The three servers with one network: at the root of a host, and below a path."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from plugins.portal.engine import build
from plugins.portal.output import Options
from plugins.portal.settings import BuildSettings
from tests.corpus import PLUGINS, ROOT
from tests.serving.servers import HOST, Served, serve

_NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session", params=["nginx", "caddy", "apache"])
def server(request: pytest.FixtureRequest) -> str:
    """The server's name."""
    return str(request.param)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, Path]]:
    """Content and site of a network whose posts have old addresses and photos, by the path that it stands
    below; below a path it has no form. Built once for all servers."""

    @cache
    def make(below: str) -> tuple[Path, Path]:
        home = tmp_path_factory.mktemp("built")
        content, site = home / "content", home / "site"
        shutil.copytree(ROOT / "tests" / "networks" / "invented", content)
        _readdress(content / "network.toml", below)
        build(BuildSettings(content, site, ROOT / "theme", home / "cache", Options(), _NOW), PLUGINS)
        return content, site

    return make


@pytest.fixture(scope="session", params=["", "/berita"])
def served(
    request: pytest.FixtureRequest, server: str, built: Callable[[str], tuple[Path, Path]]
) -> Iterator[Served]:
    """The network, really served."""
    content, site = built(request.param)
    # not below pytest's own folder, which no other user may enter: Apache is one
    with tempfile.TemporaryDirectory(prefix="kim-served-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        shutil.copytree(site, f"{home}/host{request.param}")
        with serve(server, content, Path(f"{home}/host{request.param}"), home) as running:
            yield running


def _readdress(settings: Path, below: str) -> None:
    address, lines = f"https://{HOST}{below}/", settings.read_text().splitlines()
    lines = [f'address = "{address}"' if line.startswith("address") else line for line in lines]
    if below:
        lines = [line for line in lines if not line.startswith("form = ")]
    settings.write_text("\n".join(lines) + "\n")
