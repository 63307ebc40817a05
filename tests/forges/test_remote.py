"""Forgejo, GitLab and GitHub: real pushes over git's HTTP backend, hooks and interfaces that answer as they do.

Every test is run on each of them; what only one of them does has a test of its own at the end.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kim.errors import KimError
from tests.forges import hooks
from tests.forges.described import GitHubApi
from tests.forges.interfaces import BOT, GiteaApi, GitLabApi, finish, remark, rows
from tests.forges.repositories import BRANCH, POST, change, commit_on, git, history, make_bare, read
from tests.forges.server import TOKEN, USER, Server, serve
from webform.forges.base import ForgeAway, ForgeRefused
from webform.forges.gitea import GiteaForge
from webform.forges.github import GitHubForge
from webform.forges.gitlab import GitLabForge
from webform.forges.remote import Place, RemoteForge, check_place
from webform.forges.rest import seconds_to_wait

APIS: dict[str, tuple[type[RemoteForge], type[Any], str, str]] = {
    "gitea": (GiteaForge, GiteaApi, "/api/v1", "proc-receive"),
    "gitlab": (GitLabForge, GitLabApi, "/api/v4", "post-receive"),
    "github": (GitHubForge, GitHubApi, "/rest", ""),
}


@dataclass
class World:
    """A forge that runs, its repository, and our side of it."""

    name: str
    server: Server
    bare: Path
    mirror: Path
    forge: RemoteForge

    def again(self) -> RemoteForge:
        """The same forge as a new process has it."""
        more = {"api": f"{self.server.host}/rest"} if self.name == "github" else {}
        return APIS[self.name][0](place(self.server), self.mirror, **more)

    def ref(self, branch: str = BRANCH, number: int = 1) -> str:
        return f"refs/pull/{number}/head" if self.name == "gitea" else f"refs/heads/{branch}"


def place(server: Server) -> Place:
    return Place(f"{server.host}/kota/kim.git", "main", USER, TOKEN)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository to copy: git takes longer to make one."""
    return make_bare(tmp_path_factory.mktemp("original"))


@pytest.fixture(params=APIS)
def world(request: pytest.FixtureRequest, tmp_path: Path, original: Path) -> Iterator[World]:
    yield from make_world(request.param, tmp_path, original)


def make_world(name: str, folder: Path, original: Path) -> Iterator[World]:
    bare = folder / "served" / "kota" / "kim.git"
    bare.parent.mkdir(parents=True)
    shutil.copytree(original, bare)
    with (bare / "config").open("a") as config:
        config.write(
            "[http]\nreceivepack = true\n[uploadpack]\nallowFilter = true\n"
            "[receive]\nadvertisePushOptions = true\nprocReceiveRefs = refs/for\n"
        )
    _, api, prefix, hook = APIS[name]
    if hook:
        hooks.install(bare, hook)
    with serve(folder / "served", api(bare), prefix) as server:
        world = World(name, server, bare, folder / "mirror.git", None)  # type: ignore[arg-type]
        world.forge = world.again()
        yield world


def test_proposal_is_one_pull_request_with_one_commit_by_the_writer(world: World) -> None:
    pull = world.forge.propose(change())
    assert (pull.id, pull.state, pull.words) == ("1", "open", "")
    assert pull.url.startswith("https://")
    (row,) = rows(world.bare)
    assert (row["base"], row["title"]) == ("main", "Panen raya di sawah Mata Air")
    assert row["body"].strip() == "Dari **KIM Mata Air**."
    assert history(world.bare, world.ref(), "%an <%ae> by %cn")[0] == (
        "Ibu Sri <kim-mata-air@kim-rekaan.example> by Formulir KIM"
    )
    assert git(world.bare, "diff", "--name-only", "main", world.ref()).splitlines() == [
        POST,
        POST.replace("index.md", "panen.jpg"),
    ]


def test_proposed_again_by_this_or_another_process_it_changes_nothing(world: World, tmp_path: Path) -> None:
    first = world.forge.propose(change())
    before = git(world.bare, "show-ref")
    assert world.forge.propose(change()) == first
    assert world.again().propose(change()) == first
    world.mirror.rename(tmp_path / "lost")
    assert world.again().propose(change()) == first == world.again().state(BRANCH)
    assert git(world.bare, "show-ref") == before
    assert len(rows(world.bare)) == 1


def test_update_goes_to_the_same_pull_request_though_the_base_went_on(world: World) -> None:
    world.forge.propose(change())
    git(world.bare, "update-ref", "refs/heads/redaksi", "main")
    commit_on(world.bare, "redaksi", "README.md", "# baru\n")
    git(world.bare, "update-ref", "refs/heads/main", "refs/heads/redaksi")
    pull = world.again().propose(
        change("Judul: Kedua\n", title="Judul kedua yang baru", body="Satu.\n\nDua.\n")
    )
    assert (pull.id, pull.state) == ("1", "open")
    (row,) = rows(world.bare)
    assert (row["title"], row["body"].strip()) == ("Judul kedua yang baru", "Satu.\n\nDua.")
    assert read(world.bare, world.ref(), POST) == "Judul: Kedua"
    assert POST in git(world.bare, "diff", "--name-only", "main", world.ref()).splitlines()
    assert "README.md" not in git(world.bare, "diff", "--name-only", "main", world.ref()).splitlines()
    assert len(history(world.bare, world.ref())) == 4


@pytest.mark.parametrize("line", ["git-receive-pack$", "/pulls|/merge_requests"])
def test_answer_that_was_lost_makes_no_second_pull_request(world: World, line: str) -> None:
    world.server.fail(f"POST .*(?:{line})", 0)
    for _ in range(3):
        try:
            pull = world.again().propose(change())
            break
        except ForgeAway:
            continue
    assert pull.id == "1"
    assert len(rows(world.bare)) == 1
    assert len(history(world.bare, world.ref())) == 2


@pytest.mark.parametrize("where", ["kim.git", "(?:api/v|rest/)"])
def test_forge_that_is_away_is_asked_again_later(world: World, where: str) -> None:
    for status in (500, 503, 429):
        world.server.fail(where, status, times=1000, Retry_After="90")
        with pytest.raises(ForgeAway) as fault:
            world.forge.propose(change())
        assert fault.value.retry_after == (90 if "api" in where else None)
        world.server.troubles.clear()
    assert world.forge.propose(change()).id == "1"


@pytest.mark.parametrize("where", ["kim.git", "(?:api/v|rest/)"])
def test_secret_that_is_no_longer_good_needs_a_person(world: World, where: str) -> None:
    for status in (401, 403):
        world.server.fail(where, status, times=1000)
        with pytest.raises(ForgeRefused) as fault:
            world.forge.propose(change())
        assert TOKEN not in str(fault.value)
        world.server.troubles.clear()
    assert world.forge.propose(change()).id == "1"


def test_failure_at_any_request_is_made_good_by_the_next_call(world: World) -> None:
    lines = ("info/refs", "git-upload-pack", "git-receive-pack", "api/v|rest/")
    faults = [(line, status) for line in lines for status in (0, 409)]
    for number, (line, status) in enumerate(faults):
        world.server.fail(line, status)
        for _ in range(4):
            try:
                assert world.again().propose(change(f"Judul: {number}\n")).id == "1"
                break
            except (ForgeAway, ForgeRefused):
                continue
        else:
            pytest.fail("never made good")
        assert read(world.bare, world.ref(), POST) == f"Judul: {number}"
        assert len(history(world.bare, world.ref())) == number + 2
    assert len(rows(world.bare)) == 1


def test_forge_that_does_not_answer_at_all_is_away(tmp_path: Path, original: Path) -> None:
    for name in APIS:
        worlds = make_world(name, tmp_path / name, original)
        world = next(worlds)
        worlds.close()
        with pytest.raises(ForgeAway):
            world.forge.propose(change())


def test_merged_and_closed_pull_requests_are_left_alone(world: World) -> None:
    world.forge.propose(change())
    other = BRANCH.replace("panen", "rapat")
    world.forge.propose(change(branch=other))
    finish(world.bare, 1, merged=True)
    finish(world.bare, 2, merged=False)
    before = git(world.bare, "show-ref")
    assert [world.forge.state(branch).state for branch in (BRANCH, other)] == ["merged", "closed"]
    assert world.forge.propose(change("Judul: Lain\n")).state == "merged"
    assert world.forge.propose(change("Judul: Lain\n", branch=other)).state == "closed"
    assert git(world.bare, "show-ref") == before
    assert len(rows(world.bare)) == 2


def test_newest_words_of_a_person_are_given_until_the_writer_mends(world: World) -> None:
    world.forge.propose(change())
    remark(world.bare, 1, "Terlalu lama.", at="2001-01-01T00:00:00Z")
    assert world.forge.state(BRANCH).words == ""
    remark(world.bare, 1, "Siapa yang memanen?", at="2098-01-01T00:00:00.000Z")
    remark(world.bare, 1, " Dan di mana?\n", at="2098-01-02T08:00:00+08:00")
    remark(
        world.bare,
        1,
        "Pemeriksaan lulus.",
        at="2098-01-03T00:00:00Z",
        by=BOT if world.name != "gitea" else USER,
    )
    remark(world.bare, 1, "Catatan sendiri.", at="2098-01-04T00:00:00Z", by=USER)
    assert world.forge.state(BRANCH).words == "Dan di mana?"
    if world.name != "gitlab":
        remark(world.bare, 1, "Lihat baris 3.", at="2098-01-05T00:00:00Z", kind="review")
        assert world.forge.propose(change()).words == "Lihat baris 3."


def test_branch_that_nobody_proposed_has_no_state(world: World) -> None:
    assert world.forge.state(BRANCH) is None


def test_two_processes_at_once_make_one_pull_request(world: World, tmp_path: Path) -> None:
    def propose(number: int) -> str:
        world_of_its_own = World(
            world.name, world.server, world.bare, tmp_path / f"mirror-{number}.git", world.forge
        )
        for _ in range(8):
            try:
                return world_of_its_own.again().propose(change()).id
            except (ForgeAway, ForgeRefused):
                continue
        return "never"

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(propose, range(3))) == {"1"}
    assert len(rows(world.bare)) == 1


def test_mirror_has_no_photos_of_other_posts(world: World) -> None:
    world.forge.refresh()
    missing = git(world.mirror, "rev-list", "--objects", "--missing=print", "main").splitlines()
    assert len([line for line in missing if line.startswith("?")]) == 2
    assert world.forge.repository.run("cat-file", "blob", "main:README.md") == b"# KIM\n"


def test_secret_stands_in_no_file_and_in_no_list_of_processes(world: World) -> None:
    world.forge.propose(change())
    for file in world.mirror.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes()
    assert TOKEN not in repr(place(world.server))


def test_hostile_words_make_no_other_push_option(world: World) -> None:
    world.forge.propose(
        change(
            title="Panen\n-o merge_request.merge_when_pipeline_succeeds\0[skip ci]",
            body="Satu\nmerge_request.target=lain\n@redaksi\n",
        )
    )
    (row,) = rows(world.bare)
    assert row["base"] == "main"
    assert "[skip ci]" not in row["title"]
    assert set(row.get("options", {})) <= {
        "topic",
        "title",
        "description",
        *(
            f"merge_request.{key}"
            for key in ("create", "target", "title", "description", "remove_source_branch")
        ),
    }


def test_base_that_is_not_there_needs_a_person(world: World) -> None:
    git(world.bare, "update-ref", "-d", "refs/heads/main")
    with pytest.raises(ForgeRefused, match="no branch main"):
        world.forge.propose(change())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"address": "http://forge.example/kota/kim.git"}, "https://"),
        ({"address": "file:///srv/kim.git"}, "https://"),
        ({"address": "https://u:rahasia@forge.example/kota/kim.git"}, "without a secret"),
        ({"address": "https://forge.example/"}, "without a secret"),
        ({"token": ""}, "token"),
        ({"token": "a\r\nX: b"}, "token"),
        ({"user": "a b"}, "user name"),
        ({"base": "-x"}, "base branch"),
    ],
)
def test_place_that_cannot_be_used_is_said_at_the_start_without_its_secret(
    values: dict[str, str], words: str
) -> None:
    with pytest.raises(KimError, match=words) as fault:
        check_place(
            Place(
                **{
                    "address": "https://forge.example/kota/kim.git",
                    "base": "main",
                    "user": "formulir",
                    "token": "rahasia",
                    **values,
                }
            )
        )
    assert "rahasia" not in str(fault.value)


def test_wait_is_read_from_seconds_a_date_or_the_end_of_a_limit() -> None:
    now = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
    assert seconds_to_wait({"Retry-After": "30"}, now) == 30
    assert seconds_to_wait({"Retry-After": "Fri, 20 Nov 2026 04:01:00 GMT"}, now) == 60
    limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(now.timestamp()) + 10)}
    assert seconds_to_wait(limit, now) == 10
    assert seconds_to_wait({}, now) is None
    assert seconds_to_wait({"Retry-After": "nanti"}, now) is None


# One of them


@pytest.fixture
def only(request: pytest.FixtureRequest, tmp_path: Path, original: Path) -> Iterator[World]:
    yield from make_world(request.param, tmp_path, original)


@pytest.mark.parametrize("only", ["gitlab"], indirect=True)
def test_merge_request_that_the_push_did_not_make_is_asked_for(only: World) -> None:
    (only.bare / "hook-is-dead").touch()
    assert only.forge.propose(change()).id == "1"
    assert "POST /api/v4/projects/kota%2Fkim/merge_requests" in only.server.asked


@pytest.mark.parametrize("only", ["github"], indirect=True)
def test_limit_of_github_is_waited_for(only: World) -> None:
    only.server.fail("rest/", 403, Retry_After="61")
    with pytest.raises(ForgeAway) as fault:
        only.forge.propose(change())
    assert fault.value.retry_after == 61


@pytest.mark.parametrize("only", ["github"], indirect=True)
def test_pull_request_that_github_does_not_take_needs_a_person(only: World) -> None:
    only.server.fail("POST .*/pulls", 422)
    with pytest.raises(ForgeRefused, match="422"):
        only.forge.propose(change())
    assert only.forge.propose(change()).id == "1"
