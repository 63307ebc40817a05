"""`invoke review`: the editor of a local repository. Lists what came in, shows, merges or returns it.

What a forge does with a page, so that the whole loop runs on one machine and without an account.
"""

import getpass
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kim.check import check_content
from kim.errors import KimError
from kim.problems import Problem, has_errors
from kim.report import format_problems
from kim.text import shorten
from ops.preview import changed_posts, preview_posts, write_previews
from webform.forges.git import GitError, Repository, Signature
from webform.forges.local import LocalForge, Proposal

#: where the previews of `--show` lie
PREVIEWS = ".cache/pratinjau"
_STATES = {"open": "menunggu", "merged": "sudah terbit", "closed": "ditutup"}


class Review:
    """The proposals of one bare repository. Raises `KimError` where the folder is none."""

    def __init__(self, folder: Path, content: str = "content") -> None:
        self._forge = LocalForge(folder)
        self._repository = Repository(folder.absolute(), {"protocol.file.allow": "always"})
        self._content = content

    def waiting(self) -> tuple[Proposal, ...]:
        """What waits for the editor."""
        return tuple(found for found in self._forge.proposals() if found.state == "open")

    def choose(self, given: str) -> Proposal:
        """A proposal by its number in the list or by its branch. Raises `KimError`."""
        waiting = self.waiting()
        if given.isdecimal() and 1 <= int(given) <= len(waiting):
            return waiting[int(given) - 1]
        found = next((one for one in self._forge.proposals() if one.branch == given), None)
        if found is None:
            raise KimError(f'Tidak ada kiriman "{given}". Lihat daftarnya: invoke review')
        return found

    def check(self, proposal: Proposal, now: datetime) -> tuple[Problem, ...]:
        """What the rules say of it."""
        with self._checked_out(proposal.head) as work:
            return check_content(work / self._content, now, base=proposal.base).problems

    def write_previews(self, proposal: Proposal, root: Path, folder: Path) -> tuple[Path, ...]:
        """Its posts as self-contained pages in `folder`. Raises `KimError` where a rule holds one back."""
        with self._checked_out(proposal.head) as work:
            content = work / self._content
            posts = changed_posts(content, proposal.base)
            return tuple(write_previews(preview_posts(root, content, posts), folder))

    def files(self, proposal: Proposal) -> tuple[str, ...]:
        """The paths that it adds, changes or deletes."""
        out = self._repository.run("diff", "--name-only", "-z", f"{proposal.base}...{proposal.head}")
        return tuple(path for path in out.decode(errors="replace").split("\0") if path)

    def merge(self, proposal: Proposal) -> Mapping[str, tuple[bytes | None, bytes | None]]:
        """Merge it; the files that it changed, below content/, as they were and as they are. `KimError`."""
        before = self._repository.tip(f"refs/heads/{proposal.base}")
        paths = self.files(proposal)
        self._forge.merge(proposal.branch, _editor())
        after = self._repository.tip(f"refs/heads/{proposal.base}")
        start = f"{self._content}/"
        return {
            path.removeprefix(start): (self._read(before, path), self._read(after, path))
            for path in paths
            if path.startswith(start)
        }

    def give_back(self, proposal: Proposal, words: str) -> None:
        """Return it to its writer, who can mend it. Raises `KimError`."""
        self._forge.give_back(proposal.branch, _required(words))

    def close(self, proposal: Proposal, words: str) -> None:
        """Decline it. Raises `KimError`."""
        self._forge.close(proposal.branch, _required(words))

    def _read(self, commit: str, path: str) -> bytes | None:
        try:
            return self._repository.run("cat-file", "blob", f"{commit}:{path}")
        except GitError:
            return None

    @contextmanager
    def _checked_out(self, commit: str) -> Iterator[Path]:
        """A commit as files, with its history for those who ask git."""
        with tempfile.TemporaryDirectory(prefix="kim-review-") as folder:
            work = Path(folder) / "work"
            self._repository.run("worktree", "add", "--quiet", "--detach", str(work), commit)
            try:
                yield work
            finally:
                self._repository.run("worktree", "remove", "--force", str(work))


def write_merged(content: Path, files: Mapping[str, tuple[bytes | None, bytes | None]]) -> tuple[str, ...]:
    """Bring merged files into a content folder; the paths that were left alone, as somebody changed them."""
    left = []
    for path, (before, after) in files.items():
        file = content / path
        lies = file.read_bytes() if file.is_file() and not file.is_symlink() else None
        if lies not in (before, after):
            left.append(path)
        elif after is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(after)
    return tuple(left)


def show_list(review: Review) -> str:
    """What waits, one line each, and what to do."""
    waiting = review.waiting()
    if not waiting:
        return "Tidak ada kiriman yang menunggu."
    lines = []
    for number, found in enumerate(waiting, 1):
        state = f"dikembalikan: {shorten(found.words, 60)}" if found.words else _STATES[found.state]
        lines += [f"{number:>3}  {found.title}  ({found.author})", f"     {found.branch}  {state}"]
    return "\n".join([*lines, "", "Lihat satu: invoke review --repo … --show 1"])


def show_proposal(proposal: Proposal, files: tuple[str, ...], problems: tuple[Problem, ...]) -> str:
    """A proposal with its files and what the rules say of it."""
    lines = [proposal.title, f"{proposal.author}, {proposal.branch}: {_STATES[proposal.state]}", ""]
    if proposal.words:
        lines += [f"Dikembalikan dengan kata: {proposal.words}", ""]
    lines += [*(f"  {path}" for path in files), ""]
    lines.append(format_problems(problems, "text", "content") or "Pemeriksaan: tidak ada masalah.")
    return "\n".join(lines)


def run(
    root: Path,
    repository: Path,
    content: Path,
    show: str = "",
    merge: str = "",
    back: str = "",
    close: str = "",
    words: str = "",
) -> None:
    """One command of the editor, by the one option that is given; none lists. Raises `KimError`."""
    review = Review(repository)
    given = show or merge or back or close
    if not given:
        print(show_list(review))
        return
    proposal = review.choose(given)
    if show:
        problems = review.check(proposal, datetime.now(UTC))
        print(show_proposal(proposal, review.files(proposal), problems))
        if not has_errors(problems):
            for file in review.write_previews(proposal, root, root / PREVIEWS):
                print(f"Pratinjau: {file}")
    elif merge:
        left = write_merged(content, review.merge(proposal))
        print(f"Diterima: {proposal.title}")
        for path in left:
            print(f"{content / path} lain isinya di sini; berkas itu tidak diganti.")
        print("Terbitkan dengan: invoke build")
    elif back:
        review.give_back(proposal, words)
        print(f"Dikembalikan: {proposal.title}")
    else:
        review.close(proposal, words)
        print(f"Ditutup: {proposal.title}")


def _editor() -> Signature:
    return Signature(getpass.getuser(), "redaksi@localhost")


def _required(words: str) -> str:
    words = " ".join(words.split())
    if not words:
        raise KimError('Beri tahu penulisnya apa yang perlu: --words "Siapa yang hadir?"')
    return words
