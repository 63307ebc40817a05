"""Where everything stands on the portal. Addresses never change once published.

An address begins and ends with a slash and is counted from the portal's own root; `absolute` and `href`
put the network's address, or its path, before it.
"""

import re
from urllib.parse import urlsplit

#: Names that no kecamatan and no page may take, as they stand at the root of the portal.
RESERVED_AT_ROOT = frozenset(
    "hal kota kabupaten topik label arsip kim cari langganan kirim mading aset pages feeds network "
    "tentang panduan pedoman privasi portal feed atom index 404 offline sitemap robots".split()
)
#: Those of them that a file in content/pages/ may have.
LATER_PAGES = frozenset({"tentang", "panduan", "pedoman", "privasi"})
#: Names that no group may take, as they stand in its kecamatan's folder.
RESERVED_IN_DISTRICT = frozenset("hal mading feed atom index".split())
#: Ids that no group may take: identities of feeds begin with it.
RESERVED_IDS = frozenset({"feed"})

#: A name in an address: lower-case letters, digits and single hyphens.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
#: A post's name: its day, then words.
POST_STEM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9]+(?:-[a-z0-9]+)*")

#: An address of former times that can lead to a new one: a folder, or a page `.html`.
FORMER = re.compile(r"/(?:[A-Za-z0-9_-]{1,100}/){0,8}[A-Za-z0-9_-]{1,100}(?:/|\.html)")

#: the folder of all that is named by the fingerprint of its bytes
ASSETS = "aset"

PORTAL = "/"
#: all groups by kecamatan
DIRECTORY = "/kim/"
#: all posts by month, topic and label
ARCHIVE = "/arsip/"
#: what feeds are, and which there are
SUBSCRIBE = "/langganan/"
#: the files at the portal's root that tell programs of all feeds, and of the network
OPML_FILE = "feeds.opml"
REGISTRY_FILE = "network.json"
REGISTRY_SCHEMA_FILE = "network.schema.json"
SEARCH = "/cari/"
#: what can be read without a network
OFFLINE = "/offline/"
#: the worker that keeps what was read, and what makes the portal an app; both stand at the portal's root
WORKER, MANIFEST = "/sw.js", "/manifest.webmanifest"
#: how a post comes in
SEND = "/kirim/"


def is_slug(text: str) -> bool:
    """True where the text can stand in an address as it is."""
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None


def is_post_stem(text: str) -> bool:
    """True for `2026-11-20-panen-raya`."""
    return len(text) <= LONGEST_SLUG and POST_STEM.fullmatch(text) is not None


def folder_address(folder: str) -> str:
    """The address of a folder of content: a kecamatan, a group, a post."""
    return f"/{folder}/"


def topic_address(topic: str) -> str:
    """The address of a topic's section."""
    return f"/topik/{topic}/"


def board_address(section: str) -> str:
    """The address of a section's sheet for the notice board."""
    return f"/{section}/mading/"


def older_address(address: str, number: int) -> str:
    """The address of a listing's `number`-th full page, counted from the oldest post."""
    return f"{address}hal/{number}/"


def page_file(address: str) -> str:
    """The file, below the output folder, that answers an address: `/a/b/` is `a/b/index.html`."""
    return f"{address[1:]}index.html"


def href(network_address: str, address: str) -> str:
    """The address as a page links it: the portal may stand below a path of its host."""
    return urlsplit(network_address).path.rstrip("/") + address


def absolute(network_address: str, address: str) -> str:
    """The whole address, for feeds and for readers elsewhere."""
    return network_address.rstrip("/") + address


def tag_uri(authority: str, group_id: str, post_id: str) -> str:
    """The identity of a post (RFC 4151); it depends on no title, date, folder or address."""
    return f"tag:{authority}:{group_id}/{post_id}"
