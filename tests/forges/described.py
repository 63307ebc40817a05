"""GitHub's interface, held to GitHub's own OpenAPI description: what we ask, and what the fake answers.

The description (`github-openapi.json`) is cut from npm's `@octokit/openapi` by `describe_github.py`. An
answer starts as the least that its schema allows and gets our values on top; both ways are then checked, so
that neither our client nor the fake can drift from what GitHub says of itself.
"""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from tests.forges.hooks import add, pulls
from tests.forges.interfaces import BOT, log
from tests.forges.repositories import git

_FILE = Path(__file__).with_name("github-openapi.json")


class Description:
    """The operations of the description, and checks against them."""

    def __init__(self) -> None:
        self.whole = _with_nulls(json.loads(_FILE.read_text()))

    def operation(self, method: str, path: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """The operation that answers this, and the values in its path."""
        for pattern, methods in self.whole["paths"].items():
            form = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern)
            if (match := re.fullmatch(form, "/" + "/".join(path))) and method.lower() in methods:
                return methods[method.lower()], match.groupdict()
        raise AssertionError(f"GitHub describes no {method} /{'/'.join(path)}")

    def check_request(self, method: str, path: list[str], query: dict[str, str], body: Any) -> dict[str, Any]:
        """The operation. Fails where the request is not as described."""
        operation, inside = self.operation(method, path)
        known = {}
        for given in operation.get("parameters", []):
            parameter = self._resolve(given)
            known[parameter["name"]] = parameter
            values = {"path": inside, "query": query}[parameter["in"]]
            assert not parameter.get("required") or parameter["name"] in values, parameter
            if parameter["name"] in values:
                value = values[parameter["name"]]
                is_number = self._resolve(parameter["schema"]).get("type") == "integer"
                self.check(parameter["schema"], int(value) if is_number else value)
        assert set(query) <= set(known), f"GitHub ignores {set(query) - set(known)}"
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self.check(schema, body)
            assert set(body) <= set(self._resolve(schema)["properties"])
        return operation

    def answer(self, operation: dict[str, Any], status: int) -> dict[str, Any]:
        """The schema of an answer. Fails where GitHub never gives this status."""
        return self._resolve(operation["responses"][str(status)])["content"]["application/json"]["schema"]

    def check(self, schema: dict[str, Any], value: Any) -> None:
        """Fails where a value is not as its schema says."""
        Draft4Validator({"allOf": [schema], "components": self.whole["components"]}).validate(value)

    def sample(self, schema: dict[str, Any], *, null: bool = True) -> Any:
        """The least that a schema allows: nothing, where it may be and `null` says so."""
        schema = self._resolve(schema)
        if "enum" in schema:
            return schema["enum"][0]
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self.sample(schema[several][0])
        if "allOf" in schema:
            return {key: value for part in schema["allOf"] for key, value in self.sample(part).items()}
        kinds = schema.get("type", "object")
        if isinstance(kinds, list):
            kinds = "null" if null else kinds[0]
        match kinds:
            case "null":
                return None
            case "object":
                properties = schema.get("properties", {})
                return {name: self.sample(properties[name]) for name in schema.get("required", [])}
            case "array":
                return []
            case "string":
                forms = {"uri": "https://api.github.com/x", "date-time": "2026-11-20T00:00:00Z"}
                return forms.get(schema.get("format", ""), "x")
            case "boolean":
                return False
        return 1

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self.whole["components"][kind][name]
        return node


class GitHubApi:
    """The interface of one repository, `kota/kim`."""

    def __init__(self, bare: Path) -> None:
        self.bare = bare
        self.description = Description()

    def __call__(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        operation = self.description.check_request(method, path, query, body)
        with pulls(self.bare) as rows:
            status, values = self._serve(rows, method, path[3:], query, body)
        schema = self.description.answer(operation, status)
        answer = self._fill(schema, values)
        self.description.check(schema, answer)
        return status, answer

    def _serve(
        self, rows: list[dict[str, Any]], method: str, path: list[str], query: dict[str, str], body: Any
    ) -> tuple[int, Any]:
        match method, *path:
            case "GET", "pulls":
                owner, _, branch = query["head"].partition(":")
                assert owner == "kota"
                found = [r for r in reversed(rows) if (r["head"], r["base"]) == (branch, query["base"])]
                return 200, [_pull(row) for row in found]
            case "POST", "pulls":
                if any(
                    (r["head"], r["base"], r["state"]) == (body["head"], body["base"], "open") for r in rows
                ):
                    fault = {
                        "resource": "PullRequest",
                        "code": "custom",
                        "message": f"A pull request already exists for kota:{body['head']}.",
                    }
                    return 422, {"message": "Validation Failed", "errors": [fault]}
                if not git(self.bare, "rev-list", body["head"], f"^{body['base']}"):
                    fault = {
                        "resource": "PullRequest",
                        "code": "custom",
                        "message": "No commits between main and it",
                    }
                    return 422, {"message": "Validation Failed", "errors": [fault]}
                row = add(rows, head=body["head"], base=body["base"], title=body["title"], body=body["body"])
                return 201, _pull(row)
            case "PATCH", "pulls", number:
                rows[int(number) - 1] |= body
                return 200, _pull(rows[int(number) - 1])
            case "GET", "pulls", number, "commits":
                return 200, [
                    {
                        "sha": c["sha"],
                        "commit": {
                            "message": c["message"],
                            "committer": {"date": c["date"], "name": "x", "email": "x"},
                        },
                    }
                    for c in reversed(list(log(self.bare, rows[int(number) - 1]["head"])))
                ]
            case "GET", kind, number, last:
                wanted = {
                    ("issues", "comments"): "comment",
                    ("pulls", "comments"): "line",
                    ("pulls", "reviews"): "review",
                }[kind, last]
                return 200, [_remark(r) for r in rows[int(number) - 1]["remarks"] if r["kind"] == wanted]
        raise AssertionError((method, path))

    def _fill(self, schema: dict[str, Any], values: Any) -> Any:
        """The least that the schema allows, with these values in it."""
        schema = self.description._resolve(schema)
        if isinstance(values, list) and "items" in schema:
            return [self._fill(schema["items"], value) for value in values]
        if not isinstance(values, dict):
            return values
        full = self.description.sample(schema, null=False)
        properties = schema.get("properties", {})
        for key, value in values.items():
            inner = self.description._resolve(properties.get(key, {}))
            choices = [self.description._resolve(one) for one in inner.get("anyOf", ())]
            inner = next((one for one in choices if one.get("type") == "object"), inner)
            full[key] = self._fill(inner, value)
        return full


def _pull(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "html_url": f"https://github.com/kota/kim/pull/{row['number']}",
        "state": row["state"],
        "merged_at": "2026-11-21T00:00:00Z" if row["merged"] else None,
        "head": {"ref": row["head"]},
    }


def _remark(remark: dict[str, Any]) -> dict[str, Any]:
    key = "submitted_at" if remark["kind"] == "review" else "created_at"
    kind = "Bot" if remark["by"] == BOT else "User"
    return {key: remark["at"], "body": remark["words"], "user": {"login": remark["by"], "type": kind}}


def _with_nulls(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [_with_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _with_nulls(value) for key, value in node.items()}
    if node.pop("nullable", None) is True:
        if isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
            if "enum" in node:
                node["enum"] = [*node["enum"], None]
        else:
            node = {"anyOf": [node, {"type": "null"}]}
    return node
