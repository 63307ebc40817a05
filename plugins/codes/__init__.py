"""QR codes for paper."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.ASSETS
outputs = when_asked("plugins.codes.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
