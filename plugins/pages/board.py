"""The notice board: a section's newest week as a sheet that the village office prints."""

from collections.abc import Iterator, Sequence
from functools import partial

from kim.addresses import absolute, board_address, folder_address, page_file
from kim.board import Board, plan_boards
from kim.dates import format_day
from kim.post import Post, keys_of
from kim.site import section_title
from kim.text import shorten
from plugins.pages.builder import Builder, day_of
from plugins.pages.schema import crumbs_schema
from plugins.pages.templates import Templates
from plugins.pages.views import BoardPage, Link, Story
from plugins.portal.output import Output, Part

#: Characters of a summary: of the first story, and of the others.
_LONG, _SHORT = 420, 130


def board_pages(builder: Builder, templates: Templates) -> Iterator[Part]:
    """The sheet of every kecamatan that has posts, and of the whole region."""
    builder = builder.wearing("mading.css")
    look = builder.look(templates, "board")
    for board in plan_boards(builder.site):
        yield Part(
            f"board {board.section}",
            (look, keys_of(board.week), keys_of(board.earlier)),
            partial(_state, builder, templates, board),
        )


def _state(builder: Builder, templates: Templates, board: Board) -> Iterator[Output]:
    network, section = builder.network, board.section
    title, address = section_title(network, section), board_address(section)
    period = _period(board.week)
    about = f"Kabar {title}, {period}, untuk dicetak dan dipasang di papan pengumuman."
    way = ((title, folder_address(section)), ("Papan kabar", address))
    crumbs = crumbs_schema(network, (("Beranda", "/"), *way))
    view = BoardPage(
        frame=builder.frame,
        meta=builder.meta(f"Papan kabar {title}", about, address, schema=(crumbs,)),
        crumbs=(builder.home, builder.section(section)),
        name=title,
        period=period,
        stories=tuple(_story(builder, post, at == 0) for at, post in enumerate(board.stories)),
        earlier=tuple(_story(builder, post, False) for post in board.earlier),
        more=board.more,
        answerable=_answerable(builder, (*board.stories, *board.earlier)),
        section=Link(builder.href(folder_address(section)), title),
        code=builder.code(folder_address(section)),
        section_address=absolute(network.address, folder_address(section)),
    )
    yield templates.page(page_file(address), "board", view)


def _story(builder: Builder, post: Post, leads: bool) -> Story:
    picture = None
    if post.lead:
        picture = builder.picture(post.lead) if leads else builder.thumbnail(post.lead)
    return Story(
        href=builder.href(post.address),
        code=builder.code(post.address),
        title=post.title,
        summary=shorten(post.summary, _LONG if leads else _SHORT),
        voice=builder.site.group_of(post).name,
        day=day_of(post.published.at.date()),
        picture=picture,
    )


def _answerable(builder: Builder, posts: Sequence[Post]) -> str:
    groups = dict.fromkeys(builder.site.group_of(post) for post in posts)
    return "; ".join(f"{group.name}, {group.contact}" for group in groups)


def _period(posts: Sequence[Post]) -> str:
    """`14 sampai 20 November 2026`: the days of the first and the last post."""
    last, first = posts[0].published.at.date(), posts[-1].published.at.date()
    if first == last:
        return format_day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} sampai {format_day(last)}"
    return f"{format_day(first)} sampai {format_day(last)}"
