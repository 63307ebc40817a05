"""The worker's file, the manifest and the icons, as they are published."""

import gzip
import io
import json

import pytest
from PIL import Image

from plugins.offline.icons import draw_icon
from plugins.portal.output import Options
from tests.corpus import NETWORK, Corpus, post_text


def test_worker_is_small_and_stands_at_the_root_of_the_portal(corpus: Corpus) -> None:
    corpus.build()
    worker = (corpus.output / "sw.js").read_bytes()
    assert len(gzip.compress(worker, 9)) <= 2_000
    assert b"WAIT=3000,POSTS=20," in worker


def test_news_never_changes_the_worker(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build()
    before = (corpus.output / "sw.js").read_bytes()
    corpus.add_posts(9, "hilir/kim-muara")
    corpus.write("hulu/kim-mata-air/2026-01-01-kabar-0.md", post_text("Kabar yang berubah"))
    corpus.build()
    assert (corpus.output / "sw.js").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("templates/offline.html", "Coba lagi", "Ulangi"),
        ("static/portal.css", "footer {", "footer { top: 1px;"),
        ("static/offline.js", "h3", "h2"),
    ],
)
def test_worker_changes_with_the_offline_page_that_it_keeps(
    file: str, old: str, new: str, corpus: Corpus
) -> None:
    corpus.build()
    before = (corpus.output / "sw.js").read_bytes()
    edited = corpus.theme / file
    edited.write_text(edited.read_text().replace(old, new))
    corpus.build()
    assert (corpus.output / "sw.js").read_bytes() != before


def test_worker_is_that_of_the_offline_page_whether_it_was_made_now_or_before(corpus: Corpus) -> None:
    corpus.build()
    before = (corpus.output / "sw.js").read_bytes()
    (corpus.output / "sw.js").unlink()
    corpus.build()
    assert (corpus.output / "sw.js").read_bytes() == before


def test_offline_page_names_no_post_and_is_not_to_be_found(corpus: Corpus) -> None:
    corpus.add_posts(3)
    corpus.build()
    page = (corpus.output / "offline" / "index.html").read_text()
    assert "Kabar nomor" not in page
    assert '<meta name="robots" content="noindex">' in page
    assert "<noscript>" in page
    assert "/offline/" not in (corpus.output / "sitemap.xml").read_text()


def test_portal_without_offline_reading_publishes_the_worker_that_cleans_up(corpus: Corpus) -> None:
    corpus.build(options=Options(offline=False))
    assert "unregister" in (corpus.output / "sw.js").read_text()
    assert not (corpus.output / "offline").exists()
    page = (corpus.output / "index.html").read_text()
    assert 'rel="manifest"' in page
    assert 'data-worker="' not in page


@pytest.mark.parametrize("below", ["", "kim/"])
def test_manifest_says_where_the_portal_stands_and_names_icons_of_the_size_they_have(
    below: str, corpus: Corpus
) -> None:
    corpus.write("network.toml", NETWORK.replace(".example/", f".example/{below}"))
    corpus.build()
    manifest = json.loads((corpus.output / "manifest.webmanifest").read_text())
    assert (manifest["name"], manifest["short_name"], manifest["lang"]) == ("KIM Rekaan", "Rekaan", "id")
    assert manifest["id"] == manifest["start_url"] == manifest["scope"] == f"/{below}"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        file = corpus.output / icon["src"].removeprefix(f"/{below}")
        assert icon["sizes"] == "{}x{}".format(*Image.open(file).size)
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert Image.open(corpus.output / "apple-touch-icon.png").size == (180, 180)


@pytest.mark.parametrize("size", [180, 192, 512])
def test_icon_is_light_whole_and_in_the_colours_of_the_network(size: int) -> None:
    data = draw_icon((("#0b6e4f", "#c8553d"), size))
    assert len(data) <= 3_000
    icon = Image.open(io.BytesIO(data)).convert("RGB")
    assert icon.getpixel((0, 0)) == icon.getpixel((size - 1, size - 1)) == (0x0B, 0x6E, 0x4F)
    assert icon.getpixel((size // 2, size // 2)) == (0xC8, 0x55, 0x3D)


def test_motif_of_the_icon_stays_inside_of_every_mask() -> None:
    icon = Image.open(io.BytesIO(draw_icon((("#0b6e4f", "#c8553d"), 200)))).convert("RGB")
    ground = icon.getpixel((0, 0))
    painted = [(x, y) for x in range(200) for y in range(200) if icon.getpixel((x, y)) != ground]
    assert painted
    assert max((x - 100) ** 2 + (y - 100) ** 2 for x, y in painted) <= 80**2


def test_colours_of_the_network_change_the_icons(corpus: Corpus) -> None:
    corpus.build()
    before = (corpus.output / "icon-192.png").read_bytes()
    corpus.write("network.toml", NETWORK.replace("#0b6e4f", "#123456"))
    corpus.build()
    assert (corpus.output / "icon-192.png").read_bytes() != before
