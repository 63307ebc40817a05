"""Titles, summaries and texts from strangers: what comes out of every form is what went in."""

from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kim.markup import MarkupReader, sanitise
from kim.text import remove_forbidden
from tests.corpus import Corpus, post_text, replace

from .published import publish
from .reading import read_feed
from .samples import FORMS, INLINE, NETWORK, POST, item_of, make_request, write

#: What the core lets through: no character that XML forbids.
TEXTS = st.text(min_size=1, max_size=60).map(remove_forbidden).filter(str.strip)
HOSTILE = [
    "a ]]> b ]]&gt; c",
    "&amp; & &lt;b&gt; &nbsp; &#26; &unknown;",
    "<script>alert(1)</script> <b>tebal</b> </title></item></channel>",
    "<!-- catatan --> <![CDATA[isi]]> <?php echo 1 ?>",
    "👨\u200d👩\u200d👧 🇮🇩 𝕂𝕀𝕄 \U0001fffe",
    "\u200fمرحبا\u200e kiri ke kanan",
    "\u2028 \u2029 \u00a0 \u00ad",
    "'satu' \"dua\" \\ \\u0041 \\n {{ tajuk }} {% if %}",
    "http://a.example/?x=1&y=2#z",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_through_every_form_unchanged(text: str) -> None:
    _check_unchanged(text, text)


@settings(deadline=None)
@given(title=TEXTS, summary=TEXTS)
def test_any_title_author_summary_and_words_of_a_photo_come_through_unchanged(
    title: str, summary: str
) -> None:
    _check_unchanged(title, summary)


def _check_unchanged(title: str, summary: str) -> None:
    photo = replace(INLINE, alt=title, caption=summary, credit=title)
    post = replace(
        POST, title=title, author=title, summary=summary, source=summary, tags=(title,), photos=(photo,)
    )
    request = make_request(post, prose=("", ""))
    for name in FORMS:
        item = read_feed(write(request, name)).items[0]
        assert (item.title, item.author) == (title, f"{title}, KIM Hulu")
        assert item.photo and item.photo.alt == title
        assert item.summary == summary
        figure, source = etree.HTML(item.html).findall("body/*")
        # HTML knows one kind of line end
        assert "".join(figure.itertext()).split() == f"{summary} · Foto: {title}".split()
        assert source.text.split() == f"Sumber: {summary}".split()
        assert {element.tag for element in figure.iter()} == {"figure", "img", "figcaption"}
    assert not feedparser.parse(write(request, "feed.xml")).bozo
    assert not feedparser.parse(write(request, "atom.xml")).bozo


@settings(deadline=None)
@given(text=st.lists(TEXTS, min_size=1, max_size=3).map("\n\n".join))
def test_any_body_comes_through_unchanged(text: str) -> None:
    prose = MarkupReader().read(text, POST.address, {}).prose
    request = make_request(POST, prose=tuple(part for part in prose if part) or ("<p>Padi.</p>",))
    expected = "\n".join(sanitise(part, NETWORK.address) for part in prose if part) or "<p>Padi.</p>"
    assert item_of(request).html == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_body_shows_its_own_characters_and_no_element_but_a_paragraph(text: str) -> None:
    (prose,) = MarkupReader().read(text.replace("\\", ""), POST.address, {}).prose
    html = etree.HTML(item_of(make_request(POST, prose=(prose,))).html)
    assert {element.tag for element in html.iter()} <= {"html", "body", "p", "a"}


def test_hostile_file_comes_through_all_of_the_portal_with_what_is_documented_taken_out(
    corpus: Corpus, tmp_path: Path
) -> None:
    title = "Panen\u202e &amp; ]]> <b>raya</b> 👨\u200d👩\u200d👧 \x07\x0b\u200fمرحبا\u200e \U0001f33e"
    body = "Isi ]]> &#26;&amp;\x00 <script>alert(1)</script> \U0001f33e \u2066dalam\u2069 \x1bakhir."
    text = post_text(title, "2026-11-01", "Label: a]]>b\n", body)
    corpus.write("hulu/kim-mata-air/2026-11-01-jahat.md", "\ufeff" + text)
    output = publish(corpus.content, tmp_path / "terbit")
    items = [read_feed((output / name).read_bytes()).items[0] for name in FORMS]
    assert items == [items[0]] * len(FORMS)
    item = items[0]
    assert item.title == "Panen &amp; ]]> <b>raya</b> 👨\u200d👩\u200d👧 \u200fمرحبا\u200e \U0001f33e"
    shown = "".join(etree.HTML(item.html).itertext())
    assert shown == "Isi ]]> & <script>alert(1)</script> \U0001f33e dalam akhir."
    assert item.summary == shown
    assert ("https://kim-rekaan.example/#label", "a]]>b") in item.categories
    parsed = [feedparser.parse((output / name).read_bytes()) for name in ("feed.xml", "atom.xml")]
    assert [feed.bozo for feed in parsed] == [False, False]
