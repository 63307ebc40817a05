"""All feeds as OPML 2.0, in folders: the portal, each kecamatan with its groups, the whole region, topics.

Each feed stands once, in one form: an aggregator that takes the whole file takes nothing twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from kim.addresses import absolute
from kim.feeds import FORMS, FeedFace, district_face, group_face, portal_face, region_face, topic_face
from kim.site import Site, section_title

_LANGUAGE = "id"


@dataclass(frozen=True)
class Subscription:
    """A feed in the list; its addresses are whole."""

    title: str
    description: str
    feed: str
    page: str


@dataclass(frozen=True)
class Shelf:
    """Some feeds under one name."""

    name: str
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True)
class FeedList:
    """All feeds of a network."""

    title: str
    owner: str
    contact: str
    portal: str
    shelves: tuple[Shelf, ...]


def plan_opml(site: Site) -> FeedList:
    """The feeds of a site in their order: portal, kecamatan, the whole region, topics."""
    network = site.network
    return FeedList(
        title=network.name,
        owner=network.office.name,
        contact=network.office.contact,
        portal=network.address,
        shelves=tuple(_shelves(site)),
    )


def write_opml(feeds: FeedList) -> bytes:
    """The file's bytes."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    _add_text(head, "title", feeds.title)
    _add_text(head, "ownerName", feeds.owner)
    if "@" in feeds.contact:
        _add_text(head, "ownerEmail", feeds.contact)
    _add_text(head, "ownerId", feeds.portal)
    body = ElementTree.SubElement(root, "body")
    for shelf in feeds.shelves:
        folder = ElementTree.SubElement(body, "outline", text=shelf.name)
        for subscription in shelf.subscriptions:
            _add_subscription(folder, subscription)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def _shelves(site: Site) -> Iterator[Shelf]:
    network = site.network
    yield _shelf(site, network.name, [portal_face(network)])
    for district in network.districts:
        groups = [group_face(network, group) for group in site.groups_of_section(district.slug)]
        yield _shelf(site, section_title(network, district.slug), [district_face(network, district), *groups])
    if wide := site.groups_of_section(network.level):
        groups = [group_face(network, group) for group in wide]
        yield _shelf(site, network.whole, [region_face(network), *groups])
    yield _shelf(site, "Topik", (topic_face(network, topic) for topic in network.topics))


def _shelf(site: Site, name: str, faces: Iterable[FeedFace]) -> Shelf:
    address = site.network.address
    return Shelf(
        name,
        tuple(
            Subscription(
                title=face.title,
                description=face.description,
                feed=absolute(address, f"{face.address}{FORMS[0].file}"),
                page=absolute(address, face.address),
            )
            for face in faces
        ),
    )


def _add_subscription(folder: ElementTree.Element, subscription: Subscription) -> None:
    ElementTree.SubElement(
        folder,
        "outline",
        type="rss",
        version="RSS2",
        text=subscription.title,
        title=subscription.title,
        description=subscription.description,
        xmlUrl=subscription.feed,
        htmlUrl=subscription.page,
        language=_LANGUAGE,
    )


def _add_text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
