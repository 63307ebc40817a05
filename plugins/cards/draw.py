"""How a share card looks: 1200 x 630 pixels, whose middle square is enough to be read.

WhatsApp shows the whole card or, small, the square in its middle: so all words stand there, on paper between
two bands of woven cloth, or below a photo.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont, features

from kim import cards, colours, photos
from kim.cards import CARD_HEIGHT, CARD_WIDTH
from plugins.cards import layout
from plugins.cards.layout import LEADING, Block, Measure, fit, printable, shorten_to

#: Bytes; WhatsApp shows no picture of some phones' senders above a few hundred KB, and readers pay for it.
MOST_BYTES = 100_000
_QUALITIES = (62, 52, 42)
_INK, _SOFT, _TINT = "#1c1b19", "#5b564e", "#f3eee4"
#: The paper between the bands of cloth, and the column of text on it, inside of the middle square.
_PAPER = (256, CARD_WIDTH - 256)
_COLUMN = 590
_TITLE_SIZES = tuple(range(86, 40, -2))
_BESIDE_PHOTO = tuple(range(54, 34, -2))
#: Fonts are measured at this size; they are not hinted, so that a width grows with the size.
_MEASURED = 200


@dataclass(frozen=True)
class CardText:
    """The words of a card. `kind` stands over the title; `voice`, `place` and `day` under it; all but the
    title and the masthead may be empty."""

    masthead: str
    title: str
    kind: str = ""
    voice: str = ""
    place: str = ""
    day: str = ""


@dataclass(frozen=True)
class Fonts:
    """The bytes of the two fonts: of headlines, and of the rest."""

    serif: bytes
    sans: bytes


def recipe() -> str:
    """What the bytes of a card depend on beside its inputs: our code, Pillow, its font and JPEG libraries."""
    modules = (__file__, layout.__file__, cards.__file__, colours.__file__, photos.__file__)
    code = hashlib.sha256(b"".join(Path(str(file)).read_bytes() for file in modules)).hexdigest()
    libraries = (features.version(name) for name in ("freetype2", "libjpeg_turbo", "jpg"))
    return " ".join([code, PIL.__version__, *(version or "none" for version in libraries)])


def draw_card(text: CardText, pair: tuple[str, str], fonts: Fonts, photo: bytes | None) -> bytes:
    """The card as a JPEG of at most 100 KB. `pair` are the network's colours; same bytes every time."""
    text, data = _shown(text), b""
    for softness in (1, 2, 4):
        image = _on_photo(text, pair, fonts, photo, softness) if photo else _on_paper(text, pair, fonts)
        for quality in _QUALITIES:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, subsampling="4:2:0", optimize=True)
            data = out.getvalue()
            if len(data) <= MOST_BYTES:
                return data
    return data


def _shown(text: CardText) -> CardText:
    """The words that the fonts can show; who says it stands for a title of which too little is left."""
    voice, masthead = printable(text.voice), printable(text.masthead)
    return CardText(
        masthead,
        printable(text.title) or voice or masthead,
        printable(text.kind),
        voice,
        printable(text.place),
        printable(text.day),
    )


def _on_paper(text: CardText, pair: tuple[str, str], fonts: Fonts) -> Image.Image:
    image = _background(pair).copy()
    draw = ImageDraw.Draw(image)
    _line(draw, 66, text.masthead, fonts.serif, 34, pair[0])
    foot = 590 - 36 * sum(map(bool, (text.place, text.day)))
    if text.voice:
        _line(draw, foot, text.voice, fonts.sans, 30, pair[0])
        foot -= 6
    for words in filter(None, (text.place, text.day)):
        foot += 38
        _line(draw, foot, words, fonts.sans, 26, _SOFT)
    top, bottom = 128, 590 - 36 * sum(map(bool, (text.place, text.day))) - 44
    if text.kind:
        _line(draw, top + 34, text.kind, fonts.sans, 30, pair[1])
        top += 44
    block = fit(text.title, measure_with(fonts.serif), _COLUMN, bottom - top, _TITLE_SIZES)
    _block(draw, top + (bottom - top - block.height) // 2, block, fonts.serif)
    return image


def _on_photo(
    text: CardText, pair: tuple[str, str], fonts: Fonts, photo: bytes, softness: int
) -> Image.Image:
    """The words before a photo; of one that is too busy, leaves or gravel, fewer pixels are kept."""
    image = photos.fit_photo(photo, CARD_WIDTH // softness, CARD_HEIGHT // softness)
    if softness > 1:
        image = image.resize((CARD_WIDTH, CARD_HEIGHT), Image.Resampling.BICUBIC)
    block = fit(text.title, measure_with(fonts.serif), _COLUMN, 250, _BESIDE_PHOTO)
    top = CARD_HEIGHT - block.height - 128
    left, right = CARD_WIDTH // 2 - 330, CARD_WIDTH // 2 + 330
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, top, right - 1, CARD_HEIGHT), colours.LIGHT_PAPER)
    image.paste(_band(pair, right - left), (left, top - 10))
    _block(draw, top + 24, block, fonts.serif)
    foot = top + 24 + block.height + 38
    _line(draw, foot, text.voice, fonts.sans, 28, pair[0])
    _line(draw, foot + 36, " · ".join(filter(None, (text.masthead, text.day))), fonts.sans, 24, _SOFT)
    return image


def measure_with(font: bytes) -> Measure:
    """Widths in ems in a font."""
    opened = _font(font, _MEASURED)
    return lambda text: opened.getlength(text) / _MEASURED


def _block(draw: ImageDraw.ImageDraw, top: int, block: Block, font: bytes) -> None:
    for number, line in enumerate(block.lines):
        _line(draw, round(top + (number * LEADING + 0.88) * block.size), line, font, block.size, _INK)


def _line(draw: ImageDraw.ImageDraw, baseline: int, text: str, font: bytes, size: int, colour: str) -> None:
    """A line in the middle, made smaller by a fifth at most, then cut, where it is too wide."""
    measure = measure_with(font)
    size = max(round(size * 0.8), min(size, int(_COLUMN / max(measure(text), 0.01))))
    text = shorten_to(text, measure, _COLUMN / size)
    draw.text((CARD_WIDTH // 2, baseline), text, colour, _font(font, size), anchor="ms")


@lru_cache(maxsize=64)
def _font(data: bytes, size: int) -> ImageFont.FreeTypeFont:
    # the basic engine is in every Pillow; what Raqm does depends on what is installed beside it
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _background(pair: tuple[str, str]) -> Image.Image:
    """Paper between two bands of cloth, with the network's woven band below the masthead."""
    image = Image.new("RGB", (CARD_WIDTH, CARD_HEIGHT), colours.LIGHT_PAPER)
    cloth = _cloth(pair, _PAPER[0], CARD_HEIGHT)
    image.paste(cloth, (0, 0))
    image.paste(cloth.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (_PAPER[1], 0))
    image.paste(_band(pair, 620), (CARD_WIDTH // 2 - 310, 90))
    return image


@cache
def _band(pair: tuple[str, str], width: int) -> Image.Image:
    """The band under the site's masthead, larger: a lattice between two lines."""
    height, step, scale = 20, 20, 4
    big = Image.new("RGB", (width * scale, height * scale), _TINT)
    draw = ImageDraw.Draw(big)
    half = step * scale // 2
    for number, x in enumerate(range(half, width * scale, half * 2)):
        _diamond(draw, x, half, half, half - 2 * scale, pair[number % 2])
    draw.rectangle((0, 0, width * scale, 3 * scale - 1), pair[0])
    draw.rectangle((0, (height - 3) * scale, width * scale, height * scale), pair[0])
    return big.resize((width, height), Image.Resampling.BOX)


def _cloth(pair: tuple[str, str], width: int, height: int) -> Image.Image:
    """A band of woven cloth that hangs down: lozenges on a ground, a border towards the paper."""
    scale = 3
    big = Image.new("RGB", (width * scale, height * scale), pair[0])
    draw = ImageDraw.Draw(big)
    body, step = (width - 32) * scale, height * scale // 3
    middle, deep = body // 2, _between(pair[0], "#000000", 0.25)
    for y in range(0, height * scale + step, step):
        for x in (0, body):
            _diamond(draw, x, y, middle * 7 // 10, step // 2, deep)
            _diamond(draw, x, y, middle * 3 // 10, step * 3 // 14, pair[1])
    for y in range(step // 2, height * scale, step):
        for part, colour in ((0.92, colours.LIGHT_PAPER), (0.8, deep), (0.6, pair[1]), (0.26, _TINT)):
            _diamond(draw, middle, y, round(middle * part * 0.84), round(step / 2 * part), colour)
    for start, wide, colour in ((32, 32, pair[0]), (24, 8, pair[1])):
        left = (width - start) * scale
        draw.rectangle((left, 0, left + wide * scale - 1, height * scale), colour)
    return big.resize((width, height), Image.Resampling.BOX)


def _diamond(draw: ImageDraw.ImageDraw, x: int, y: int, wide: int, high: int, colour: str) -> None:
    draw.polygon([(x - wide, y), (x, y - high), (x + wide, y), (x, y + high)], colour)


def _between(one: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
