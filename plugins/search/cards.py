"""What is shown of a post among the results: one line each, its fields apart by tabs."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A post among the results. `voice` is its group, `day` an ISO date, `snippet` how it begins."""

    address: str
    title: str
    voice: str
    day: str
    snippet: str


def write_cards(cards: Sequence[Card]) -> bytes:
    """A sheet of cards."""
    rows = ((card.address, card.title, card.voice, card.day, card.snippet) for card in cards)
    lines = ("\t".join(" ".join(field.split()) for field in row) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()
