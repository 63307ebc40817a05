"""Every photo of a published post or page, in the sizes and formats that readers get."""

from collections.abc import Iterator
from itertools import chain

from kim.photos import Variant, make_variant, plan_thumbnails, plan_variants, recipe
from kim.post import Photo
from kim.site import Site
from plugins.portal.output import Asset, Deferred, Request, Stage

STAGE = Stage.ASSETS


def outputs(request: Request) -> Iterator[Asset]:
    """The variants of lead photos, with their thumbnails, and of the photos in the text."""
    encoders = recipe()
    for photo, variant in _variants(request.site):
        data = request.file(photo.path, photo.sha256)
        yield Asset(variant.id, variant.suffix, "photo", (encoders, variant, data), make_photo)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def make_photo(inputs: tuple[str, Variant, Deferred[bytes]]) -> bytes:
    """The bytes of one variant."""
    _, variant, data = inputs
    return make_variant(data.load(), variant)


def _variants(site: Site) -> Iterator[tuple[Photo, Variant]]:
    for post in site.posts:
        if post.lead:
            yield from ((post.lead, variant) for variant in plan_thumbnails(post.lead.sha256))
    leads = (post.lead for post in site.posts if post.lead)
    in_texts = chain.from_iterable(entry.photos for entry in site.texts)
    for photo in chain(leads, in_texts):
        for variant in plan_variants(photo.sha256, photo.width, photo.height):
            yield photo, variant
