"""What stands in each feed: from the site to the models of `model`.

Does not look at the clock: a feed's dates are those of its posts.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache, partial

from kim.addresses import absolute
from kim.feeds import FeedFace, feed_identity, plan_faces
from kim.group import Group
from kim.network import Network
from kim.photos import plan_variants
from kim.post import Photo, Post
from kim.rules import post_identity
from plugins.feeds.model import Category, Correction, Feed, FeedPhoto, Item
from plugins.portal.output import Request


def plan_feeds(request: Request) -> Iterator[Feed]:
    """Every feed of `kim.feeds`. Raises `KeyError` where a photo of a post was not made an asset."""
    item = cache(partial(plan_item, request))  # a post stands in up to four feeds
    for face, posts in plan_faces(request.site):
        yield _plan_feed(request, item, face, posts)


def plan_item(request: Request, post: Post) -> Item:
    """One post as feeds show it. Raises `KeyError` where a photo of it was not made an asset."""
    network, group = request.site.network, request.site.group_of(post)
    published = post.published.at
    return Item(
        identity=post_identity(network, group, post),
        address=absolute(network.address, post.address),
        title=post.title,
        author=post.author,
        group=group.name,
        group_page=absolute(network.address, group.address),
        topic=_topic(network, post),
        areas=_areas(network, group, post),
        published=published,
        updated=_updated(post),
        # A post may be nothing but a photo; without a description feedgen puts the whole text there.
        summary=post.summary or post.title,
        body=request.body(post),
        lead=_photo(request, post.lead) if post.lead else None,
        photos=tuple(_photo(request, photo) for photo in post.photos),
        correction=Correction(post.modified, post.correction) if post.modified and post.correction else None,
        source=post.source,
    )


def _plan_feed(request: Request, item: Callable[[Post], Item], face: FeedFace, posts: Sequence[Post]) -> Feed:
    network = request.site.network
    items = tuple(item(post) for post in posts[: request.options.feed_size])
    return Feed(
        identity=feed_identity(network, face),
        folder=face.folder,
        page=absolute(network.address, face.address),
        portal=network.address,
        title=face.title,
        description=face.description,
        owner=face.owner,
        rights=f"© {face.owner} dan para penulisnya",
        updated=max((item.updated for item in items), default=_beginning(network)),
        items=items,
    )


def _beginning(network: Network) -> datetime:
    """The date of a feed without posts: as good as any, as long as it is the same in every build."""
    return datetime.combine(network.since, time(), network.zone)


def _updated(post: Post) -> datetime:
    """When the post was last changed.

    A correction of the same day without the time of day would stand at midnight, before the post itself;
    it counts as one minute after it, so that whoever compares dates still hears of it.
    """
    if post.modified is None:
        return post.published.at
    return max(post.modified.at, post.published.at + timedelta(minutes=1))


def _topic(network: Network, post: Post) -> Category:
    topic = network.topic(post.topic)
    return Category(post.topic, topic.name if topic else post.topic, f"{network.address}#topik")


def _areas(network: Network, group: Group, post: Post) -> tuple[Category, ...]:
    """The codes that the post is about, as given (33 villages are one city), and their kecamatan."""
    codes = post.villages or group.scope
    districts = [network.district_of(code).code for code in codes if code in network.villages]
    scheme = f"{network.address}#wilayah"
    return tuple(Category(code, _area_name(network, code), scheme) for code in sorted({*codes, *districts}))


def _area_name(network: Network, code: str) -> str:
    if village := network.villages.get(code):
        return f"{network.words.village(village.kind).capitalize()} {village.name}"
    if district := network.by_code.get(code):
        return f"{network.words.district.capitalize()} {district.name}"
    return network.region


def _photo(request: Request, photo: Photo) -> FeedPhoto:
    """The widest JPEG of a photo: every reader of feeds shows it, which AVIF and WebP cannot promise."""
    variants = plan_variants(photo.sha256, photo.width, photo.height)
    widest = max((v for v in variants if v.suffix == "jpg"), key=lambda variant: variant.width)
    facts = request.assets[widest.id]
    return FeedPhoto(
        address=absolute(request.site.network.address, facts.address),
        width=widest.width,
        height=widest.height,
        size=facts.size,
        alt=photo.alt,
        caption=photo.caption,
        credit=photo.credit,
    )
