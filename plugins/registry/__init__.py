"""What programs ask first: the list of feeds, and the registry of who is who."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.INDEXES
outputs = when_asked("plugins.registry.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
