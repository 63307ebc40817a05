"""The last step of publishing: is what readers get what was built?"""

import http.client
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from kim.errors import KimError

_TIMEOUT = 20


@dataclass(frozen=True)
class Fault:
    """A file that is not served as it was built."""

    path: str
    found: str


def check_served(
    address: str, files: Mapping[str, str], paths: Sequence[str], context: ssl.SSLContext
) -> tuple[Fault, ...]:
    """Ask for some files at an address, and compare their digests. Raises `KimError` where nobody answers."""
    parts = urlsplit(address)
    link: http.client.HTTPConnection
    if parts.scheme == "https":
        link = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=_TIMEOUT, context=context
        )
    else:
        link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        return tuple(fault for path in paths if (fault := _check_one(link, parts.path, path, files[path])))
    except (OSError, http.client.HTTPException) as fault:
        raise KimError(f"{address} does not answer ({fault}); the files are published.") from fault
    finally:
        link.close()


def _check_one(link: http.client.HTTPConnection, base: str, path: str, digest: str) -> Fault | None:
    asked = base + path.removesuffix("index.html")
    # past every cache between here and the host
    link.request("GET", asked, headers={"Cache-Control": "no-cache", "User-Agent": "kim-portal publish"})
    answer = link.getresponse()
    data = answer.read()
    if answer.status != 200:
        return Fault(asked, f"answered with {answer.status}")
    if sha256(data).hexdigest() != digest:
        return Fault(asked, "is not what was built; a cache on the way, or another folder?")
    return None
