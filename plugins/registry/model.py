"""What `network.json` says, and with it the schema that it keeps: both are made from these types.

The field's names are those of network.toml and kim.toml where these have one. Every address is absolute,
every code is Kemendagri's, every time carries its offset. New fields may come; none goes or changes.
"""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from kim.dates import ZONES

VERSION = 1

Address = Annotated[str, Meta(description="a whole address", extra_json_schema={"format": "uri"})]
Code = Annotated[
    str, Meta(description="Kemendagri's code", pattern=r"^[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?$")
]
Level = Annotated[str, Meta(extra_json_schema={"enum": ["kota", "kabupaten"]})]
Zone = Annotated[str, Meta(extra_json_schema={"enum": sorted(ZONES)})]
Slug = Annotated[str, Meta(description="a name in addresses; permanent", pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Count = Annotated[int, Meta(description="how many posts are published here", ge=0)]
Newest = Annotated[
    datetime | None,
    Meta(description="when the newest of them was published", extra_json_schema={"format": "date-time"}),
]


class Feeds(Struct, frozen=True):
    """One feed in all its forms; they carry the same items, so take one of them."""

    rss: Address
    atom: Address
    json: Address


class Office(Struct, frozen=True):
    """Who answers for the portal."""

    name: str
    contact: str


class Words(Struct, frozen=True):
    """What this region calls its levels and their heads."""

    district: str
    kelurahan: str
    desa: str
    head_kelurahan: str
    head_desa: str


class Village(Struct, frozen=True):
    """A desa or kelurahan. `kind` is the law's word, `word` the region's own."""

    code: Code
    kind: str
    word: str
    name: str


class District(Struct, frozen=True):
    """A kecamatan; `groups` are the ids of those whose folder lies in its own."""

    code: Code
    slug: Slug
    name: str
    address: Address
    feeds: Feeds
    posts: Count
    newest: Newest
    villages: tuple[Village, ...]
    groups: tuple[Slug, ...]


class Region(Struct, frozen=True):
    """The groups that write for the whole region, together."""

    address: Address
    feeds: Feeds
    posts: Count
    newest: Newest
    groups: tuple[Slug, ...]


class Topic(Struct, frozen=True):
    """What posts are filed under."""

    slug: Slug
    name: str
    address: Address
    feeds: Feeds
    posts: Count
    newest: Newest


class Group(Struct, frozen=True):
    """A group. `id` is permanent and never reused; `scope` is as given, `villages` are all villages in it."""

    id: Slug
    name: str
    about: str
    address: Address
    district: Annotated[Code | None, Meta(description="null for a group of the whole region")]
    scope: tuple[Code, ...]
    villages: tuple[Code, ...]
    founded: date | None
    decree: str
    contact: Annotated[str, Meta(description="public by the group's own choice")]
    feeds: Feeds
    posts: Count
    newest: Newest


class Withdrawn(Struct, frozen=True):
    """A post that was taken down on purpose: its identity in feeds, since when, and why."""

    id: Annotated[str, Meta(pattern="^tag:")]
    date: date
    reason: str


class Corrected(Struct, frozen=True):
    """A post that was corrected: its identity in feeds, where it stands, and when."""

    id: Annotated[str, Meta(pattern="^tag:")]
    address: Address
    at: Annotated[datetime, Meta(extra_json_schema={"format": "date-time"})]


class Registry(Struct, frozen=True, rename={"schema": "$schema"}):
    """A network of community news groups (KIM) of one Indonesian kota or kabupaten."""

    schema: Address
    version: Annotated[int, Meta(extra_json_schema={"const": VERSION})]
    name: str
    short: str
    region: str
    level: Level
    code: Code
    province: str
    authority: Annotated[str, Meta(description="RFC 4151: every identity in feeds is tag:<authority>:…")]
    language: str
    time_zone: Zone
    address: Address
    office: Office
    words: Words
    opml: Annotated[Address, Meta(description="all feeds as a list to subscribe to")]
    feeds: Feeds
    posts: Count
    newest: Newest
    districts: tuple[District, ...]
    whole: Annotated[Region | None, Meta(description="null where no group writes for the whole region")]
    topics: tuple[Topic, ...]
    groups: tuple[Group, ...]
    withdrawn: Annotated[tuple[Withdrawn, ...], Meta(description="remove your copies of these")]
    corrected: Annotated[
        tuple[Corrected, ...],
        Meta(description="fetch these anew; the newest first, of the 90 days before the newest news"),
    ]
