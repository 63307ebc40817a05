"""Which feeds there are, and what stands in each: from the site to the models of `model`.

Does not look at the clock: a feed's dates are those of its posts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache, partial

from kim.addresses import absolute, topic_address
from kim.archive import by_topic
from kim.group import Group
from kim.network import District, Network, Topic
from kim.photos import plan_variants
from kim.post import Photo, Post
from kim.rules import post_identity
from kim.site import section_name
from plugins.feeds.model import Category, Correction, Feed, FeedPhoto, Item
from plugins.portal.output import Request

#: The part of a feed's identity that stands for the whole portal.
_PORTAL = "portal"


@dataclass(frozen=True)
class _Face:
    """What tells one feed from another, apart from its posts."""

    folder: str
    title: str
    description: str
    owner: str


def plan_feeds(request: Request) -> Iterator[Feed]:
    """The feeds of the portal, of every kecamatan, of the whole region's groups, of every topic and group.

    A kecamatan and a group have theirs even while it is empty, so that one can subscribe from the first
    day. Raises `KeyError` where a photo of a post was not made an asset.
    """
    site, network = request.site, request.site.network
    item = cache(partial(plan_item, request))  # a post stands in up to three feeds
    yield _plan_feed(request, item, _portal_face(network), site.posts)
    for district in network.districts:
        yield _plan_feed(
            request, item, _district_face(network, district), site.posts_of_section(district.slug)
        )
    if site.groups_of_section(network.level):
        yield _plan_feed(request, item, _region_face(network), site.posts_of_section(network.level))
    topics = by_topic(site.posts)
    for topic in network.topics:
        yield _plan_feed(request, item, _topic_face(network, topic), topics.get(topic.slug, ()))
    for group in site.groups:
        yield _plan_feed(request, item, _group_face(network, group), site.posts_of_group(group))


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


def _plan_feed(request: Request, item: Callable[[Post], Item], face: _Face, posts: Sequence[Post]) -> Feed:
    network = request.site.network
    items = tuple(item(post) for post in posts[: request.options.feed_size])
    return Feed(
        identity=f"tag:{network.authority}:feed/{face.folder or _PORTAL}",
        folder=face.folder,
        page=absolute(network.address, f"/{face.folder}/" if face.folder else "/"),
        portal=network.address,
        title=face.title,
        description=face.description,
        owner=face.owner,
        rights=f"© {face.owner} dan para penulisnya",
        updated=max((item.updated for item in items), default=_beginning(network)),
        items=items,
    )


def _portal_face(network: Network) -> _Face:
    about = f"Kabar warga {network.region}, ditulis oleh kelompok informasi masyarakat (KIM)."
    return _Face("", network.name, about, network.name)


def _district_face(network: Network, district: District) -> _Face:
    place = f"{network.words.district} {district.name}, {network.region}"
    return _Face(
        district.slug,
        f"{network.name}: {district.name}",
        f"Kabar warga {place}, ditulis oleh kelompok informasi masyarakat (KIM).",
        network.name,
    )


def _region_face(network: Network) -> _Face:
    about = f"Kabar dari kelompok yang menulis untuk seluruh {network.region}."
    return _Face(network.level, f"{network.name}: {network.region}", about, network.name)


def _topic_face(network: Network, topic: Topic) -> _Face:
    about = f"Kabar warga {network.region} tentang {topic.name.lower()}."
    folder = topic_address(topic.slug).strip("/")
    return _Face(folder, f"{network.name}: {topic.name}", about, network.name)


def _group_face(network: Network, group: Group) -> _Face:
    place = section_name(network, group.section)
    where = place if place == network.region else f"{place}, {network.region}"
    return _Face(group.folder, group.name, f"Kabar terbaru dari {group.name}, {where}.", group.name)


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
