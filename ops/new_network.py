"""`invoke new-network`: a portal for another kota or kabupaten, from its code and a few answers."""

import csv
import io
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.prompt import Confirm, Prompt

from kim.addresses import RESERVED_AT_ROOT, is_slug
from kim.errors import KimError
from kim.folder import PAGES_FOLDER, POST_SUFFIX, load_file, scan_content
from kim.load import require_network
from kim.network import (
    FORGES,
    NETWORK_FILE,
    VILLAGE_COLUMNS,
    VILLAGES_FILE,
    Network,
    Repository,
    Topic,
    Words,
    is_address,
    is_project,
)
from kim.text import slug
from ops.asking import ask_optional, choose
from ops.regions import Region, load_region

#: The province's part of a code, and its clock.
_ZONES = (
    ("WIB", "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62"),
    ("WITA", "51 52 53 63 64 65 71 72 73 74 75 76"),
    ("WIT", "81 82 91 92 93 94 95 96 97"),
)
#: Where the levels of government have names of their own: province codes, and what differs.
_WORDS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("11", {"desa": "gampong", "head_desa": "keuchik"}),
    ("13", {"desa": "nagari", "head_desa": "wali nagari"}),
    ("91 92 93 94 95 96 97", {"district": "distrik", "desa": "kampung", "head_desa": "kepala kampung"}),
)
#: Pairs that are told apart also by those who see no red or green, each readable on paper and at night.
PALETTES = (
    ("hijau dan bata", "#0b6e4f", "#c8553d"),
    ("biru dan kuning", "#1d4e89", "#f2a541"),
    ("marun dan emas", "#7a1f3d", "#c9952c"),
    ("nila dan jingga", "#3d348b", "#f18701"),
    ("laut dan karang", "#00626b", "#e2725b"),
)


#: What checks, previews and publishes on each kind of forge; the files come with the project.
_CI = {
    "github": "CI: .github/workflows/ (kiriman.yml, terbit.yml); langkahnya di docs/publishing.md",
    "gitlab": "CI: .gitlab-ci.yml, dengan jadwal tiap jam; langkahnya di docs/publishing.md",
    "forgejo": "CI: .forgejo/workflows/ (kiriman.yml, terbit.yml); langkahnya di docs/publishing.md",
}


@dataclass(frozen=True)
class Answers:
    """What cannot be known from a code. `topics` are those of the sample unless said otherwise."""

    short: str
    address: str
    office: str
    contact: str
    colours: tuple[str, str]
    topics: tuple[Topic, ...]
    form: str = ""
    forge: Repository | None = None


def plan_network(
    region: Region, answers: Answers, pages: Mapping[str, bytes], today: date
) -> dict[str, bytes]:
    """Every file of the new content folder by its path; `pages` are those below pages/."""
    return {
        NETWORK_FILE: network_text(region, answers, today).encode(),
        VILLAGES_FILE: villages_text(region).encode(),
        **{f"{PAGES_FOLDER}/{name}": data for name, data in pages.items()},
    }


def network_text(region: Region, answers: Answers, today: date) -> str:
    """network.toml, with what its reader must know beside each key."""
    host = urlsplit(answers.address).hostname or ""
    words = next((own for codes, own in _WORDS if region.code[:2] in codes.split()), {})
    lines = [
        "# Jaringan portal ini. Arti setiap kunci: docs/pengaturan.md.",
        "# Yang bertanda TETAP tidak boleh diubah setelah ada tulisan yang terbit.",
        "",
        f"name = {quoted(f'KIM {answers.short}')}",
        f"region = {quoted(region.name)}",
        f"short = {quoted(answers.short)}",
        "# TETAP",
        f'level = "{region.level}"',
        f'code = "{region.code}"',
        f"province = {quoted(region.province)}",
        "# TETAP: awal identitas setiap tulisan, juga kalau domain berganti.",
        f'authority = "{host},{today.year}"',
        f'time_zone = "{_zone(region)}"',
        f'address = "{answers.address}"',
        f'colours = ["{answers.colours[0]}", "{answers.colours[1]}"]',
    ]
    if answers.form:
        lines.append(f"form = {quoted(answers.form)}")
    lines += [
        "",
        "[office]",
        f"name = {quoted(answers.office)}",
        f"contact = {quoted(answers.contact)}",
    ]
    if answers.forge:
        lines += ["", "[forge]", f'kind = "{answers.forge.kind}"']
        lines.append(f"address = {quoted(answers.forge.address)}")
    if words:
        lines += ["", "[words]", *(f"{key} = {quoted(word)}" for key, word in words.items())]
    lines += ["", "# Slug: TETAP, nama folder di content/ dan awal alamat."]
    for code, name in _district_slugs(region).items():
        lines += ["[[districts]]", f'code = "{code}"', f'slug = "{name}"', ""]
    lines.append("# Slug: TETAP setelah dipakai. Topik boleh ditambah kapan saja.")
    for topic in answers.topics:
        lines += ["[[topics]]", f'slug = "{topic.slug}"', f"name = {quoted(topic.name)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def villages_text(region: Region) -> str:
    """wilayah.csv; the ministry's list has no coordinates, which are optional."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(VILLAGE_COLUMNS)
    for district, villages in region.districts:
        for part in (district, *villages):
            rows.writerow((part.code, part.kind, part.name, district.code, district.name, "", ""))
    return out.getvalue()


def adapt_pages(folder: Path, sample: Network, region: Region, answers: Answers) -> dict[str, bytes]:
    """The files below pages/ of the sample's content folder, for another network."""
    content = scan_content(folder)
    files = [file for entry in content.pages for file in (entry.text, *entry.files)]
    loaded = {file.path.removeprefix(f"{PAGES_FOLDER}/"): load_file(folder, file.path) for file in files}
    return {
        name: adapt_page(data.decode(), sample, region, answers).encode()
        if name.endswith(POST_SUFFIX)
        else data
        for name, data in loaded.items()
    }


def adapt_page(text: str, sample: Network, region: Region, answers: Answers) -> str:
    """A page of the sample for another network: its names, its contact, what its heads are called."""
    changes = (
        (sample.name, f"KIM {answers.short}"),
        (sample.office.name, answers.office),
        (sample.office.contact, answers.contact),
        (sample.region, region.name),
        (sample.short, answers.short),
        (sample.words.head_desa, _head_of_desa(region)),
        (f"di {sample.level} ini", f"di {region.level} ini"),
    )
    pattern = re.compile("|".join(re.escape(old) for old, _ in changes))
    return pattern.sub(lambda found: dict(changes)[found[0]], text)


def suggest_short(region: Region) -> str:
    """`Contoh` of `Kota Contoh`."""
    return re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", region.name)


def write_network(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new content folder. Raises `KimError` where another network stands."""
    if (folder / NETWORK_FILE).exists():
        raise KimError(f"{folder} holds a network already. Name another folder with --content.")
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def ask_and_write(root: Path, folder: Path, code: str, today: date) -> None:
    """Ask on the terminal, write, and say what comes next. Raises `KimError`."""
    console = Console()
    sample_folder = root / "content"
    sample = require_network(partial(load_file, sample_folder), scan_content(sample_folder))
    if (folder / NETWORK_FILE).exists() and not _is_sample(folder, sample):
        raise KimError(f"{folder} holds a network already. Name another folder with --content.")
    try:
        region = load_region(root, code or Prompt.ask("Kode Kemendagri (contoh 99.01)", console=console))
        villages = sum(len(villages) for _, villages in region.districts)
        size = f"{len(region.districts)} kecamatan, {villages} desa dan kelurahan"
        console.print(f"{region.name}, {region.province}: {size}", highlight=False)
        answers = _ask(console, region, sample)
        pages = adapt_pages(sample_folder, sample, region, answers)
        if (folder / NETWORK_FILE).exists():
            if not Confirm.ask(
                f"{folder} berisi contoh bawaan. Ganti seluruhnya?", console=console, default=False
            ):
                raise KimError("Dibatalkan; tidak ada yang ditulis.")
            shutil.rmtree(folder)
    except EOFError as fault:
        raise KimError("Dibatalkan; tidak ada yang ditulis.") from fault
    write_network(folder, plan_network(region, answers, pages, today))
    console.print(f"\nTertulis di {folder}. Berikutnya:", highlight=False)
    console.print("  1. Baca content/pages/; sesuaikan janji dan kontaknya.", highlight=False)
    console.print("  2. invoke new-group", highlight=False)
    console.print("  3. invoke check, lalu invoke serve", highlight=False)
    if answers.forge:
        console.print(f"  4. {_CI[answers.forge.kind]}", highlight=False)


def _ask(console: Console, region: Region, sample: Network) -> Answers:
    short = Prompt.ask("Nama pendek", console=console, default=suggest_short(region)).strip()
    while True:
        address = Prompt.ask("Alamat portal", console=console, default=f"https://kim-{slug(short)}.go.id/")
        if is_address(address.strip()):
            break
        console.print("Tulis alamat lengkap dengan garis miring penutup, contoh https://kim.example.id/.")
    office = Prompt.ask("Kantor penanggung jawab", console=console, default=f"Diskominfo {region.name}")
    host = urlsplit(address).hostname
    contact = Prompt.ask("Kontak redaksi (surel atau telepon)", console=console, default=f"redaksi@{host}")
    names = [f"{name} ({first}, {second})" for name, first, second in PALETTES]
    _, first, second = PALETTES[choose(console, "Warna", names)]
    topics = _ask_topics(console, sample.topics)
    form = ask_optional(console, "Alamat formulir kiriman")
    forge = _ask_forge(console)
    return Answers(
        short, address.strip(), office.strip(), contact.strip(), (first, second), topics, form, forge
    )


def parse_topics(text: str) -> tuple[Topic, ...]:
    """`Budaya, Kesehatan` as topics; one that is there already, or has no letters, is left out."""
    found: dict[str, str] = {}
    for name in (" ".join(part.split()) for part in text.split(",")):
        if is_slug(slug(name)):
            found.setdefault(slug(name), name)
    return tuple(Topic(key, name) for key, name in found.items())


def guess_forge(address: str) -> str:
    """What kind of forge an address is on, as far as its host tells; empty where it does not."""
    host = urlsplit(address).hostname or ""
    kinds = {"github": "github", "gitlab": "gitlab", "codeberg": "forgejo", "forgejo": "forgejo"}
    return next((kind for word, kind in kinds.items() if word in host), "")


def _ask_topics(console: Console, usual: tuple[Topic, ...]) -> tuple[Topic, ...]:
    console.print(f"Topik yang biasa: {', '.join(topic.name for topic in usual)}.", highlight=False)
    return parse_topics(ask_optional(console, "Topik lain, dipisah koma")) or usual


def _ask_forge(console: Console) -> Repository | None:
    """Where the repository will be for others to send to."""
    while True:
        given = ask_optional(console, "Alamat repositori di GitHub, GitLab atau Forgejo")
        address = given.rstrip("/").removesuffix(".git")
        if not given or is_project(address):
            break
        console.print("Tulis alamat lengkap proyeknya, contoh https://github.com/kota-contoh/kim.")
    if not given:
        return None
    kind = guess_forge(address) or FORGES[choose(console, "Jenisnya", FORGES)]
    return Repository(kind, address, "main")


def _is_sample(folder: Path, sample: Network) -> bool:
    """Whether a folder holds the network that comes with the project."""
    return sample.authority.partition(",")[0].endswith(".example") and (
        f'authority = "{sample.authority}"' in (folder / NETWORK_FILE).read_text(encoding="utf-8")
    )


def _district_slugs(region: Region) -> dict[str, str]:
    """A slug for each kecamatan by its code: unique, and none that the portal needs itself."""
    slugs: dict[str, str] = {}
    for district, _ in region.districts:
        name = slug(district.name)
        if name in RESERVED_AT_ROOT:
            name = f"{name}-{district.code.rpartition('.')[2]}"
        while name in slugs.values():
            name = f"{name}-{district.code.rpartition('.')[2]}"
        slugs[district.code] = name
    return slugs


def _zone(region: Region) -> str:
    return next(zone for zone, codes in _ZONES if region.code[:2] in codes.split())


def _head_of_desa(region: Region) -> str:
    words = next((own for codes, own in _WORDS if region.code[:2] in codes.split()), {})
    return words.get("head_desa", Words().head_desa)


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
