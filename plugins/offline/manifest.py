"""The manifest: by it a phone puts the portal on its home screen, with a name, colours and an icon."""

import json
from dataclasses import dataclass

from kim.addresses import PORTAL, href
from kim.colours import LIGHT_PAPER, readable_scheme
from kim.network import Network


@dataclass(frozen=True)
class Icon:
    """A square icon of this many pixels; its drawing keeps clear of the edge, so that any mask fits it."""

    file: str
    size: int
    purpose: str


ICONS = (
    Icon("icon-192.png", 192, "any"),
    Icon("icon-512.png", 512, "any"),
    Icon("icon-maskable.png", 512, "maskable"),
)


@dataclass(frozen=True)
class ManifestInputs:
    """What the manifest says; `base` is where the portal stands on its host."""

    name: str
    short: str
    about: str
    base: str
    colour: str
    paper: str
    icons: tuple[Icon, ...]


def plan_manifest(network: Network) -> ManifestInputs:
    """The manifest of a network."""
    return ManifestInputs(
        name=network.name,
        short=network.short,
        about=f"Kabar warga {network.region}",
        base=href(network.address, PORTAL),
        colour=readable_scheme(network.colours).light[0],
        paper=LIGHT_PAPER,
        icons=ICONS,
    )


def write_manifest(inputs: ManifestInputs) -> bytes:
    """The file, in the words of the W3C's Web Application Manifest."""
    manifest = {
        "name": inputs.name,
        "short_name": inputs.short,
        "description": inputs.about,
        "lang": "id",
        "id": inputs.base,
        "start_url": inputs.base,
        "scope": inputs.base,
        "display": "standalone",
        "theme_color": inputs.colour,
        "background_color": inputs.paper,
        "icons": [
            {
                "src": inputs.base + icon.file,
                "sizes": f"{icon.size}x{icon.size}",
                "type": "image/png",
                "purpose": icon.purpose,
            }
            for icon in inputs.icons
        ],
    }
    return (json.dumps(manifest, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
