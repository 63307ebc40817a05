"""What `invoke serve` adds to a page on its way to the browser: text to text.

The page's own policy stays in force: the additions' script and style are let in by their hashes, and asking
this server for news by `connect-src`. Nothing else of the page is touched.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape, unescape

_POLICY = re.compile(
    r'(?P<before><meta http-equiv="Content-Security-Policy" content=")(?P<policy>[^"]*)(?P<after>">)'
)
_END = "</html>"


@dataclass(frozen=True)
class Addition:
    """HTML for the end of a page, with the texts of the scripts and styles that stand in it."""

    html: str
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


def add_to_page(page: str, addition: Addition) -> str:
    """The page with the addition before its end."""
    # Sanitised text holds no tag of a head or an end: the first policies and the last end are the page's own.
    head, style, rest = page.partition("<style")
    head = _POLICY.sub(lambda found: _relaxed(found, addition), head)
    before, end, after = f"{head}{style}{rest}".rpartition(_END)
    return f"{before}{addition.html}{end}{after}" if end else f"{after}{addition.html}"


def relax_policy(policy: str, addition: Addition) -> str:
    """A policy that lets in the addition, too."""
    directives: dict[str, list[str]] = {}
    for name, *sources in (part.split() for part in policy.split(";") if part.strip()):
        directives.setdefault(name.lower(), sources)  # of two with one name browsers take the first
    for directive, texts in (("script-src", addition.scripts), ("style-src", addition.styles)):
        if texts:
            _let_in(directives, directive, [_hash(text) for text in texts])
    if addition.scripts:
        _let_in(directives, "connect-src", ["'self'"])
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _let_in(directives: dict[str, list[str]], directive: str, more: list[str]) -> None:
    sources = directives.get(directive, directives.get("default-src"))
    # without either everything is let in; a hash beside 'unsafe-inline' would take that word back
    if sources is not None and not (more[0].startswith("'sha") and _takes_inline(sources)):
        kept = [source for source in sources if source.lower() != "'none'"]
        directives[directive] = [*kept, *(source for source in more if source not in kept)]


def _relaxed(found: re.Match[str], addition: Addition) -> str:
    policy = escape(relax_policy(unescape(found["policy"]), addition), quote=False)
    return f"{found['before']}{policy}{found['after']}"


def _takes_inline(sources: list[str]) -> bool:
    """Whether any inline text is let in already; a hash beside that word would take it back."""
    strict = any(source.startswith(("'sha", "'nonce-")) for source in sources)
    return "'unsafe-inline'" in sources and not strict


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
