"""`invoke screenshots`: pictures of the sample for the README, and the guide's drawings for its page.

The README's: builds into a folder of its own and looks at it from a loopback port; the site in output/ stays
as it is. The guide's: docs/panduan/ has them as SVG, which can be mended; a page of the portal takes photos.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from kim.errors import KimError
from ops.browser import open_chromium
from ops.host import Host, serve_folder
from ops.sample import build_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = "docs/pictures"
DRAWINGS = "docs/panduan"
GUIDE = "content/pages/panduan"
#: A drawing is this many times as fine on the page as it says of itself: phones have fine screens.
FINENESS = 3
#: A README is read on a phone's quota, too.
MOST_BYTES = 150_000


@dataclass(frozen=True)
class Shot:
    """A picture: its file's stem, the address that it shows, the window in pixels."""

    name: str
    address: str
    width: int
    height: int


#: Instead of an address: the story that leads the front page.
LEAD_STORY = ""
#: Side by side in the README, so of one height.
SHOTS = (
    Shot("front-desk", "/", 1180, 844),
    Shot("front-phone", "/", 390, 844),
    Shot("post-phone", LEAD_STORY, 390, 844),
)


def take_screenshots(root: Path) -> Iterator[Path]:
    """Write every picture of `SHOTS`, and the guide's. Raises `KimError`, saying what to install."""
    with open_chromium() as chromium:
        for drawing in sorted((root / DRAWINGS).glob("*.svg")):
            file = root / GUIDE / f"{drawing.stem}.png"
            file.write_bytes(shrink(render_drawing(chromium, drawing)))
            yield file
    site = build_sample(root)
    folder = root / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with serve_folder(site) as host:
        for shot, data in _shoot(host):
            file = folder / f"{shot.name}.png"
            file.write_bytes(shrink(data))
            yield file


def render_drawing(chromium: "Browser", drawing: Path) -> bytes:
    """An SVG as PNG, on white."""
    page = chromium.new_page(device_scale_factor=FINENESS)
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing.read_text('utf-8')}")
    data = page.locator("svg").screenshot()
    page.close()
    return data


def shrink(data: bytes) -> bytes:
    """A PNG with as many colours as fit in `MOST_BYTES`. Raises `KimError` where 32 do not."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    for colours in (256, 192, 128, 64, 32):
        palette = image.quantize(colours, kmeans=1)
        out = io.BytesIO()
        image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise KimError(f"A picture of {image.width} x {image.height} does not fit in {MOST_BYTES} bytes.")


def _shoot(host: Host) -> Iterator[tuple[Shot, bytes]]:
    with open_chromium() as chromium:
        lead = "/"
        for shot in SHOTS:
            page = chromium.new_page(
                viewport={"width": shot.width, "height": shot.height},
                color_scheme="light",
                locale="id-ID",
            )
            address = shot.address or lead
            answer = page.goto(host.url(address), wait_until="networkidle")
            if answer is None or not answer.ok:
                raise KimError(f"The sample has no page at {address}.")
            if address == "/":
                lead = page.get_attribute("a.lead", "href") or "/"
            yield shot, page.screenshot(animations="disabled")
            page.close()
