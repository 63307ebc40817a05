"""`invoke new-group`: a few questions, then the folder and the kim.toml of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt

from kim.addresses import RESERVED_IN_DISTRICT, is_slug
from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.group import GROUP_FILE, read_group
from kim.load import require_network
from kim.network import Network, Village
from kim.report import format_problems
from kim.text import slug
from ops.asking import ask_optional, choose
from ops.new_network import quoted


@dataclass(frozen=True)
class Answers:
    """What was asked: `section` is a kecamatan's slug, or `kota` or `kabupaten`; `scope` are codes."""

    section: str
    name: str
    scope: tuple[str, ...]
    contact: str
    about: str = ""
    editors: tuple[str, ...] = ()


def group_folder(answers: Answers) -> str:
    """The group's folder below content/. Raises `KimError` where no folder can have its name."""
    name = slug(answers.name)
    if not is_slug(name) or name in RESERVED_IN_DISTRICT:
        raise KimError(f'Nama "{answers.name}" tidak bisa menjadi nama folder. Tulis seperti KIM Mata Air.')
    return f"{answers.section}/{name}"


def group_text(answers: Answers) -> str:
    """The new kim.toml."""
    lines = [
        "# TETAP: tidak pernah diganti, tidak pernah diberikan kepada kelompok lain.",
        f"id = {quoted(slug(answers.name))}",
        f"name = {quoted(answers.name)}",
        f"scope = [{', '.join(quoted(code) for code in answers.scope)}]",
        f"contact = {quoted(answers.contact)}",
    ]
    if answers.about:
        lines.append(f"about = {quoted(answers.about)}")
    if answers.editors:
        lines.append(f"editors = [{', '.join(quoted(name) for name in answers.editors)}]")
    return "\n".join(lines) + "\n"


def write_group(root: Path, network: Network, answers: Answers) -> Path:
    """Write the new file; never over another, and never one with a problem. Raises `KimError`."""
    folder, text = group_folder(answers), group_text(answers)
    problems = read_group(text.encode(), folder, network).problems
    if problems:
        raise KimError(format_problems(problems, "text"))
    file = root / folder / GROUP_FILE
    if file.exists():
        raise KimError(f"{file} sudah ada. Pakai nama lain, atau ubah berkas itu.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def ask_and_write(root: Path) -> None:
    """Ask on the terminal, write, and say what comes next. Raises `KimError`."""
    console = Console()
    network = require_network(partial(load_file, root), scan_content(root))
    try:
        answers = _ask(console, network)
    except EOFError as fault:
        raise KimError("Dibatalkan; tidak ada yang ditulis.") from fault
    file = write_group(root, network, answers)
    console.print(f"\nBerkasnya: {file}", markup=False, highlight=False, soft_wrap=True)
    console.print("Berikutnya: invoke new, untuk berita pertamanya.", highlight=False)


def _ask(console: Console, network: Network) -> Answers:
    sections = [*(district.name for district in network.districts), network.whole]
    at = choose(console, network.words.district.capitalize(), sections)
    district = network.districts[at] if at < len(network.districts) else None
    name = Prompt.ask("Nama kelompok", console=console, default="KIM ", show_default=False).strip()
    scope: tuple[str, ...] = (district.code if district else network.code,)
    if district:
        scope = _ask_villages(console, district.villages) or scope
    contact = Prompt.ask("Kontak untuk umum (surel atau telepon)", console=console).strip()
    about = ask_optional(console, "Siapa mereka, satu dua kalimat")
    editors = ask_optional(console, "Nama pengguna mereka di forge, dipisah koma")
    return Answers(
        section=district.slug if district else network.level,
        name=" ".join(name.split()),
        scope=scope,
        contact=contact,
        about=about,
        editors=tuple(name.strip() for name in editors.split(",") if name.strip()),
    )


def _ask_villages(console: Console, villages: Sequence[Village]) -> tuple[str, ...]:
    """The codes of the villages that are chosen; none for all."""
    for number, village in enumerate(villages, 1):
        console.print(
            f"  {number}. {village.kind.capitalize()} {village.name}", markup=False, highlight=False
        )
    while True:
        given = Prompt.ask(
            "Nomor desa atau kelurahannya, dipisah koma (kosong: semua)",
            console=console,
            default="",
            show_default=False,
        )
        numbers = [part.strip() for part in given.split(",") if part.strip()]
        if all(number.isdecimal() and 1 <= int(number) <= len(villages) for number in numbers):
            return tuple(villages[int(number) - 1].code for number in numbers)
        console.print(f"Tulis angka 1 sampai {len(villages)}, dipisah koma.")
