"""What an operator calls: the service, embedded or as the environment sets it, and the groups' codes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from kim.errors import KimError
from kim.folder import MOST_TEXT_BYTES
from kim.problems import has_errors
from kim.report import format_problems
from kim.text import nearest
from webform import codes
from webform.content import ContentReader
from webform.forges.git import GitError
from webform.imported import plan_import, read_import
from webform.outbox import Outbox
from webform.place import open_forge
from webform.serve import OUTBOX, log_to_stderr, now, open_outbox, run
from webform.settings import Settings, read_settings


def state_folder(repository: Path) -> Path:
    """Where the outbox of an embedded repository lies: beside it, never in it."""
    return repository.with_name(f"{repository.name}.form")


def local_environment(repository: Path, port: int, environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of the embedded default; what the environment says otherwise stays."""
    return {
        "KIM_FORM_POLL": "3",
        **environment,
        "KIM_FORM_FORGE": "local",
        "KIM_FORM_REPO": str(repository),
        "KIM_FORM_STATE": str(state_folder(repository)),
        "KIM_FORM_PORT": str(port),
    }


def run_local(root: Path, repository: Path, port: int, say: Callable[[str], None] = print) -> None:
    """The form on loopback with a bare repository, which is made where there is none. Raises `KimError`."""
    repository = repository.absolute()
    if not repository.exists() or not any(repository.iterdir()):
        make_repository(root / "content", repository)
        say(f"Made {repository} from content/.")
    settings = read_settings(local_environment(repository, port, os.environ))
    _give_first_code(settings, say)
    serve(settings, say)


def run_from_environment(say: Callable[[str], None] = print) -> None:
    """The form as the environment sets it. Raises `KimError`."""
    serve(read_settings(os.environ), say)


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until stopped. Raises `KimError`."""
    log_to_stderr()
    run(settings, open_forge(settings), lambda address: say(f"{address}  (Ctrl+C stops)"))


def code_settings(repository: str) -> Settings:
    """The settings of the form whose codes are meant. Raises `KimError`."""
    if not repository:
        return read_settings(os.environ)
    folder = Path(repository).absolute()
    return read_settings(local_environment(folder, 8001, os.environ))


def make_repository(content: Path, repository: Path) -> None:
    """A bare repository whose branch `main` holds the content folder. Raises `KimError`."""
    if not content.is_dir():
        raise KimError(f"There is no content folder at {content}.")
    repository.parent.mkdir(parents=True, exist_ok=True)
    made = repository.with_name(f".{repository.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    by = {"GIT_AUTHOR_NAME": "KIM", "GIT_AUTHOR_EMAIL": "kim@localhost"}
    by |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in by.items()}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        **by,
        "GIT_DIR": str(made),
        "GIT_WORK_TREE": str(content.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            env=environment,
            cwd=content.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    try:
        bare = {**environment, "GIT_DIR": "", "GIT_WORK_TREE": ""}
        bare = {name: value for name, value in bare.items() if value}
        subprocess.run(
            ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(made)],
            env=bare,
            capture_output=True,
            text=True,
            check=True,
        )
        git("-c", "core.bare=false", "add", "--force", content.name)
        commit = git("commit-tree", git("write-tree"), "-m", "Content as it is")
        git("update-ref", "refs/heads/main", commit)
    except FileNotFoundError as fault:
        raise KimError("git is not installed.") from fault
    except subprocess.CalledProcessError as fault:
        raise KimError(f"git: {fault.stderr.strip()}") from fault
    (made / "index").unlink(missing_ok=True)
    made.rename(repository)  # whole, or not there


def make_code(settings: Settings, group: str) -> str:
    """A new code of a group; the ones before it stop at once. Raises `KimError`."""
    _require_group(settings, group)
    outbox = open_outbox(settings.state)
    code = codes.make_code()
    made = outbox.codes.add(group, codes.hash_code(code), now())
    outbox.codes.revoke(group, now(), but=made)
    outbox.close()
    return code


def revoke_code(settings: Settings, group: str) -> int:
    """Revoke every code of a group; how many there were. Raises `KimError`."""
    _require_group(settings, group)
    outbox = open_outbox(settings.state)
    revoked = outbox.codes.revoke(group, now())
    outbox.close()
    return revoked


def list_codes(settings: Settings) -> dict[str, str]:
    """Every group of the network, with the day of its code, or an empty text. Raises `KimError`."""
    outbox = open_outbox(settings.state)
    active = {row.group: f"{row.created:%Y-%m-%d}" for row in outbox.codes.rows() if row.revoked is None}
    outbox.close()
    return {group: active.get(group, "") for group in _groups(settings)}


def write_backup(settings: Settings, file: Path) -> None:
    """A whole copy of the outbox, also while the service writes in it. Raises `KimError`."""
    if not (settings.state / OUTBOX).is_file():
        raise KimError(f"There is no outbox in {settings.state}.")
    outbox = open_outbox(settings.state)
    outbox.file.copy_to(file)
    outbox.close()


def _groups(settings: Settings) -> list[str]:
    opened = open_forge(settings)
    opened.refresh()
    try:
        return list(ContentReader(opened.repository, settings.base, settings.folder).read().groups)
    except GitError as fault:
        raise KimError(str(fault)) from fault


def _require_group(settings: Settings, group: str) -> None:
    known = _groups(settings)
    if group not in known:
        near = nearest(group, known)
        advice = f'Did you mean "{near}"?' if near else f"There are: {', '.join(known)}."
        raise KimError(f'There is no group "{group}". {advice}')


def _give_first_code(settings: Settings, say: Callable[[str], None]) -> None:
    """On the first start somebody wants to try it at once."""
    outbox: Outbox = open_outbox(settings.state)
    is_first = not outbox.codes.rows()
    outbox.close()
    if is_first:
        group = _groups(settings)[0]
        say(f"Code of {group}: {make_code(settings, group)}\nOther groups: invoke form-code GROUP --repo …")


def import_submission(settings: Settings, file: Path, group: str, say: Callable[[str], None]) -> None:
    """Propose a post that came as a file. Raises `KimError`, with every problem that holds it back."""
    opened = open_forge(settings)
    opened.refresh()
    content = ContentReader(opened.repository, settings.base, settings.folder).read()
    try:
        with file.open("rb") as source:
            data = source.read(MOST_TEXT_BYTES)
    except OSError as fault:
        raise KimError(f"{file}: {fault.strerror}") from fault
    today = now().astimezone(content.network.zone).date()
    imported = read_import(data, content, today, group)
    if imported.problems:
        say(format_problems(imported.problems, "text", settings.folder))
    if has_errors(imported.problems):
        raise KimError("Belum dikirim: betulkan dulu masalah di atas.")
    pull = opened.forge.propose(plan_import(imported, content.network, settings.base, settings.folder))
    say(f"{imported.composed.path}: {pull.url or pull.id} ({pull.state})")
