"""What people do here, by name: `invoke --list`. The work itself stands in ops/, kim/ and the build."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

ROOT = Path(__file__).resolve().parent


def _run(*command: str) -> None:
    """A command in this folder, with this Python; its exit code becomes ours."""
    code = subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode
    if code:
        raise Exit(code=code)


@contextmanager
def _told() -> Iterator[None]:
    """What a person can mend is said without a traceback."""
    from kim.errors import KimError

    try:
        yield
    except KimError as fault:
        raise Exit(str(fault), code=fault.exitcode) from fault


@task(
    help={
        "content": "the content folder (default: content)",
        "output": "where the site goes (default: output)",
        "clean": "forget all that was built before and make every file anew",
        "strict": "exit 1 if any post has a problem, after the others are published",
        "executor": "who does long work: local, local:1 (one process) or dask://scheduler:8786",
    }
)
def build(
    c: Context,
    content: str = "",
    output: str = "",
    clean: bool = False,
    strict: bool = False,
    executor: str = "",
) -> None:
    """Build the portal; posts with a problem are reported and held back."""
    from ops.build import build_command

    if content and not Path(content).is_dir():
        raise Exit(f"There is no content folder at {content}.", code=1)
    _run(*build_command(ROOT, content, output, clean=clean, strict=strict, executor=executor))


@task(help={"content": "the content folder", "output": "where the site goes", "port": "default: 8000"})
def serve(c: Context, content: str = "", output: str = "", port: int = 8000) -> None:
    """Build, show the portal on this machine, and build again on every change."""
    from ops.serve import serve as run

    with _told():
        run(ROOT, content, output, port)


@task(help={"content": "the content folder", "fix": "mend what is mechanical, and show the difference"})
def check(c: Context, content: str = "", fix: bool = False) -> None:
    """Check every post by the rules; exit 1 if any breaks one."""
    options = [*(["--content", content] if content else []), *(["--fix"] if fix else [])]
    _run("-m", "kim", "check", *options)


@task(help={"content": "the content folder"})
def new(c: Context, content: str = "") -> None:
    """Tanya-jawab singkat, lalu menulis berkas berita di tempat yang benar."""
    from ops.new_post import ask_and_write

    with _told():
        ask_and_write(Path(content or ROOT / "content"))


@task(
    help={
        "to": "which target of publish.toml (default: its first)",
        "content": "the content folder",
        "dry_run": "build and look, say what would be sent, and send nothing",
        "force": "publish also where the build has far fewer pages than what is published",
        "pull": "for a timer or a hook: git pull first, and nothing else where nothing is new",
    }
)
def publish(
    c: Context,
    to: str = "",
    content: str = "",
    dry_run: bool = False,
    force: bool = False,
    pull: bool = False,
) -> None:
    """Build for readers, look at it, send what has changed, and look at what is served."""
    from ops.publish import Wish
    from ops.publish import publish as run

    with _told():
        run(ROOT, Wish(to, content, dry_run, force, pull))


@task(help={"to": "which target of publish.toml (default: its first)"})
def rollback(c: Context, to: str = "") -> None:
    """Show the release before the one that readers see."""
    from ops.publish import roll_back_target

    with _told():
        roll_back_target(ROOT, to)


@task(
    help={
        "to": "which target of publish.toml (default: its first)",
        "hours": "a publish older than this is a worry (default: 26)",
        "quiet": "a group without a post for so many days is one too (default: 90)",
    }
)
def status(c: Context, to: str = "", hours: int = 26, quiet: int = 90) -> None:
    """Ask a published portal how it is doing; exit 1 where somebody should look."""
    from ops.status import show_status

    with _told():
        show_status(ROOT, to, hours, quiet)


@task(
    help={
        "server": "nginx, caddy or apache",
        "folder": "where the server finds the front page, for example /srv/kim/current",
        "content": "the content folder",
        "certificate": "file of the TLS certificate (default: where certbot puts it)",
        "key": "file of its key",
    }
)
def serving(
    c: Context, server: str, folder: str, content: str = "", certificate: str = "", key: str = ""
) -> None:
    """Print a web server's configuration for this portal."""
    from ops.serving import Place, print_config

    with _told():
        print_config(server, Path(content or ROOT / "content"), Place(Path(folder), certificate, key))


@task(help={"repo": "a bare repository; made from content/ where there is none", "port": "default: 8001"})
def form(c: Context, repo: str, port: int = 8001) -> None:
    """Serve the web form on this machine, against a bare repository."""
    from webform.commands import run_local

    with _told():
        run_local(ROOT, Path(repo), port)


_FORM_OF = "the bare repository of `invoke form`; without one, the environment's settings"


@task(
    positional=["group"],
    help={"group": "the group's id", "repo": _FORM_OF, "revoke": "take its code away, and give no new one"},
)
def form_code(c: Context, group: str, repo: str = "", revoke: bool = False) -> None:
    """Give a group a new code for the web form; the one before it stops at once."""
    from webform.commands import code_settings, make_code, revoke_code

    with _told():
        if revoke:
            print(f"{group}: {revoke_code(code_settings(repo), group)} codes revoked")
        else:
            print(f"{group}: {make_code(code_settings(repo), group)}")


@task(help={"repo": _FORM_OF})
def form_codes(c: Context, repo: str = "") -> None:
    """Every group, and since when it has its code for the web form."""
    from webform.commands import code_settings, list_codes

    with _told():
        for group, day in list_codes(code_settings(repo)).items():
            print(f"{group}  {day or '-'}")


@task(
    positional=["file"],
    help={
        "file": "a post as /kirim/ shares it",
        "repo": "the bare repository of `invoke form`; without one, the environment's settings",
        "group": "whose post it is, where the file does not say",
    },
)
def import_submission(c: Context, file: str, repo: str = "", group: str = "") -> None:
    """Take in a post that came as a file: checked and proposed as if the form had sent it."""
    from webform.commands import code_settings
    from webform.commands import import_submission as run

    with _told():
        run(code_settings(repo), Path(file), group, print)


@task(
    help={
        "repo": "the bare repository that the form proposes to",
        "show": "a number of the list, or a branch: its files, its problems and its preview",
        "merge": "take one in, and bring it into the content folder",
        "back": "give one back to its writer, with --words",
        "close": "decline one, with --words",
        "words": "what its writer is told",
        "content": "the content folder that a merged post goes to (default: content)",
    }
)
def review(
    c: Context,
    repo: str,
    show: str = "",
    merge: str = "",
    back: str = "",
    close: str = "",
    words: str = "",
    content: str = "",
) -> None:
    """Daftar kiriman di repositori lokal; lihat, terima, kembalikan atau tolak."""
    from ops.review import run

    with _told():
        run(ROOT, Path(repo), Path(content or ROOT / "content"), show, merge, back, close, words)


@task(positional=["post"], help={"post": "a post's file or folder", "output": "the folder for the page"})
def preview(c: Context, post: str, content: str = "", output: str = "pratinjau") -> None:
    """One post as one HTML file, with its photos inside, to send to anybody."""
    from ops.preview import post_at, preview_posts, write_previews

    folder = Path(content or ROOT / "content")
    with _told():
        for file in write_previews(preview_posts(ROOT, folder, [post_at(folder, post)]), Path(output)):
            print(file)


@task(
    help={
        "base": "a git revision",
        "content": "the content folder",
        "output": "the folder for the pages",
    }
)
def previews(c: Context, base: str, content: str = "", output: str = "pratinjau") -> None:
    """Every post that changed since a git revision, each as one HTML file."""
    from ops.preview import changed_posts, preview_posts, write_previews

    folder = Path(content or ROOT / "content")
    with _told():
        for file in write_previews(preview_posts(ROOT, folder, changed_posts(folder, base)), Path(output)):
            print(file)


@task(help={"content": "the content folder", "check": "write nothing; exit 1 if a file is out of date"})
def codeowners(c: Context, content: str = "", check: bool = False) -> None:
    """Write CODEOWNERS for GitHub, GitLab and Forgejo from the editors in the settings."""
    from ops.codeowners import require_current, write_files

    folder = Path(content or ROOT / "content")
    with _told():
        if check:
            require_current(ROOT, folder)
        else:
            for file in write_files(ROOT, folder):
                print(file.relative_to(ROOT))


@task(
    help={
        "code": "the region's Kemendagri code: two figures, a dot, two figures",
        "content": "the new content folder",
    }
)
def new_network(c: Context, code: str = "", content: str = "") -> None:
    """Tanya-jawab, lalu menulis network.toml, wilayah.csv dan halaman untuk kota atau kabupaten lain."""
    from datetime import UTC, datetime

    from ops.new_network import ask_and_write

    with _told():
        ask_and_write(ROOT, Path(content or ROOT / "content"), code, datetime.now(UTC).date())


@task(help={"content": "the content folder"})
def new_group(c: Context, content: str = "") -> None:
    """Tanya-jawab, lalu menulis folder dan kim.toml sebuah kelompok."""
    from ops.new_group import ask_and_write

    with _told():
        ask_and_write(Path(content or ROOT / "content"))


@task(
    help={
        "before": "what was published: an earlier output folder, or the portal's address with https://",
        "output": "the new build (default: output)",
    }
)
def feeds_check(c: Context, before: str, output: str = "") -> None:
    """Compare the feeds of a new build with those published; exit 1 if an aggregator would suffer."""
    from kim.errors import KimError
    from ops.feeds_check import check_feeds

    try:
        report = check_feeds(before, Path(output or ROOT / "output"))
    except KimError as fault:
        raise Exit(str(fault), code=2) from fault
    print(report)
    if not report.is_good:
        raise Exit(code=1)


@task(
    help={
        "phones": "how many send at once (default: 50)",
        "photos": "12-megapixel photos of each (default: 0)",
    }
)
def form_bench(c: Context, phones: int = 50, photos: int = 0) -> None:
    """Many phones send at once to a form on this machine: how long they wait, and what it holds."""
    from ops.form_bench import run

    with _told():
        measured = run(ROOT, phones, photos)
    print("\n".join([*measured.lines(), *measured.faults[:10]]))
    if measured.accepted < phones:
        raise Exit(code=1)


@task(positional=["file"], help={"file": "the copy to write", "repo": _FORM_OF})
def form_backup(c: Context, file: str, repo: str = "") -> None:
    """Copy the web form's outbox, also while the form runs."""
    from webform.commands import code_settings, write_backup

    with _told():
        write_backup(code_settings(repo), Path(file))


@task
def test(c: Context) -> None:
    """Everything that is checked before a change is taken."""
    _run("-m", "ruff", "check")
    _run("-m", "ruff", "format", "--check")
    _run("-m", "mypy")
    _run("-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", "not soak")


@task
def golden(c: Context) -> None:
    """Write the golden tree of tests/golden anew; read the difference before you commit it."""
    _run("-m", "pytest", "tests/golden", "--golden")


@task(help={"rounds": "random sequences to play (default: 300)"})
def soak(c: Context, rounds: int = 300) -> None:
    """The long random runs."""
    _run("-m", "pytest", "-m", "soak", "-n", "2", f"--soak-rounds={rounds}")


@task
def screenshots(c: Context) -> None:
    """Take the README's pictures of the sample anew."""
    from ops.screenshots import take_screenshots

    with _told():
        for file in take_screenshots(ROOT):
            print(f"{file.relative_to(ROOT)}  {file.stat().st_size} bytes")


@task(
    help={
        "paint": "instead: when a phone on a slow line shows something",
        "served": "instead: from a merged post to the served page, step by step",
        "preview": "instead: from a saved post to its words in the browser, at each of --posts",
        "posts": "sizes of the network, with commas between (default: 1000,10000)",
        "photos": "how many posts have a photo (default: 0); without peers",
        "rounds": "how often everything is measured, turn by turn (default: 3)",
        "peers": "hugo, pelican, pelican-cache, with commas between, or none (default: all)",
        "scenarios": "cold, edit, add, nothing, template, with commas between (default: all)",
        "work": "a folder that keeps corpora and sites for the next run (default: a temporary one)",
        "save": "the folder for results, report and plot (default: .cache/bench)",
        "keep": "count the earlier runs in that folder, too, instead of replacing them",
    }
)
def bench(
    c: Context,
    paint: bool = False,
    served: bool = False,
    preview: bool = False,
    posts: str = "1000,10000",
    photos: int = 0,
    rounds: int = 3,
    peers: str = "",
    scenarios: str = "",
    work: str = "",
    save: str = ".cache/bench",
    keep: bool = False,
) -> None:
    """Measure builds beside those of Hugo and Pelican, and print tables; nothing is asserted."""
    from rich.console import Console

    from ops.bench.paint import measure_paint
    from ops.bench.preview import measure_preview
    from ops.bench.serve_time import measure_serve_time
    from ops.bench.speed import measure_speed, parse_wish

    with _told():
        if paint:
            print(measure_paint(ROOT))
        if served:
            print(measure_serve_time(ROOT))
        wish = parse_wish(posts, photos, rounds, peers, scenarios, work, save, keep)
        if preview:
            print(measure_preview(ROOT, wish.posts, wish.work))
        if not (paint or served or preview):
            console = Console()
            # a file or a pipe has no width of its own
            measure_speed(ROOT, wish, console if console.is_terminal else Console(width=120))


@task(help={"types": "types of page, with commas between (default: all)"})
def lighthouse(c: Context, types: str = "") -> None:
    """Have Lighthouse judge every type of page as a phone sees it; exit 1 where one has less than 100."""
    from ops.lighthouse import judge_sample

    with _told():
        print(judge_sample(ROOT, [name for name in types.split(",") if name]))
