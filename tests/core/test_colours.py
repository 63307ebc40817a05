"""The network's colours can be read, whatever they are."""

from hypothesis import given
from hypothesis import strategies as st

from kim.colours import CONTRAST, DARK_PAPER, LIGHT_PAPER, contrast, readable_scheme

COLOURS = st.integers(0, 16**6 - 1).map(lambda number: f"#{number:06x}")


@given(COLOURS, COLOURS)
def test_any_two_colours_become_readable_by_day_and_by_night(one: str, other: str) -> None:
    scheme = readable_scheme((one, other))
    assert all(contrast(colour, LIGHT_PAPER) >= CONTRAST for colour in scheme.light)
    assert all(contrast(colour, DARK_PAPER) >= CONTRAST for colour in scheme.dark)


def test_colour_that_can_be_read_stays_as_it_is() -> None:
    assert readable_scheme(("#0b6e4f", "#7a1f0a")).light == ("#0b6e4f", "#7a1f0a")


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert round(contrast("#000000", "#ffffff"), 3) == 21
