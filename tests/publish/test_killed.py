"""kill -9 of a publish at any moment, while somebody reads: only whole pages, no dead link, and the next
publish makes it good."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest

from ops.host import Host, serve_folder
from ops.publish.published import open_published
from ops.publish.targets import Target
from ops.publish.transfer import MEMORY
from tests.corpus import ROOT, Corpus, photo_bytes, post_text, tree
from tests.publish.hosts import run_sshd

GROUP = "hulu/kim-mata-air"
_NAMED = re.compile(r'\s(?:href|src)="(/[^"#?]*)')


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """A portal as it was published at four times: posts and photos come, change and go."""
    corpus = Corpus(tmp_path_factory.mktemp("versions"))
    options = replace(corpus.settings.options, page_size=2)
    corpus.settings = replace(corpus.settings, options=options, compress=False)
    made = []
    for number in range(4):
        corpus.add_posts(2 + 2 * number)
        for at, colour in enumerate(("red", "green", "blue")[: number + 1]):
            stem = f"{GROUP}/2026-05-0{at + 1}-berfoto"
            corpus.write(f"{stem}/a.jpg", photo_bytes(colour, (60 + number, 40)))
            more = "Foto: a.jpg\nKeterangan foto: Warna polos\n"
            text = post_text(f"Kabar {colour} yang ke-{number}", f"2026-05-0{at + 1}", more)
            corpus.write(f"{stem}/index.md", text)
        if number == 2:  # this one goes again
            corpus.write(f"{GROUP}/2026-06-01-sebentar.md", post_text("Hanya sebentar di sini", "2026-06-01"))
        elif number == 3:
            (corpus.content / f"{GROUP}/2026-06-01-sebentar.md").unlink()
        output = tmp_path_factory.mktemp("version") / "built"
        corpus.build(output=output, cache=output.parent / "cache")
        made.append(output)
    return tuple(made)


@dataclass
class Crawler:
    """Reads the whole portal again and again, and notes what no reader should meet."""

    host: Host
    whole: Mapping[str, set[bytes]]
    faults: list[str] = field(default_factory=list)
    rounds: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Until the end of the block, and at least once through."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _run(self) -> None:
        while not self._stop.is_set() or not self.rounds:
            self.crawl()
            self.rounds += 1
            self._stop.wait(0.1)

    def crawl(self) -> None:
        """Every page that can be reached from the front page, once."""
        waiting, seen = [("", "/")], {"/"}
        while waiting:
            source, address = waiting.pop()
            status, body = self._get(address)
            if status != 200:
                if self._is_dead(source, address):
                    self.faults.append(f"{source} links to {address}: {status}")
                continue
            path = f"{address[1:]}index.html" if address.endswith("/") else address[1:]
            if body not in self.whole[path]:
                self.faults.append(f"{address} is no version of it ({len(body)} bytes)")
            if path.endswith(".html"):
                for name in dict.fromkeys(_NAMED.findall(body.decode())):
                    if name not in seen:
                        seen.add(name)
                        waiting.append((address, name))

    def _is_dead(self, source: str, address: str) -> bool:
        """Whether a page that is served now names an address that leads nowhere now: what was read a moment
        ago may have changed since."""
        if not source:
            return True
        for _ in range(20):  # a page that is being removed goes a moment before what only it names
            _, page = self._get(source)
            if f'"{address}' not in page.decode() or self._get(address)[0] == 200:
                return False
            time.sleep(0.05)
        return True

    def _get(self, address: str) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.host.port, timeout=20)
        try:
            link.request("GET", address)
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):  # a file that went between two looks of the server
            return 0, b""
        finally:
            link.close()


@contextlib.contextmanager
def uploading(
    target: Target, environment: Mapping[str, str], built: Path, extra: Path
) -> Iterator[subprocess.Popen[str]]:
    """A publish that has begun."""
    values = json.dumps([asdict(target), str(built), str(extra)])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.publish.upload", values],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        yield process


def finish(target: Target, environment: Mapping[str, str], built: Path, extra: Path) -> float:
    """Publish to the end; how many seconds it took."""
    with uploading(target, environment, built, extra) as process:
        began = time.monotonic()
        _, said = process.communicate()
        assert process.returncode == 0, said
        return time.monotonic() - began


def kill_and_finish(
    target: Target,
    environment: Mapping[str, str],
    home: Path,
    seen: Path,
    versions: tuple[Path, ...],
    chance: random.Random,
    times: int,
) -> None:
    """Publish versions of a portal, kill some, and look at what stands there after each that was not."""
    extra = home / "extra"
    extra.mkdir()
    trees = {built: tree(built) for built in versions}
    whole: dict[str, set[bytes]] = {}
    for files in trees.values():
        for path, data in files.items():
            whole.setdefault(path, set()).add(data)
    finish(target, environment, versions[0], extra)
    seconds = finish(target, environment, versions[1], extra)
    with serve_folder(seen) as host:
        crawler = Crawler(host, whole)
        with crawler.running():
            killed = 0
            for _ in range(times):
                with uploading(target, environment, chance.choice(versions), extra) as process:
                    time.sleep(chance.random() * seconds)
                    process.kill()
                killed += process.returncode == -signal.SIGKILL
                built = chance.choice(versions)
                finish(target, environment, built, extra)
                _assert_repaired(target, environment, seen, trees[built])
        assert crawler.faults == []
        assert crawler.rounds
    assert killed, "every publish ended before it was killed"


def _assert_repaired(
    target: Target, environment: Mapping[str, str], seen: Path, expected: Mapping[str, bytes]
) -> None:
    """All of the new version and, of older ones, only assets; nothing is in doubt any more."""
    published = open_published(target, Path("/"), environment)
    there = {
        path.relative_to(seen).as_posix(): path.read_bytes()
        for path in seen.rglob("*")
        if path.is_file() and MEMORY not in path.relative_to(seen).parts
    }
    assert {path: there.get(path) for path in expected} == dict(expected)
    assert {path for path in there if path not in expected and not path.startswith("aset/")} == set()
    assert (published.manifest.files.keys(), published.unsure) == (there.keys(), frozenset())


def kill_folder(home: Path, versions: tuple[Path, ...], seed: int, times: int) -> None:
    target = Target("uji", "folder", str(home / "there"))
    seen = home / "there" / "current"
    kill_and_finish(target, os.environ, home, seen, versions, random.Random(seed), times)
    assert not (home / "there" / "releases" / "incoming").exists()


def kill_sftp(home: Path, versions: tuple[Path, ...], seed: int, times: int) -> None:
    with run_sshd(home, "sftp") as host:
        chance = random.Random(seed)
        kill_and_finish(host.target, host.environment, home, host.folder, versions, chance, times)


def test_a_publish_into_a_folder_that_is_killed_harms_no_reader(
    versions: tuple[Path, ...], tmp_path: Path
) -> None:
    kill_folder(tmp_path, versions, seed=1, times=3)


def test_a_publish_over_sftp_that_is_killed_harms_no_reader(
    versions: tuple[Path, ...], tmp_path: Path
) -> None:
    kill_sftp(tmp_path, versions, seed=2, times=3)


#: Ten times ten, so that they spread over the cores and one that fails is played again alone.
_TENS = range(10)


@pytest.mark.soak
@pytest.mark.parametrize("ten", _TENS)
def test_a_hundred_publishes_into_a_folder_are_killed(
    versions: tuple[Path, ...], tmp_path: Path, ten: int
) -> None:
    kill_folder(tmp_path, versions, seed=100 + ten, times=10)


@pytest.mark.soak
@pytest.mark.parametrize("ten", _TENS)
def test_a_hundred_publishes_over_sftp_are_killed(
    versions: tuple[Path, ...], tmp_path: Path, ten: int
) -> None:
    kill_sftp(tmp_path, versions, seed=200 + ten, times=10)
