"""What pages say to machines in schema.org's words (JSON-LD)."""

import json
from collections.abc import Iterable, Mapping, Sequence

from kim.addresses import PORTAL, absolute
from kim.group import Group
from kim.network import Network
from kim.post import Post

Schema = Mapping[str, object]


def dump_schema(things: Iterable[Schema]) -> str:
    """JSON-LD for a `<script>`: no `<` in it, so that no text can close the element; no empty lists."""
    graph = [thing for thing in things if thing.get("itemListElement", True)]
    if not graph:
        return ""
    whole = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def portal_schema(network: Network) -> Schema:
    """The portal and who is behind it."""
    return {
        "@type": "WebSite",
        "name": network.name,
        "url": network.address,
        "inLanguage": "id",
        "publisher": {"@type": "GovernmentOrganization", "name": network.office.name},
    }


def group_schema(network: Network, group: Group, area: str) -> Schema:
    """A group as the organisation that it is."""
    schema = {
        "@type": "Organization",
        "name": group.name,
        "url": absolute(network.address, group.address),
        "areaServed": area,
    }
    if group.about:
        schema["description"] = group.about
    if group.founded:
        schema["foundingDate"] = group.founded.isoformat()
    if "@" in group.contact:
        schema["email"] = group.contact
    return schema


def crumbs_schema(network: Network, crumbs: Sequence[tuple[str, str]]) -> Schema:
    """The way down to a page: names and addresses, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "name": name,
                "item": absolute(network.address, address),
            }
            for number, (name, address) in enumerate(crumbs, 1)
        ],
    }


def list_schema(network: Network, posts: Iterable[Post]) -> Schema:
    """The posts of a list, in order."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": absolute(network.address, post.address)}
            for number, post in enumerate(posts, 1)
        ],
    }


def post_schema(network: Network, group: Group, post: Post, topic: str, place: str, image: str) -> Schema:
    """A post as a news article; `image` is a whole address, or empty."""
    voice = {"@type": "Organization", "name": group.name, "url": absolute(network.address, group.address)}
    written_by_group = post.author == group.name
    schema: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": post.title,
        "description": post.summary,
        "url": absolute(network.address, post.address),
        "datePublished": post.published.at.isoformat(),
        # a correction of the same day may have no time, and then stands at midnight
        "dateModified": max(moment.at for moment in (post.modified, post.published) if moment).isoformat(),
        "author": voice if written_by_group else {"@type": "Person", "name": post.author},
        "publisher": voice,
        "articleSection": topic,
        "contentLocation": {"@type": "Place", "name": place},
        "inLanguage": "id",
        "isPartOf": {"@type": "WebSite", "name": network.name, "url": absolute(network.address, PORTAL)},
    }
    if image:
        schema["image"] = image
    if post.tags:
        schema["keywords"] = list(post.tags)
    return schema
