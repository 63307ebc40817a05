"""What the notice board shows, and what WhatsApp is handed."""

import re
from urllib.parse import parse_qs, urlsplit

from kim.board import FEW, STORIES
from tests.corpus import Corpus, post_text

BOARD = "hulu/mading/index.html"
STEM = "hulu/kim-mata-air/2026-11-01-kabar"


def board(corpus: Corpus) -> str:
    """The sheet of the first kecamatan."""
    assert not corpus.build().problems
    return (corpus.output / BOARD).read_text()


def titles(html: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>([^<]*)</a></h2><p class", html)


def test_a_full_week_has_a_limit_and_says_how_many_more_there_are(corpus: Corpus) -> None:
    for number in range(30):
        day = f"2026-11-{12 + number % 7:02}"
        corpus.write(f"hulu/kim-mata-air/{day}-kabar-{number}.md", post_text(f"Kabar nomor {number}", day))
    html = board(corpus)
    assert len(titles(html)) == STORIES
    assert f"{30 - STORIES} kabar lain</a> minggu ini" in html
    assert "12 sampai 18 November 2026" in html
    assert "Sebelumnya" not in html


def test_a_quiet_week_is_filled_with_earlier_posts_under_their_own_heading(corpus: Corpus) -> None:
    for number, day in enumerate(["2026-11-19", "2026-11-13", "2026-11-12", *["2026-01-01"] * 5]):
        corpus.write(f"hulu/kim-mata-air/{day}-kabar-{number}.md", post_text(f"Kabar nomor {number}", day))
    html = board(corpus)
    week, _, earlier = html.partition("Sebelumnya")
    assert titles(week) == ["Kabar nomor 0", "Kabar nomor 1"], "seven days, the newest among them"
    assert len(titles(earlier)) == FEW - 2
    assert "13 sampai 19 November 2026" in html


def test_a_section_links_its_board_once_it_has_posts(corpus: Corpus) -> None:
    corpus.build()
    assert "mading" not in (corpus.output / "hulu/index.html").read_text()
    assert not (corpus.output / BOARD).exists()
    corpus.add_posts(1)
    corpus.build()
    assert 'href="/hulu/mading/"' in (corpus.output / "hulu/index.html").read_text()
    assert "kim-mata-air@kim-rekaan.example" in (corpus.output / BOARD).read_text()


def test_whatsapp_gets_title_and_canonical_address_whatever_the_title_has(corpus: Corpus) -> None:
    title = "Harga < 5 & 100% naik? #kopi + gula"
    corpus.write(f"{STEM}.md", post_text(title))
    corpus.build()
    html = (corpus.output / STEM / "index.html").read_text()
    address = re.search(r'href="(https://wa\.me/[^"]*)"', html)[1]
    assert re.fullmatch(r"[A-Za-z0-9:/?=%._~-]+", address)
    assert parse_qs(urlsplit(address).query) == {
        "text": [f"Kabar dari KIM MATA AIR: {title}\nhttps://kim-rekaan.example/{STEM}/"]
    }
