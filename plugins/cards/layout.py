"""How the words of a share card are set: text to lines and a size. Knows widths, but no font and no picture.

A width is in ems, so that a text is measured once for all sizes.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

#: The width of a text in ems.
Measure = Callable[[str], float]

#: What both fonts of theme/fonts have.
_RANGES = (
    "20-7E A0-12B 12E-131 134-165 168-17F 218-21B 2BB-2BC 1E0C-1E0F 1E20-1E21 1E24-1E25 1E2A-1E2B 1E36-1E3B "
    "1E3E-1E3F 1E42-1E49 1E5A-1E63 1E6C-1E6F 1E80-1E85 1E8E-1E8F 1E92-1E93 1E97 1E9E 1EF2-1EF9 2013-2014 "
    "2018-201A 201C-201E 2020 2022 2026 2032-2033 2039-203A 2044 20AC 2122 2212"
)
#: From line to line, in ems.
LEADING = 1.16
#: Below this share of its letters a title says something else.
_LEAST_LEFT = 0.6
_ELLIPSIS = "…"
#: Ems by which one sum of widths may differ from another of the same.
_ROUNDING = 1e-6
_LOST = "\x00"


def _codes(ranges: str) -> Iterator[int]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


#: Every character that a card can show.
KNOWN = frozenset(map(chr, _codes(_RANGES)))


@dataclass(frozen=True)
class Block:
    """Lines of one size, in pixels."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        """From the top of the first line to the bottom of the last, in pixels."""
        return round(len(self.lines) * self.size * LEADING)


def printable(text: str) -> str:
    """The text in characters that the fonts have.

    Letters in fancy dress (`𝗣𝗮𝗻𝗲𝗻`) become plain ones. Words of another script become an ellipsis, as leaving
    them out in silence would change what is said; emoji and other signs just go. Empty where too little of
    the text is left.
    """
    shown = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    letters = sum(character.isalnum() or character == _LOST for character in shown)
    if letters and sum(character.isalnum() for character in shown) < letters * _LEAST_LEFT:
        return ""
    words: list[str] = []
    for word in map(_without_lost, shown.split()):
        if word != _ELLIPSIS or words[-1:] != [word]:
            words.append(word)
    return " ".join(words)


def fit(text: str, measure: Measure, width: int, height: int, sizes: Sequence[int]) -> Block:
    """The text in the largest of the sizes (falling) at which it fits into the box without a word broken.

    At the smallest a word that is wider than the box is broken, and what does not fit ends in an ellipsis.
    """
    words = text.split()
    for size in sizes:
        lines = _wrap(words, measure, width / size)
        if len(lines) * size * LEADING <= height and _are_inside(lines, measure, width / size):
            even = _balance(words, len(lines), measure, width / size)
            return Block(even if _are_inside(even, measure, width / size) else tuple(lines), size)
    size = sizes[-1]
    ems = width / size
    pieces = [piece for word in words for piece in _break(word, measure, ems)]
    lines = _wrap(pieces, measure, ems)
    most = max(1, int(height / (size * LEADING)))
    if len(lines) > most:
        lines = [*lines[: most - 1], shorten_to(lines[most - 1] + _ELLIPSIS, measure, ems)]
    return Block(tuple(lines), size)


def shorten_to(text: str, measure: Measure, ems: float) -> str:
    """The text, cut and closed with an ellipsis where it is wider than `ems`."""
    if measure(text) <= ems:
        return text
    cut = text.removesuffix(_ELLIPSIS)
    while cut and measure(cut.rstrip(" ,;:.-") + _ELLIPSIS) > ems:
        cut = cut[:-1]
    return cut.rstrip(" ,;:.-") + _ELLIPSIS


def _plain(character: str) -> str:
    """A character as the fonts have it; a mark for a letter that they lack; nothing for any other sign."""
    if character in KNOWN:
        return " " if character == "\xa0" else character
    if character.isspace():
        return " "
    for form in ("NFKC", "NFKD"):
        other = "".join(c for c in unicodedata.normalize(form, character) if not unicodedata.combining(c))
        if other and KNOWN.issuperset(other):
            return other
    return _LOST if unicodedata.category(character)[0] in "LN" else ""


def _without_lost(word: str) -> str:
    """A word with an ellipsis for each run of letters that the fonts lack."""
    return re.sub(f"{_LOST}+", _ELLIPSIS, word)


def _wrap(words: Sequence[str], measure: Measure, ems: float) -> list[str]:
    """Words into lines, as many on each as there is room for."""
    space, lines, used = measure(" "), list[list[str]](), 0.0
    for word in words:
        wide = measure(word)
        if lines and used + space + wide <= ems:
            lines[-1].append(word)
            used += space + wide
        else:
            lines.append([word])
            used = wide
    return [" ".join(line) for line in lines]


def _are_inside(lines: Sequence[str], measure: Measure, ems: float) -> bool:
    return all(measure(line) <= ems for line in lines)


def _balance(words: Sequence[str], count: int, measure: Measure, ems: float) -> tuple[str, ...]:
    """Words into so many lines of like width, that no headline ends in a single short word.

    Of all ways that fit, the one whose lines' squared rests are the least in sum.
    """
    widths, space = [measure(word) for word in words], measure(" ")
    #: for each number of words, from the first: how badly they fill the lines so far, and where those begin
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, starts) in best.items():
            wide = -space
            for end in range(start + 1, len(words) + 1):
                wide += space + widths[end - 1]
                if wide > ems + _ROUNDING and end > start + 1:
                    break
                tried = (cost + (ems - wide) ** 2, (*starts, start))
                after[end] = min(after.get(end, tried), tried)
        best = after
    starts = best[len(words)][1]
    ends = (*starts, len(words))[1:]
    return tuple(" ".join(words[start:end]) for start, end in zip(starts, ends, strict=True))


def _break(word: str, measure: Measure, ems: float) -> Iterator[str]:
    """A word in pieces that fit."""
    piece = ""
    for character in word:
        if piece and measure(piece + character) > ems:
            yield piece
            piece = ""
        piece += character
    yield piece
