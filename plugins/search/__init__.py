"""The index that /cari/ searches."""

from plugins.portal.output import Stage, when_asked

STAGE = Stage.DOCUMENTS
outputs = when_asked("plugins.search.parts")


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
