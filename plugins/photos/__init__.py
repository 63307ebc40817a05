"""Photos, in the sizes and formats that readers get."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.ASSETS
outputs = when_asked("plugins.photos.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
