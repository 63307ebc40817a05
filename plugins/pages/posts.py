"""The page of each post."""

from collections.abc import Iterator

from kim.addresses import PORTAL, folder_address, page_file
from kim.dates import format_iso, format_moment
from kim.post import Post
from plugins.pages.builder import Builder, title_of_section
from plugins.pages.templates import Templates
from plugins.pages.views import Day, Link, PostPage
from plugins.portal.output import Output


def post_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """One page for each published post."""
    for post in builder.site.posts:
        yield templates.page(page_file(post.address), "post", _view(builder, post))


def _view(builder: Builder, post: Post) -> PostPage:
    group = builder.site.group_of(post)
    section = title_of_section(builder.network, group.section)
    topic = builder.network.topic(post.topic)
    villages = builder.network.villages
    place = ", ".join(villages[code].name for code in post.villages) or builder.scope(group)
    return PostPage(
        frame=builder.frame,
        meta=builder.meta(post.title, post.summary, post.address, [(group.name, group.address)]),
        title=post.title,
        crumbs=(
            Link(builder.href(PORTAL), "Beranda"),
            Link(builder.href(folder_address(group.section)), section),
            Link(builder.href(group.address), group.name),
        ),
        group=Link(builder.href(group.address), group.name),
        group_contact=group.contact,
        place=place,
        author=post.author,
        moment=Day(
            format_iso(post.published).replace(" ", "T").replace(".", ":"), format_moment(post.published)
        ),
        topic=topic.name if topic else "",
        summary=post.summary,
        correction=post.correction,
        corrected=format_moment(post.modified) if post.modified else "",
        source=post.source,
        lead=builder.picture(post.lead) if post.lead else None,
        body=builder.request.body(post),
        photos=tuple(builder.picture(photo) for photo in post.photos),
    )
