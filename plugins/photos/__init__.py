"""Every photo of a published post, in the sizes and formats that readers get."""

from collections.abc import Iterator
from itertools import chain

from kim.photos import Variant, make_variant, plan_thumbnails, plan_variants, recipe
from kim.post import Photo
from plugins.portal.output import Asset, Deferred, Request, Stage

STAGE = Stage.ASSETS


def outputs(request: Request) -> Iterator[Asset]:
    """The variants of lead photos, with their thumbnails, and of the photos in the text."""
    encoders = recipe()
    for post in request.site.posts:
        for photo in filter(None, (post.lead, *post.photos)):
            data = request.file(photo.path, photo.sha256)
            for variant in chain(
                plan_variants(photo.sha256, photo.width, photo.height), _thumbnails(post.lead, photo)
            ):
                yield Asset(variant.id, variant.suffix, "photo", (encoders, variant, data), make_photo)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def make_photo(inputs: tuple[str, Variant, Deferred[bytes]]) -> bytes:
    """The bytes of one variant."""
    _, variant, data = inputs
    return make_variant(data.load(), variant)


def _thumbnails(lead: Photo | None, photo: Photo) -> Iterator[Variant]:
    if photo is lead:
        yield from plan_thumbnails(photo.sha256)
