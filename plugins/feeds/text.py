"""The full text of an item as HTML that stands alone: plain figures, absolute links, no style of ours.

It is made from the post's own sanitised text, and not from its page: a reader of feeds has no stylesheet, no
`srcset` and no script, and shows a closed `<details>` as it likes.
"""

from collections.abc import Iterator
from html import escape
from itertools import zip_longest

from kim.dates import format_moment
from kim.markup import sanitise
from kim.post import Body
from plugins.feeds.model import FeedPhoto, Item


def full_text(item: Item, body: Body) -> str:
    """The text with its photos as plain figures; links to the portal become absolute.

    A correction stands first, then the lead photo, then the text; where its information comes from stands
    last.
    """
    return "\n".join(_parts(item, body))


def _parts(item: Item, body: Body) -> Iterator[str]:
    if item.correction:
        moment = format_moment(item.correction.moment)
        yield f"<p><strong>Ralat, {moment}.</strong> {escape(item.correction.text, quote=False)}</p>"
    if item.lead:
        yield _figure(item.lead)
    for prose, photo in zip_longest(body.prose, item.photos):
        if prose:
            # it was sanitised when it was read: only links to the portal are left to be made absolute
            yield sanitise(prose, address=item.portal) if '="/' in prose else prose
        if photo:
            yield _figure(photo)
    if item.source:
        yield f"<p>Sumber: {escape(item.source, quote=False)}</p>"


def _figure(photo: FeedPhoto) -> str:
    credit = f"Foto: {photo.credit}" if photo.credit else ""
    words = " · ".join(text for text in (photo.caption, credit) if text)
    caption = f"<figcaption>{escape(words, quote=False)}</figcaption>" if words else ""
    return (
        f'<figure><img src="{escape(photo.address)}" width="{photo.width}" height="{photo.height}"'
        f' alt="{escape(photo.alt)}">{caption}</figure>'
    )
