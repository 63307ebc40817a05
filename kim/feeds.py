"""Which feeds a network has, and how they introduce themselves; what stands in them is plugins/feeds' matter.

A feed lies in the folder of the page that shows the same news, in several forms under fixed names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kim.addresses import topic_address
from kim.group import Group
from kim.network import District, Network, Topic
from kim.post import Post
from kim.site import Site, section_name

RSS_FILE = "feed.xml"
ATOM_FILE = "atom.xml"
JSON_FILE = "feed.json"
#: The part of a feed's identity that stands for the whole portal.
_PORTAL = "portal"


@dataclass(frozen=True)
class FeedForm:
    """A form that every feed is written in: its word, what people call it, its file and its media type."""

    name: str
    title: str
    file: str
    media_type: str


#: The first is the one that is recommended to those who take only one.
FORMS = (
    FeedForm("rss", "RSS", RSS_FILE, "application/rss+xml"),
    FeedForm("atom", "Atom", ATOM_FILE, "application/atom+xml"),
    FeedForm("json", "JSON Feed", JSON_FILE, "application/feed+json"),
)


class FeedScope(StrEnum):
    """Whose news a feed carries."""

    PORTAL = "portal"
    DISTRICT = "district"
    REGION = "region"
    TOPIC = "topic"
    GROUP = "group"


@dataclass(frozen=True)
class FeedFace:
    """What tells one feed from another, apart from its posts.

    `folder` is counted from the portal's root and empty for the portal itself. `owner` is who speaks.
    """

    scope: FeedScope
    folder: str
    title: str
    description: str
    owner: str

    @property
    def address(self) -> str:
        """Where the page stands that shows the same news; the feed's files lie in that folder."""
        return f"/{self.folder}/" if self.folder else "/"

    @property
    def name(self) -> str:
        """Its last part in its identity; for good."""
        return self.folder or _PORTAL


def plan_faces(site: Site) -> Iterator[tuple[FeedFace, Sequence[Post]]]:
    """Every feed with its posts, newest first: the portal's, each section's, each topic's, each group's.

    A kecamatan and a group have theirs even while it is empty, so that one can subscribe from the first
    day; the groups of the whole region have one together once there is such a group. A group's feed goes
    on under its former folders too.
    """
    network = site.network
    yield portal_face(network), site.posts
    for district in network.districts:
        yield district_face(network, district), site.posts_of_section(district.slug)
    if site.groups_of_section(network.level):
        yield region_face(network), site.posts_of_section(network.level)
    for topic in network.topics:
        yield topic_face(network, topic), site.by_topic.get(topic.slug, ())
    for group in site.groups:
        yield group_face(network, group), site.posts_of_group(group)
    yield from _moved_faces(site)


def _moved_faces(site: Site) -> Iterator[tuple[FeedFace, Sequence[Post]]]:
    """The feeds of groups that have moved, where they were: files cannot lead elsewhere as pages do."""
    network = site.network
    taken = {*site.by_folder, *(topic_face(network, topic).folder for topic in network.topics)}
    for group in site.groups:
        for folder in group.former:
            if folder not in taken:
                taken.add(folder)
                yield replace(group_face(network, group), folder=folder), site.posts_of_group(group)


def archive_file(file: str, number: int) -> str:
    """The name of a feed's `number`-th archive, beside it: `feed.xml` has `feed-1.xml`, the oldest."""
    stem, _, suffix = file.rpartition(".")
    return f"{stem}-{number}.{suffix}"


def feed_identity(network: Network, face: FeedFace) -> str:
    """The identity of a feed: a tag URI that depends on its folder alone."""
    return f"tag:{network.authority}:feed/{face.name}"


def portal_face(network: Network) -> FeedFace:
    """The feed of everything."""
    about = f"Kabar warga {network.region}, ditulis oleh kelompok informasi masyarakat (KIM)."
    return FeedFace(FeedScope.PORTAL, "", network.name, about, network.name)


def district_face(network: Network, district: District) -> FeedFace:
    """The feed of a kecamatan."""
    place = f"{network.words.district} {district.name}, {network.region}"
    return FeedFace(
        FeedScope.DISTRICT,
        district.slug,
        f"{network.name}: {district.name}",
        f"Kabar warga {place}, ditulis oleh kelompok informasi masyarakat (KIM).",
        network.name,
    )


def region_face(network: Network) -> FeedFace:
    """The feed of the groups of the whole region."""
    about = f"Kabar dari kelompok yang menulis untuk seluruh {network.region}."
    title = f"{network.name}: {network.region}"
    return FeedFace(FeedScope.REGION, network.level, title, about, network.name)


def topic_face(network: Network, topic: Topic) -> FeedFace:
    """The feed of a topic."""
    about = f"Kabar warga {network.region} tentang {topic.name.lower()}."
    folder = topic_address(topic.slug).strip("/")
    return FeedFace(FeedScope.TOPIC, folder, f"{network.name}: {topic.name}", about, network.name)


def group_face(network: Network, group: Group) -> FeedFace:
    """The feed of a group."""
    place = section_name(network, group.section)
    where = place if place == network.region else f"{place}, {network.region}"
    about = f"Kabar terbaru dari {group.name}, {where}."
    return FeedFace(FeedScope.GROUP, group.folder, group.name, about, group.name)
