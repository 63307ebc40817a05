"""A group: the residents who write the news of one or more villages, from its folder's `kim.toml`."""

import re
from dataclasses import dataclass
from datetime import date

from kim.addresses import LONGEST_SLUG, RESERVED_IDS, RESERVED_IN_DISTRICT, SLUG, folder_address, is_slug
from kim.network import USER_NAME, District, Network, Village
from kim.post import Post
from kim.problems import Problem, problem
from kim.toml import read_toml

GROUP_FILE = "kim.toml"
_KEYS = "id name scope founded decree contact about editors former".split()
#: of names as long as an address may have them
_FOLDER = re.compile(rf"(?=[^/]{{1,{LONGEST_SLUG}}}/[^/]{{1,{LONGEST_SLUG}}}$){SLUG.pattern}/{SLUG.pattern}")


@dataclass(frozen=True)
class Group:
    """All that a `kim.toml` says.

    `folder` is `<kecamatan>/<group>` below content/. `id` is permanent and never reused. `scope` are the
    codes as given: of villages, of a kecamatan, or of the whole region. `editors` are forge user names.
    """

    id: str
    folder: str
    name: str
    scope: tuple[str, ...]
    contact: str
    about: str = ""
    founded: date | None = None
    decree: str = ""
    editors: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where its page stands."""
        return folder_address(self.folder)

    @property
    def section(self) -> str:
        """The folder above its own: a kecamatan's slug, or `kota` or `kabupaten`."""
        return self.folder.split("/")[0]


def group_villages(network: Network, group: Group) -> tuple[Village, ...]:
    """The villages that a group writes for, in the order of their codes."""
    return tuple(
        village
        for code, village in network.villages.items()
        if any(code == given or code.startswith(f"{given}.") for given in group.scope)
    )


def post_villages(network: Network, group: Group, post: Post) -> tuple[Village, ...]:
    """The villages that a post of the group is about: those that it names, or else all of the group's."""
    return tuple(network.villages[code] for code in post.villages) or group_villages(network, group)


def group_district(network: Network, group: Group) -> District | None:
    """The kecamatan whose folder it stands in; None for a group of the whole region."""
    return network.by_slug.get(group.section)


@dataclass(frozen=True)
class GroupReading:
    """What came of reading: a group, or the problems that stand in its way."""

    group: Group | None
    problems: tuple[Problem, ...] = ()


def read_group(settings: bytes, folder: str, network: Network) -> GroupReading:
    """Read the `kim.toml` of a folder; all problems in one go."""
    path = f"{folder}/{GROUP_FILE}"
    section, name = folder.split("/")
    if not is_slug(name) or name in RESERVED_IN_DISTRICT:
        advice = "pakai huruf kecil, angka dan tanda hubung, contoh kim-mata-air."
        return GroupReading(None, (problem("K074", path, found=name, advice=advice),))
    table, problems = read_toml(settings, path)
    if table is None:
        return GroupReading(None, tuple(problems))
    table.allow(_KEYS)
    scope = table.texts("scope", ("99.01.01.1001",))
    inside = network.by_slug[section].code if section in network.by_slug else network.code
    known = {network.code, *network.by_code, *network.villages}
    for code in scope:
        if code not in known or not (code == inside or code.startswith(f"{inside}.")):
            table.wrong("scope", code, f"pakai kode wilayah di dalam {inside}, seperti di wilayah.csv.")
    group_id = table.text("id", name, SLUG)
    if group_id in RESERVED_IDS:
        table.wrong("id", group_id, "pakai Id lain; yang ini dipakai portal sendiri.")
    group = Group(
        id=group_id,
        folder=folder,
        name=table.text("name", "KIM Mata Air"),
        scope=scope,
        contact=table.text("contact", "kim-mata-air@example.id"),
        about=table.text("about", "Siapa kami", required=False),
        founded=table.day("founded"),
        decree=table.text("decree", "SK Lurah Nomor 1 Tahun 2026", required=False),
        editors=table.texts("editors", ("nama-di-forge",), USER_NAME, required=False),
        former=table.texts("former", ("hulu/kim-lama",), _FOLDER, required=False),
    )
    return GroupReading(None if table.problems else group, tuple(table.problems))
