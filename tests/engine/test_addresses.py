"""Old addresses lead to the new ones, and search engines are told what there is."""

import json
import re
from xml.etree import ElementTree

import pytest

from plugins import sitemap
from tests.corpus import Corpus, photo_bytes, post_text, tree

STEM = "hulu/kim-mata-air/2026-11-01-kabar"


def page(corpus: Corpus, path: str) -> str:
    """A page's HTML."""
    return (corpus.output / path / "index.html").read_text()


def test_former_address_of_a_post_leads_to_it(corpus: Corpus) -> None:
    corpus.write(f"{STEM}.md", post_text(more="Alamat lama: /berita/kabar/, /lama/kabar.html\n"))
    assert not corpus.build().problems
    for old in ("berita/kabar/index.html", "lama/kabar.html"):
        html = (corpus.output / old).read_text()
        assert f'content="0; url=/{STEM}/"' in html
        assert f'<link rel="canonical" href="https://kim-rekaan.example/{STEM}/">' in html
        assert "noindex" in html


def test_former_folder_of_a_group_leads_to_the_group_and_its_posts(corpus: Corpus) -> None:
    settings = corpus.content / "hulu/kim-mata-air/kim.toml"
    settings.write_text(settings.read_text() + 'former = ["hilir/kim-dulu"]\n')
    corpus.write(f"{STEM}.md", post_text())
    corpus.build()
    assert "url=/hulu/kim-mata-air/" in page(corpus, "hilir/kim-dulu")
    assert f"url=/{STEM}/" in page(corpus, "hilir/kim-dulu/2026-11-01-kabar")


def test_redirect_never_takes_the_place_of_a_page(corpus: Corpus) -> None:
    settings = corpus.content / "hulu/kim-mata-air/kim.toml"
    settings.write_text(settings.read_text() + 'former = ["hilir/kim-muara"]\n')
    corpus.build()
    assert "KIM MUARA" in page(corpus, "hilir/kim-muara")


@pytest.mark.parametrize(
    "former", ["berita", "/a/../b/", "https://x.example/", "/a.b/c/", "/KIM/", "//x/", "/a b/", "/hulu/"]
)
def test_former_address_that_cannot_be_is_a_problem_of_its_post_only(corpus: Corpus, former: str) -> None:
    corpus.add_posts(2)
    corpus.write(f"{STEM}.md", post_text(more=f"Alamat lama: {former}\n"))
    report = corpus.build()
    assert report.held == 1
    assert {found.code for found in report.problems} <= {"K026", "K071"}


def test_sitemap_lists_every_page_but_redirects_and_those_that_stand_in_for_others(corpus: Corpus) -> None:
    corpus.add_posts(5)
    corpus.write(
        f"{STEM}.md", post_text(more="Alamat lama: /berita/kabar/\nUbah: 2026-11-02\nRalat: Salah.\n")
    )
    corpus.build()
    root = ElementTree.fromstring((corpus.output / "sitemap.xml").read_bytes())  # noqa: S314 (our own file)
    listed = {entry[0].text: entry[1].text if len(entry) > 1 else None for entry in root}
    assert listed[f"https://kim-rekaan.example/{STEM}/"] == "2026-11-02"
    pages = {
        name
        for name in tree(corpus.output)
        if name.endswith("index.html") and not name.startswith(("berita", "offline"))
    }
    assert set(listed) == {"https://kim-rekaan.example/" + name.removesuffix("index.html") for name in pages}
    assert "Sitemap: https://kim-rekaan.example/sitemap.xml" in (corpus.output / "robots.txt").read_text()


def test_long_sitemap_is_split(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.add_posts(12)
    corpus.build()
    whole = sorted(re.findall("<url>.*</url>", (corpus.output / "sitemap.xml").read_text()))
    monkeypatch.setattr(sitemap, "RUN", 5)
    monkeypatch.setattr(sitemap, "MOST_ENTRIES", 20)
    corpus.build(forget=True)
    index = (corpus.output / "sitemap.xml").read_text()
    names = re.findall(r"<loc>https://kim-rekaan.example/(sitemap-[\w-]+\.xml)</loc>", index)
    assert names == [f"sitemap-{name}.xml" for name in ("halaman-1", "halaman-2", "1", "2", "3")]
    assert max((corpus.output / name).read_text().count("<url>") for name in names) == 20
    split = [re.findall("<url>.*</url>", (corpus.output / name).read_text()) for name in names]
    assert sorted(entry for part in split for entry in part) == whole


def test_schema_of_a_post_cannot_close_its_script(corpus: Corpus) -> None:
    corpus.write(f"{STEM}.md", post_text("Judul </script><script>alert(1)</script> & lain"))
    corpus.build()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(corpus, STEM), re.S)
    article = json.loads(found)["@graph"][0]
    assert article["headline"] == "Judul </script><script>alert(1)</script> & lain"
    assert article["datePublished"] == "2026-11-01T00:00:00+08:00"


def test_draft_is_nowhere(corpus: Corpus) -> None:
    corpus.write(
        f"{STEM}.md", post_text("Rahasia sampai selesai", more="Status: draf\nAlamat lama: /berita/x/\n")
    )
    assert corpus.build().drafts == 1
    assert not [name for name, data in tree(corpus.output).items() if b"Rahasia" in data or "berita" in name]


def test_correction_stands_above_the_text_with_its_day(corpus: Corpus) -> None:
    corpus.write(f"{STEM}.md", post_text(more="Ubah: 2026-11-02\nRalat: Pesertanya 120 orang.\n"))
    corpus.build()
    html = page(corpus, STEM).split("<main")[1]
    assert html.index("Ralat, Senin, 2 November 2026.") < html.index("Isi kabar.")


def test_pages_are_published_and_linked_from_every_foot(corpus: Corpus) -> None:
    corpus.write("pages/tentang.md", "Judul: Tentang kami\n\nKami menulis. Lihat [beranda](/).\n")
    corpus.build()
    assert "<h1>Tentang kami</h1>" in page(corpus, "tentang")
    assert '<a href="/tentang/">Tentang kami</a>' in page(corpus, "hulu/kim-mata-air")


def test_a_pages_photos_are_shown_as_a_posts_and_its_documents_lie_beside_it(corpus: Corpus) -> None:
    pdf = b"%PDF-1.4 contoh"
    text = "Judul: Kantor\n\n![Depan](depan.png)\n\n![Belakang](belakang.png)\n\n[SK](sk.pdf)\n"
    corpus.write("pages/tentang/index.md", text)
    corpus.write("pages/tentang/depan.png", photo_bytes("red", form="PNG"))
    corpus.write("pages/tentang/belakang.png", photo_bytes("blue", form="PNG"))
    corpus.write("pages/tentang/sk.pdf", pdf)
    assert corpus.build().problems == ()
    first, second = re.findall(r"<figure>.*?</figure>", page(corpus, "tentang"), re.DOTALL)
    assert 'alt="Depan"' in first
    assert "<details>" not in first
    assert "ketuk untuk memuat: Belakang" in second
    assert (corpus.output / "tentang" / "sk.pdf").read_bytes() == pdf
    before = page(corpus, "tentang")
    corpus.write("pages/tentang/depan.png", photo_bytes("green", form="PNG"))
    corpus.build()
    assert page(corpus, "tentang") != before
    shown = set(re.findall(r"/aset/[0-9a-f]+\.\w+", page(corpus, "tentang")))
    assert len(shown) >= 6
    assert [name for name in shown if not (corpus.output / name[1:]).is_file()] == []


def test_of_a_page_that_is_a_file_and_a_folder_the_file_stays(corpus: Corpus) -> None:
    corpus.write("pages/tentang.md", "Judul: Tentang kami\n\nBerkasnya.\n")
    corpus.write("pages/tentang/index.md", "Judul: Tentang kami\n\nFoldernya.\n")
    (found,) = corpus.build().problems
    assert (found.code, found.path) == ("K071", "pages/tentang/index.md")
    assert "Berkasnya." in page(corpus, "tentang")


def test_page_with_a_name_that_is_taken_is_held_back(corpus: Corpus) -> None:
    corpus.write("pages/hulu.md", "Judul: Merebut alamat\n\nIsi.\n")
    corpus.write("pages/kim.md", "Judul: Merebut alamat\n\nIsi.\n")
    assert [found.code for found in corpus.build().problems] == ["K074", "K074"]
    assert "Merebut" not in page(corpus, "hulu") + page(corpus, "kim")


def test_portal_below_a_path_links_below_it_everywhere(corpus: Corpus) -> None:
    settings = corpus.content / "network.toml"
    settings.write_text(settings.read_text().replace("rekaan.example/", "rekaan.example/kim/"))
    corpus.write(f"{STEM}.md", post_text(body="Lihat [hulu](/hulu/)."))
    corpus.build()
    html = page(corpus, STEM)
    assert '<a href="/kim/hulu/">hulu</a>' in html
    links = re.findall(r'(?:href|src)="(/[^"]*)"', html)
    assert links
    assert all(link.startswith("/kim/") for link in links)


def test_example_in_a_post_keeps_its_empty_lines(corpus: Corpus) -> None:
    corpus.write(f"{STEM}.md", post_text(body="Contoh:\n\n    satu\n\n    dua\n"))
    corpus.build()
    assert "<pre><code>satu\n\ndua\n</code></pre>" in page(corpus, STEM)


def test_link_to_a_page_that_is_not_there_is_told_with_its_line(corpus: Corpus) -> None:
    corpus.add_posts(1)
    links = "[a](/topik/budaya/) [b](/hulu/) [c](/arsip/2026/01/) [d](../2026-01-01-kabar-0/) [e](/)"
    corpus.write(f"{STEM}.md", post_text(body=f"{links}\n\n[mati](/hulu/kim-mata-air/2026-01-09-hilang/)"))
    report = corpus.build()
    assert [(found.code, found.line) for found in report.problems] == [("K056", 7)]
    assert report.held == 0
