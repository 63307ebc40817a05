"""How a feed's history is cut into documents (RFC 5005), so that a new post changes one of them.

Chunks are filled from the oldest item on. A chunk is full when the next item does not fit into it; it is then
an archive, and never changes again by what is newer. The subscription document shows the newest items within
the same bounds, so that whatever stands in no archive yet stands in it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kim.post import Post

T = TypeVar("T")

#: The weight of one document, in bytes as `weigh_item` counts them, and so of one post. The worst that
#: anybody can write, characters of every length mixed by chance, shrinks to 85 hundredths of it (letters and
#: digits to 76), so that no feed is more than 150 KB as it is sent. 20 posts of 900 words fit in.
MOST_BYTES = 172_000
#: What an item weighs beside its text, and a photo beside its words: tags, dates, addresses.
_ITEM_BYTES, _PHOTO_BYTES = 1_000, 400
#: What a byte weighs that is none of ASCII: it can be more of a surprise.
_OTHER_BYTE = 1.4


@dataclass(frozen=True)
class History(Generic[T]):
    """The items of the subscription document and of archives 1, 2, …, each from the newest to the oldest."""

    newest: tuple[T, ...]
    archives: tuple[tuple[T, ...], ...]


def weigh_item(post: Post, prose: Iterable[str]) -> int:
    """About how many bytes a post with this text takes in a feed; the same in every network and every form.

    What one of the forms says more than once counts as often: a correction, a label, and the words of the
    photo that goes with the post. The summary is escaped twice in RSS.
    """
    texts = [*prose, post.title, post.author, post.source]
    texts += 2 * [post.correction, post.summary, *post.tags]
    photos = [photo for photo in (post.lead, *post.photos) if photo]
    for photo in photos:
        texts += (photo.alt, photo.caption, photo.credit)
    texts += [photo.alt for photo in photos[:1]] * 2
    return _weigh("".join(texts)) + _ITEM_BYTES + _PHOTO_BYTES * len(photos)


def _weigh(text: str) -> int:
    plain = len(text.encode("ascii", "ignore"))
    return plain + round(_OTHER_BYTE * (len(text.encode()) - plain))


def split_history(
    items: Sequence[T], size: Callable[[T], int], most: int, most_bytes: int = MOST_BYTES
) -> History[T]:
    """Cut items (newest first) into documents of at most `most` items and `most_bytes` bytes.

    `size` says the bytes of one item. An item that is larger than a document stands in one alone.
    """
    if most < 1:
        raise ValueError(f"A document of {most} items holds nothing.")
    newest: list[T] = []
    taken = 0
    for item in items[:most]:
        taken += size(item)
        if newest and taken > most_bytes:
            break
        newest.append(item)
    archives: list[tuple[T, ...]] = []
    chunk: list[T] = []
    taken = 0
    for item in reversed(items):
        own = size(item)
        if chunk and (len(chunk) == most or taken + own > most_bytes):
            archives.append(tuple(reversed(chunk)))
            chunk, taken = [], 0
        chunk.append(item)
        taken += own
    return History(tuple(newest), tuple(archives))
