"""What a forge is to the form: one pull request for each branch, proposed and asked about.

The rules that every forge keeps, so that a caller may repeat any call after a crash or a timeout:

* `propose` makes the branch hold exactly the base with the change's files on top, and makes sure of the one
  pull request of that branch. Called again with the same change it changes nothing and gives the same pull
  request. Called with another change it updates it: nothing that an editor did leaves the branch's history.
* A pull request that is merged or closed is left alone: `propose` gives it back as it is, and the caller
  proposes under another branch.

What a change says is from strangers: `checked` holds branch, paths and names to what a ref, a tree and a
commit can carry, and makes the words inert: no mention, no reference, no command to a forge or its CI.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from kim.errors import KimError
from kim.text import remove_forbidden

State = Literal["open", "merged", "closed"]
#: a commit's last line; by it a change is found again on a branch
TRAILER = "Kiriman"

_BRANCH = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_LONGEST_BRANCH, _LONGEST_PATH, _LONGEST_LINE, _LONGEST_TEXT = 200, 400, 200, 20_000
#: an invisible character that parts what a forge would take for a command
_JOINER = "\N{WORD JOINER}"
#: `@name`, `#12`, `!12`, `[skip ci]`, GitLab's `/merge` at the start of a line
_COMMANDS = re.compile(r"@(?=\w)|[#!](?=\d)|\[(?=[\w ])|^/", re.MULTILINE)


class ForgeAway(KimError):  # noqa: N818 - a state of the world, not a fault
    """The forge cannot be reached, or cannot just now: ask again later.

    `retry_after` are seconds, where the forge said how many.
    """

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class ForgeRefused(KimError):  # noqa: N818 - as above
    """The forge said no: a person has to look at its settings or at the change."""


@dataclass(frozen=True)
class Change:
    """What one pull request holds.

    `files` are paths below the repository's root with their bytes, or None where the file is to go. `author`
    is the writer by name, `email` the address that goes with it in the commit. `message` is the commit's,
    `title` and `body` are the pull request's; `body` is Markdown.
    """

    branch: str
    base: str
    title: str
    body: str
    author: str
    email: str
    message: str
    files: tuple[tuple[str, bytes | None], ...]

    @property
    def digest(self) -> str:
        """What tells this change from another of the same branch: its files, its writer and its words."""
        found = hashlib.sha256()
        for text in (self.branch, self.base, self.title, self.author, self.email, self.message):
            found.update(hashlib.sha256(text.encode()).digest())
        for path, data in sorted(self.files, key=lambda file: file[0]):
            found.update(hashlib.sha256(path.encode()).digest())
            found.update(b"gone" if data is None else hashlib.sha256(data).digest())
        return found.hexdigest()[:32]


@dataclass(frozen=True)
class Pull:
    """A pull request as its forge has it.

    `url` is empty where it has no page. `words` are an editor's newest, said since the branch last changed.
    """

    id: str
    url: str
    state: State
    words: str = ""


class Forge(Protocol):
    """A place with one repository and its pull requests. Both calls raise `ForgeAway` and `ForgeRefused`."""

    def propose(self, change: Change) -> Pull:
        """Create or update the one pull request of the change's branch. Raises `ValueError` as `checked`."""
        ...

    def state(self, branch: str) -> Pull | None:
        """The pull request of a branch; None where there is none."""
        ...


def checked(change: Change) -> Change:
    """The change as it may go to a forge: its words inert and on one line, its name without marks of syntax.

    Raises `ValueError` for a branch, a path, an address or an emptiness that only a bug can have made.
    """
    for name in (change.branch, change.base):
        check_branch(name)
    if not _EMAIL.fullmatch(change.email):
        raise ValueError("no address for a commit")
    paths = [path for path, _ in change.files]
    for path in paths:
        if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path):
            raise ValueError(f"no path for a change: {path!r}")
    if not paths or len(set(paths)) < len(paths):
        raise ValueError("no files, or one twice")
    author = " ".join(re.sub(r"[<>\"\\]", " ", remove_forbidden(change.author)).split()).strip(".,:;' ")
    return replace(
        change,
        title=_line(change.title) or change.branch,
        body=remove_forbidden(change.body)[:_LONGEST_TEXT],
        author=author[:_LONGEST_LINE] or change.email.partition("@")[0],
        message=_words(change.message) or change.branch,
    )


def check_branch(branch: str) -> str:
    """The branch. Raises `ValueError` where it is none of ours."""
    if len(branch) > _LONGEST_BRANCH or not _BRANCH.fullmatch(branch):
        raise ValueError(f"no name of a branch: {branch!r}")
    return branch


def inert(text: str) -> str:
    """The text, looking the same, in which a forge finds no mention, reference, command or skipped check."""
    return _COMMANDS.sub(lambda found: found[0] + _JOINER, remove_forbidden(text))


def quoted(text: str) -> str:
    """A stranger's text as a pull request's body may show it: indented, and therefore nothing but text."""
    lines = inert(text).splitlines() or [""]
    return "\n".join(f"    {line}" for line in lines)


def _line(text: str) -> str:
    return " ".join(inert(text).split())[:_LONGEST_LINE]


def _words(text: str) -> str:
    """A commit's message: its subject on one line; no line of it is taken for a trailer."""
    lines = [" ".join(line.split()) for line in inert(text).splitlines()]
    lines = [re.sub(r"^([A-Za-z-]+):", rf"\1{_JOINER}:", line) for line in lines]
    return "\n".join(lines).strip()[:_LONGEST_TEXT]
