"""Cuts the part of GitHub's OpenAPI description that our client uses out of npm's `@octokit/openapi`.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python -m tests.forges.describe_github package/generated/api.github.com.json 23.0.2

What is left out are prose, examples and GitHub's own extensions; what a request and an answer must be stays
word for word. The description is GitHub's, under the MIT licence.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("github-openapi.json")
_OPERATIONS = {
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("patch",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/commits": ("get",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments": ("get",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": ("get",),
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get",),
}
_PROSE = ("description", "summary", "examples", "example", "externalDocs", "tags", "title")


def cut(whole: Any, version: str) -> Any:
    """The description with our operations, and with what they refer to."""
    paths = {
        path: {method: _bare(whole["paths"][path][method]) for method in methods}
        for path, methods in _OPERATIONS.items()
    }
    components: dict[str, dict[str, Any]] = {}
    wanted = _references(paths)
    while wanted:
        kind, name = wanted.pop()
        if name not in components.setdefault(kind, {}):
            components[kind][name] = _bare(whole["components"][kind][name])
            wanted |= _references(components[kind][name])
    return {
        "openapi": whole["openapi"],
        "info": {"title": f"@octokit/openapi {version}, in part", "version": whole["info"]["version"]},
        "paths": paths,
        "components": components,
    }


def _references(node: Any) -> set[tuple[str, str]]:
    return set(re.findall(r'"\$ref": "#/components/(\w+)/([^"]+)"', json.dumps(node)))


def _bare(node: Any, *, named: bool = False) -> Any:
    """Without prose; the names of properties are not prose."""
    if isinstance(node, dict):
        return {
            key: _bare(value, named=key == "properties" and not named)
            for key, value in node.items()
            if named or not (key in _PROSE or key.startswith("x-"))
        }
    return [_bare(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    description = cut(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
    TARGET.write_text(json.dumps(description, separators=(",", ":"), sort_keys=True) + "\n")
