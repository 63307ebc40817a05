"""The pages that people read: the portal, each kecamatan, each group, each post, and the directory."""

from collections.abc import Iterator

from plugins.pages.builder import Builder, build_frame
from plugins.pages.listings import directory_page, front_pages, group_pages, section_pages
from plugins.pages.posts import post_pages
from plugins.pages.templates import Templates
from plugins.portal.output import Output, Request, Stage

STAGE = Stage.DOCUMENTS


def outputs(request: Request) -> Iterator[Output]:
    """Every page."""
    builder = Builder(request, build_frame(request))
    templates = Templates(request.theme / "templates")
    yield from front_pages(builder, templates)
    yield from section_pages(builder, templates)
    yield from group_pages(builder, templates)
    yield from post_pages(builder, templates)
    yield directory_page(builder, templates)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""
