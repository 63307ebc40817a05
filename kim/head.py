"""The head of a post: which keys there are, and what each value must be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kim.addresses import FORMER, RESERVED_AT_ROOT, is_post_stem
from kim.dates import FIRST_YEAR, LAST_YEAR, DateError, Moment, format_day, parse_date
from kim.findings import Findings
from kim.frontmatter import Document, Field
from kim.group import Group, group_villages
from kim.network import Network
from kim.text import fold, nearest

SHORTEST_TITLE, LONGEST_TITLE = 10, 120
LONGEST_VALUE = 300
#: keys whose value may be a few sentences
_LONG_KEYS = ("Ralat", "Ringkasan", "Alamat lama")


@dataclass(frozen=True)
class Key:
    """A key of the front matter, its other names, and an example for messages."""

    name: str
    aliases: tuple[str, ...] = ()
    example: str = ""

    @property
    def line(self) -> str:
        """How a volunteer would write it."""
        return f"{self.name}: {self.example}"


KEYS = (
    Key("Judul", ("Title",), "Panen raya di sawah Mata Air"),
    Key("Tanggal", ("Date",), "2026-11-20"),
    Key("Topik", ("Category",), "budaya"),
    Key("Penulis", ("Author",), "Ibu Sri"),
    Key("Ringkasan", ("Summary",), "Dua kalimat yang merangkum beritanya."),
    Key("Foto", ("Image",), "panen.jpg"),
    Key("Keterangan foto", ("Image alt", "Image_alt"), "Tiga warga memanen padi di tepi jalan"),
    Key("Kredit foto", ("Image credit", "Image_credit"), "Ibu Sri"),
    Key("Desa", ("Village",), "Mata Air"),
    Key("Sumber", ("Source",), "Kantor Kelurahan Mata Air"),
    Key("Label", ("Tags",), "panen, gotong royong"),
    Key("Status", (), "terbit"),
    Key("Ubah", ("Modified",), "2026-11-21"),
    Key("Ralat", ("Correction",), "Jumlah peserta 120 orang, bukan 210."),
    Key("Sematkan", ("Pin",), "2026-12-31"),
    Key("Id", (), "2026-11-20-panen-raya"),
    Key("Alamat lama", ("Former URL", "Former_url"), "/berita/panen-raya/"),
)
_BY_NAME = {fold(name): key for key in KEYS for name in (key.name, *key.aliases)}
EXAMPLES = {key.name: key.line for key in KEYS}
STATUS = {"terbit": False, "published": False, "draf": True, "draft": True}


class Head:
    """The front matter by canonical key, each value checked as it is asked for."""

    def __init__(self, fields: Mapping[str, Field], findings: Findings, network: Network) -> None:
        self._fields = fields
        self._findings = findings
        self._network = network
        self._moments: dict[str, Moment | None] = {}
        for key, found in fields.items():
            limit = LONGEST_VALUE * (4 if key in _LONG_KEYS else 1)
            if len(found.value) > limit:
                findings.add("K028", found.line, key=key, found=len(found.value), limit=limit)
        self._check_forms()

    def text(self, key: str) -> str:
        """The value on one line; empty where the key is missing."""
        found = self._fields.get(key)
        return " ".join(found.value.split()) if found else ""

    def line(self, key: str) -> int:
        """The line of a key; 0 where it is missing."""
        found = self._fields.get(key)
        return found.line if found else 0

    def required(self, key: str) -> str:
        """The value of a key that every post must have."""
        value = self.text(key)
        if not value:
            self._findings.add("K016", self.line(key), key=key, example=EXAMPLES[key])
        return value

    def moment(self, key: str) -> Moment | None:
        """The value of a key as a date; every fault is reported once."""
        if key not in self._moments:
            self._moments[key] = self._read_moment(key)
        return self._moments[key]

    def _read_moment(self, key: str) -> Moment | None:
        text = self.required(key) if key == "Tanggal" else self.text(key)
        if not text:
            return None
        try:
            return parse_date(text, self._network.zone)
        except DateError as fault:
            line = self.line(key)
            day = text.partition(" ")[2].lstrip(", ")  # the text without its day's name
            match fault.reason:
                case "calendar":
                    self._findings.add("K012", line, key=key, found=text, example="2026-02-28")
                case "weekday":
                    self._findings.add("K021", line, key=key, found=text, found_day=day, detail=fault.detail)
                case "zone":
                    self._findings.add("K022", line, key=key, found=text, detail=fault.detail)
                case "clock":
                    self._findings.add("K055", line, key=key, found=text)
                case "year":
                    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
                    self._findings.add("K054", line, key=key, found=text, **years)
                case _:
                    self._findings.add("K013", line, key=key, found=text)
            return None

    def _check_forms(self) -> None:
        status = self.text("Status")
        if status and status.lower() not in STATUS:
            self._findings.add("K020", self.line("Status"), found=status)
        given = self.text("Id")
        if given and not is_post_stem(given):
            self._findings.add("K025", self.line("Id"), found=given, example="2026-11-20-panen-raya")
        for former in split_list(self.text("Alamat lama")):
            if not FORMER.fullmatch(former):
                self._findings.add(
                    "K026", self.line("Alamat lama"), found=former, example="berita/panen-raya"
                )
            elif self._is_taken(former):
                self._findings.add(
                    "K071", self.line("Alamat lama"), found=former, other="halaman lain di portal ini"
                )
        self.moment("Sematkan")

    def _is_taken(self, former: str) -> bool:
        """Whether the portal's own pages stand, or may come to stand, at this address.

        Names that differ only in case are one name on many a host.
        """
        parts = former.lower().removesuffix(".html").strip("/").split("/")
        if parts[0] in (*self._network.by_slug, self._network.level):
            return len(parts) != 3 or not is_post_stem(parts[2])
        return parts[0] in RESERVED_AT_ROOT


def collect_fields(document: Document, findings: Findings) -> dict[str, Field]:
    """The fields by canonical key; unknown and doubled ones are problems."""
    fields: dict[str, Field] = {}
    for stray in document.strays:
        findings.add("K011", stray.line, found=stray.text)
    for found in document.fields:
        key = _BY_NAME.get(fold(found.key))
        if key is None:
            near = nearest(found.key, [key.name for key in KEYS])
            known = ", ".join(key.name for key in KEYS)
            advice = f'mungkin maksudnya "{near}".' if near else f"hapus baris ini; yang dikenal: {known}."
            findings.add("K014", found.line, found=found.key, advice=advice)
        elif key.name in fields:
            findings.add("K015", found.line, found=key.name, first=fields[key.name].line)
        else:
            fields[key.name] = found
    return fields


def read_title(head: Head, findings: Findings) -> str:
    """The title, whose length must suit a page, a feed and a share card."""
    title = head.required("Judul")
    if title and not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        short = len(title) < SHORTEST_TITLE
        advice = "tambahkan apa, siapa atau di mana." if short else "pindahkan sebagian ke Ringkasan."
        limits = {"least": SHORTEST_TITLE, "most": LONGEST_TITLE}
        findings.add("K017", head.line("Judul"), found=len(title), advice=advice, **limits)
    return title


def read_topic(head: Head, network: Network, findings: Findings) -> str:
    """The slug of the topic; it may be given by its name."""
    text = head.required("Topik")
    topic = network.topic(text) if text else None
    if text and topic is None:
        known = [topic.slug for topic in network.topics]
        near = nearest(text, known)
        advice = f' Mungkin maksudnya "{near}".' if near else ""
        findings.add("K018", head.line("Topik"), found=text, known=", ".join(known), advice=advice)
    return topic.slug if topic else ""


def read_villages(head: Head, network: Network, group: Group, findings: Findings) -> tuple[str, ...]:
    """The codes of the group's villages that the post is about; none given means all."""
    own = group_villages(network, group)
    codes = []
    for given in split_list(head.text("Desa")):
        village = next((v for v in own if given == v.code or fold(given) == fold(v.name)), None)
        if village:
            codes.append(village.code)
        else:
            near = nearest(given, [v.name for v in own])
            advice = f' Mungkin maksudnya "{near}".' if near else ""
            known = ", ".join(v.name for v in own)
            findings.add("K019", head.line("Desa"), found=given, group=group.name, known=known, advice=advice)
    return tuple(dict.fromkeys(codes))


def read_correction(head: Head, published: Moment | None, findings: Findings) -> tuple[Moment | None, str]:
    """The day and the words of a correction; they come together or not at all."""
    modified, words = head.moment("Ubah"), head.text("Ralat")
    for present, missing in (("Ubah", "Ralat"), ("Ralat", "Ubah")):
        if head.text(present) and not head.text(missing):
            findings.add(
                "K023", head.line(present), missing=missing, present=present, example=EXAMPLES[missing]
            )
    if modified and published and modified.at.date() < published.at.date():
        day, first = format_day(modified.at), format_day(published.at)
        findings.add("K024", head.line("Ubah"), found=day, published=first)
    return modified, words


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a list with commas, each once."""
    parts: Iterable[str] = (part.strip() for part in re.split(r"[,;]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
