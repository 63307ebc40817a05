"""The pictures that are passed on: their size, their weight, and when they are drawn anew."""

import io
from pathlib import Path

import pytest
from PIL import Image

from plugins.cards.draw import CardText, Fonts, draw_card
from plugins.portal.output import Options
from tests.corpus import Corpus, photo_bytes, post_text

FOLDER = Path(__file__).parents[2] / "theme" / "fonts"
FONTS = Fonts((FOLDER / "KabarSerif-Bold.ttf").read_bytes(), (FOLDER / "KabarSans-SemiBold.ttf").read_bytes())
PAIR = ("#0b6e4f", "#b84b33")
WITH_CARDS = Options(page_size=3, feed_size=4, cards=True)
STEM = "hulu/kim-mata-air/2026-11-01-kabar"


def noise() -> bytes:
    """The busiest photo that there is."""
    out = io.BytesIO()
    Image.effect_noise((1600, 900), 120).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


def card(title: str, photo: bytes | None = None) -> Image.Image:
    text = CardText("KIM Rekaan", title, "", "KIM Mata Air", "Kelurahan Mata Air, Hulu", "20 November 2026")
    data = draw_card(text, PAIR, FONTS, photo)
    assert len(data) <= 100_000
    assert data == draw_card(text, PAIR, FONTS, photo)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (1200, 630))
    return image


@pytest.mark.parametrize("photo", [None, "plain", "tall", "busy"])
@pytest.mark.parametrize("title", ["Panen raya", "kata " * 24, "W" * 120, "السلام عليكم ورحمة"])
def test_a_card_is_a_light_jpeg_of_one_size_whatever_is_on_it(title: str, photo: str | None) -> None:
    photos = {"plain": photo_bytes(), "tall": photo_bytes(size=(30, 900)), "busy": noise()}
    card(title, photos[photo] if photo else None)


@pytest.mark.parametrize("title", ["Panen raya", "kata " * 24, "W" * 120])
def test_no_word_stands_outside_of_the_square_that_whatsapp_cuts_out(title: str) -> None:
    empty, full = (card(words).convert("L") for words in ("…", title))
    for left in (257, 916):  # between the cloth and the square there is paper
        strip = (left, 130, left + 27, 480)
        assert full.crop(strip).getextrema()[0] > 200
        assert empty.crop(strip).getextrema()[0] > 200
    assert full.crop((285, 130, 915, 480)).getextrema()[0] < 80


def test_a_card_is_drawn_again_only_when_what_it_shows_changes(corpus: Corpus) -> None:
    corpus.write(f"{STEM}.md", post_text("Kabar dari hulu"))
    corpus.build(options=WITH_CARDS)
    assert og_image(corpus) == og_image(corpus)
    before = og_image(corpus)
    corpus.write(f"{STEM}.md", post_text("Kabar dari hulu", body="Isi lain."))
    corpus.build(options=WITH_CARDS)
    assert og_image(corpus) == before
    corpus.write(f"{STEM}.md", post_text("Kabar dari hilir"))
    corpus.build(options=WITH_CARDS)
    assert og_image(corpus) != before
    assert not (corpus.output / before).exists(), "a card that nothing shows is removed"
    assert (corpus.output / og_image(corpus)).exists()


def test_without_cards_a_post_shows_its_photo_and_other_pages_nothing(corpus: Corpus) -> None:
    corpus.write(f"{STEM}/a.jpg", photo_bytes())
    more = "Foto: a.jpg\nKeterangan foto: Warna polos\n"
    corpus.write(f"{STEM}/index.md", post_text(more=more))
    corpus.build()
    assert 'og:image:alt" content="Warna polos"' in (corpus.output / STEM / "index.html").read_text()
    assert "og:image" not in (corpus.output / "arsip/index.html").read_text()


def test_an_incremental_build_with_cards_is_as_a_clean_one(corpus: Corpus, tmp_path: Path) -> None:
    corpus.add_posts(2)
    corpus.build(options=WITH_CARDS)
    corpus.write("network.toml", (corpus.content / "network.toml").read_text().replace("#0b6e4f", "#123456"))
    corpus.add_posts(3)
    corpus.build(options=WITH_CARDS)
    built = {p.relative_to(corpus.output).as_posix(): p.read_bytes() for p in corpus.output.rglob("*.*")}
    clean = corpus.build_clean(tmp_path / "clean", options=WITH_CARDS)
    assert built == clean


def og_image(corpus: Corpus) -> str:
    """The path of the card that the post shows."""
    html = (corpus.output / STEM / "index.html").read_text()
    return html.partition('og:image" content="https://kim-rekaan.example/')[2].partition('"')[0]
