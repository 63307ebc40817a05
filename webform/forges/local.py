"""A bare repository on this machine as a forge: branches are pull requests, `invoke review` is their editor.

What a forge would keep in its database is a JSON text in the repository itself, under `refs/pulls/<branch>`,
so that a copy of the repository is a copy of everything.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kim.errors import KimError
from webform.forges.base import Change, ForgeAway, ForgeRefused, Pull, State, check_branch, checked
from webform.forges.git import GitError, Repository, Signature

_PULLS = "refs/pulls/"
_NOTHING = "0" * 40


@dataclass(frozen=True)
class Proposal:
    """A pull request as the repository keeps it. `head` is the commit that was last proposed."""

    branch: str
    base: str
    title: str
    body: str
    author: str
    head: str
    state: State
    words: str = ""


class LocalForge:
    """The forge of one bare repository. Raises `KimError` where the folder is none."""

    def __init__(
        self,
        folder: Path,
        committer: Signature = Signature(),  # noqa: B008 - frozen
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._repository = Repository(folder)
        self._committer = committer
        self._clock = clock
        try:
            bare = self._repository.run("rev-parse", "--is-bare-repository").decode().strip()
        except (GitError, OSError) as fault:
            raise KimError(f"{folder} is no git repository. Make one: git init --bare {folder}") from fault
        if bare != "true":
            raise KimError(f"{folder} has a work tree. The form wants a bare repository: git clone --bare")

    def propose(self, change: Change) -> Pull:
        """See `base.Forge`."""
        change = checked(change)
        try:
            return self._propose(change)
        except GitError as fault:
            raise ForgeAway(str(fault), retry_after=1) from fault

    def state(self, branch: str) -> Pull | None:
        """See `base.Forge`."""
        try:
            proposal = self.find(branch)
        except GitError as fault:
            raise ForgeAway(str(fault), retry_after=1) from fault
        return _pull(proposal) if proposal else None

    def find(self, branch: str) -> Proposal | None:
        """The proposal of a branch; None where there is none."""
        blob = self._repository.tip(f"{_PULLS}{check_branch(branch)}")
        return self._read(blob) if blob else None

    def proposals(self) -> tuple[Proposal, ...]:
        """Every proposal, in the order of their branches."""
        found = self._repository.run("for-each-ref", "--format=%(objectname)", _PULLS).decode()
        return tuple(self._read(blob) for blob in found.split())

    def merge(self, branch: str, editor: Signature) -> Pull:
        """Merge a branch into its base. Raises `KimError` where it is not open or does not fit any more."""
        proposal = self._open(branch)
        base = self._tip(proposal.base)
        try:
            tree = self._repository.run("merge-tree", "--write-tree", base, proposal.head).decode().strip()
        except GitError as fault:
            raise KimError(
                f"{branch} does not fit on {proposal.base} any more: both changed the same file. "
                "Give it back with words, or merge it by hand."
            ) from fault
        made = self._merge_commit(proposal, base, tree, editor)
        self._write(
            replace(proposal, state="merged", words=""), {f"refs/heads/{proposal.base}": (made, base)}
        )
        return Pull(branch, "", "merged")

    def give_back(self, branch: str, words: str) -> Pull:
        """Return a proposal to its writer with an editor's words; it stays open. Raises `KimError`."""
        proposal = replace(self._open(branch), words=words)
        self._write(proposal, {})
        return _pull(proposal)

    def close(self, branch: str, words: str) -> Pull:
        """Close a proposal without merging it. Raises `KimError` where it is not open."""
        proposal = replace(self._open(branch), state="closed", words=words)
        self._write(proposal, {})
        return _pull(proposal)

    def _propose(self, change: Change) -> Pull:
        found = self.find(change.branch)
        if found and found.state != "open":
            return _pull(found)
        base, ref = self._tip(change.base), f"refs/heads/{change.branch}"
        tip = self._repository.tip(ref)
        if tip and self._repository.holds(change, base, tip):
            head = tip
        else:
            head = self._repository.commit(change, base, tip, self._clock(), self._committer)
        words = found.words if found and head == found.head else ""
        proposal = Proposal(
            change.branch, change.base, change.title, change.body, change.author, head, "open", words
        )
        self._write(proposal, {ref: (head, tip)})
        return _pull(proposal)

    def _tip(self, base: str) -> str:
        tip = self._repository.tip(f"refs/heads/{base}")
        if not tip:
            raise ForgeRefused(f"The repository has no branch {base} with a commit on it.")
        return tip

    def _open(self, branch: str) -> Proposal:
        proposal = self.find(branch)
        if proposal is None:
            raise KimError(f"There is no proposal {branch}.")
        if proposal.state != "open":
            raise KimError(f"{branch} is {proposal.state} already.")
        return proposal

    def _read(self, blob: str) -> Proposal:
        """What is kept, as it stands by now: somebody may have merged or deleted the branch with git."""
        proposal = Proposal(**json.loads(self._repository.run("cat-file", "blob", blob)))
        if proposal.state != "open":
            return proposal
        tip, base = (self._repository.tip(f"refs/heads/{name}") for name in (proposal.branch, proposal.base))
        head = tip or proposal.head
        if base and self._repository.is_within(head, base):
            return replace(proposal, head=head, state="merged", words="")
        return replace(proposal, head=head) if tip else replace(proposal, state="closed")

    def _write(self, proposal: Proposal, moves: dict[str, tuple[str, str]]) -> None:
        """Move these refs (to what, from what), then write the proposal down.

        In this order: a crash between the two leaves a branch that the next `propose` finds, or a base that
        has the merge in it, which is seen; never a proposal whose branch looks deleted.
        """
        ref = f"{_PULLS}{proposal.branch}"
        text = json.dumps(asdict(proposal), ensure_ascii=False, indent=1).encode()
        blob = self._repository.run("hash-object", "-w", "--stdin", stdin=text).decode().strip()
        for name, (new, old) in {**moves, ref: (blob, self._repository.tip(ref))}.items():
            if new != old:
                self._repository.run("update-ref", name, new, old or _NOTHING)

    def _merge_commit(self, proposal: Proposal, base: str, tree: str, editor: Signature) -> str:
        clock = f"{int(self._clock().timestamp())} +0000"
        who = f"{editor.name} <{editor.email}> {clock}"
        text = (
            f"tree {tree}\nparent {base}\nparent {proposal.head}\nauthor {who}\ncommitter {who}\n\n"
            f"Terima {proposal.branch}: {proposal.title}\n"
        )
        made = self._repository.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode())
        return made.decode().strip()


def _pull(proposal: Proposal) -> Pull:
    return Pull(proposal.branch, "", proposal.state, proposal.words)
