"""Share cards, drawn."""

from collections.abc import Iterable

from plugins.portal.output import Request, Stage, Stated, when_asked

STAGE = Stage.ASSETS


def outputs(request: Request) -> Iterable[Stated]:
    """Every card, where the settings ask for cards."""
    return when_asked("plugins.cards.parts")(request) if request.options.cards else ()


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
