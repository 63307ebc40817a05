"""GitLab: a push with options makes the merge request, the REST interface tells of it.

A push that brings nothing new makes none, so one that is missing is asked for by REST; GitLab itself takes
care that a branch has no second open one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from webform.forges.base import Change, State
from webform.forges.remote import Found, Place, Remark, RemoteForge, is_ours
from webform.forges.rest import ConflictError, Rest

_STATES: dict[str, State] = {"opened": "open", "locked": "open", "merged": "merged", "closed": "closed"}


class GitLabForge(RemoteForge):
    """One project on a GitLab."""

    def __init__(self, place: Place, mirror: Path, **more: Any) -> None:
        super().__init__(place, mirror, **more)
        self._rest = Rest(f"{place.host}/api/v4", {"PRIVATE-TOKEN": place.token})
        self._requests = ("projects", place.path, "merge_requests")

    def find(self, branch: str) -> Found | None:
        """See `RemoteForge`."""
        rows = self._rest.get(
            *self._requests,
            source_branch=branch,
            target_branch=self._place.base,
            order_by="created_at",
            sort="desc",
        )
        found = [_found(row) for row in rows or [] if row["source_branch"] == branch]
        return next((one for one in found if one.state == "open"), found[0] if found else None)

    def ref(self, branch: str, found: Found | None) -> str:
        """See `RemoteForge`."""
        return f"refs/heads/{branch}"

    def push_to(self, change: Change, found: Found | None) -> tuple[str, tuple[str, ...]]:
        r"""See `RemoteForge`. GitLab reads `\n` in a description as the end of a line."""
        options = (
            "merge_request.create",
            f"merge_request.target={change.base}",
            f"merge_request.title={change.title}",
            "merge_request.description=" + change.body.strip().replace("\n", "\\n"),
            "merge_request.remove_source_branch",
        )
        return f"refs/heads/{change.branch}", options

    def open(self, change: Change, found: Found | None, *, is_new: bool) -> Found:
        """See `RemoteForge`."""
        found = found or self.find(change.branch)
        if found:
            return found
        try:
            row = self._rest.send(
                "POST",
                *self._requests,
                source_branch=change.branch,
                target_branch=change.base,
                title=change.title,
                description=change.body,
                remove_source_branch=True,
            )
        except ConflictError:
            # the push made it in the meantime
            found = self.find(change.branch)
            if found:
                return found
            raise
        return _found(row)

    def remarks(self, found: Found) -> tuple[Iterable[str], Iterable[Remark]]:
        """See `RemoteForge`: notes of everybody but ourselves and GitLab."""
        commits = self._rest.get(*self._requests, found.number, "commits") or []
        notes = self._rest.get(*self._requests, found.number, "notes", sort="desc", per_page=50) or []
        said = [
            Remark(row["created_at"], row["body"])
            for row in notes
            if not row["system"] and row["author"]["username"].lower() != self._place.user.lower()
        ]
        return [row["committed_date"] for row in commits if is_ours(row["message"])], said


def _found(row: Any) -> Found:
    return Found(row["iid"], row["web_url"], _STATES[row["state"]])
