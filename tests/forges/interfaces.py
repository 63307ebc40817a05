"""The REST interfaces of Gitea, GitLab and GitHub over the pull requests that the hooks keep.

Small, and each refuses what the real one refuses: a second open pull request of one branch, a branch that is
not there. GitHub's is held to its own description, request and answer (`described.py`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.forges.hooks import add, pulls
from tests.forges.repositories import git

PERSON, BOT = "redaksi", "penjaga[bot]"


class GiteaApi:
    """`/api/v1` of one repository, `kota/kim`."""

    def __init__(self, bare: Path) -> None:
        self.bare = bare

    def __call__(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        assert path[:3] == ["repos", "kota", "kim"]
        with pulls(self.bare) as rows:
            match method, *path[3:]:
                case "GET", "pulls", base, *head if base.isalpha():
                    found = [r for r in rows if (r["base"], r["head"]) == (base, "/".join(head))]
                    return (200, self._row(found[0])) if found else (404, {"message": "not found"})
                case "PATCH", "pulls", number:
                    rows[int(number) - 1] |= body
                    return 201, self._row(rows[int(number) - 1])
                case "GET", "pulls", number, "commits":
                    commits = list(log(self.bare, f"refs/pull/{number}/head"))
                    return 200, [
                        {
                            "sha": c["sha"],
                            "commit": {"message": c["message"], "committer": {"date": c["date"]}},
                        }
                        for c in commits
                    ]
                case "GET", "issues", number, "comments":
                    return 200, [
                        self._remark(r, "created_at")
                        for r in rows[int(number) - 1]["remarks"]
                        if r["kind"] == "comment"
                    ]
                case "GET", "pulls", number, "reviews":
                    return 200, [
                        self._remark(r, "submitted_at")
                        for r in rows[int(number) - 1]["remarks"]
                        if r["kind"] == "review"
                    ]
        raise AssertionError((method, path))

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        url = f"https://forge.example/kota/kim/pulls/{row['number']}"
        return {
            "number": row["number"],
            "html_url": url,
            "state": row["state"],
            "merged": row["merged"],
            "title": row["title"],
            "body": row["body"],
        }

    def _remark(self, remark: dict[str, Any], key: str) -> dict[str, Any]:
        return {key: remark["at"], "body": remark["words"], "user": {"login": remark["by"]}}


class GitLabApi:
    """`/api/v4` of one project, `kota/kim`."""

    def __init__(self, bare: Path) -> None:
        self.bare = bare

    def __call__(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        assert path[:3] == ["projects", "kota/kim", "merge_requests"]
        with pulls(self.bare) as rows:
            match method, *path[3:]:
                case ("GET",):
                    found = [
                        r
                        for r in reversed(rows)
                        if (r["head"], r["base"]) == (query["source_branch"], query["target_branch"])
                    ]
                    return 200, [self._row(row) for row in found]
                case ("POST",):
                    branch = body["source_branch"]
                    if any((r["head"], r["state"]) == (branch, "open") for r in rows):
                        return 409, {
                            "message": [
                                "Another open merge request already exists for this source branch: !1"
                            ]
                        }
                    git(self.bare, "rev-parse", "--verify", f"refs/heads/{branch}")
                    row = add(
                        rows,
                        head=branch,
                        base=body["target_branch"],
                        title=body["title"],
                        body=body["description"],
                    )
                    return 201, self._row(row)
                case "GET", number, "commits":
                    row = rows[int(number) - 1]
                    return 200, [
                        {"id": c["sha"], "message": c["message"], "committed_date": c["date"]}
                        for c in log(self.bare, row["head"], row["base"])
                    ]
                case "GET", number, "notes":
                    return 200, [
                        {
                            "created_at": r["at"],
                            "body": r["words"],
                            "author": {"username": r["by"]},
                            "system": r["by"] == BOT,
                        }
                        for r in rows[int(number) - 1]["remarks"]
                    ]
        raise AssertionError((method, path))

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        state = "merged" if row["merged"] else "opened" if row["state"] == "open" else "closed"
        url = f"https://forge.example/kota/kim/-/merge_requests/{row['number']}"
        return {"iid": row["number"], "web_url": url, "state": state, "source_branch": row["head"]}


def log(bare: Path, tip: str, base: str = "main") -> Iterator[dict[str, str]]:
    """The commits of a pull request, the newest first."""
    for entry in git(bare, "log", "--format=%H%x00%cI%x00%B%x01", tip, f"^{base}").split("\x01"):
        if entry.strip():
            sha, date, message = entry.strip().split("\0")
            yield {"sha": sha, "date": date, "message": message}


def remark(
    bare: Path,
    number: int,
    words: str,
    at: str = "2099-01-01T00:00:00Z",
    by: str = PERSON,
    kind: str = "comment",
) -> None:
    """Somebody writes beside a pull request."""
    with pulls(bare) as rows:
        rows[number - 1]["remarks"].append({"at": at, "words": words, "by": by, "kind": kind})


def finish(bare: Path, number: int, *, merged: bool) -> None:
    """An editor merges or closes a pull request."""
    with pulls(bare) as rows:
        rows[number - 1] |= {"state": "closed", "merged": merged}


def rows(bare: Path) -> list[dict[str, Any]]:
    """Every pull request that there is."""
    with pulls(bare) as found:
        return found
