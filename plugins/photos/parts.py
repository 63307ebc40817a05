"""Every photo of a published post or page, in the sizes and formats that readers get."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from kim.page import Page
from kim.post import Photo, Post, keys_of
from kim.sizes import Variant, plan_thumbnails, plan_variants
from plugins.portal.output import Asset, Bundle, Deferred, Part, Request


def state_parts(request: Request) -> Iterator[Bundle]:
    """The photos of each text that has any."""
    posts = [post for post in request.site.posts if post.lead or post.photos]
    pages = [page for page in request.site.pages if page.photos]
    if not posts and not pages:
        return
    from kim.photos import recipe  # Pillow, which a network without photos need not load

    encoders = recipe()

    def parts() -> Iterator[Part]:
        for post in posts:
            state = partial(_state, request, encoders, post, post.lead)
            yield Part(f"photos {post.address}", (encoders, post.key), state)
        for page in pages:
            state = partial(_state, request, encoders, page, None)
            yield Part(f"photos {page.address}", (encoders, page.photos), state)

    yield Bundle("photos", (encoders, keys_of(posts), [page.photos for page in pages]), parts)


def make_photo(inputs: tuple[str, Variant, Deferred[bytes]]) -> bytes:
    """The bytes of one variant."""
    from kim.photos import make_variant

    _, variant, data = inputs
    return make_variant(data.load(), variant)


def _state(request: Request, encoders: str, text: Post | Page, lead: Photo | None) -> Iterator[Asset]:
    """The variants of the lead photo, with its thumbnails, and of the photos in the text."""
    for photo in filter(None, (lead, *text.photos)):
        data = request.file(photo.path, photo.sha256)
        thumbnails = plan_thumbnails(photo.sha256) if photo is lead else ()
        for variant in chain(plan_variants(photo.sha256, photo.width, photo.height), thumbnails):
            yield Asset(variant.id, variant.suffix, "photo", (encoders, variant, data), make_photo)
