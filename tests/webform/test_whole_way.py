"""The whole way, with the commands that people type: a phone, a line that drops, an editor, and the next build."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Page

from kim.dates import ZONES
from kim.text import slug
from ops.build import build_command

from .bad_line import BadLine
from .samples import GROUP_ID
from .serving import free_port

ROOT = Path(__file__).resolve().parents[2]
TITLES = ("Panen raya di sawah Mata Air", "Gotong royong di Mata Air")
ALTS = ("Padi menguning", "Ibu-ibu memanen")
TEXT = "Warga memanen padi bersama sejak pagi.\n\nHasilnya **tiga ton**, lebih banyak daripada tahun lalu."


@dataclass
class Running:
    """`invoke form`, started; the group's code; and the line to it."""

    line: BadLine
    code: str
    repository: Path
    content: Path

    @property
    def home(self) -> str:
        """The form's address, over the line."""
        return f"http://127.0.0.1:{self.line.port}/"


@pytest.fixture
def running(made_repository: Path, repository: Path, tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    invoke = [sys.executable, "-m", "invoke"]
    done = subprocess.run(
        [*invoke, "form-code", GROUP_ID, "--repo", str(repository)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    command = [*invoke, "form", "--repo", str(repository), "--port", str(port)]
    with BadLine(port) as line, (tmp_path / "log").open("w") as log:
        environment = {**os.environ, "KIM_FORM_ADDRESS": f"http://127.0.0.1:{line.port}/"}
        service = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        )
        try:
            assert service.stdout is not None
            assert f"127.0.0.1:{line.port}" in service.stdout.readline()
            content = made_repository.parent / "content"
            yield Running(line, done.stdout.strip().partition(": ")[2], repository, content)
        finally:
            service.terminate()
            service.wait(timeout=30)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two photos of 12 megapixels, with the place where they were taken."""
    folder = tmp_path_factory.mktemp("photos")
    files = []
    for name, angle in (("IMG_1.jpg", 0), ("IMG_2.jpg", 90)):
        small = Image.effect_noise((400, 300), 40).convert("RGB").rotate(angle, expand=False)
        exif = Image.Exif()
        exif[0x010F] = "Telepon"
        exif.get_ifd(0x8825)[1] = "N"
        small.resize((4000, 3000), Image.Resampling.BICUBIC).save(folder / name, quality=88, exif=exif)
        files.append(str(folder / name))
    return files


def fill(page: Page, running: Running, title: str) -> None:
    page.select_option("#kelompok", GROUP_ID)
    page.fill("#kode", running.code)
    page.fill("#judul", title)
    page.select_option("#topik", "budaya")
    page.fill("#isi", TEXT)
    page.fill("#penulis", "Ibu Sri")


def press(page: Page, button: str) -> None:
    """Press a button; a line that breaks shows the browser's own page."""
    try:
        with page.expect_navigation(wait_until="load", timeout=30_000):
            page.click(f"button[value={button}]", no_wait_after=True)
    except Error as fault:
        assert re.search("ERR_|interrupted", str(fault)), fault


def send_without_script(running: Running, browser: Browser, photos: list[str]) -> Page:
    """A phone on which every press is a page, and a broken line the browser's own message."""
    running.line.cuts = {b"POST / ": 900, b"POST /k/": 60_000}
    page = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False).new_page()
    page.set_default_timeout(20_000)
    page.goto(running.home)
    fill(page, running, TITLES[0])
    press(page, "foto")
    assert running.line.done.pop() == b"POST / "
    page.go_back()
    assert page.input_value("#isi") == TEXT  # the text is still there
    press(page, "foto")
    assert "Tulisan Anda sudah tersimpan" in page.inner_text("main")
    page.set_input_files("#foto", photos[0])
    page.fill("#keterangan", ALTS[0])
    address = page.url
    press(page, "tambah")
    assert running.line.done.pop() == b"POST /k/"
    page.goto(address)  # the photo is lost with the line, the text is not
    assert TITLES[0] in page.inner_text("main")
    for photo, words in zip(photos, ALTS, strict=True):
        page.set_input_files("#foto", photo)
        page.fill("#keterangan", words)
        press(page, "tambah")
    press(page, "kirim")
    return page


def send_with_script(running: Running, browser: Browser, photos: list[str]) -> Page:
    """A phone that keeps all, shrinks photos, and goes on by itself, also after its tab was closed."""
    running.line.cuts = {b"POST / ": 900, b"POST /k/": 60_000}
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(running.home)
    fill(page, running, TITLES[1])
    page.set_input_files("#pilih", photos)
    page.wait_for_selector("#foto-2")
    for number, words in enumerate(ALTS, 1):
        page.fill(f"#foto-{number}", words)
    page.close()  # before anything is sent
    page = context.new_page()
    page.goto(running.home)
    page.wait_for_selector("#foto-2")
    assert page.input_value("#isi") == TEXT
    assert page.input_value("#foto-2") == ALTS[1]
    context.set_offline(True)
    page.fill("#kode", running.code)
    page.click("text=Kirim ke redaksi")
    page.wait_for_selector("#kirim:has-text('Belum ada sambungan')")
    context.set_offline(False)
    page.wait_for_url("**/k/*", timeout=60_000)
    assert sorted(running.line.done) == [b"POST / ", b"POST /k/"]
    assert page.evaluate("localStorage.length") == 0
    return page


def merge_all(running: Running, content: Path) -> None:
    """What an editor types."""
    review = [sys.executable, "-m", "invoke", "review", "--repo", str(running.repository)]
    listed = subprocess.run(review, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(title in listed for title in TITLES)
    for _ in TITLES:
        merged = [*review, "--merge", "1", "--content", str(content)]
        subprocess.run(merged, cwd=ROOT, capture_output=True, text=True, check=True)


def check_photos(post: Path) -> None:
    for name in ("foto-1.jpg", "foto-2.jpg"):
        data = (post / name).read_bytes()
        assert b"Telepon" not in data
        with Image.open(io.BytesIO(data)) as image:
            assert max(image.size) == 1600
            assert not image.getexif()


def wait_for_title(page: Page, words: str) -> None:
    for _ in range(60):
        page.reload()
        if words in page.inner_text("h1"):
            return
        page.wait_for_timeout(500)
    pytest.fail(page.inner_text("main"))


def test_two_phones_send_over_a_line_that_drops_an_editor_merges_and_the_next_build_shows_it(
    running: Running, browser: Browser, photos: list[str], tmp_path: Path
) -> None:
    pages = [send(running, browser, photos) for send in (send_without_script, send_with_script)]
    for page in pages:
        wait_for_title(page, "sedang diperiksa redaksi")
    content = Path(shutil.copytree(running.content, tmp_path / "content"))
    merge_all(running, content)
    command = [sys.executable, *build_command(ROOT, str(content), str(tmp_path / "output"), strict=True)]
    command += ["--cache-path", str(tmp_path / "cache")]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    day = datetime.now(UTC).astimezone(ZONES["WITA"]).date()
    for title in TITLES:
        place = f"hulu/kim-mata-air/{day}-{slug(title)}"
        check_photos(content / place)
        html = (tmp_path / "output" / place / "index.html").read_text()
        for words in (title, "<strong>tiga ton</strong>", *(f'alt="{alt}"' for alt in ALTS)):
            assert words in html
    for page in pages:
        wait_for_title(page, "Kabar Anda terbit")
