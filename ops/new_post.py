"""`invoke new`: a few questions, then a post's file in the right place, ready to be written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt

from kim.errors import KimError
from kim.folder import FOLDER_POST, load_file, scan_content
from kim.frontmatter import Document, Field, dump_document
from kim.group import Group
from kim.head import LONGEST_TITLE, SHORTEST_TITLE
from kim.load import load_groups, require_network
from kim.network import Network
from kim.report import format_problems
from kim.text import slug
from ops.asking import ask_optional, choose

_BODY = "Tulis kabarnya di sini: apa yang terjadi, siapa, kapan, di mana, mengapa dan bagaimana.\n\n"
_HINT = "Setelah selesai, hapus baris Status di atas."


@dataclass(frozen=True)
class Answers:
    """What was asked; `folder` is the group's, `topic` a slug."""

    folder: str
    title: str
    topic: str
    day: date
    author: str = ""
    with_photo: bool = False


def post_path(answers: Answers) -> str:
    """The new file's path below content/."""
    stem = f"{answers.day.isoformat()}-{slug(answers.title)}"
    return f"{answers.folder}/{stem}/{FOLDER_POST}" if answers.with_photo else f"{answers.folder}/{stem}.md"


def post_text(answers: Answers) -> str:
    """The new file's text: a draft until its writer says otherwise."""
    values = {
        "Judul": answers.title,
        "Tanggal": answers.day.isoformat(),
        "Topik": answers.topic,
        "Penulis": answers.author,
        "Status": "draf",
    }
    if answers.with_photo:
        values |= {"Foto": "foto.jpg", "Keterangan foto": "Apa yang tampak di foto"}
    fields = tuple(Field(key, value, 0) for key, value in values.items() if value)
    return dump_document(Document(fields, _BODY + _HINT, 0))


def write_post(root: Path, answers: Answers) -> Path:
    """Write the new file; never over another. Raises `KimError`."""
    file = root / post_path(answers)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(post_text(answers))
    except FileExistsError as fault:
        raise KimError(f"{file} sudah ada. Pakai judul atau tanggal lain.") from fault
    return file


def ask_and_write(root: Path) -> None:
    """Ask on the terminal, write, and say what comes next. Raises `KimError`."""
    console = Console()
    network, groups = _read_choices(root)
    try:
        answers = _ask(console, network, groups)
    except EOFError as fault:
        raise KimError("Dibatalkan; tidak ada yang ditulis.") from fault
    file = write_post(root, answers)
    console.print(f"\nBerkasnya: {file}", markup=False, highlight=False, soft_wrap=True)
    if answers.with_photo:
        console.print("Taruh fotonya di folder itu dengan nama foto.jpg.", highlight=False)
    console.print("Periksa dengan: invoke check", highlight=False)


def _read_choices(root: Path) -> tuple[Network, tuple[Group, ...]]:
    content = scan_content(root)
    load = partial(load_file, root)
    network = require_network(load, content)
    groups, problems = load_groups(load, content, network)
    if not groups:
        raise KimError(
            format_problems(problems, "text") or "Belum ada kelompok: tambahkan folder dengan kim.toml."
        )
    return network, groups


def _ask(console: Console, network: Network, groups: Sequence[Group]) -> Answers:
    group = groups[choose(console, "Kelompok", [group.name for group in groups])]
    while True:
        title = Prompt.ask("Judul", console=console).strip()
        if SHORTEST_TITLE <= len(title) <= LONGEST_TITLE and slug(title):
            break
        console.print(f"Judul {SHORTEST_TITLE} sampai {LONGEST_TITLE} huruf, ya.")
    topic = network.topics[choose(console, "Topik", [topic.name for topic in network.topics])]
    today = datetime.now(UTC).astimezone(network.zone).date()
    while True:
        given = Prompt.ask("Tanggal (tahun-bulan-hari)", console=console, default=today.isoformat())
        try:
            day = date.fromisoformat(given.strip())
            break
        except ValueError:
            console.print(f"Tulis seperti {today.isoformat()}.")
    author = ask_optional(console, "Penulis")
    with_photo = Prompt.ask("Ada foto?", console=console, choices=["ya", "tidak"], default="tidak") == "ya"
    return Answers(group.folder, " ".join(title.split()), topic.slug, day, author, with_photo)
