"""The pages that people read."""

from collections.abc import Iterator

from plugins.pages.board import board_pages
from plugins.pages.builder import Builder, build_frame
from plugins.pages.listings import (
    front_pages,
    group_pages,
    label_pages,
    month_pages,
    section_pages,
    topic_pages,
)
from plugins.pages.others import (
    directory_page,
    missing_page,
    offline_page,
    subscribe_page,
    text_pages,
    tombstone_pages,
)
from plugins.pages.posts import post_pages
from plugins.pages.search import search_pages
from plugins.pages.send import send_pages
from plugins.pages.templates import Templates
from plugins.portal.output import Request, Stated


def state_parts(request: Request) -> Iterator[Stated]:
    """Every page."""
    builder = Builder(request, build_frame(request))
    templates = Templates(request.theme / "templates")
    kinds = (front_pages, section_pages, group_pages, post_pages)
    for pages in (
        *kinds,
        topic_pages,
        label_pages,
        month_pages,
        text_pages,
        tombstone_pages,
        search_pages,
        send_pages,
    ):
        yield from pages(builder, templates)
    yield from board_pages(builder, templates)
    yield directory_page(builder, templates)
    yield subscribe_page(builder, templates)
    yield missing_page(builder, templates)
    if request.options.offline:
        yield offline_page(builder, templates)
