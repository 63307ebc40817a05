"""Feeds in three forms, with all their history."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.DOCUMENTS
outputs = when_asked("plugins.feeds.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
