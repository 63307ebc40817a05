"""Photos for the benchmark: 1,600 px wide, each unlike the others, made faster than a build reads them."""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (1600, 1200)
_GROUNDS = 4


def draw_photo(number: int) -> bytes:
    """A JPEG without metadata; the same number gives the same picture."""
    chance = random.Random(number)
    picture = _ground(number % _GROUNDS).copy()
    pen = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, side = chance.randrange(_SIZE[0]), chance.randrange(_SIZE[1]), chance.randint(40, 400)
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        pen.ellipse((x - side, y - side, x + side, y + side), fill=colour)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


@cache
def _ground(number: int) -> Image.Image:
    """Soft patches with a little grain, which compress about as well as a photo of a field does."""
    chance = random.Random(number)
    small = Image.new("RGB", (16, 12))
    small.putdata([tuple(chance.randrange(40, 220) for _ in range(3)) for _ in range(16 * 12)])
    noise = random.Random(number).randbytes(_SIZE[0] * _SIZE[1] // 4)
    grain = Image.frombytes("L", (_SIZE[0] // 2, _SIZE[1] // 2), noise)
    grain = grain.filter(ImageFilter.GaussianBlur(0.5)).resize(_SIZE).convert("RGB")
    return Image.blend(small.resize(_SIZE, Image.Resampling.BICUBIC), grain, 0.5)
