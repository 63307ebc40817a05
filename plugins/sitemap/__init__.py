"""For search engines: `sitemap.xml` with every page that is meant to be found, and `robots.txt`."""

from collections.abc import Iterator, Sequence
from functools import partial
from xml.sax.saxutils import escape

from kim.addresses import OFFLINE, absolute, page_file
from kim.listing import split_runs
from kim.post import Post, keys_of
from plugins.portal.output import Output, Part, Request, Stage

STAGE = Stage.INDEXES
#: The protocol's own limit for one file.
MOST_ENTRIES = 50_000
#: Posts in a file, where there are more.
RUN = 2_000

Entry = tuple[str, str]


def outputs(request: Request) -> Iterator[Output | Part]:
    """The sitemap, in several files where there are many posts, and robots.txt.

    Runs of posts are counted from the oldest, so that a new post changes the last of them.
    """
    site, address = request.site, request.site.network.address
    runs = list(split_runs(site.posts, RUN))
    if len(runs) > 1:
        for number, run in enumerate(runs, 1):
            yield Part(f"sitemap {number}", keys_of(run), partial(_state_run, address, number, run))
        shown = str(len(runs))
    else:
        shown = keys_of(site.posts)
    yield Part("sitemap", (shown, request.documents.digest), partial(_state, request, len(runs)))
    yield Output("robots.txt", "robots", absolute(address, "/sitemap.xml"), write_robots)


def _state(request: Request, runs: int) -> Iterator[Output]:
    """All that is no post, in one file with the posts where these are few; or the list of files."""
    site, address = request.site, request.site.network.address
    others = _others(request)
    if runs < 2 and len(others) + len(site.posts) <= MOST_ENTRIES:
        posts = [_post_entry(address, post) for post in site.posts]
        yield Output("sitemap.xml", "sitemap", tuple(sorted([*others, *posts])), write_sitemap)
        return
    names = []
    for at in range(0, len(others), MOST_ENTRIES):
        names.append(f"sitemap-halaman-{at // MOST_ENTRIES + 1}.xml")
        yield Output(names[-1], "sitemap", others[at : at + MOST_ENTRIES], write_sitemap)
    names += [_run_file(number) for number in range(1, runs + 1)]
    if runs == 1:
        yield from _state_run(address, 1, site.posts)
    files = tuple(absolute(address, f"/{name}") for name in names)
    yield Output("sitemap.xml", "sitemap", files, write_index)


def _others(request: Request) -> tuple[Entry, ...]:
    """Every page that is meant to be found, but for those of posts."""
    site, address = request.site, request.site.network.address
    hidden = {page_file(post.address) for post in site.posts}
    hidden |= {page_file(address) for address in (OFFLINE, *site.tombstones)}
    paths = request.documents.paths("index.html")
    return tuple(_entry(address, path) for path in paths if path not in hidden)


def _run_file(number: int) -> str:
    return f"sitemap-{number}.xml"


def _state_run(address: str, number: int, posts: Sequence[Post]) -> Iterator[Output]:
    entries = tuple(_post_entry(address, post) for post in posts)
    yield Output(_run_file(number), "sitemap", entries, write_sitemap)


def _post_entry(address: str, post: Post) -> Entry:
    return absolute(address, post.address), (post.modified or post.published).at.date().isoformat()


def _entry(address: str, path: str) -> Entry:
    return absolute(address, "/" + path.removesuffix("index.html")), ""


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
