"""Share cards, drawn."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.ASSETS
outputs = when_asked("plugins.cards.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
