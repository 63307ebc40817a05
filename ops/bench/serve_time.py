"""`invoke bench --served`: from a merged post to the served page, step by step.

A forge's repository, the clone of the machine that publishes, a folder of releases and a web server are made
of a project's content in a folder that is deleted afterwards. Every figure also stands as a share of the
first publish, which is measured in the same run: seconds depend on the machine, shares hardly do.
"""

import os
import random
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from statistics import median

from PIL import Image

from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.group import Group
from kim.load import load_groups, require_network
from kim.network import Network
from ops.host import Host, serve_folder
from ops.publish import Wish, publish
from ops.stopwatch import Stopwatch
from ops.table import format_table

_ROUNDS = 3
#: The steps in their order: `pull` is Git's, the others are those of `publish`.
_STEPS = ("pull", "ask", "build", "gates", "transfer", "check")
_HEADS = ("what was merged", *(f"{step}, s" for step in _STEPS), "together, s", "of the first")
_FIRST = "everything: the first publish"
_SIZE = (1600, 1200)


@dataclass(frozen=True)
class _Place:
    """What a publish needs of this machine: an editor's clone, the publishing one, and where it is served."""

    editor: Path
    project: Path
    host: Host
    environment: Mapping[str, str]


@dataclass(frozen=True)
class _Writer:
    """Who writes the posts that are merged, and when."""

    network: Network
    group: Group
    now: datetime
    chance: random.Random
    size: tuple[int, int]


#: Writes something into a content folder; which address must show which words afterwards.
_Change = Callable[[Path, _Writer, int], tuple[str, str]]


def measure_serve_time(root: Path, rounds: int = _ROUNDS, size: tuple[int, int] = _SIZE) -> str:
    """The table for a project's content, with photos of `size`. Raises `KimError` where it cannot be
    published, or is not served."""
    with tempfile.TemporaryDirectory(prefix="kim-bench-") as folder:
        home = Path(folder)
        project = home / "portal"
        current = project / "published" / "current"
        with serve_folder(current) as host:
            place = _make_place(root, home, project, host)
            writer = _find_writer(project / "content", size)
            first = _publish(place)
            rows = [_cells(_FIRST, [first], first)]
            for name, change in _CHANGES.items():
                runs = [_merge_and_publish(place, change, writer, number) for number in range(rounds)]
                rows.append(_cells(name, runs, first))
    return format_table(_HEADS, rows)


def _make_place(root: Path, home: Path, project: Path, host: Host) -> _Place:
    project.mkdir()
    copytree(root / "content", project / "content")
    for name in ("kim", "plugins", "theme"):
        (project / name).symlink_to((root / name).resolve())
    for name in ("pelicanconf.py", "publishconf.py"):
        (project / name).write_bytes((root / name).read_bytes())
    target = f'[[targets]]\nname = "uji"\nto = "published"\naddress = "{host.url("/")}"\nserver = "nginx"\n'
    (project / "publish.toml").write_text(target)
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "KIM"), ("EMAIL", "kim@localhost"))
    }
    place = _Place(home / "editor", project, host, {**os.environ, **alone, **names})
    _git(place, project, "init", "--quiet", "--initial-branch", "main")
    _git(place, project, "add", "content")
    _git(place, project, "commit", "--quiet", "--message", "Awal")
    _git(place, home, "clone", "--quiet", "--bare", str(project), "forge.git")
    _git(place, project, "remote", "add", "origin", str(home / "forge.git"))
    _git(place, project, "fetch", "--quiet", "origin")
    _git(place, project, "branch", "--quiet", "--set-upstream-to", "origin/main")
    _git(place, home, "clone", "--quiet", str(home / "forge.git"), "editor")
    return place


def _find_writer(content: Path, size: tuple[int, int]) -> _Writer:
    entry = scan_content(content)
    load = partial(load_file, content)
    network = require_network(load, entry)
    groups, _ = load_groups(load, entry, network)
    if not groups:
        raise KimError(f"{content} has no group that could write a post.")
    now = datetime.now(UTC).astimezone(network.zone)
    chance = random.Random(7)
    return _Writer(network, groups[0], now, chance, size)


def _merge_and_publish(place: _Place, change: _Change, writer: _Writer, number: int) -> dict[str, float]:
    """Seconds by step, from the moment when the forge has the merge."""
    branch = f"kiriman-{number}"
    _git(place, place.editor, "switch", "--quiet", "--create", branch)
    address, words = change(place.editor / "content", writer, number)
    _git(place, place.editor, "add", "content")
    _git(place, place.editor, "commit", "--quiet", "--allow-empty", "--message", "Kiriman")
    _git(place, place.editor, "switch", "--quiet", "main")
    _git(place, place.editor, "merge", "--quiet", "--no-ff", "--message", "Terima", branch)
    _git(place, place.editor, "push", "--quiet", "origin", "main")
    _git(place, place.editor, "branch", "--quiet", "--delete", branch)
    watch = Stopwatch()
    with watch.step("pull"):
        _git(place, place.project, "pull", "--quiet", "--ff-only")
    seconds = {**watch.seconds, **_publish(place)}
    _require_served(place.host.url(address), words)
    return seconds


def _publish(place: _Place) -> dict[str, float]:
    return dict(publish(place.project, Wish(), place.environment))


def _require_served(url: str, words: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 (our own host)
            if words in answer.read().decode():
                return
    except urllib.error.HTTPError as fault:
        raise KimError(f"{url} answered with {fault.code} after it was published.") from fault
    raise KimError(f"{url} does not say {words!r} after it was published.")


def _add_text(content: Path, writer: _Writer, number: int) -> tuple[str, str]:
    """A post without a photo."""
    title, stem = f"Kabar ukur tanpa foto nomor {number}", _stem(writer, "tanpa-foto", number)
    (content / writer.group.folder / f"{stem}.md").write_text(_post(writer, title, ""))
    return f"{writer.group.address}{stem}/", title


def _add_photo(content: Path, writer: _Writer, number: int) -> tuple[str, str]:
    """A post with a photo as large as one may be, never seen before."""
    title, stem = f"Kabar ukur berfoto nomor {number}", _stem(writer, "berfoto", number)
    folder = content / writer.group.folder / stem
    folder.mkdir()
    few = (writer.size[0] // 4, writer.size[1] // 4)
    noise = Image.frombytes("RGB", few, writer.chance.randbytes(3 * few[0] * few[1]))
    noise.resize(writer.size, Image.Resampling.BICUBIC).save(folder / "foto.jpg", quality=60)
    more = "Foto: foto.jpg\nKeterangan foto: Bintik berwarna untuk mengukur\n"
    (folder / "index.md").write_text(_post(writer, title, more))
    return f"{writer.group.address}{stem}/", title


def _correct(content: Path, writer: _Writer, number: int) -> tuple[str, str]:
    """A sentence more in a post that is published."""
    stem, words = _stem(writer, "tanpa-foto", 0), f"Kalimat tambahan nomor {number}."
    file = content / writer.group.folder / f"{stem}.md"
    file.write_text(f"{file.read_text()}\n{words}\n")
    return f"{writer.group.address}{stem}/", words


def _change_nothing(content: Path, writer: _Writer, number: int) -> tuple[str, str]:
    """What the clock's hourly publish finds, most of the time."""
    return writer.group.address, writer.group.name


_CHANGES: Mapping[str, _Change] = {
    "a post with a photo": _add_photo,
    "a post without one": _add_text,
    "a sentence more in a post": _correct,
    "nothing": _change_nothing,
}


def _stem(writer: _Writer, name: str, number: int) -> str:
    return f"{writer.now:%Y-%m-%d}-ukur-{name}-{number}"


def _post(writer: _Writer, title: str, more: str) -> str:
    moment = writer.now - timedelta(minutes=1)
    topic = writer.network.topics[0].slug
    head = f"Judul: {title}\nTanggal: {moment:%Y-%m-%d %H.%M}\nTopik: {topic}\n{more}"
    return (
        f"{head}\n" + "Warga menulis kabar ini untuk diukur, satu paragraf yang biasa panjangnya. " * 8 + "\n"
    )


def _git(place: _Place, folder: Path, *arguments: str) -> None:
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=dict(place.environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KimError(f"git {arguments[0]} failed: {done.stderr.strip()}")


def _cells(name: str, runs: Sequence[Mapping[str, float]], first: Mapping[str, float]) -> tuple[str, ...]:
    """The medians of every step, and of all together."""
    together = median(sum(run.values()) for run in runs)
    steps = (f"{median(run.get(step, 0.0) for run in runs):.2f}" for step in _STEPS)
    return (name, *steps, f"{together:.2f}", f"{together / sum(first.values()):.1%}")
