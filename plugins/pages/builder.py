"""The parts that views are put together from: links, pictures, cards, notices, the frame."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import rcssmin
import rjsmin
from msgspec import structs

from kim.addresses import (
    ARCHIVE,
    DIRECTORY,
    MANIFEST,
    OPML_FILE,
    PORTAL,
    SEARCH,
    SEND,
    SUBSCRIBE,
    WORKER,
    absolute,
    folder_address,
    href,
    topic_address,
)
from kim.archive import Label, label_address
from kim.board import code_id
from kim.cards import CARD_HEIGHT, CARD_WIDTH, card_id
from kim.colours import readable_scheme
from kim.dates import format_day, format_day_short
from kim.errors import KimError
from kim.feeds import FORMS, FeedFace, FeedScope, portal_face
from kim.group import Group, group_district, group_villages
from kim.network import District, Network, Village, count_villages
from kim.page import Page
from kim.post import Photo, Post
from kim.site import Site, section_title
from kim.sizes import PHONE_WIDTH, Variant, plan_thumbnails, plan_variants
from plugins.pages.schema import dump_schema
from plugins.pages.templates import Templates
from plugins.pages.views import (
    Card,
    Day,
    FeedLink,
    Frame,
    GroupLink,
    Image,
    Link,
    Meta,
    Notice,
    Picture,
    Source,
    VillageKind,
)
from plugins.portal.output import Request, digest_inputs

_TYPES = {"avif": "image/avif", "webp": "image/webp"}


@dataclass(frozen=True)
class Builder:
    """Makes view parts for one request."""

    request: Request
    frame: Frame

    @property
    def site(self) -> Site:
        """The site at hand."""
        return self.request.site

    @property
    def network(self) -> Network:
        """Its network."""
        return self.request.site.network

    def wearing(self, *sheets: str) -> "Builder":
        """The same for a kind of page that has sheets of its own in the theme, behind portal.css."""
        style = self.frame.style + "".join(_read_sheet(self.request.theme, sheet) for sheet in sheets)
        policy = page_policy(style, self.frame.script)
        return replace(self, frame=structs.replace(self.frame, style=style, policy=policy))

    def look(self, templates: Templates, kind: str) -> str:
        """The digest of all that pages of a kind depend on beside what they show."""
        return digest_inputs(self.frame_digest, templates.digest(kind))

    @cached_property
    def frame_digest(self) -> str:
        """The digest of what stands around every page."""
        return digest_inputs(self.frame)

    def href(self, address: str) -> str:
        """An address as pages link it."""
        return href(self.network.address, address)

    @property
    def base(self) -> str:
        """The path that the portal stands below: empty, or `/kim`."""
        return href(self.network.address, "")

    @property
    def home(self) -> Link:
        """The first of all crumbs."""
        return Link(self.href(PORTAL), "Beranda")

    def section(self, section: str) -> Link:
        """A kecamatan, or the whole region."""
        return Link(self.href(folder_address(section)), section_title(self.network, section))

    def meta(
        self,
        title: str,
        description: str,
        address: str,
        feed: FeedFace | None = None,
        schema: Iterable[Mapping[str, object]] = (),
        photo: Photo | None = None,
        kind: str = "website",
    ) -> Meta:
        """A page's head; `feed` is that of the news which the page is part of, by default the portal's."""
        name = self.network.name
        return Meta(
            title=title if title == name else f"{title} · {name}",
            description=description,
            canonical=absolute(self.network.address, address),
            kind=kind,
            schema=dump_schema(schema),
            image=self.image(address, title, photo),
            feeds=tuple(self._feeds(feed or portal_face(self.network), address)),
        )

    def _feeds(self, face: FeedFace, address: str) -> Iterator[FeedLink]:
        """The feeds that a page names: on the feed's own page in every form, with the portal's as RSS.

        The list of all feeds stands where people look for feeds.
        """
        for form in FORMS if address == face.address else FORMS[:1]:
            title = face.title if form is FORMS[0] else f"{face.title} ({form.title})"
            yield FeedLink(self.href(f"{face.address}{form.file}"), form.media_type, title)
        if face.scope is not FeedScope.PORTAL:
            yield FeedLink(self.href(f"/{FORMS[0].file}"), FORMS[0].media_type, self.network.name)
        if address in (PORTAL, DIRECTORY, SUBSCRIBE):
            yield FeedLink(self.href(f"/{OPML_FILE}"), "text/x-opml", "Semua umpan")

    def image(self, address: str, title: str, photo: Photo | None) -> Image | None:
        """What stands for a page elsewhere: its share card, its photo, or else the portal's card."""
        if photo and card_id(address) not in self.request.assets:
            return self.photo_elsewhere(photo)
        for about, named in ((address, title), (PORTAL, self.network.name)):
            if card := self.request.assets.get(card_id(about)):
                url = absolute(self.network.address, card.address)
                return Image(url, CARD_WIDTH, CARD_HEIGHT, named)
        return None

    def code(self, address: str) -> str:
        """The picture of an address' QR code."""
        return self.href(self.request.assets[code_id(address)].address)

    def photo_elsewhere(self, photo: Photo) -> Image:
        """A photo's widest JPEG, for use elsewhere."""
        variants = plan_variants(photo.sha256, photo.width, photo.height)
        widest = max((v for v in variants if v.suffix == "jpg"), key=lambda variant: variant.width)
        address = absolute(self.network.address, self.request.assets[widest.id].address)
        return Image(address, widest.width, widest.height, photo.alt)

    def place(self, group: Group) -> str:
        """Where a group writes: its kecamatan, or the whole region."""
        district = group_district(self.network, group)
        return district.name if district else self.network.whole

    def card(self, post: Post, with_picture: bool = False, *, with_thumb: bool = True) -> Card:
        """A post in a list; with its picture and summary where it leads."""
        group = self.site.group_of(post)
        return Card(
            href=self.href(post.address),
            title=post.title,
            summary=post.summary if with_picture else "",
            voice=group.name,
            place=self.place(group),
            day=day_of(post.published.at.date(), short=True),
            thumb=self.thumbnail(post.lead) if post.lead and with_thumb and not with_picture else None,
            picture=self.picture(post.lead) if post.lead and with_picture else None,
        )

    def cards(self, posts: Iterable[Post], *, with_thumbs: bool = True) -> tuple[Card, ...]:
        """Posts in a list."""
        return tuple(self.card(post, with_thumb=with_thumbs) for post in posts)

    def notices(self, posts: Iterable[Post]) -> tuple[Notice, ...]:
        """Those of the posts that are pinned."""
        return tuple(
            Notice(self.href(post.address), post.title, day_of(post.pinned_until))
            for post in posts
            if post.pinned_until and self.site.is_pinned(post)
        )

    def group_link(self, group: Group) -> GroupLink:
        """A group in a list."""
        return GroupLink(self.href(group.address), group.name, self.scope(group))

    def scope(self, group: Group) -> str:
        """For whom a group writes, in words: its villages' names, or the whole kecamatan or region."""
        return self._scopes[group.folder]

    @cached_property
    def _scopes(self) -> Mapping[str, str]:
        return {group.folder: self._scope(group) for group in self.site.groups}

    def _scope(self, group: Group) -> str:
        for code in group.scope:
            if code == self.network.code:
                return self.network.whole
            if code in self.network.by_code:
                return f"Seluruh {self.network.words.district} {self.network.by_code[code].name}"
        return ", ".join(village.name for village in group_villages(self.network, group))

    def village_kinds(self, villages: Iterable[Village]) -> tuple[VillageKind, ...]:
        """The villages by kind, in the order of their codes."""
        names: dict[str, list[str]] = {}
        for village in villages:
            names.setdefault(village.kind, []).append(village.name)
        words = self.network.words
        return tuple(
            VillageKind(words.village(kind).capitalize(), words.head(kind), tuple(own))
            for kind, own in names.items()
        )

    def district_facts(self, district: District) -> str:
        """`3 kelurahan dan 6 desa · 2 kelompok`."""
        groups = len(self.site.groups_of_section(district.slug))
        return f"{count_villages(self.network, district.villages)} · {groups or 'belum ada'} kelompok"

    def picture(self, photo: Photo, *, waits: bool = False) -> Picture:
        """A photo in all its widths; one that waits is loaded when it is tapped."""
        variants = tuple(plan_variants(photo.sha256, photo.width, photo.height))
        return structs.replace(self._picture(photo, variants), waits=waits)

    def pictures(self, photos: Iterable[Photo], *, with_lead: bool = False) -> tuple[Picture, ...]:
        """The photos in a text. One of a page comes by itself: the lead, or else the first in its text."""
        return tuple(self.picture(photo, waits=with_lead or at > 0) for at, photo in enumerate(photos))

    def thumbnail(self, photo: Photo) -> Picture:
        """A photo as a small square; it stands beside a title and says nothing of its own."""
        picture = self._picture(photo, tuple(plan_thumbnails(photo.sha256)))
        return structs.replace(picture, width=84, height=84, alt="", caption="", credit="")

    def _picture(self, photo: Photo, variants: tuple[Variant, ...]) -> Picture:
        jpegs = [variant for variant in variants if variant.suffix == "jpg"]
        # what a phone takes, and every browser that knows neither AVIF nor WebP
        shown = max((v for v in jpegs if v.width <= PHONE_WIDTH), key=lambda variant: variant.width)
        lightest = replace(shown, suffix="avif")
        return Picture(
            sources=tuple(
                Source(media, self._srcset(v for v in variants if v.suffix == suffix))
                for suffix, media in _TYPES.items()
                if any(v.suffix == suffix for v in variants)
            ),
            src=self._address(shown),
            width=shown.width,
            height=shown.height,
            size=self.request.assets[lightest.id].size,
            alt=photo.alt,
            caption=photo.caption,
            credit=photo.credit,
        )

    def _srcset(self, variants: Iterable[Variant]) -> str:
        listed = list(variants)
        if len(listed) == 1:
            return self._address(listed[0])
        return ", ".join(f"{self._address(variant)} {variant.width}w" for variant in listed)

    def _address(self, variant: Variant) -> str:
        return self.href(self.request.assets[variant.id].address)

    def topic(self, post: Post) -> Link:
        """A post's topic."""
        return Link(self.href(topic_address(post.topic)), self.network.topics_by_slug[post.topic].name)

    def dead_links(self, entry: Post | Page) -> tuple[str, ...]:
        """Where links in a text would lead that no page stands at: not yet, or not any more."""
        found = self.site.dead_links.get(entry.path)
        return tuple(dict.fromkeys(link.address for link in found)) if found else ()

    def labels(self, labels: Iterable[Label]) -> tuple[Link, ...]:
        """Labels, to be linked."""
        return tuple(Link(self.href(label_address(label)), label.name) for label in labels)


def day_of(day: date, short: bool = False) -> Day:
    """A day for machines and for people."""
    return Day(day.isoformat(), format_day_short(day) if short else format_day(day))


def build_frame(request: Request) -> Frame:
    """What stands around every page of the network."""
    network = request.site.network
    style, script = _style(request.theme, network), small_script(request.theme, "portal.js")
    sections = [(district.name, folder_address(district.slug)) for district in network.districts]
    if request.site.groups_of_section(network.level):
        sections.append((network.whole, folder_address(network.level)))
    return Frame(
        name=network.name,
        short=network.short,
        home=href(network.address, PORTAL),
        style=style,
        script=script,
        policy=page_policy(style, script),
        worker=href(network.address, WORKER) if request.options.offline else "",
        manifest=href(network.address, MANIFEST),
        colours=readable_scheme(network.colours).light,
        sections=tuple(Link(href(network.address, address), name) for name, address in sections),
        pages=tuple(Link(href(network.address, page.address), page.title) for page in request.site.pages),
        directory=href(network.address, DIRECTORY),
        archive=href(network.address, ARCHIVE),
        subscribe=href(network.address, SUBSCRIBE),
        search=href(network.address, SEARCH),
        send=href(network.address, SEND),
        office=network.office.name,
        contact=network.office.contact,
        district_word=network.words.district,
    )


def page_policy(style: str, *scripts: str) -> str:
    """What a browser may load and run for a page: our own files, and exactly the inline text that we wrote.

    It stands in the page, so that it holds on every host; what a page cannot say is in a server's headers.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_fingerprint(style)}",
            f"script-src 'self' {' '.join(map(_fingerprint, scripts))}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
        )
    )


def _fingerprint(text: str) -> str:
    """An inline text as a policy names it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _style(theme: Path, network: Network) -> str:
    """The theme's stylesheet with the network's colours, small enough to stand in every page."""
    scheme = readable_scheme(network.colours)
    light = f":root{{--a:{scheme.light[0]};--b:{scheme.light[1]}}}"
    dark = f"@media(prefers-color-scheme:dark){{:root{{--a:{scheme.dark[0]};--b:{scheme.dark[1]}}}}}"
    return str(rcssmin.cssmin(light + dark)) + _read_sheet(theme, "portal.css")


def _read_sheet(theme: Path, name: str) -> str:
    """A stylesheet of the theme without comments and space."""
    return str(rcssmin.cssmin((theme / "static" / name).read_text(encoding="utf-8")))


def small_script(theme: Path, name: str) -> str:
    """A script of the theme without comments and space; it can stand in a `<script>` as it is.

    Raises `KimError` where it would end that element.
    """
    script = str(rjsmin.jsmin((theme / "static" / name).read_text(encoding="utf-8")))
    if "</" in script or "<!--" in script:
        raise KimError(f"theme/static/{name} stands in a page and may hold neither </ nor <!--.")
    return script
