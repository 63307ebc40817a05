"""The sample network on hosts that really run: all of it arrives, and of an edited post only what it changed."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.publish import cited_assets
from ops.publish.published import open_published, open_remote
from ops.publish.remote import send
from ops.publish.targets import Target
from ops.publish.transfer import Transfer, plan_transfer, read_tree
from plugins.portal.engine import BuildSettings, build
from plugins.portal.output import Options, digest_inputs
from tests.pages.networks import NOW, PLUGINS, ROOT, Network
from tests.publish.hosts import BUCKET, open_store, run_ftpd, run_sshd, run_store

EDITED = "kotamobagu-utara/kim-bilalang/2026-03-28-panen-nila"
WORDS = "Kalimat yang baru ditambahkan redaksi."


@dataclass(frozen=True)
class Place:
    """A host: how it is reached, and the bytes of every file that its readers see below a folder."""

    target: Target
    environment: Mapping[str, str]
    read: Callable[[], Mapping[str, bytes]]


@pytest.fixture(params=["sftp", "ftp", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        if request.param == "s3":
            target, environment, address = stack.enter_context(run_store())
            yield Place(target, environment, lambda: read_store(address))
            return
        run = run_ftpd(tmp_path) if request.param == "ftp" else run_sshd(tmp_path, "sftp")
        host = stack.enter_context(run)
        yield Place(host.target, host.environment, lambda: read_folder(host.folder))


def read_folder(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".kim" not in path.parts
    }


def read_store(address: str) -> Mapping[str, bytes]:
    client = open_store(address)
    found = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="portal/"):
        for entry in page["Contents"]:
            path = entry["Key"].removeprefix("portal/")
            if not path.startswith(".kim/"):
                found[path] = client.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
    return found


@pytest.fixture(scope="module")
def versions(
    networks: Callable[[str], Network], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The sample as it is, and with a sentence more in one post, built from what was kept of the first."""
    sample, home = networks("content"), tmp_path_factory.mktemp("edited")
    for name in ("content", "cache", "host"):
        shutil.copytree(sample.host.parent / name, home / name)
    # what is kept is kept by the output folder's name
    old, new = (digest_inputs(str(folder.resolve()))[:12] for folder in (sample.folder, home / "host"))
    (home / "cache" / f"portal-{old}.sqlite").rename(home / "cache" / f"portal-{new}.sqlite")
    post = next(iter((home / "content").glob(f"{EDITED}*")))
    file = post / "index.md" if post.is_dir() else post
    file.write_text(f"{file.read_text()}\n{WORDS}\n")
    settings = BuildSettings(
        home / "content", home / "host", ROOT / "theme", home / "cache", Options(cards=True), NOW, brotli=11
    )
    assert build(settings, PLUGINS).kept, "all was made anew"
    return sample.folder, home / "host"


def publish(place: Place, built: Path, home: Path) -> Transfer:
    extra = home / "extra"
    extra.mkdir(exist_ok=True)
    published = open_published(place.target, home, place.environment)
    local = local_files(place, built)
    transfer = plan_transfer(local, published.manifest, published.unsure, cited_assets(built, local))
    remote = open_remote(place.target, place.environment)
    send(remote, built, transfer, published.unsure, extra, lambda count: None)
    return transfer


def local_files(place: Place, built: Path) -> Mapping[str, str]:
    skipped = (".br", ".gz") if place.target.kind == "s3" else ("?",)
    return {path: digest for path, digest in read_tree(built).items() if not path.endswith(skipped)}


def test_the_sample_arrives_and_an_edited_post_sends_only_what_it_changed(
    place: Place, versions: tuple[Path, Path], tmp_path: Path
) -> None:
    first, edited = versions
    before, after = local_files(place, first), local_files(place, edited)
    assert set(publish(place, first, tmp_path).sent) == set(before)
    assert place.read() == {path: (first / path).read_bytes() for path in before}
    transfer = publish(place, edited, tmp_path)
    assert set(transfer.sent) == {path for path in after if after[path] != before.get(path)}
    assert f"{EDITED}/index.html" in transfer.sent
    assert len(transfer.sent) < len(after) / 10
    seen = place.read()
    assert {path: seen[path] for path in after} == {path: (edited / path).read_bytes() for path in after}
    assert WORDS.encode() in seen[f"{EDITED}/index.html"]
