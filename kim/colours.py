"""The network's two colours, made readable on paper by day and by night (WCAG 2.2 contrast)."""

from dataclasses import dataclass

LIGHT_PAPER, DARK_PAPER = "#fdfbf7", "#161513"
#: AA for text is 4.5; a little more also holds on tinted ground.
CONTRAST = 5.2


@dataclass(frozen=True)
class Scheme:
    """The two colours (`#rrggbb`) as text and lines take them, by day and by night."""

    light: tuple[str, str]
    dark: tuple[str, str]


def readable_scheme(colours: tuple[str, str]) -> Scheme:
    """Each colour darkened by day and lightened by night until it can be read on the paper."""
    light, dark = (
        (_readable(colours[0], paper, towards), _readable(colours[1], paper, towards))
        for paper, towards in ((LIGHT_PAPER, "#000000"), (DARK_PAPER, "#ffffff"))
    )
    return Scheme(light, dark)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _readable(colour: str, paper: str, towards: str) -> str:
    steps = 50
    mixed = (_mix(colour, towards, step / steps) for step in range(steps + 1))
    return next((shade for shade in mixed if contrast(shade, paper) >= CONTRAST), towards)


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
