"""Problems as text for people, as JSON for programs, and as annotations for a forge."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from posixpath import normpath

from kim.privacy import mask_private
from kim.problems import Problem, Severity

FORMATS = ("text", "json", "github", "gitlab")


def format_problems(problems: Sequence[Problem], form: str, folder: str = "") -> str:
    """All problems in one of `FORMATS`; empty text where there is none, except in JSON and for GitLab.

    `folder` is the content folder as its reader would write it: a forge and an editor open
    `content/kota/…`, not `kota/…`.
    """
    problems = [
        replace(found, path=mask_private(normpath(PurePosixPath(folder, found.path)))) for found in problems
    ]
    match form:
        case "json":
            return json.dumps([_as_json(found) for found in problems], ensure_ascii=False, indent=1)
        case "gitlab":
            return json.dumps([_as_quality(found) for found in problems], ensure_ascii=False, indent=1)
        case "github":
            return "\n".join(_as_annotation(found) for found in problems)
        case _:
            return "\n\n".join(_as_text(found) for found in problems)


def summarise(problems: Iterable[Problem]) -> str:
    """`2 masalah, 1 peringatan`."""
    severities = [found.severity for found in problems]
    return f"{severities.count(Severity.ERROR)} masalah, {severities.count(Severity.WARNING)} peringatan"


def _as_text(found: Problem) -> str:
    place = f"{found.path}:{found.line}" if found.line else found.path
    kind = "  (peringatan)" if found.severity is Severity.WARNING else ""
    lines = [f"{place}  {found.code}{kind}", f"  {found.what}"]
    if found.excerpt:
        lines.append(f"  {found.line:>5} | {found.excerpt}")
    return "\n".join([*lines, f"  Cara memperbaiki: {found.fix}"])


def _as_json(found: Problem) -> dict[str, object]:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "path": found.path,
        "line": found.line,
        "what": found.what,
        "fix": found.fix,
        "excerpt": found.excerpt,
    }


def _as_quality(found: Problem) -> dict[str, object]:
    """GitLab's code quality report: what stands at the line in a merge request."""
    identity = f"{found.code} {found.path} {found.what}"
    return {
        "description": f"{found.what} Cara memperbaiki: {found.fix}",
        "check_name": found.code,
        "fingerprint": hashlib.sha256(f"{identity} {found.line}".encode()).hexdigest(),
        "severity": "minor" if found.severity is Severity.WARNING else "major",
        "location": {"path": found.path, "lines": {"begin": found.line or 1}},
    }


def _as_annotation(found: Problem) -> str:
    """GitHub's and Forgejo's workflow command; what it separates fields by is escaped."""
    message = (
        f"{found.what} Cara memperbaiki: {found.fix}".replace("%", "%25")
        .replace("\r", "%0D")
        .replace("\n", "%0A")
    )
    path = found.path.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    path = path.replace("\r", "%0D").replace("\n", "%0A")
    return f"::{found.severity.value} file={path},line={found.line or 1},title={found.code}::{message}"
