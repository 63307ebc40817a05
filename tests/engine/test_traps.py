"""Each trap of stock Pelican and Python-Markdown that this build could meet, from real files."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus import Corpus, photo_bytes, post_text, tree

FOLDER = "hulu/kim-mata-air"
STEM = "2026-11-03-jahat"


def png_bomb(width: int, height: int) -> bytes:
    """A small PNG that claims many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


GOOD = post_text("Kabar yang baik")
WITH_PHOTO = post_text("Kabar berfoto", more="Foto: a.jpg\nKeterangan foto: Warna polos\n")
TABLE = "|a|b|\n|-|-|\n" + "|1|2|\n" * 20_000

#: name -> (files below the group's folder, the code that the report must name)
BAD_POSTS: dict[str, tuple[dict[str, bytes], str]] = {
    "save_as": ({f"{STEM}.md": GOOD.replace("Topik", "Save_as: hilir/kim-muara/index.html\nTopik").encode()}, "K014"),
    "save_as_home": ({f"{STEM}.md": GOOD.replace("Topik", "Save_as: index.html\nTopik").encode()}, "K014"),
    "template": ({f"{STEM}.md": GOOD.replace("Topik", "Template: ../../x\nTopik").encode()}, "K014"),
    "url": ({f"{STEM}.md": GOOD.replace("Topik", "Url: /\nTopik").encode()}, "K014"),
    "slug": ({f"{STEM}.md": GOOD.replace("Topik", "Slug: ../..\nTopik").encode()}, "K014"),
    "31_february": ({f"{STEM}.md": post_text(date="31 Februari 2026").encode()}, "K012"),
    "no_date": ({f"{STEM}.md": b"Judul: Kabar tanpa tanggal\nTopik: budaya\n\nIsi.\n"}, "K016"),
    "no_text_encoding": ({f"{STEM}.md": b"Judul: \x81\x8d\x8f\n\nIsi.\n"}, "K001"),
    "table": ({f"{STEM}.md": post_text(body=TABLE).encode()}, "K010"),
    "smaller_table": ({f"{STEM}.md": post_text(body=TABLE[:20_000]).encode()}, "K030"),
    "stars": ({f"{STEM}.md": post_text(body="* " * 500).encode()}, "K030"),
    "tildes": ({f"{STEM}.md": post_text(body="~~~\n" * 1000).encode()}, "K030"),
    "brackets": ({f"{STEM}.md": post_text(body="[" * 4000).encode()}, "K030"),
    "fences": ({f"{STEM}.md": post_text(body="```a\n" * 3200).encode()}, "K030"),
    "quotes": ({f"{STEM}.md": post_text(body=">" * 400 + "a").encode()}, "K030"),
    "javascript": ({f"{STEM}.md": post_text(body="[a](javascript:alert(1))").encode()}, "K032"),
    "photo_is_html": ({f"{STEM}/index.md": WITH_PHOTO.encode(), f"{STEM}/a.jpg": b"<html><script>"}, "K042"),
    "photo_is_svg": ({f"{STEM}/index.md": WITH_PHOTO.encode(), f"{STEM}/a.jpg": b"<svg onload='x'/>"}, "K042"),
    "photo_bomb": ({f"{STEM}/index.md": WITH_PHOTO.encode(), f"{STEM}/a.jpg": png_bomb(10_000, 6_000)}, "K050"),
    "photo_giant": ({f"{STEM}/index.md": WITH_PHOTO.encode(), f"{STEM}/a.jpg": png_bomb(2**30, 2**30)}, "K050"),
    "photo_torn": ({f"{STEM}/index.md": WITH_PHOTO.encode(), f"{STEM}/a.jpg": photo_bytes(size=(900, 900))[:900]}, "K042"),
    "photo_missing": ({f"{STEM}/index.md": WITH_PHOTO.encode()}, "K040"),
    "pdf_is_html": ({f"{STEM}/index.md": post_text(body="[a](a.pdf)").encode(), f"{STEM}/a.pdf": b"<html>"}, "K048"),
    "name": ({"Kabar Baru.md": GOOD.encode()}, "K004"),
    "double": ({f"{STEM}.md": GOOD.encode(), f"{STEM}/index.md": GOOD.encode(), f"{STEM}/a.jpg": photo_bytes()}, "K071"),
    "unregistered": ({f"../kim-liar/{STEM}.md": GOOD.encode()}, "K008"),
    "no_district": ({f"../../luar/kim-liar/{STEM}.md": GOOD.encode()}, "K009"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD_POSTS))
def test_bad_post_is_held_back_and_the_others_are_published_as_without_it(
    corpus: Corpus, tmp_path: Path, name: str
) -> None:
    files, code = BAD_POSTS[name]
    corpus.settings = replace(corpus.settings, compress=False)
    corpus.add_posts(7)
    corpus.add_posts(2, "hilir/kim-muara")
    without = corpus.build_clean(tmp_path / "without")
    for path, data in files.items():
        corpus.write(f"{FOLDER}/{path}", data)
    report = corpus.build()
    assert code in {found.code for found in report.problems}
    assert report.held == 1
    with_it = tree(corpus.output)
    if name == "double":  # of two files with one address, one is as good as the other
        with_it = {path: data for path, data in with_it.items() if STEM in path}
        assert set(with_it) == {f"{FOLDER}/{STEM}/index.html"}
    else:
        assert with_it == without


READABLE = {
    "bom": (b"\xef\xbb\xbf" + GOOD.encode(), set()),
    "crlf": (GOOD.replace("\n", "\r\n").encode(), set()),
    "cp1252": (GOOD.replace("Isi kabar.", "Kafé – “kabar”.").encode("cp1252"), {"K002"}),
    "utf16": (GOOD.encode("utf-16"), {"K002"}),
    "utf16_without_mark": (GOOD.encode("utf-16-le"), {"K002"}),
    "control": (GOOD.replace("Isi", "I\x07s\x00i").encode(), {"K003"}),
    "html": (GOOD.replace("Isi", "<script>alert(1)</script><div onclick=x>Isi</div>").encode(), {"K031"}),
}


@pytest.mark.parametrize("name", sorted(READABLE))
def test_post_that_can_be_read_is_published_with_a_warning(corpus: Corpus, name: str) -> None:
    data, codes = READABLE[name]
    corpus.write(f"{FOLDER}/2026-11-01-aneh.md", data)
    report = corpus.build()
    assert {found.code for found in report.problems} == codes
    page = (corpus.output / FOLDER / "2026-11-01-aneh" / "index.html").read_text()
    assert "Kabar yang baik" in page
    article = page.split("<article")[1].split("</article>")[0]
    assert "<script" not in article
    assert "onclick=" not in article.replace("&lt;div onclick=x&gt;", "")
    assert "\x07" not in page


def test_day_before_month_always(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/2026-01-05-awal-tahun.md", post_text(date="05/01/2026"))
    corpus.build()
    page = (corpus.output / FOLDER / "2026-01-05-awal-tahun" / "index.html").read_text()
    assert "Senin, 5 Januari 2026" in page


def test_title_is_text_on_every_page_and_in_every_feed(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/2026-11-01-judul.md", post_text("Judul <script>alert(1)</script> & teman"))
    corpus.build()
    for name, data in tree(corpus.output).items():
        if name.endswith(".json"):  # no markup: a text is between its quotes
            json.loads(data)
        elif not name.endswith(
            ".txt"
        ):  # search's cards are plain text, and its script makes them nothing else
            assert b"<script>alert(1)" not in data.replace(b"<![CDATA[", b""), name


def test_links_out_of_the_folder_are_not_followed(corpus: Corpus, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "index.md").write_text(post_text("Rahasia negara di luar"))
    (secret / "a.jpg").write_bytes(photo_bytes())
    group = corpus.content / FOLDER
    (group / "2026-11-01-tautan.md").symlink_to(secret / "index.md")
    (group / "2026-11-02-folder").symlink_to(secret)
    corpus.write(f"{FOLDER}/{STEM}/index.md", WITH_PHOTO)
    (group / STEM / "a.jpg").symlink_to(secret / "a.jpg")
    (corpus.content / "hilir" / "kim-lain").symlink_to(group)
    report = corpus.build()
    assert [found.code for found in report.problems].count("K007") == 4
    assert not [name for name, data in tree(corpus.output).items() if b"Rahasia" in data]


def test_future_post_is_held_back_until_its_time(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/2026-11-20-nanti.md", post_text(date="2026-11-20 13.00"))
    page = corpus.output / FOLDER / "2026-11-20-nanti" / "index.html"
    assert corpus.build().waiting == 1  # it is 12.00 WITA
    assert not page.exists()
    later = corpus.settings.now.replace(hour=5)
    assert corpus.build(now=later).waiting == 0
    assert page.exists()


def test_two_groups_whose_names_run_into_each_other_keep_their_own_pages(corpus: Corpus) -> None:
    corpus.add_group("hulu/kim-1", "99.01.01.1001")
    corpus.add_group("hulu/kim-12", "99.01.01.2001")
    corpus.add_posts(8, "hulu/kim-1")
    corpus.add_posts(8, "hulu/kim-12")
    report = corpus.build()
    assert not report.problems
    older = (corpus.output / "hulu/kim-1/hal/1/index.html").read_text()
    assert "/hulu/kim-1/2026-01-01-kabar-0/" in older
    assert "/hulu/kim-12/2026" not in older


def test_same_file_name_in_two_groups_is_two_posts(corpus: Corpus) -> None:
    corpus.write(f"{FOLDER}/2026-11-01-sama.md", post_text("Kabar pertama"))
    corpus.write("hilir/kim-muara/2026-11-01-sama.md", post_text("Kabar kedua"))
    assert not corpus.build().problems
    assert "Kabar kedua" in (corpus.output / "hilir/kim-muara/2026-11-01-sama/index.html").read_text()
