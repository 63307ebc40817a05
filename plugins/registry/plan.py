"""From a site to its registry."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from kim.addresses import OPML_FILE, REGISTRY_SCHEMA_FILE, absolute, tag_uri
from kim.archive import by_topic
from kim.feeds import FORMS, FeedFace, district_face, group_face, portal_face, region_face, topic_face
from kim.group import Group, group_district, group_villages
from kim.network import District, Network
from kim.post import Post
from kim.site import Site
from plugins.registry import model

#: How long the registry names a correction: it is read at each visit and must stay light.
CORRECTIONS_KEPT = timedelta(days=90)


def plan_registry(site: Site) -> model.Registry:
    """All that `network.json` says of a site."""
    network, topics = site.network, by_topic(site.posts)
    return model.Registry(
        schema=absolute(network.address, f"/{REGISTRY_SCHEMA_FILE}"),
        version=model.VERSION,
        name=network.name,
        short=network.short,
        region=network.region,
        level=network.level,
        code=network.code,
        province=network.province,
        authority=network.authority,
        language="id",
        time_zone=network.time_zone,
        address=network.address,
        office=model.Office(network.office.name, network.office.contact),
        words=model.Words(**asdict(network.words)),
        opml=absolute(network.address, f"/{OPML_FILE}"),
        feeds=_feeds(network, portal_face(network)),
        posts=len(site.posts),
        newest=_newest(site.posts),
        districts=tuple(_district(site, district) for district in network.districts),
        whole=_whole(site),
        topics=tuple(
            model.Topic(
                slug=topic.slug,
                name=topic.name,
                address=absolute(network.address, topic_face(network, topic).address),
                feeds=_feeds(network, topic_face(network, topic)),
                posts=len(topics.get(topic.slug, ())),
                newest=_newest(topics.get(topic.slug, ())),
            )
            for topic in network.topics
        ),
        groups=tuple(_group(site, group) for group in site.groups),
        withdrawn=tuple(
            model.Withdrawn(tag_uri(network.authority, entry.group, entry.id), entry.day, entry.reason)
            for entry in site.withdrawn
        ),
        corrected=tuple(_corrected(site)),
    )


def _corrected(site: Site) -> Iterator[model.Corrected]:
    """The newest corrections, counted back from the newest news, as a build asks no clock."""
    network = site.network
    corrected = [(post.corrected, post) for post in site.posts if post.corrected]
    corrected.sort(key=lambda entry: (entry[0], entry[1].address), reverse=True)
    if not corrected:
        return
    newest = max(corrected[0][0], site.posts[0].published.at)
    for at, post in corrected:
        if newest - at <= CORRECTIONS_KEPT:
            identity = tag_uri(network.authority, site.group_of(post).id, post.id)
            yield model.Corrected(identity, absolute(network.address, post.address), at)


def _district(site: Site, district: District) -> model.District:
    network, posts = site.network, site.posts_of_section(district.slug)
    face = district_face(network, district)
    return model.District(
        code=district.code,
        slug=district.slug,
        name=district.name,
        address=absolute(network.address, face.address),
        feeds=_feeds(network, face),
        posts=len(posts),
        newest=_newest(posts),
        villages=tuple(
            model.Village(village.code, village.kind, network.words.village(village.kind), village.name)
            for village in district.villages
        ),
        groups=tuple(group.id for group in site.groups_of_section(district.slug)),
    )


def _whole(site: Site) -> model.Region | None:
    network = site.network
    groups = site.groups_of_section(network.level)
    if not groups:
        return None
    face, posts = region_face(network), site.posts_of_section(network.level)
    return model.Region(
        address=absolute(network.address, face.address),
        feeds=_feeds(network, face),
        posts=len(posts),
        newest=_newest(posts),
        groups=tuple(group.id for group in groups),
    )


def _group(site: Site, group: Group) -> model.Group:
    network, posts = site.network, site.posts_of_group(group)
    district = group_district(network, group)
    return model.Group(
        id=group.id,
        name=group.name,
        about=group.about,
        address=absolute(network.address, group.address),
        district=district.code if district else None,
        scope=group.scope,
        villages=tuple(village.code for village in group_villages(network, group)),
        founded=group.founded,
        decree=group.decree,
        contact=group.contact,
        feeds=_feeds(network, group_face(network, group)),
        posts=len(posts),
        newest=_newest(posts),
    )


def _feeds(network: Network, face: FeedFace) -> model.Feeds:
    return model.Feeds(
        **{form.name: absolute(network.address, f"{face.address}{form.file}") for form in FORMS}
    )


def _newest(posts: Sequence[Post]) -> datetime | None:
    """Posts stand from the newest to the oldest."""
    return posts[0].published.at if posts else None
