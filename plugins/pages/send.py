"""`/kirim/`: the doorway to the form, or, where there is no server, a page that composes the post itself."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import rjsmin

from kim.addresses import SEND, folder_address, page_file
from kim.folder import digest_bytes
from kim.network import Repository
from kim.text import kilobytes
from plugins.pages.builder import Builder
from plugins.pages.templates import Templates
from plugins.pages.views import Choice, SendForge, SendPage
from plugins.portal.output import Output

#: the guide to writing, where content/pages/ has it
_GUIDE = "panduan"
_NAMES = {"github": "GitHub", "gitlab": "GitLab"}


def send_pages(builder: Builder, templates: Templates) -> Iterator[Output]:
    """The page, and the script that it needs where there is no form."""
    builder = builder.wearing("prose.css", "ask.css")
    network, site = builder.network, builder.site
    script = "" if network.form else _script(builder.request.theme)
    file = f"aset/{digest_bytes(script.encode())[:16]}.js"
    if script:
        yield Output(file, "script", script, write_script)
    about = f"Cara mengirim kabar ke {network.name}: apa yang disiapkan, dan bagaimana diperiksa."
    has_guide = any(page.slug == _GUIDE for page in site.pages)
    view = SendPage(
        frame=builder.frame,
        meta=builder.meta("Kirim kabar", about, SEND),
        crumbs=(builder.home,),
        form=network.form,
        forge=_forge(network.forge),
        folder=builder.request.content.name,
        groups=() if network.form else tuple(Choice(group.folder, group.name) for group in site.groups),
        topics=() if network.form else tuple(Choice(topic.slug, topic.name) for topic in network.topics),
        script=builder.href(f"/{file}") if script else "",
        weight=kilobytes(len(gzip.compress(script.encode(), 9))),
        guide=builder.href(folder_address(_GUIDE)) if has_guide else "",
    )
    yield templates.page(page_file(SEND), "send", view)


def write_script(script: str) -> bytes:
    """The script as it is."""
    return script.encode()


def _forge(forge: Repository | None) -> SendForge | None:
    if forge is None:
        return None
    name = _NAMES.get(forge.kind) or urlsplit(forge.address).hostname or ""
    return SendForge(forge.kind, name, forge.address, forge.branch)


def _script(theme: Path) -> str:
    """The theme's script for this page, without comments and space."""
    return str(rjsmin.jsmin((theme / "static" / "send.js").read_text(encoding="utf-8")))
