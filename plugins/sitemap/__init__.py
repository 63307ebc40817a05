"""For search engines: `sitemap.xml` with every page that is meant to be found, and `robots.txt`."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from kim.addresses import OFFLINE, absolute, page_file
from plugins.portal.output import Output, Request, Stage

STAGE = Stage.INDEXES
#: The protocol's own limit for one file.
MOST_ENTRIES = 50_000

Entry = tuple[str, str]


def outputs(request: Request) -> Iterator[Output]:
    """The sitemap, in several files where it is long, and robots.txt."""
    address = request.site.network.address
    dates = {
        page_file(post.address): (post.modified or post.published).at.date().isoformat()
        for post in request.site.posts
    }
    hidden = {page_file(address) for address in (OFFLINE, *request.site.tombstones)}
    pages = [
        path for path in request.documents("index.html") if path.endswith("index.html") and path not in hidden
    ]
    entries: list[Entry] = [
        (absolute(address, "/" + path.removesuffix("index.html")), dates.get(path, "")) for path in pages
    ]
    parts = [tuple(entries[at : at + MOST_ENTRIES]) for at in range(0, len(entries), MOST_ENTRIES)]
    if len(parts) == 1:
        yield Output("sitemap.xml", "sitemap", parts[0], write_sitemap)
    else:
        names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        for name, part in zip(names, parts, strict=True):
            yield Output(name, "sitemap", part, write_sitemap)
        yield Output(
            "sitemap.xml", "sitemap", tuple(absolute(address, f"/{name}") for name in names), write_index
        )
    yield Output("robots.txt", "robots", absolute(address, "/sitemap.xml"), write_robots)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def write_sitemap(entries: Sequence[Entry]) -> bytes:
    """Addresses with the day of their last change, where it is known."""
    lines = [
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for address, day in entries
    ]
    return _document("urlset", lines)


def write_index(addresses: Sequence[str]) -> bytes:
    """The sitemap of sitemaps."""
    return _document(
        "sitemapindex", [f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses]
    )


def write_robots(sitemap: str) -> bytes:
    """Everything may be read."""
    return f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n".encode()


def _document(root: str, lines: Sequence[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, *lines, f"</{root}>", ""]).encode()
