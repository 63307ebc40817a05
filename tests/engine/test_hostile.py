"""What one post, one group or one folder tried in order to stop the build, or to reach out of its place."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kim.errors import KimError
from kim.mend import plan_mending, write_mended
from tests.corpus import ROOT, Corpus, post_text, tree

FOLDER = "hulu/kim-mata-air"
STEM = f"{FOLDER}/2026-11-03-jahat"
PDF = b"%PDF-1.4 contoh"


def test_mending_never_writes_through_a_link(corpus: Corpus, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("rahasia")
    file = corpus.write(f"{STEM}.md", post_text().replace("\n", "\r\n"))
    (file.parent / f".{file.name}.mended").symlink_to(secret)
    for mended in plan_mending(corpus.content):
        write_mended(corpus.content, mended)
    assert secret.read_text() == "rahasia"
    assert b"\r" not in file.read_bytes()


def test_pdf_with_capital_letters_is_published(corpus: Corpus) -> None:
    corpus.write(f"{STEM}/index.md", post_text(date="2026-11-03", body="[Jadwal](JADWAL.PDF)"))
    corpus.write(f"{STEM}/JADWAL.PDF", PDF)
    assert not corpus.build().problems
    assert (corpus.output / STEM / "JADWAL.PDF").read_bytes() == PDF


def palette_without_colours() -> bytes:
    """A PNG whose transparency has more entries than its palette."""
    import io
    import zlib

    out = io.BytesIO()
    Image.new("P", (30, 20)).save(out, "PNG")
    data = out.getvalue()
    at = data.index(b"IDAT") - 4
    chunk = b"tRNS" + b"\0" * 300
    return data[:at] + (300).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big") + data[at:]


@pytest.mark.parametrize(
    ("head", "body", "files"),
    [
        ("", "[a](jadwal.pdf) [b](Jadwal.pdf)", {"jadwal.pdf": PDF, "Jadwal.pdf": PDF}),
        (f"Alamat lama: /{'a' * 300}/\n", "Isi.", {}),
        ("Foto: a.png\nKeterangan foto: Polos\n", "Isi.", {"a.png": palette_without_colours()}),
    ],
    ids=["names-alike", "long-former", "palette"],
)
def test_post_that_would_stop_the_build_only_stops_itself(
    corpus: Corpus, head: str, body: str, files: dict[str, bytes]
) -> None:
    corpus.add_posts(3)
    corpus.write(f"{STEM}/index.md", post_text(date="2026-11-03", more=head, body=body))
    for name, data in files.items():
        corpus.write(f"{STEM}/{name}", data)
    assert corpus.build().held == 1
    assert (corpus.output / FOLDER / "2026-01-01-kabar-0" / "index.html").exists()


def test_entity_of_five_thousand_digits_is_text(corpus: Corpus) -> None:
    corpus.write(
        f"{STEM}.md", post_text(date="2026-11-03", body=f"[a](x&#{'9' * 5000};) &#{'9' * 5000}; isi")
    )
    corpus.build()


@pytest.mark.parametrize(
    "line",
    [
        f'former = ["hulu/{"a" * 300}"]',
        'name = "\u202e"',
        f"about = 0x{'f' * 5000}",
        f'about = "{"a" * 5000}"',
        "#" * 2_000_000,
    ],
    ids=["long-former", "empty-name", "big-number", "long-about", "big-file"],
)
def test_group_that_would_stop_the_build_only_stops_itself(corpus: Corpus, line: str) -> None:
    corpus.add_posts(2, "hilir/kim-muara")
    settings = corpus.content / FOLDER / "kim.toml"
    text = settings.read_text()
    if line.startswith("name"):
        text = "\n".join(found for found in text.split("\n") if not found.startswith("name"))
    settings.write_text(f"{text}\n{line}\n")
    assert corpus.build().problems
    assert (corpus.output / "hilir/kim-muara/index.html").exists()
    assert not (corpus.output / FOLDER / "index.html").exists()


@pytest.mark.parametrize("path", ["robots.txt/mine.doc", "hulu"])
def test_what_is_not_ours_is_not_removed_to_make_way(corpus: Corpus, path: str) -> None:
    mine = corpus.output / path
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(KimError, match="not ours"):
        corpus.build()
    assert mine.read_text() == "mine"


def test_forgetting_still_removes_what_was_retracted(corpus: Corpus) -> None:
    corpus.add_posts(2)
    corpus.build()
    next(corpus.content.rglob("*kabar-1.md")).unlink()
    corpus.build(forget=True)
    assert not [name for name in tree(corpus.output) if "kabar-1" in name]


def test_clean_build_of_a_broken_network_leaves_the_site_alone(corpus: Corpus) -> None:
    corpus.build()
    before = tree(corpus.output)
    corpus.write("network.toml", "x = 1\n")
    command = [sys.executable, "-m", "invoke", "build", "--clean"]
    command += ["--content", str(corpus.content), "--output", str(corpus.output)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1
    assert tree(corpus.output) == before


def test_output_folder_inside_the_content_is_refused(corpus: Corpus) -> None:
    with pytest.raises(KimError, match="lies in it"):
        corpus.build(output=corpus.content / "situs")
