"""`invoke publish --pull`: for a timer or a hook. Takes what was merged, and says whether to publish now."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ops.publish.git import ask_git

#: Posts that wait for their date, pins and notices change a portal that nobody has touched.
AGAIN = timedelta(hours=1)
#: What was stopped by a gate or a lost connection is tried again, and not every minute.
RETRY = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """The last publish of a commit: when it began (ISO 8601), and whether it came to its end."""

    commit: str
    at: str
    done: bool


def pull(root: Path, environment: Mapping[str, str]) -> str:
    """The commit that the project stands at, after what was merged has come. Raises `KimError`."""
    ask_git(root, environment, "pull", "--quiet", "--ff-only")
    return ask_git(root, environment, "rev-parse", "HEAD")


def is_due(last: Attempt | None, commit: str, now: datetime) -> bool:
    """Whether there is something to publish: another commit, or time enough since the last one."""
    if last is None or last.commit != commit:
        return True
    age = now - datetime.fromisoformat(last.at)
    return not timedelta() <= age < (AGAIN if last.done else RETRY)


def load_attempt(root: Path, target: str) -> Attempt | None:
    """What was noted of a target; nothing where that cannot be read."""
    try:
        return Attempt(**json.loads(_file(root, target).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write_attempt(root: Path, target: str, attempt: Attempt) -> None:
    """Note it, for the next run."""
    _file(root, target).write_text(json.dumps(asdict(attempt)))


def _file(root: Path, target: str) -> Path:
    return root / ".cache" / f"pulled-{target}.json"
