"""Old addresses that lead to the new ones: `Alamat lama` of a post, and the `former` folders of a group.

A page with an immediate refresh, as it works on every host; and all of them in `moved.json`, from which
publishing makes a server's own redirects.
"""

import json
from collections.abc import Iterator
from html import escape

from kim.addresses import absolute, folder_address, href, page_file
from kim.site import Site
from plugins.portal.output import Output, Request


def state_parts(request: Request) -> Iterator[Output]:
    """One page for each old address at which nothing else stands; of two claims the first stays."""
    moved: list[tuple[str, str]] = []
    network = request.site.network
    moves = sorted(_moves(request.site))
    taken = {path.lower() for path in request.documents.paths("")} if moves else set()
    for old, new, title in moves:
        path = old[1:] if old.endswith(".html") else page_file(old)
        if path.lower() not in taken:
            taken.add(path.lower())
            inputs = (href(network.address, new), absolute(network.address, new), title)
            yield Output(path, "redirect", inputs, write_redirect)
            moved.append((old, new))
    yield Output("moved.json", "redirects", tuple(moved), write_moved)


def write_redirect(inputs: tuple[str, str, str]) -> bytes:
    """The page; it is not to be found, and says where the other one is."""
    target, canonical, title = (escape(text) for text in inputs)
    return (
        '<!doctype html>\n<html lang="id">\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{title}</title>\n<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{canonical}">\n<meta http-equiv="refresh" content="0; url={target}">\n'
        f'<main><h1>Halaman ini pindah</h1>\n<p><a href="{target}">{title}</a></p></main>\n</html>\n'
    ).encode()


def write_moved(moved: tuple[tuple[str, str], ...]) -> bytes:
    """Every old address with the new one, both from the portal's root."""
    return (json.dumps(dict(moved), indent=0) + "\n").encode()


def _moves(site: Site) -> Iterator[tuple[str, str, str]]:
    """Old address, new address, title."""
    for group in site.groups:
        for folder in group.former:
            yield folder_address(folder), group.address, group.name
            for post in site.posts_of_group(group):
                yield folder_address(f"{folder}/{post.stem}"), post.address, post.title
    for post in site.posts:
        for former in post.former:
            yield former, post.address, post.title
