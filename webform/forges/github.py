"""GitHub: git pushes the branch, the REST interface opens its pull request and tells of it.

GitHub refuses a second open pull request of one branch itself (422), so that a request whose answer was lost
can be made again.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from webform.forges.base import Change, ForgeRefused, State
from webform.forges.remote import Found, Place, Remark, RemoteForge, is_ours
from webform.forges.rest import ConflictError, Rest

_API = "https://api.github.com"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class GitHubForge(RemoteForge):
    """One repository on GitHub; `api` is another address for GitHub Enterprise and for tests."""

    def __init__(self, place: Place, mirror: Path, api: str = _API, **more: Any) -> None:
        super().__init__(place, mirror, **more)
        self._rest = Rest(api, {**_HEADERS, "Authorization": f"Bearer {place.token}"})
        self._repo: tuple[str, ...] = ("repos", *place.path.split("/"))

    def find(self, branch: str) -> Found | None:
        """See `RemoteForge`."""
        owner = self._place.path.split("/")[0]
        rows = self._rest.get(
            *self._repo,
            "pulls",
            head=f"{owner}:{branch}",
            base=self._place.base,
            state="all",
            sort="created",
            direction="desc",
        )
        found = [_found(row) for row in rows or [] if row["head"]["ref"] == branch]
        return next((one for one in found if one.state == "open"), found[0] if found else None)

    def ref(self, branch: str, found: Found | None) -> str:
        """See `RemoteForge`."""
        return f"refs/heads/{branch}"

    def push_to(self, change: Change, found: Found | None) -> tuple[str, tuple[str, ...]]:
        """See `RemoteForge`."""
        return f"refs/heads/{change.branch}", ()

    def open(self, change: Change, found: Found | None, *, is_new: bool) -> Found:
        """See `RemoteForge`."""
        words = {"title": change.title, "body": change.body}
        if found:
            if is_new:
                self._rest.send("PATCH", *self._repo, "pulls", found.number, **words)
            return found
        try:
            row = self._rest.send("POST", *self._repo, "pulls", head=change.branch, base=change.base, **words)
        except ConflictError as fault:
            # another process was first, or the answer to an earlier request was lost
            found = self.find(change.branch)
            if found:
                return found
            if "already exists" in str(fault):
                raise
            raise ForgeRefused(str(fault)) from fault
        return _found(row)

    def remarks(self, found: Found) -> tuple[Iterable[str], Iterable[Remark]]:
        """See `RemoteForge`: comments, reviews and remarks on lines, of people."""
        pull: tuple[str | int, ...] = (*self._repo, "pulls", found.number)
        commits = self._rest.get(*pull, "commits", per_page=100) or []
        rows = [
            *(self._rest.get(*self._repo, "issues", found.number, "comments", per_page=100) or []),
            *(self._rest.get(*pull, "comments", per_page=100) or []),
            *(self._rest.get(*pull, "reviews", per_page=100) or []),
        ]
        moments = [
            row["commit"]["committer"]["date"]
            for row in commits
            if row["commit"]["committer"] and is_ours(row["commit"]["message"])
        ]
        return moments, [
            Remark(row.get("created_at") or row["submitted_at"], row.get("body") or "")
            for row in rows
            if _is_person(row, self._place.user) and (row.get("created_at") or row.get("submitted_at"))
        ]


def _is_person(row: Any, ourselves: str) -> bool:
    user = row["user"]
    return user is not None and user["type"] != "Bot" and user["login"].lower() != ourselves.lower()


def _found(row: Any) -> Found:
    state: State = "merged" if row["merged_at"] else "open" if row["state"] == "open" else "closed"
    return Found(row["number"], row["html_url"], state)
