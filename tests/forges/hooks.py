"""What a forge does when something is pushed, as hooks of a real repository; run by git, not by pytest.

`proc-receive` is Gitea's AGit: one open pull request for each pusher and topic. `post-receive` is GitLab's
reading of push options. Both keep their pull requests in `pulls.json` beside the repository's objects.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOTHING = "0" * 40


@contextmanager
def pulls(repository: Path) -> Iterator[list[dict[str, Any]]]:
    """The pull requests of a repository; what is changed in the list is kept."""
    file = repository / "pulls.json"
    with (repository / "pulls.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = json.loads(file.read_text()) if file.exists() else []
        yield rows
        file.write_text(json.dumps(rows))


def add(rows: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    """A new open pull request."""
    row = {"number": len(rows) + 1, "state": "open", "merged": False, "remarks": [], **values}
    rows.append(row)
    return row


def proc_receive() -> None:
    """AGit: `refs/for/<base>` with a topic becomes `refs/pull/<number>/head`."""
    _read_packets()
    _write_packets("version=1\0push-options")
    commands, options = list(_read_packets()), dict(_pair(line) for line in _read_packets())
    answers = []
    for command in commands:
        _, new, ref = command.split(" ")
        answers += _take(new, ref, options)
    _write_packets(*answers)


def _take(new: str, ref: str, options: dict[str, str]) -> list[str]:
    base = ref.removeprefix("refs/for/")
    head = f"{os.environ['REMOTE_USER'].lower()}/{options.get('topic', '')}"
    if "topic" not in options:
        return [f"ng {ref} topic-branch is not set"]
    with pulls(Path.cwd()) as rows:
        found = [row for row in rows if (row["head"], row["base"], row["state"]) == (head, base, "open")]
        old = _git("rev-parse", f"refs/pull/{found[0]['number']}/head") if found else NOTHING
        if old == new:
            return [f"ng {ref} new commit is same with old commit"]
        if found and _git("rev-list", "--max-count=1", old, f"^{new}") and "force-push" not in options:
            return [f"ng {ref} request `force-push` push option"]
        row = found[0] if found else add(rows, head=head, base=base)
        if not found:
            row |= {"title": options.get("title", ""), "body": options.get("description", "")}
        row["options"] = options
        target = f"refs/pull/{row['number']}/head"
        _git("update-ref", target, new)
    return [f"ok {ref}", f"option refname {target}", f"option old-oid {old}", f"option new-oid {new}"]


def post_receive() -> None:
    """GitLab: a push with `merge_request.create` makes sure of a merge request."""
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT", "0"))
    options = dict(_pair(os.environ[f"GIT_PUSH_OPTION_{number}"]) for number in range(count))
    if "merge_request.create" not in options or Path("hook-is-dead").exists():
        return
    for line in sys.stdin:
        branch = line.split()[2].removeprefix("refs/heads/")
        with pulls(Path.cwd()) as rows:
            found = [row for row in rows if (row["head"], row["state"]) == (branch, "open")]
            row = found[0] if found else add(rows, head=branch, base=options["merge_request.target"])
            row["options"] = options
            row["title"] = options["merge_request.title"]
            row["body"] = options["merge_request.description"].replace("\\n", "\n")


def _pair(option: str) -> tuple[str, str]:
    key, _, value = option.partition("=")
    return key, value


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _read_packets() -> list[str]:
    """The lines up to a flush packet."""
    lines = []
    while (size := int(sys.stdin.buffer.read(4), 16)) > 0:
        lines.append(sys.stdin.buffer.read(size - 4).decode().rstrip("\n"))
    return lines


def _write_packets(*lines: str) -> None:
    for line in lines:
        sys.stdout.buffer.write(b"%04x%b\n" % (len(line.encode()) + 5, line.encode()))
    sys.stdout.buffer.write(b"0000")
    sys.stdout.buffer.flush()


HOOKS: dict[str, Callable[[], None]] = {"proc-receive": proc_receive, "post-receive": post_receive}


def install(repository: Path, name: str) -> None:
    """Make a repository run one of these hooks."""
    hook = repository / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} {name}\n")
    hook.chmod(0o755)


if __name__ == "__main__":
    HOOKS[sys.argv[1]]()
