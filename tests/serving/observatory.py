"""The rules of Mozilla's HTTP Observatory, as of its version 1.4: points for what a host says of itself.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
"""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

_SIX_MONTHS = 15_768_000
_UNSAFE = {"'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:", "*", "blob:"}
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


class _Head(HTMLParser):
    """What a page says of itself: its policies, and the scripts that it fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.policies: list[str] = []
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and (found.get("http-equiv") or "").lower() == "content-security-policy":
            self.policies.append(unescape(found["content"] or ""))
        if tag == "script" and "src" in found:
            self.scripts.append(found)


def score(headers: Mapping[str, str], html: str, redirected_to: str, host: str) -> Mapping[str, int]:
    """Points above or below 100 for each test. Header names are in lower case."""
    head = _Head()
    head.feed(html)
    policies = [
        *head.policies,
        *([headers["content-security-policy"]] if "content-security-policy" in headers else []),
    ]
    return {
        "content-security-policy": _policy(policies),
        "cookies": 0 if "set-cookie" not in headers else -20,
        "cross-origin-resource-sharing": -50 if "access-control-allow-credentials" in headers else 0,
        "redirection": 0 if redirected_to.startswith(f"https://{host}") else -20,
        "referrer-policy": 5 if headers.get("referrer-policy") in _PRIVATE else -5,
        "strict-transport-security": _lasting(headers.get("strict-transport-security", "")),
        "subresource-integrity": _scripts(head.scripts),
        "x-content-type-options": 0 if headers.get("x-content-type-options") == "nosniff" else -5,
        "x-frame-options": _frames(headers, policies),
        "cross-origin-resource-policy": _resource_policy(headers.get("cross-origin-resource-policy", "")),
    }


def total(points: Mapping[str, int]) -> int:
    """The score: extra points count only for who loses less than ten."""
    base = 100 + sum(number for number in points.values() if number < 0)
    return base if base < 90 else base + sum(number for number in points.values() if number > 0)


def _policy(policies: list[str]) -> int:
    if not policies:
        return -25
    rules: dict[str, list[set[str]]] = {}
    for policy in policies:
        for part in filter(None, map(str.strip, policy.split(";"))):
            name, *values = part.split()
            rules.setdefault(name.lower(), []).append(set(values))

    def unsafe(name: str) -> set[str]:
        # several policies hold together: what one of them forbids is forbidden
        given = rules.get(name) or rules.get("default-src") or [{"*"}]
        return set.intersection(*given) & _UNSAFE

    if unsafe("script-src") or unsafe("object-src"):
        return -20
    if unsafe("style-src"):
        return 0
    if {"http:", "*"} & (unsafe("img-src") | unsafe("media-src")):
        return -10
    is_closed = {"'none'"} in rules.get("default-src", []) and any(
        values in ({"'self'"}, {"'none'"}) for values in rules.get("form-action", [])
    )
    return 10 if is_closed else 5


def _lasting(value: str) -> int:
    found = re.search(r"max-age=(\d+)", value)
    return -20 if not found else 0 if int(found[1]) >= _SIX_MONTHS else -10


def _scripts(scripts: list[dict[str, str | None]]) -> int:
    """Scripts of the own host need no integrity; others do."""
    foreign = [found for found in scripts if re.match(r"(?:[a-z]+:)?//", found["src"] or "")]
    return 0 if all("integrity" in found for found in foreign) else -50


def _frames(headers: Mapping[str, str], policies: list[str]) -> int:
    # only a header can say it: a browser takes no frame-ancestors from a page
    if "frame-ancestors" in headers.get("content-security-policy", ""):
        return 5
    return 0 if headers.get("x-frame-options", "").upper() in ("DENY", "SAMEORIGIN") else -20


def _resource_policy(value: str) -> int:
    return 10 if value in ("same-origin", "same-site") else 0 if value in ("", "cross-origin") else -5
