"""What a file is: for hosts that send only what they are told, as an object store does."""

import re
from dataclasses import dataclass

from kim.addresses import ASSETS

#: By the end of the name; the first that fits holds.
_TYPES = (
    (r"(?:^|/)feed(?:-\d+)?\.xml", "application/rss+xml; charset=utf-8"),
    (r"(?:^|/)atom(?:-\d+)?\.xml", "application/atom+xml; charset=utf-8"),
    (r"(?:^|/)feed(?:-\d+)?\.json", "application/feed+json"),
    (r"\.html", "text/html; charset=utf-8"),
    (r"\.xml", "application/xml; charset=utf-8"),
    (r"\.txt", "text/plain; charset=utf-8"),
    (r"\.js", "text/javascript; charset=utf-8"),
    (r"\.json", "application/json"),
    (r"\.webmanifest", "application/manifest+json"),
    (r"\.opml", "text/x-opml; charset=utf-8"),
    (r"\.svg", "image/svg+xml"),
    (r"\.avif", "image/avif"),
    (r"\.webp", "image/webp"),
    (r"\.jpg", "image/jpeg"),
    (r"\.png", "image/png"),
    (r"\.pdf", "application/pdf"),
)


@dataclass(frozen=True, order=True)
class Kind:
    """The headers that go with a file."""

    type: str
    cache: str

    def lines(self) -> tuple[str, ...]:
        """As `Name: value`."""
        return (f"Content-Type: {self.type}", f"Cache-Control: {self.cache}")


def kind_of(path: str) -> Kind:
    """The headers of a file by its path below the portal's root."""
    found = (kind for form, kind in _TYPES if re.search(form + r"\Z", path))
    is_asset = path.startswith(f"{ASSETS}/")
    cache = "public, max-age=31536000, immutable" if is_asset else "no-cache"
    return Kind(next(found, "application/octet-stream"), cache)
