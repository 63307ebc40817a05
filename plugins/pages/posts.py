"""The page of each post."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import quote

from kim.addresses import PORTAL, absolute, folder_address, page_file
from kim.archive import labels_of
from kim.dates import Moment, format_moment
from kim.feeds import group_face
from kim.post import Post, keys_of
from kim.related import Related
from kim.site import section_title
from plugins.pages.builder import Builder
from plugins.pages.schema import crumbs_schema, post_schema
from plugins.pages.templates import Templates
from plugins.pages.views import Day, Link, Meta, PostPage
from plugins.portal.output import Bundle, Output, Part

#: Posts whose pages are planned together: few, as one of them can change alone.
_RUN = 8


def post_pages(builder: Builder, templates: Templates) -> Iterator[Bundle]:
    """One page for each published post; its neighbours are the group's next newer and older."""
    builder, related = builder.wearing("prose.css"), Related(builder.site)
    look, beside = builder.look(templates, "post"), related.candidate_keys()
    dead = builder.site.dead_links
    for group in builder.site.groups:
        posts = builder.site.posts_of_group(group)
        others = [(beside[post.path], dead.get(post.path)) for post in posts]
        make = partial(_state, builder, templates, posts, related)
        parts = partial(_parts, group.folder, look, posts, others, make)
        yield Bundle(f"posts {group.folder}", (look, keys_of(posts), others), parts)


def _parts(
    folder: str,
    look: str,
    posts: Sequence[Post],
    others: Sequence[object],
    make: Callable[[range], Iterator[Output]],
) -> Iterator[Part]:
    """A group's posts in runs; `others` is what is shown of each beside its neighbours."""
    for end in range(len(posts), 0, -_RUN):
        start = max(0, end - _RUN)
        around = keys_of(posts[max(0, start - 1) : end + 1])
        inputs = (look, start > 0, around, others[start:end])
        yield Part(f"post {folder} {len(posts) - end}", inputs, partial(make, range(start, end)))


def _state(
    builder: Builder,
    templates: Templates,
    posts: Sequence[Post],
    related: Related,
    run: range,
) -> Iterator[Output]:
    for at in run:
        post = posts[at]
        newer = posts[at - 1] if at else None
        older = posts[at + 1] if at + 1 < len(posts) else None
        view = _view(builder, post, newer, older, related.of(post))
        yield templates.page(page_file(post.address), "post", view)


def _view(
    builder: Builder, post: Post, newer: Post | None, older: Post | None, related: Sequence[Post]
) -> PostPage:
    group = builder.site.group_of(post)
    place = _place(builder, post)
    own = Link(builder.href(group.address), group.name)
    return PostPage(
        frame=builder.frame,
        meta=_meta(builder, post, place),
        title=post.title,
        crumbs=(builder.home, builder.section(group.section), own),
        group=own,
        group_contact=group.contact,
        place=place,
        author=post.author,
        moment=Day(_machine_time(post.published), format_moment(post.published)),
        topic=builder.topic(post),
        labels=builder.labels(labels_of(post)),
        correction=post.correction,
        corrected=format_moment(post.modified) if post.modified else "",
        source=post.source,
        lead=builder.picture(post.lead) if post.lead else None,
        base=builder.base,
        body=builder.request.body(post),
        dead=builder.dead_links(post),
        photos=builder.pictures(post.photos, with_lead=post.lead is not None),
        share=_share(builder, post),
        code=builder.code(post.address),
        newer=Link(builder.href(newer.address), newer.title) if newer else None,
        older=Link(builder.href(older.address), older.title) if older else None,
        related=builder.cards(related, with_thumbs=False),
    )


def _meta(builder: Builder, post: Post, place: str) -> Meta:
    network, group = builder.network, builder.site.group_of(post)
    section = section_title(network, group.section)
    way = (
        ("Beranda", PORTAL),
        (section, folder_address(group.section)),
        (group.name, group.address),
        (post.title, post.address),
    )
    photo = post.lead or next(iter(post.photos), None)
    shown = builder.image(post.address, post.title, photo)
    image = shown.address if shown else ""
    article = post_schema(network, group, post, builder.topic(post).text, place, image)
    return builder.meta(
        post.title,
        post.summary,
        post.address,
        group_face(network, group),
        (article, crumbs_schema(network, way)),
        photo,
        "article",
    )


def _share(builder: Builder, post: Post) -> str:
    """WhatsApp, with the words ready: whose news it is, the title, the address that stands for good."""
    address = absolute(builder.network.address, post.address)
    words = f"Kabar dari {builder.site.group_of(post).name}: {post.title}\n{address}"
    return f"https://wa.me/?text={quote(words, safe=':/')}"


def _place(builder: Builder, post: Post) -> str:
    """The villages that a post is about, by name; the group's own where it names none."""
    villages = builder.network.villages
    return ", ".join(villages[code].name for code in post.villages) or builder.scope(
        builder.site.group_of(post)
    )


def _machine_time(moment: Moment) -> str:
    """For `<time datetime>`: a day, or a time with its offset."""
    return moment.at.isoformat(timespec="minutes") if moment.has_time else moment.at.date().isoformat()
