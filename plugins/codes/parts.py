"""QR codes for paper, as files of some 350 bytes that no screen loads: in the page each would weigh on it."""

import io
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version as package_version

from kim.addresses import absolute, folder_address
from kim.board import code_id
from kim.listing import split_runs
from kim.site import Site
from plugins.portal.output import Asset, Bundle, Part, Request

#: White around the code, in modules: paper has more.
_MARGIN = 2
#: Posts whose codes are planned together.
_RUN = 64


def state_parts(request: Request) -> Iterator[Part | Bundle]:
    """A code for each post, and for each section that has a board."""
    site = request.site
    sections = tuple(folder_address(section) for section in site.sections_with_posts)
    yield Part("codes", sections, partial(_codes, site.network.address, sections))
    yield Bundle("codes of posts", site.addresses, partial(_post_parts, site))


def _post_parts(site: Site) -> Iterator[Part]:
    for group in site.groups:
        for number, posts in enumerate(split_runs(site.posts_of_group(group), _RUN)):
            own = tuple(post.address for post in posts)
            yield Part(f"codes {group.folder} {number}", own, partial(_codes, site.network.address, own))


def _codes(portal: str, addresses: tuple[str, ...]) -> Iterator[Asset]:
    library = package_version("zxing-cpp")
    for address in addresses:
        inputs = (library, absolute(portal, address))
        yield Asset(code_id(address), "png", "code", inputs, make_code)


def make_code(inputs: tuple[str, str]) -> bytes:
    """A pixel for each module."""
    # which no build needs that has its codes
    import zxingcpp
    from PIL import Image, ImageOps

    code = zxingcpp.create_barcode(inputs[1], zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    modules = code.to_image(add_quiet_zones=False)
    picture = ImageOps.expand(Image.frombuffer("L", modules.shape, modules), _MARGIN, fill="white")
    out = io.BytesIO()
    picture.convert("1", dither=Image.Dither.NONE).save(out, "png")
    return out.getvalue()
