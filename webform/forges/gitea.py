"""Forgejo and Gitea: an AGit push makes the pull request, the REST interface tells of it.

A push to `refs/for/<base>` with a topic needs no fork and no branch; the same topic again updates the same
pull request. The forge keeps its commits under `refs/pull/<number>/head`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from webform.forges.base import Change, ForgeAway, State
from webform.forges.remote import Found, Place, Remark, RemoteForge, is_ours, one_line
from webform.forges.rest import Rest


class GiteaForge(RemoteForge):
    """One repository on a Forgejo or Gitea."""

    def __init__(self, place: Place, mirror: Path, **more: Any) -> None:
        super().__init__(place, mirror, **more)
        self._rest = Rest(f"{place.host}/api/v1", {"Authorization": f"token {place.token}"})
        self._repo = ("repos", *place.path.split("/"))

    def find(self, branch: str) -> Found | None:
        """See `RemoteForge`: by base and head; the head of an AGit pull request is its pusher's and topic."""
        head = f"{self._place.user.lower()}/{branch}".split("/")
        row = self._rest.get(*self._repo, "pulls", self._place.base, *head)
        return _found(row) if row else None

    def ref(self, branch: str, found: Found | None) -> str:
        """See `RemoteForge`."""
        return f"refs/pull/{found.number}/head" if found else ""

    def push_to(self, change: Change, found: Found | None) -> tuple[str, tuple[str, ...]]:
        """See `RemoteForge`."""
        options = (
            f"topic={change.branch}",
            f"title={change.title}",
            f"description={one_line(change.body)}",
        )
        return f"refs/for/{change.base}", options

    def open(self, change: Change, found: Found | None, *, is_new: bool) -> Found:
        """See `RemoteForge`. A push option has one line only, so the body is written once more."""
        found = found or self.find(change.branch)
        if found is None:
            raise ForgeAway("The push was taken, and its pull request is not there yet.", retry_after=5)
        if is_new:
            pull = ("pulls", found.number)
            self._rest.send("PATCH", *self._repo, *pull, title=change.title, body=change.body)
        return found

    def remarks(self, found: Found) -> tuple[Iterable[str], Iterable[Remark]]:
        """See `RemoteForge`: comments and reviews of everybody but ourselves."""
        commits = self._rest.get(*self._repo, "pulls", found.number, "commits", limit=50) or []
        comments = self._rest.get(*self._repo, "issues", found.number, "comments") or []
        reviews = self._rest.get(*self._repo, "pulls", found.number, "reviews", limit=50) or []
        moments = [row["commit"]["committer"]["date"] for row in commits if is_ours(row["commit"]["message"])]
        said = [
            Remark(row.get("created_at") or row["submitted_at"], row["body"])
            for row in (*comments, *reviews)
            if row["user"] and row["user"]["login"].lower() != self._place.user.lower()
        ]
        return moments, said


def _found(row: Any) -> Found:
    state: State = "merged" if row["merged"] else "open" if row["state"] == "open" else "closed"
    return Found(row["number"], row["html_url"], state)
