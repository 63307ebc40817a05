"""A share card for every post, group and section, and for the portal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kim.addresses import PORTAL, folder_address, topic_address
from kim.cards import card_id
from kim.colours import readable_scheme
from kim.dates import format_day
from kim.errors import KimError
from kim.folder import digest_bytes
from kim.group import Group, group_district, group_villages, post_villages
from kim.listing import split_runs
from kim.network import Network, Village, count_villages, village_title
from kim.post import Photo, Post, keys_of
from kim.site import Site, section_title
from plugins.cards.draw import CardText, Fonts, draw_card, recipe
from plugins.portal.output import Asset, Deferred, Part, Request, digest_inputs

#: Posts whose cards are planned together.
_RUN = 64
#: The address of a page, with its card's words and photo.
Card = tuple[str, CardText, Photo | None]
_SERIF, _SANS = "KabarSerif-Bold.ttf", "KabarSans-SemiBold.ttf"


@dataclass(frozen=True)
class CardInputs:
    """All that a card is made from; `recipe` is the code and the libraries that draw it."""

    text: CardText
    colours: tuple[str, str]
    fonts: Deferred[Fonts]
    photo: Deferred[bytes] | None
    recipe: str


def state_parts(request: Request) -> Iterator[Part]:
    """Every card."""
    site = request.site
    fonts, drawn_by = find_fonts(request.theme / "fonts"), recipe()
    draw = partial(_draw, request, fonts, drawn_by)
    look = (fonts, drawn_by)
    yield Part("cards", look, lambda: draw(plan_cards(site)))
    for group in site.groups:
        for number, posts in enumerate(split_runs(site.posts_of_group(group), _RUN)):
            inputs = (look, keys_of(posts))
            yield Part(f"cards {group.folder} {number}", inputs, partial(_draw_posts, draw, site, posts))


def _draw_posts(
    draw: Callable[[Iterable[Card]], Iterator[Asset]], site: Site, posts: Iterable[Post]
) -> Iterator[Asset]:
    return draw(plan_post_cards(site, posts))


def _draw(request: Request, fonts: Deferred[Fonts], drawn_by: str, cards: Iterable[Card]) -> Iterator[Asset]:
    colours = readable_scheme(request.site.network.colours).light
    for address, text, photo in cards:
        data = request.file(photo.path, photo.sha256) if photo else None
        inputs = CardInputs(text, colours, fonts, data, drawn_by)
        yield Asset(card_id(address), "jpg", "card", inputs, make_card)


def make_card(inputs: CardInputs) -> bytes:
    """The bytes of one card."""
    photo = inputs.photo.load() if inputs.photo else None
    return draw_card(inputs.text, inputs.colours, inputs.fonts.load(), photo)


def plan_post_cards(site: Site, posts: Iterable[Post]) -> Iterator[Card]:
    """The cards of posts."""
    for post in posts:
        yield post.address, _text_of(site.network, site.group_of(post), post), post.lead


def plan_cards(site: Site) -> Iterator[Card]:
    """The cards of all pages that have one, but for the posts'."""
    network = site.network
    whose = f"{network.region}, {network.province}"
    about = f"Kabar dari {count_villages(network, network.villages.values())}, ditulis warga"
    yield PORTAL, CardText("Komunitas Informasi Masyarakat", network.name, "", about, whose), None
    for district in network.districts:
        kind = network.words.district.capitalize()
        facts = count_villages(network, district.villages)
        yield (
            folder_address(district.slug),
            CardText(network.name, district.name, kind, facts, whose),
            None,
        )
    if site.groups_of_section(network.level):
        yield folder_address(network.level), CardText(network.name, network.whole, "", "", whose), None
    for topic in network.topics:
        yield topic_address(topic.slug), CardText(network.name, topic.name, "Topik", "", whose), None
    for group in site.groups:
        yield group.address, CardText(network.name, group.name, "", *_place(network, group)), None


def find_fonts(folder: Path) -> Deferred[Fonts]:
    """The fonts of a theme. Raises `KimError` where it has none."""
    try:
        digest = digest_inputs([digest_bytes((folder / name).read_bytes()) for name in (_SERIF, _SANS)])
    except FileNotFoundError as fault:
        raise KimError(f"{fault.filename} is missing. The theme needs it for share cards.") from fault
    return Deferred(digest, partial(load_fonts, folder))


def load_fonts(folder: Path) -> Fonts:
    """The fonts' bytes."""
    return Fonts((folder / _SERIF).read_bytes(), (folder / _SANS).read_bytes())


def _text_of(network: Network, group: Group, post: Post) -> CardText:
    return CardText(
        network.name,
        post.title,
        "",
        group.name,
        ", ".join(_named(network, post_villages(network, group, post), group)),
        format_day(post.published.at.date()),
    )


def _place(network: Network, group: Group) -> tuple[str, str]:
    """For whom a group writes, and where that is."""
    names = _named(network, group_villages(network, group), group)
    return names[0], ", ".join([*names[1:], network.region])


def _named(network: Network, villages: Sequence[Village], group: Group) -> list[str]:
    """`Kelurahan Mata Air`, `Hulu`; how many where they are too many to be named."""
    district = group_district(network, group)
    where = [district.name] if district else []
    if len(villages) == 1:
        return [village_title(network, villages[0]), *where]
    if len(villages) == 2:
        return [" dan ".join(village.name for village in villages), *where]
    return [section_title(network, group.section)]
