"""A page says what it costs: never less, the same whatever was guessed, and only where it is asked to."""

import gzip
import random
import re
from types import SimpleNamespace

import pytest

from plugins.portal.meter import fill_meter
from plugins.portal.output import METER, Output, Stage
from tests.corpus import Corpus, post_text

WORDS = random.Random(7)


def page(size: int) -> bytes:
    """A page of text that compresses as text does, with its meter."""
    words = " ".join(f"kabar{WORDS.randrange(2000)}" for _ in range(size // 8))
    return f"<p>{words}</p><footer>Halaman ini {METER} KB</footer>".encode()


def same(text: str) -> bytes:
    return text.encode()


def figure_on(data: bytes) -> int:
    found = re.search(rb"Halaman ini (\d+) KB", data)
    assert found
    return int(found[1])


@pytest.mark.parametrize("size", [10, 2_000, 20_000, 30_000, 90_000])
def test_figure_is_what_is_sent_in_whole_kilobytes_rounded_up(size: int) -> None:
    made = fill_meter(page(size), 3, compress=True)
    assert gzip.decompress(made.zipped or gzip.compress(made.data)) == made.data
    assert figure_on(made.data) == made.figure == -(-len(made.zipped or made.data) // 1000)


def test_figure_without_compression_is_the_size_of_the_file() -> None:
    made = fill_meter(page(20_000), 1, compress=False)
    assert made.zipped is None
    assert figure_on(made.data) == -(-len(made.data) // 1000)


def test_figure_does_not_depend_on_the_guess_not_even_at_the_edge_of_a_kilobyte() -> None:
    for more in range(-25, 26):  # around 10 KB, where the figure grows by a digit
        template = b"x" * (10_000 - len(METER) + more) + METER.encode()
        pages = {fill_meter(template, guess, compress=False) for guess in (1, 9, 10, 11, 40)}
        assert len(pages) == 1
        (made,) = pages
        assert len(made.data) <= made.figure * 1000
        assert (
            made.figure == 1
            or len(template) - len(METER) + len(str(made.figure - 1)) > (made.figure - 1) * 1000
        )


def test_only_metered_outputs_are_measured(corpus: Corpus) -> None:
    def state(request: object) -> list[Output]:
        return [
            Output("a.html", "a", METER, same, metered=True),
            Output("b.html", "b", METER, same),
        ]

    corpus.build(plugins=[SimpleNamespace(STAGE=Stage.DOCUMENTS, outputs=state, register=None)])
    assert (corpus.output / "a.html").read_text() == "1"
    assert (corpus.output / "b.html").read_text() == METER


def test_post_cannot_place_a_meter_of_its_own(corpus: Corpus) -> None:
    text = post_text(f"Judul dengan {METER} di dalamnya", body=f"Isi {METER} kabar, `{METER}`.")
    corpus.write("hulu/kim-mata-air/2026-11-01-kabar.md", text)
    corpus.build()
    page = (corpus.output / "hulu/kim-mata-air/2026-11-01-kabar/index.html").read_text()
    assert METER not in page
    assert page.count("&lt;!--KB--&gt;") >= 4


def test_page_is_not_written_again_where_only_the_guess_differs(corpus: Corpus) -> None:
    corpus.add_posts(4)
    corpus.build()
    before = {path: path.read_bytes() for path in corpus.output.rglob("*.html")}
    (corpus.output / "index.html").unlink()  # made first and alone now, after no other page of its kind
    assert corpus.build().written == 3
    assert {path: path.read_bytes() for path in corpus.output.rglob("*.html")} == before
