"""The engine: turns what the other plugins state into files, and leaves alone what has not changed.

Pelican calls `register`, then asks for generators; ours is the only one that has anything to do.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pelican import signals
from pelican.log import console

from kim.errors import KimError
from plugins.portal.generator import run
from plugins.portal.output import Plugin


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(_generator)


@contextmanager
def told() -> Iterator[None]:
    """What a person can mend is said without the traceback that Pelican would print."""
    try:
        yield
    except KimError as fault:
        console.out(str(fault), highlight=False)
        raise SystemExit(fault.exitcode) from fault


def stating_plugins(pelican: Any) -> Sequence[Plugin]:
    """The loaded plugins that state outputs. Raises `KimError` where one did not load that is wanted."""
    wanted, loaded = pelican.settings["KIM_PLUGINS"], pelican.plugins
    missing = [plugin.__name__ for plugin in wanted if plugin not in loaded]
    if missing:
        raise KimError(f"Pelican could not load {', '.join(missing)}; without it pages would be missing.")
    return [plugin for plugin in loaded if hasattr(plugin, "outputs")]


def _generator(pelican: Any) -> type:
    with told():
        stating = stating_plugins(pelican)

    class PortalGenerator:
        """One build; made anew by Pelican for each, so that nothing stays between two."""

        def __init__(self, settings: dict[str, Any], **_: Any) -> None:
            self._settings = settings

        def generate_output(self, writer: Any) -> None:
            """Build everything; Pelican's writer is not used."""
            with told():
                run(self._settings, stating)

    return PortalGenerator
