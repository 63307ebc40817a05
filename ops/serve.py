"""`invoke serve`: build, show the portal on this machine, and build again when something changes.

The page in the browser follows by itself, and says what keeps a post back. How: `ops.live`.
"""

import signal
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from watchfiles import watch

from kim.addresses import href
from kim.errors import KimError
from kim.folder import FOLDER_POST, POST_SUFFIX
from kim.network import NETWORK_FILE
from ops.build import build_command
from ops.live.child import Answer, WarmBuild
from ops.live.draft import Drafts
from ops.live.server import Place, open_server
from ops.live.site import Built, LiveSite

#: What a page may depend on, beside the content.
_SOURCES = ("theme", "kim", "plugins")
_SETTINGS = "pelicanconf.py"
#: Milliseconds: of silence before a change is built, at most so long, and between looks at the settings.
_STEP, _DEBOUNCE, _TICK = 20, 100, 250


def serve(root: Path, content: str = "", output: str = "", port: int = 8000) -> None:
    """Serve until interrupted; a build that fails leaves the last good site. Raises `KimError`."""
    console = Console()
    # `kill` ends it as Ctrl+C does: with all that it has started
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    source = Path(content or root / "content").resolve()
    if not source.is_dir():
        raise KimError(f"There is no content folder at {source}.")
    folder = Path(output or root / "output").resolve()
    network = read_address(source)
    base = href(network, "")
    site = LiveSite(folder, source, Drafts(root, source, network, base).page)
    place = Place(site, base, root / "theme" / "static" / "sw-withdrawn.js")
    command = build_command(root, str(source), str(folder), module="plugins.portal.warm")
    warm = WarmBuild([sys.executable, *command], root)
    try:
        with open_server(place, port) as address:
            console.print(f"{address}  (Ctrl+C stops)", highlight=False)
            for changes in _follow(root, source, warm):
                for line in describe(changes, source, address.removesuffix("/")):
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
                site.publish(_said(warm.build()))
    except KeyboardInterrupt:
        console.print("Selesai.")
    finally:
        warm.close()


def read_address(content: Path) -> str:
    """The network's address; empty where its settings cannot be read: the build says why."""
    try:
        address = tomllib.loads((content / NETWORK_FILE).read_text(encoding="utf-8")).get("address")
        return address if isinstance(address, str) else ""
    except (OSError, ValueError):
        return ""


def describe(changes: Iterable[Path], content: Path, address: str) -> Iterator[str]:
    """What changed, in lines; of a post also where it is to be seen."""
    names = sorted(changes)
    if not names:
        return
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    yield f"Changed: {', '.join(name.name for name in names[:3])}{more}"
    inside = [name.relative_to(content) for name in names[:3] if name.is_relative_to(content)]
    for path in (name for name in inside if len(name.parts) > 2 and name.suffix == POST_SUFFIX):
        folder = path.parent if path.name == FOLDER_POST else path.with_suffix("")
        yield f"  {address}/{folder.as_posix()}/"


def _follow(root: Path, content: Path, warm: WarmBuild) -> Iterator[set[Path]]:
    """Nothing at first, as soon as changes are watched; then what has changed, also during a build."""
    warm.start()
    settings = root / _SETTINGS
    paths = [*(root / name for name in _SOURCES), content]
    known = None
    # An editor puts a new file in the place of the old: one that is watched by itself would be lost.
    for found in watch(
        *paths,
        debounce=_DEBOUNCE,
        step=_STEP,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        changes = {Path(path) for _, path in found}
        before, known = known, _written(settings)
        if before is not None and known != before:
            changes.add(settings)
        if changes or before is None:
            yield changes


def _written(file: Path) -> int:
    """When a file was written; 0 where there is none."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _said(answer: Answer) -> Built:
    return Built(answer.report.problems) if answer.report else Built(fault=answer.fault)
