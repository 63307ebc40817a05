"""A network: one kota or kabupaten with its kecamatan, villages, topics and words.

Read from `network.toml` and `wilayah.csv`. Nothing about any one region stands in the code.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timezone
from functools import cached_property
from urllib.parse import urlsplit

from kim.addresses import RESERVED_AT_ROOT, is_slug
from kim.dates import ZONES
from kim.problems import Problem, problem
from kim.text import fold
from kim.toml import Table, read_toml

NETWORK_FILE = "network.toml"
VILLAGES_FILE = "wilayah.csv"
VILLAGE_COLUMNS = ("code", "kind", "name", "kecamatan_code", "kecamatan", "lat", "lon")


@dataclass(frozen=True)
class Village:
    """A desa or kelurahan; `kind` is the law's word, `lat` and `lon` are decimal degrees or unknown."""

    code: str
    kind: str
    name: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class District:
    """A kecamatan with its villages, in the order of their codes."""

    code: str
    name: str
    slug: str
    villages: tuple[Village, ...]


@dataclass(frozen=True)
class Topic:
    """A subject that posts are filed under."""

    slug: str
    name: str


@dataclass(frozen=True)
class Words:
    """What this region calls its levels and their heads, in lower case."""

    district: str = "kecamatan"
    kelurahan: str = "kelurahan"
    desa: str = "desa"
    head_kelurahan: str = "lurah"
    head_desa: str = "kepala desa"

    def village(self, kind: str) -> str:
        """The region's word for a village of this kind."""
        return self.kelurahan if kind == "kelurahan" else self.desa

    def head(self, kind: str) -> str:
        """The region's word for who leads a village of this kind."""
        return self.head_kelurahan if kind == "kelurahan" else self.head_desa


@dataclass(frozen=True)
class Office:
    """Who answers for the portal."""

    name: str
    contact: str


@dataclass(frozen=True)
class Repository:
    """Where the content lies for those who send by Git: a project on a forge of a kind, and its branch."""

    kind: str
    address: str
    branch: str


@dataclass(frozen=True)
class Network:
    """All that `network.toml` and `wilayah.csv` say.

    `level` is `kota` or `kabupaten` and names the folder of the groups of the whole region. `authority` is
    the RFC 4151 authority of every identity, with its date: `kim.example.id,2026`. `address` ends with a
    slash. `colours` are two `#rrggbb`. `hub` is the WebSub hub that feeds name, or empty.
    `editors` are forge user names that may change everything, `forge` is where the content lies.
    """

    name: str
    region: str
    short: str
    level: str
    code: str
    province: str
    authority: str
    time_zone: str
    address: str
    colours: tuple[str, str]
    office: Office
    words: Words
    districts: tuple[District, ...]
    topics: tuple[Topic, ...]
    form: str = ""
    hub: str = ""
    editors: tuple[str, ...] = ()
    forge: Repository | None = None

    @property
    def whole(self) -> str:
        """What the region is called as a whole, beside its kecamatan: `Seluruh kota`."""
        return f"Seluruh {self.level}"

    @property
    def zone(self) -> timezone:
        """The offset of the region's clocks."""
        return ZONES[self.time_zone]

    @property
    def since(self) -> date:
        """The day of the authority (RFC 4151): nothing of this network is older in a feed."""
        year, month, day = (*(int(part) for part in self.authority.rsplit(",", 1)[1].split("-")), 1, 1)[:3]
        return date(year, month, day)

    @cached_property
    def villages(self) -> Mapping[str, Village]:
        """Every village by its code."""
        return {village.code: village for district in self.districts for village in district.villages}

    def district_of(self, village_code: str) -> District:
        """The kecamatan that a village lies in. Raises `KeyError`."""
        return self.by_code[village_code.rsplit(".", 1)[0]]

    @cached_property
    def by_code(self) -> Mapping[str, District]:
        """Every kecamatan by its code."""
        return {district.code: district for district in self.districts}

    @cached_property
    def by_slug(self) -> Mapping[str, District]:
        """Every kecamatan by its folder."""
        return {district.slug: district for district in self.districts}

    @cached_property
    def topics_by_slug(self) -> Mapping[str, Topic]:
        """Every topic by its slug."""
        return {topic.slug: topic for topic in self.topics}

    def topic(self, text: str) -> Topic | None:
        """The topic that was meant, by its slug or its name."""
        return next(
            (topic for topic in self.topics if fold(text) in (fold(topic.slug), fold(topic.name))), None
        )


def village_title(network: Network, village: Village) -> str:
    """`Kelurahan Mata Air`, in the region's words."""
    return f"{network.words.village(village.kind).capitalize()} {village.name}"


def count_villages(network: Network, villages: Iterable[Village]) -> str:
    """`3 kelurahan dan 6 desa`, in the region's words."""
    counts: dict[str, int] = {}
    for village in villages:
        word = network.words.village(village.kind)
        counts[word] = counts.get(word, 0) + 1
    return " dan ".join(f"{count} {word}" for word, count in sorted(counts.items(), reverse=True))


@dataclass(frozen=True)
class NetworkReading:
    """What came of reading: a network, or the problems that stand in its way."""

    network: Network | None
    problems: tuple[Problem, ...] = field(default=())


_AUTHORITY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:@[a-z0-9.-]+)?,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_HUB = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/[A-Za-z0-9/._~-]*")
FORGES = ("github", "gitlab", "forgejo")
#: a user's name on a forge
USER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,38}")
_PROJECT = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9_.-]+){2,6}/?")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NETWORK_KEYS = (
    "name region short level code province authority time_zone address colours "
    "office words districts topics form hub editors forge"
).split()


def read_network(settings: bytes, villages: bytes) -> NetworkReading:
    """Read both files; all problems in one go."""
    table, problems = read_toml(settings, NETWORK_FILE)
    if table is None:
        return NetworkReading(None, tuple(problems))
    table.allow(_NETWORK_KEYS)
    level = table.choice("level", ("kota", "kabupaten"))
    code = table.text("code", "99.01", re.compile(r"[0-9]{2}\.[0-9]{2}"))
    time_zone = table.choice("time_zone", tuple(ZONES))
    address = table.text("address", "https://kim.example.id/")
    if address and not is_address(address):
        table.wrong(
            "address",
            address,
            "tulis alamat lengkap yang diakhiri garis miring, contoh https://kim.example.id/.",
        )
    colours = table.texts("colours", ("#0b6e4f", "#c8553d"), _COLOUR)
    if colours and len(colours) != 2:
        table.wrong("colours", f"{len(colours)} warna", 'tulis dua warna, contoh ["#0b6e4f", "#c8553d"].')
    rows, row_problems = _read_villages(villages)
    network = Network(
        name=table.text("name", "KIM Contoh"),
        region=table.text("region", "Kota Contoh"),
        short=table.text("short", "Contoh"),
        level=level,
        code=code,
        province=table.text("province", "Provinsi Contoh"),
        authority=table.text("authority", "kim.example.id,2026", _AUTHORITY),
        time_zone=time_zone,
        address=address,
        colours=(colours[0], colours[1]) if len(colours) == 2 else ("", ""),
        office=_read_office(table),
        words=_read_words(table),
        districts=_read_districts(table, rows),
        topics=_read_topics(table),
        form=table.text("form", "https://kirim.example.id/", required=False),
        hub=table.text("hub", "https://hub.example.id/", _HUB, required=False),
        editors=table.texts("editors", ("nama-di-forge",), USER_NAME, required=False),
        forge=_read_forge(table),
    )
    try:
        _ = network.authority and network.since
    except ValueError:
        table.wrong("authority", network.authority, "tulis tahun atau tanggal yang ada di kalender.")
    if network.form and not network.form.startswith("https://"):
        table.wrong("form", network.form, "tulis alamat lengkap yang diawali https://.")
    problems = sorted([*problems, *table.problems, *row_problems])
    return NetworkReading(None if problems else network, tuple(problems))


def is_address(text: str) -> bool:
    """Whether a portal can stand at an address: whole, and ended by a slash."""
    if not re.fullmatch(r"[A-Za-z0-9:/._-]+", text):
        return False
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path.endswith("/")


def is_project(text: str) -> bool:
    """Whether a text is the address of a project on a forge."""
    return _PROJECT.fullmatch(text) is not None


def _read_forge(table: Table) -> Repository | None:
    if not table.has("forge"):
        return None
    forge = table.table("forge")
    forge.allow(["kind", "address", "branch"])
    return Repository(
        forge.choice("kind", FORGES),
        forge.text("address", "https://github.com/kota-contoh/kim", _PROJECT).rstrip("/"),
        forge.text("branch", "main", _BRANCH, required=False) or "main",
    )


def _read_office(table: Table) -> Office:
    office = table.table("office")
    office.allow(["name", "contact"])
    return Office(
        office.text("name", "Diskominfo Kota Contoh"), office.text("contact", "redaksi@kim.example.id")
    )


def _read_words(table: Table) -> Words:
    words = table.table("words", required=False)
    names = Words.__dataclass_fields__
    words.allow(list(names))
    given = {name: words.text(name, str(names[name].default), required=False) for name in names}
    return Words(**{name: text for name, text in given.items() if text})


def _read_topics(table: Table) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for row in table.tables("topics"):
        row.allow(["slug", "name"])
        topic = Topic(row.text("slug", "budaya"), row.text("name", "Budaya"))
        if topic.slug and not is_slug(topic.slug):
            row.wrong("slug", topic.slug, "pakai huruf kecil, angka dan tanda hubung.")
        if topic.slug in [other.slug for other in topics]:
            row.wrong("slug", f"{topic.slug} dua kali", "beri setiap topik slug sendiri.")
        topics.append(topic)
    return tuple(topics)


def _read_districts(table: Table, rows: list[dict[str, str]]) -> tuple[District, ...]:
    """The kecamatan of wilayah.csv that network.toml gives a slug; every one must have its slug."""
    names = {row["code"]: row["name"] for row in rows if row["code"].count(".") == 2}
    districts: list[District] = []
    for row in table.tables("districts"):
        row.allow(["code", "slug"])
        code, slug = row.text("code", "99.01.01"), row.text("slug", "hulu")
        if code and code not in names:
            row.wrong("code", code, f"pakai kode kecamatan dari {VILLAGES_FILE}.")
        if slug and (not is_slug(slug) or slug in RESERVED_AT_ROOT):
            row.wrong(
                "slug",
                slug,
                "pakai huruf kecil, angka dan tanda hubung, dan bukan nama yang sudah dipakai portal.",
            )
        if slug in [other.slug for other in districts] or code in [other.code for other in districts]:
            row.wrong("slug", f"{slug} dua kali", "tulis setiap kecamatan satu kali.")
        villages = tuple(
            Village(v["code"], v["kind"], v["name"], _degrees(v["lat"]), _degrees(v["lon"]))
            for v in rows
            if v["kecamatan_code"] == code and v["code"] != code
        )
        districts.append(District(code, names.get(code, ""), slug, villages))
    missing = sorted(set(names) - {district.code for district in districts})
    if missing and districts:
        table.wrong(
            "districts",
            f"tanpa slug untuk {', '.join(missing)}",
            "tambahkan [[districts]] dengan code dan slug.",
        )
    return tuple(sorted(districts, key=lambda district: district.code))


def _read_villages(data: bytes) -> tuple[list[dict[str, str]], list[Problem]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [problem("K001", VILLAGES_FILE)]
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    try:
        if tuple(reader.fieldnames or ()) != VILLAGE_COLUMNS:
            return [], [problem("K065", VILLAGES_FILE, 1, found="judul kolomnya lain")]
        for row in reader:
            fault = _village_fault(row, seen)
            if fault:
                problems.append(problem("K065", VILLAGES_FILE, reader.line_num, found=fault))
            else:
                seen.add(row["code"])
                rows.append(row)
    except csv.Error:
        problems.append(
            problem("K065", VILLAGES_FILE, reader.line_num, found="tanda petik atau isinya rusak")
        )
    return rows, problems


def _village_fault(row: Mapping[str, str], seen: set[str]) -> str:
    if None in row or None in row.values():
        return "jumlah kolomnya lain"
    if not re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}(\.[0-9]{4})?", row["code"]):
        return f"kode {row['code']}"
    if row["code"][:8] != row["kecamatan_code"]:
        return f"kode {row['code']} di luar kecamatan {row['kecamatan_code']}"
    if row["code"] in seen:
        return f"kode {row['code']} dua kali"
    if not row["name"].strip() or not all(text.isprintable() for text in row.values()):
        return "nama kosong atau berisi huruf kendali"
    try:
        lat, lon = _degrees(row["lat"]), _degrees(row["lon"])
        is_unknown = lat is None and lon is None
        is_place = is_unknown or (lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180)
    except ValueError:
        is_place = False
    return "" if is_place else f"koordinat {row['lat']}, {row['lon']}"


def _degrees(text: str) -> float | None:
    """Decimal degrees, or None for an empty cell. Raises `ValueError`."""
    return float(text) if text.strip() else None
