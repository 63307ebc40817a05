"""Old addresses that lead to the new ones."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.INDEXES
outputs = when_asked("plugins.redirects.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
