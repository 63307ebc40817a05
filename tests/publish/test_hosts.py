"""Publishing to hosts that really run: what arrives, what travels the second time, what a break leaves."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.publish.ftp import Ftp
from ops.publish.kinds import kind_of
from ops.publish.remote import Remote, Sending, load_state, send
from ops.publish.s3 import S3
from ops.publish.sftp import Sftp
from ops.publish.ssh import Ssh
from ops.publish.transfer import MEMORY, Manifest, plan_transfer, read_tree
from tests.publish.hosts import BUCKET, PASSWORD, open_store, run_ftpd, run_ftpsd, run_sshd, run_store

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TREE = {
    "index.html": "beranda",
    "feed.xml": "<rss/>",
    "kim/index.html": "kelompok",
    "hulu/kim-a/2026-11-01-panen/index.html": "panen",
    "aset/0123.jpg": "foto",
}


@dataclass(frozen=True)
class Site:
    """A host, how it is written to, and what its readers see."""

    remote: Remote
    seen: Callable[[], Mapping[str, str]]


@pytest.fixture(params=["sftp", "ftp", "ftps", "s3"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Each kind of host that is written file by file."""
    with contextlib.ExitStack() as stack:
        if request.param == "s3":
            target, environment, address = stack.enter_context(run_store())
            yield Site(S3(target, environment), lambda: seen_in_store(address))
            return
        if request.param == "ftps":
            host, trusting = stack.enter_context(run_ftpsd(tmp_path))
            remote = Ftp(host.target, host.environment, trusting)
            yield Site(remote, lambda: seen_in_folder(host.folder))
            return
        run = run_ftpd(tmp_path) if request.param == "ftp" else run_sshd(tmp_path, "sftp")
        host = stack.enter_context(run)
        kind = Ftp if request.param == "ftp" else Sftp
        yield Site(kind(host.target, host.environment), lambda: seen_in_folder(host.folder))


def seen_in_folder(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and MEMORY not in path.parts
    }


def seen_in_store(address: str) -> Mapping[str, str]:
    """Every object below the portal's folder; each must say what it is and how long it may be kept."""
    client = open_store(address)
    seen = {}
    for entry in client.list_objects_v2(Bucket=BUCKET, Prefix="portal/")["Contents"]:
        path = entry["Key"].removeprefix("portal/")
        if not path.startswith(f"{MEMORY}/"):
            found = client.get_object(Bucket=BUCKET, Key=entry["Key"])
            assert (found["ContentType"], found["CacheControl"]) == (kind_of(path).type, kind_of(path).cache)
            seen[path] = found["Body"].read().decode()
    return seen


def built_tree(folder: Path, files: Mapping[str, str]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def publish(remote: Remote, built: Path) -> tuple[str, ...]:
    """Bring a host up to date; what was sent."""
    extra = built.with_name("extra")
    extra.mkdir(exist_ok=True)
    (extra / ".htaccess").write_text("Options -Indexes")
    manifest, unsure = load_state(remote)
    transfer = plan_transfer(read_tree(built), manifest, unsure, ())
    send(remote, built, transfer, unsure, extra, lambda count: None)
    return transfer.sent


def test_a_portal_arrives_and_the_second_time_only_what_changed_travels(site: Site, tmp_path: Path) -> None:
    built = built_tree(tmp_path / "built", TREE)
    assert set(publish(site.remote, built)) == set(TREE)
    assert site.seen() == {**TREE, ".htaccess": "Options -Indexes"}
    edited = {**TREE, "index.html": "beranda baru"}
    built_tree(built, edited)
    assert publish(site.remote, built) == ("index.html",)
    assert publish(site.remote, built) == ()
    assert site.seen() == {**edited, ".htaccess": "Options -Indexes"}


def test_what_is_gone_is_removed_with_the_folders_that_it_leaves_empty(site: Site, tmp_path: Path) -> None:
    built = built_tree(tmp_path / "built", TREE)
    publish(site.remote, built)
    left = {path: text for path, text in TREE.items() if "panen" not in path}
    publish(site.remote, built_tree(built, left))
    assert set(site.seen()) == {*left, ".htaccess"}


class Breaking:
    """A host whose connection breaks at the n-th call that changes something."""

    def __init__(self, remote: Remote, calls: int) -> None:
        self._remote, self._left = remote, calls
        self.load = remote.load

    def put(self, files: list[Sending]) -> None:
        """Puts the first half of the files, and breaks."""
        self._left -= 1
        if self._left < 0:
            self._remote.put(files[: len(files) // 2])
            raise KimError("The connection broke.")
        self._remote.put(files)

    def remove(self, paths: list[str]) -> None:
        """Removes the first half, and breaks."""
        self._left -= 1
        if self._left < 0:
            self._remote.remove(paths[: len(paths) // 2])
            raise KimError("The connection broke.")
        self._remote.remove(paths)


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 4, 5, 6])
def test_an_upload_that_broke_is_finished_by_the_next(calls: int, tmp_path: Path) -> None:
    with run_ftpd(tmp_path) as host:
        remote = Ftp(host.target, host.environment)
        publish(remote, built_tree(tmp_path / "one", TREE))
        other = {**TREE, "index.html": "dua", "baru/index.html": "baru", "kim/index.html": "dua"}
        del other["hulu/kim-a/2026-11-01-panen/index.html"]
        with contextlib.suppress(KimError):
            publish(Breaking(remote, calls), built_tree(tmp_path / "two", other))
        # what was to come is taken back before it is sent again
        publish(remote, built_tree(tmp_path / "three", TREE))
        assert seen_in_folder(host.folder) == {**TREE, ".htaccess": "Options -Indexes"}
        assert load_state(remote) == (Manifest(read_tree(tmp_path / "three")), frozenset())


def test_releases_over_ssh_are_switched_shared_and_taken_back(tmp_path: Path) -> None:
    with run_sshd(tmp_path / "host", "ssh") as host:
        ssh = Ssh(host.target, host.environment)
        extra = built_tree(tmp_path / "extra", {"status.json": "{}"})
        current = host.folder / "current"
        for day, text in enumerate(["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh"]):
            built = built_tree(tmp_path / "built", {**TREE, "index.html": text})
            transfer = plan_transfer(read_tree(built), ssh.load_published(), (), ())
            assert transfer.sent == (tuple(sorted(TREE, key=order)) if not day else ("index.html",))
            ssh.publish_release(built, transfer, extra, NOW + timedelta(days=day))
            assert seen_in_folder(current) == {**TREE, "index.html": text, "status.json": "{}"}
        releases = sorted((host.folder / "releases").iterdir())
        assert len(releases) == 5
        photos = {(release / "aset/0123.jpg").stat().st_ino for release in releases}
        assert len(photos) == 1
        shown, earlier = ssh.roll_back()
        assert (shown, earlier) == (releases[-1].name, releases[-2].name)
        assert (current / "index.html").read_text() == "enam"
        ssh.refresh_release(built_tree(extra, {"status.json": "baru"}), NOW)
        assert (current / "status.json").read_text() == "baru"
        assert (releases[-1] / "status.json").read_text() == "{}"


def order(path: str) -> tuple[bool, bool, str]:
    return (not path.startswith("aset/"), False, path)


def test_a_release_that_arrives_half_changes_nothing(tmp_path: Path) -> None:
    with run_sshd(tmp_path / "host", "ssh") as host:
        ssh = Ssh(host.target, host.environment)
        extra = built_tree(tmp_path / "extra", {})
        extra.mkdir(exist_ok=True)
        built = built_tree(tmp_path / "built", TREE)
        ssh.publish_release(built, plan_transfer(read_tree(built), Manifest(), (), ()), extra, NOW)
        before = seen_in_folder(host.folder / "current")
        transfer = plan_transfer(read_tree(built), Manifest(), (), ())
        broken = replace(transfer, new=("tidak-ada/index.html",))
        with pytest.raises(FileNotFoundError):
            ssh.publish_release(built, broken, extra, NOW + timedelta(1))
        assert seen_in_folder(host.folder / "current") == before


def test_a_host_that_refuses_is_told_without_the_secret(tmp_path: Path) -> None:
    with run_ftpd(tmp_path) as host:
        wrong = {**host.environment, "KIM_PUBLISH_PASSWORD": "salah-sekali"}
        with pytest.raises(KimError, match=r"FTP to .* failed") as told:
            load_state(Ftp(host.target, wrong))
        assert "salah-sekali" not in str(told.value)
        missing = replace(host.target, folder="/tidak-ada")
        with pytest.raises(KimError, match="failed"):
            load_state(Ftp(missing, host.environment))


def test_a_certificate_that_nobody_trusts_gets_no_password(tmp_path: Path) -> None:
    with run_ftpsd(tmp_path) as (host, _), pytest.raises(KimError, match=r"(?i)certificate") as told:
        load_state(Ftp(host.target, host.environment))
    assert PASSWORD not in str(told.value)


def test_an_sftp_folder_that_is_not_there_is_not_taken_for_an_empty_portal(tmp_path: Path) -> None:
    with run_sshd(tmp_path, "sftp") as host:
        missing = replace(host.target, folder=f"{host.folder}/tidak-ada")
        with pytest.raises(KimError, match=r"sftp to .* failed"):
            load_state(Sftp(missing, host.environment))


@pytest.mark.parametrize("kind", [Ftp, S3])
def test_a_secret_that_is_missing_is_named(kind: type[Ftp] | type[S3], tmp_path: Path) -> None:
    with run_ftpd(tmp_path) as host, pytest.raises(KimError, match="KIM_PUBLISH_"):
        kind(host.target, {"PATH": host.environment["PATH"]})
