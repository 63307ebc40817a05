"""Configurations for the servers that send the portal to its readers: nginx, Caddy, Apache.

The files beside this one are whole configurations with `@names@` to be filled in; here they are filled and
printed. No server is touched.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from kim.addresses import href
from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.load import require_network
from kim.network import Network

#: What a page cannot say in its own `<meta>`; the rest of its policy stands there, with its own hashes.
POLICY = "frame-ancestors 'none'"
#: Nothing on the portal asks for any of these; sharing needs no permission of its own page.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope "
        "hid identity-credentials-get idle-detection magnetometer microphone midi payment "
        "picture-in-picture publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking"
    ).split()
)
#: The file that `plugins/redirects` makes: old addresses and the new ones, below the portal's root.
MOVED_FILE = "moved.json"

_ADDRESS = re.compile(r"/(?!/)[A-Za-z0-9/_.-]*")
_FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile", "apache": "htaccess"}
SERVERS = tuple(_FILES)


@dataclass(frozen=True)
class Place:
    """Where a server finds the portal. `folder` holds its front page; ports are those of the standard
    unless a test or a container says otherwise."""

    folder: Path
    certificate: str = ""
    key: str = ""
    http: int = 80
    https: int = 443


def render_config(server: str, network: Network, place: Place, moved: Mapping[str, str]) -> str:
    """The server's whole configuration for a network. Raises `KimError` where it cannot be one.

    `moved` is only written into Apache's; the others read it from a file of its own.
    """
    if server not in _FILES:
        raise KimError(f"There is no configuration for the server {server!r}; choose {', '.join(SERVERS)}.")
    address = urlsplit(network.address)
    if address.scheme != "https" or not address.hostname:
        raise KimError(
            f"The address in network.toml is {network.address}; serving needs one that begins with https://."
        )
    base = href(network.address, "")
    if not place.folder.is_absolute() or not re.fullmatch(r"[A-Za-z0-9/._-]+", str(place.folder)):
        raise KimError(
            f"The folder {place.folder} must be an absolute path of letters, digits, '.', '_' and '-'."
        )
    if base and not str(place.folder).endswith(base):
        raise KimError(
            f"The portal stands below {base}, so that its folder must end with it: /srv/kim{base}."
        )
    values = {
        "host": address.hostname,
        "port": "" if place.https == 443 else f":{place.https}",
        "site": address.hostname if place.https == 443 else f"https://{address.hostname}:{place.https}",
        "base": base,
        "root": str(place.folder)[: len(str(place.folder)) - len(base)],
        "folder": str(place.folder),
        "certificate": place.certificate or f"/etc/letsencrypt/live/{address.hostname}/fullchain.pem",
        "key": place.key or f"/etc/letsencrypt/live/{address.hostname}/privkey.pem",
        "tls": f"tls {place.certificate} {place.key}" if place.certificate else "",
        "http": str(place.http),
        "https": str(place.https),
        "policy": POLICY,
        "permissions": PERMISSIONS,
        "moved": moved_lines("apache", base, moved).rstrip(),
    }
    text = files(__package__).joinpath(_FILES[server]).read_text(encoding="utf-8")
    return re.sub(r"@([a-z]+)@", lambda found: values[found[1]], text)


def moved_lines(server: str, base: str, moved: Mapping[str, str]) -> str:
    """The old addresses in the server's own words, one a line; `base` is the path below its host.

    Never empty: Caddy refuses to import a file without a word in it.
    """
    line = _MOVED[server]
    return (
        "# Nothing has moved yet.\n"
        if not moved
        else "".join(line(base, old, new) for old, new in sorted(moved.items()))
    )


def parse_moved(data: bytes) -> Mapping[str, str]:
    """The addresses of `MOVED_FILE`. Raises `KimError` where one could mean more to a server than it says."""
    moved: Mapping[str, str] = json.loads(data)
    for address in (*moved.keys(), *moved.values()):
        if not _ADDRESS.fullmatch(address) or ".." in address:
            raise KimError(f"{MOVED_FILE} holds {address!r}, which is no address of the portal.")
    return moved


def print_config(server: str, content: Path, place: Place) -> None:
    """The configuration on the terminal, with the old addresses of what is built. Raises `KimError`."""
    network = require_network(partial(load_file, content), scan_content(content))
    moved_file = place.folder / MOVED_FILE
    moved = parse_moved(moved_file.read_bytes()) if moved_file.is_file() else {}
    print(render_config(server, network, place, moved), end="")


def _nginx(base: str, old: str, new: str) -> str:
    return f"{base}{old} {base}{new};\n"


def _caddy(base: str, old: str, new: str) -> str:
    return f"redir {base}{old} {base}{new} 301\n"


def _apache(base: str, old: str, new: str) -> str:
    # an old address is matched from where .htaccess stands, without the slash before it
    return f"RewriteRule ^{re.escape(old[1:])}$ {base}{new} [R=301,L]\n"


_MOVED: Mapping[str, Callable[[str, str, str], str]] = {"nginx": _nginx, "caddy": _caddy, "apache": _apache}
