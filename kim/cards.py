"""Share cards: the pictures that stand for a page where its address is passed on, as WhatsApp shows them.

What they are called and how large they are; how they look is plugins/cards' matter.
"""

CARD_WIDTH, CARD_HEIGHT = 1200, 630


def card_id(address: str) -> str:
    """The name by which a page asks for the card of an address."""
    return f"card {address}"
