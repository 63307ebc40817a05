"""What stands in each feed: from the site to the models of `model`.

Does not look at the clock: a feed's dates are those of its posts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache, partial
from operator import attrgetter

from kim.addresses import absolute
from kim.archive import labels_of
from kim.feeds import FeedFace, feed_identity, plan_faces
from kim.group import Group
from kim.history import split_history
from kim.network import Network, village_title
from kim.post import Photo, Post, keys_of
from kim.rules import post_identity
from kim.site import section_title
from kim.sizes import Variant, plan_variants
from plugins.feeds.icon import ICON_FILE, ICON_SIDE
from plugins.feeds.model import Category, Correction, Entry, Feed, FeedPhoto, Icon, Item, Thumbnail
from plugins.feeds.text import full_text
from plugins.portal.output import Deferred, Request, make_key

#: Full texts that are kept from one form of a feed to the next, some 4 KB each.
_TEXTS_KEPT = 200


@dataclass(frozen=True)
class PlannedDocument:
    """A document of a feed before it is put together: `inputs` cover all that `plan` looks at.

    `archive` is its number as in `Feed`. `plan` raises `KeyError` where a photo of a post was not made an
    asset.
    """

    face: FeedFace
    archive: int
    inputs: tuple[object, ...]
    plan: Callable[[], Feed]


@dataclass(frozen=True)
class PlannedFeed:
    """A feed before its history is cut into documents: `inputs` cover all that `documents` looks at."""

    face: FeedFace
    inputs: tuple[object, ...]
    documents: Callable[[], Iterator[PlannedDocument]]


def plan_feeds(request: Request) -> Iterator[PlannedFeed]:
    """Every feed of `kim.feeds`."""
    entries = _plan_entries(request)
    for face, posts in plan_faces(request.site):
        documents = partial(_plan_documents, request, entries, face, posts)
        yield PlannedFeed(face, (face, keys_of(posts)), documents)


def _plan_documents(
    request: Request,
    entries: Callable[[Post], Deferred[Entry]],
    face: FeedFace,
    posts: Sequence[Post],
) -> Iterator[PlannedDocument]:
    history = split_history(posts, attrgetter("weight"), request.options.feed_size)
    count = len(history.archives)
    documents = [(history.newest, 0, count)]
    documents += [(chunk, at, at - 1) for at, chunk in enumerate(history.archives, 1)]
    for chunk, archive, older in documents:
        plan = partial(_plan_feed, request, entries, face, chunk, archive, older)
        yield PlannedDocument(face, archive, (face, older, keys_of(chunk)), plan)


def plan_item(request: Request, post: Post) -> Item:
    """One post as feeds show it. Raises `KeyError` where a photo of it was not made an asset."""
    network, group = request.site.network, request.site.group_of(post)
    return Item(
        identity=post_identity(network, group, post),
        address=absolute(network.address, post.address),
        portal=network.address,
        title=post.title,
        author=post.author,
        group=group.name,
        group_page=absolute(network.address, group.address),
        topic=_topic(network, post),
        areas=_areas(network, group, post),
        labels=_labels(network, post),
        published=post.published.at,
        updated=post.corrected,
        # A post may be nothing but a photo; without a description feedgen puts the whole text there.
        summary=post.summary or post.title,
        lead=_photo(request, post.lead) if post.lead else None,
        photos=tuple(_photo(request, photo) for photo in post.photos),
        correction=Correction(post.modified, post.correction) if post.modified and post.correction else None,
        source=post.source,
    )


def _plan_entries(request: Request) -> Callable[[Post], Deferred[Entry]]:
    """A post's entry by its digest.

    A post stands in eight documents or so in three forms each, and its text is put together once for those
    that are made one after the other. What is kept between plan and making is the digest alone.
    """

    @lru_cache(_TEXTS_KEPT)
    def load(path: str) -> Entry:
        post = planned[path]
        item = plan_item(request, post)
        return Entry(item, full_text(item, request.body(post).load()))

    planned: dict[str, Post] = {}
    digests: dict[str, str] = {}

    def entry(post: Post) -> Deferred[Entry]:
        if post.path not in planned:
            planned[post.path] = post
            digests[post.path] = make_key(plan_item(request, post), request.body(post))
        return Deferred(digests[post.path], partial(load, post.path))

    return entry


def _plan_feed(
    request: Request,
    entries: Callable[[Post], Deferred[Entry]],
    face: FeedFace,
    posts: Sequence[Post],
    archive: int,
    older: int,
) -> Feed:
    network = request.site.network
    return Feed(
        identity=feed_identity(network, face),
        folder=face.folder,
        page=absolute(network.address, face.address),
        title=face.title,
        description=face.description,
        owner=face.owner,
        rights=f"© {face.owner} dan para penulisnya",
        icon=Icon(absolute(network.address, f"/{ICON_FILE}"), ICON_SIDE, ICON_SIDE),
        hub="" if archive else network.hub,
        updated=max((post.changed for post in posts), default=_beginning(network)),
        archive=archive,
        older=older,
        entries=tuple(entries(post) for post in posts),
    )


def _beginning(network: Network) -> datetime:
    """The date of a feed without posts: as good as any, as long as it is the same in every build."""
    return datetime.combine(network.since, time(), network.zone)


def _topic(network: Network, post: Post) -> Category:
    topic = network.topics_by_slug[post.topic]
    return Category(topic.slug, topic.name, f"{network.address}#topik")


def _labels(network: Network, post: Post) -> tuple[Category, ...]:
    scheme = f"{network.address}#label"
    return tuple(Category(label.slug, label.name, scheme) for label in labels_of(post))


def _areas(network: Network, group: Group, post: Post) -> tuple[Category, ...]:
    """The codes that the post is about, as given (33 villages are one city), and their kecamatan."""
    codes = post.villages or group.scope
    districts = [network.district_of(code).code for code in codes if code in network.villages]
    scheme = f"{network.address}#wilayah"
    return tuple(Category(code, _area_name(network, code), scheme) for code in sorted({*codes, *districts}))


def _area_name(network: Network, code: str) -> str:
    if village := network.villages.get(code):
        return village_title(network, village)
    if district := network.by_code.get(code):
        return section_title(network, district.slug)
    return network.region


def _photo(request: Request, photo: Photo) -> FeedPhoto:
    """The widest JPEG of a photo: every reader of feeds shows it, which AVIF and WebP cannot promise."""
    variants = plan_variants(photo.sha256, photo.width, photo.height)
    jpegs = sorted((v for v in variants if v.suffix == "jpg"), key=lambda variant: variant.width)
    narrow, wide = jpegs[0], jpegs[-1]
    return FeedPhoto(
        address=_address(request, wide),
        width=wide.width,
        height=wide.height,
        size=request.assets[wide.id].size,
        alt=photo.alt,
        caption=photo.caption,
        credit=photo.credit,
        thumbnail=Thumbnail(_address(request, narrow), narrow.width, narrow.height)
        if narrow != wide
        else None,
    )


def _address(request: Request, variant: Variant) -> str:
    return absolute(request.site.network.address, request.assets[variant.id].address)
