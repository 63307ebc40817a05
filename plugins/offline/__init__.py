"""Reading without a network, and keeping the portal as an app."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.INDEXES
outputs = when_asked("plugins.offline.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
