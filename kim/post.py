"""A post: what the portal knows of one piece of news, apart from how it was written down.

Structs, where dataclasses would do: a build has every post, and reads these in a third of the time. They
never stand in a circle, so that the garbage collector need not know of them (`gc=False`).
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from msgspec import Struct

from kim.addresses import folder_address
from kim.dates import Moment


class Photo(Struct, frozen=True, gc=False):
    """A photo beside a post. `path` is counted from content/; width and height are pixels, size is bytes."""

    path: str
    sha256: str
    size: int
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""


class Attachment(Struct, frozen=True, gc=False):
    """A PDF beside a post; `size` is bytes."""

    name: str
    path: str
    sha256: str
    size: int


class PortalLink(Struct, frozen=True, gc=False):
    """A link from a text to a page of the portal, at a line of its file."""

    address: str
    line: int


class Post(Struct, frozen=True, gc=False):
    """One piece of news, without its text.

    `path` is its file below content/, `group` its group's folder, `id` its identity within the group.
    `villages` are Kemendagri codes; none means all of the group's. `photos` are those in the text, in order.
    `body` is the digest by which its text is loaded, `weight` what it takes in a feed (`kim.history`). `key`
    is the digest of all else that is known of it, where a build has read it; a post that is changed
    afterwards has none.
    """

    path: str
    group: str
    stem: str
    id: str
    title: str
    published: Moment
    topic: str
    author: str
    summary: str
    body: str
    words: int
    lead: Photo | None = None
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    source: str = ""
    tags: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    draft: bool = False
    modified: Moment | None = None
    correction: str = ""
    pinned_until: date | None = None
    former: tuple[str, ...] = ()
    links: tuple[PortalLink, ...] = ()
    weight: int = 0
    key: str = ""

    @property
    def address(self) -> str:
        """Where its page stands, for good."""
        return folder_address(f"{self.group}/{self.stem}")

    @property
    def corrected(self) -> datetime | None:
        """When it was corrected, for whoever compares dates; None where it never was.

        A correction of the same day without the time of day would stand at midnight, before the post itself;
        it counts as one minute after it, so that whoever compares dates still hears of it.
        """
        if self.modified is None:
            return None
        return max(self.modified.at, self.published.at + timedelta(minutes=1))

    @property
    def changed(self) -> datetime:
        """When it was last published or corrected."""
        return self.corrected or self.published.at


class Posts(tuple[Post, ...]):
    """Posts in an order that is asked for again and again."""

    @cached_property
    def keys(self) -> str:
        """The digest of their keys in this order."""
        return _digest_keys(self)


def keys_of(posts: Iterable[Post]) -> str:
    """The digest of the keys of posts in their order."""
    return posts.keys if isinstance(posts, Posts) else _digest_keys(posts)


def _digest_keys(posts: Iterable[Post]) -> str:
    return hashlib.sha256(" ".join([post.key for post in posts]).encode()).hexdigest()


class Body(Struct, frozen=True):
    """A post's text as sanitised HTML; `prose[i]` stands before `photos[i]` of its post."""

    prose: tuple[str, ...]
