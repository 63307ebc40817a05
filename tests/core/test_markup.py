"""Markdown to HTML that is safe to publish."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.bounds import find_excess
from kim.markup import Figure, Markup, MarkupReader, find_raw_html, sanitise
from kim.text import remove_forbidden

from .samples import MARKUP

ADDRESS = "/barat/kim-gogagoman/2026-11-20-panen-raya/"
# Written out again here, so that a wider allow-list in the code is a failure and not an agreement.
TAGS = set(
    "p h2 h3 h4 h5 h6 ul ol li blockquote hr br pre code strong em a table thead tbody tr th td".split()
)
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}, "th": {"class"}, "td": {"class"}}

HOSTILE = [
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=//evil.id>",
    "<a href='javascript:alert(1)' onclick=x style=y>",
    '<a href="data:text/html,x">',
    "<a href='/\\evil.id'>",
    "<figure>0</figure>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.id/)",
    "[x](/\\evil.id/)",
    "[x](http://[::1)",
    "![x](javascript:alert(1))",
    '![x](foto.jpg" onerror="alert(1))',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n[x]",
    "&#26;0&#26;",
    "&lt;script&gt;",
    "`<script>`",
    "    <script>\n",
    "| <b onclick=x> |\n|:-:|\n| `</td>` |\n",
    "https://kim.id/?a=<script>",
    "<redaksi@kim.id>",
    "\x1a0\x1a",
    "\x02klzzwxh:0000\x03",
    "\x02wzxhzdk:0\x03",
]
hostile_texts = st.lists(
    st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "**", "# "]) | st.text(max_size=8)
).map("".join)


class Strict(HTMLParser):
    """Reads HTML as a browser would, and complains of everything that is not on the allow-list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.wrong.append(f"{tag} {name}")
            if name == "class" and value not in {"right", "center", ""}:
                self.wrong.append(f"class {value}")
            if name == "href" and not self.is_safe(value or ""):
                self.wrong.append(f"href {value}")

    @staticmethod
    def is_safe(target: str) -> bool:
        if target.startswith("/"):
            return not target.startswith("//") and "\\" not in target
        return target.partition(":")[0].lower() in {"http", "https", "mailto", "tel"}

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction {data}")


def wrongs(html: str) -> list[str]:
    strict = Strict()
    strict.feed(html)
    strict.close()
    return strict.wrong


def read(text: str, **attachments: int) -> Markup:
    return MARKUP.read(text, ADDRESS, {f"{name}.pdf": size for name, size in attachments.items()})


def prose(text: str, **attachments: int) -> str:
    return "".join(read(text, **attachments).prose)


def check(markup: Markup) -> None:
    assert not [wrong for part in markup.prose for wrong in wrongs(part)]
    assert len(markup.prose) == len(markup.figures) + 1
    words = [*markup.prose, markup.first, *markup.bad_links]
    words += [word for figure in markup.figures for word in (figure.file, figure.alt, figure.caption)]
    assert [remove_forbidden(word) for word in words] == words


@given(hostile_texts | st.text(st.sampled_from("<>&\"'/=\\ :;#()[]!*_`~|\n\tabdeijlnoprstvxy0123")))
def test_nothing_outside_the_allow_list_comes_out_of_any_markdown(text: str) -> None:
    text = remove_forbidden(text)
    if find_excess(text) is None:
        check(read(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_comes_through(text: str) -> None:
    check(read(text))
    check(read(f"- {text}\n- b\n\n> {text}\n\n| {text} |\n|-|\n| {text} |"))
    check(read(f"# {text}\n\n**{text}** [{text}]({text})"))


@given(hostile_texts | st.text(st.sampled_from("<>&\"'/= \\:;#-!?acdefhijlnoprstxy\n\t")))
def test_sanitising_lets_nothing_through_and_twice_changes_nothing(html: str) -> None:
    once = sanitise(html)
    assert not wrongs(once)
    assert sanitise(once) == once


def test_portal_links_become_absolute_below_the_networks_address() -> None:
    html = '<a href="/kim/">a</a><a href="https://kim.id/">b</a><a href="x">c</a>'
    assert sanitise(html, "https://contoh.id/portal/") == (
        '<a href="https://contoh.id/portal/kim/">a</a><a href="https://kim.id/">b</a><a>c</a>'
    )


@pytest.mark.parametrize(
    "target", ["//evil.id/", "/\\evil.id/", "/\t/evil.id/", "/a\\b/", "javascript:x", "data:x,y"]
)
def test_a_link_that_leads_elsewhere_than_it_seems_is_cut(target: str) -> None:
    assert sanitise(f'<a href="{target}">x</a>') == "<a>x</a>"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[x](javascript:alert(1))", "javascript:alert(1)"),
        ("[x](data:text/html,x)", "data:text/html,x"),
        ("[x](//host/a/)", "//host/a/"),
        ("[x](/\\host/)", "/\\host/"),
        ("[x](https:\\\\\\\\host)", "https:\\\\host"),
        ("[x](http:///host/)", "http:///host/"),
        ("[x](https://localhost/)", "https://localhost/"),
        ("[x](https://bank.co.id@host.id/)", "https://bank.co.id@host.id/"),
        ("[x](http://[::1)", "http://[::1"),
        ("<http://[abc>", "http://[abc"),
        ("http://a℀b.com/", "http://a℀b.com/"),
        ("[x](kim.id)", "kim.id"),
        ("[x](#bagian)", "#bagian"),
        ("[x](/index.html)", "/index.html"),
        ("[x](surat.pdf)", "surat.pdf"),
        ("[x](mailto:)", "mailto:"),
        ("[x]()", ""),
    ],
)
def test_a_bad_link_is_told_and_leads_nowhere(text: str, target: str) -> None:
    markup = read(text)
    assert markup.bad_links == (target,)
    assert "href" not in "".join(markup.prose)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "[x](https://kim.id/a?b=1&c=2)",
            '<a href="https://kim.id/a?b=1&amp;c=2" rel="nofollow noopener ugc">x</a>',
        ),
        ("[x](/kim/)", '<a href="/kim/">x</a>'),
        ("[x](../2026-01-01-lama/)", '<a href="/barat/kim-gogagoman/2026-01-01-lama/">x</a>'),
        ("[x](tel:+6281)", '<a href="tel:+6281">x</a>'),
        ("<redaksi@kim.id>", '<a href="mailto:redaksi@kim.id">redaksi@kim.id</a>'),
    ],
)
def test_a_good_link_is_kept(text: str, html: str) -> None:
    markup = read(text)
    assert markup.prose == (f"<p>{html}</p>",)
    assert markup.bad_links == ()


def test_a_bare_address_becomes_a_link_without_the_full_stop_behind_it() -> None:
    html = prose("Lihat https://kim.id/a_b_c. Lalu `https://kim.id` dan [https://x.id](https://y.id).")
    assert [part.partition('"')[0] for part in html.split('href="')[1:]] == [
        "https://kim.id/a_b_c",
        "https://y.id",
    ]
    assert "a_b_c</a>. Lalu <code>https://kim.id</code>" in html


@pytest.mark.parametrize(
    "host", ["youtu.be", "www.youtube.com", "m.facebook.com", "fb.watch", "WWW.TIKTOK.COM"]
)
def test_a_video_says_that_it_costs_quota(host: str) -> None:
    assert "Tonton (video, memakai banyak kuota)</a>" in prose(f"[Tonton](https://{host}/x)")


def test_a_pdf_beside_the_post_is_a_link_with_its_size() -> None:
    assert prose("[*Surat*](surat.pdf)", surat=24_001) == (
        f'<p><a href="{ADDRESS}surat.pdf"><em>Surat</em> (PDF, 25 KB)</a></p>'
    )


def test_photos_stand_between_the_texts() -> None:
    markup = read('satu ![Padi](padi.jpg "Di Poyowa") dua\n\n![Sawah](sawah.jpg)\n\ntiga')
    assert markup.figures == (Figure("padi.jpg", "Padi", "Di Poyowa"), Figure("sawah.jpg", "Sawah", ""))
    assert markup.prose == ("<p>satu  dua</p>", "", "<p>tiga</p>")


def test_photos_in_lists_tables_and_links_are_lifted_in_their_order() -> None:
    markup = read(
        "- a ![1](1.jpg)\n- ![2](2.jpg)\n\n| ![3](3.jpg) |\n|-|\n| b |\n\n[![4](4.jpg)](https://kim.id)"
    )
    assert [figure.file for figure in markup.figures] == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]
    check(markup)


def test_entities_and_escapes_in_a_photos_words_are_what_their_writer_meant() -> None:
    markup = read('![Tanya &amp; \\*jawab\\* &#26;](a.jpg "&lt;b&gt; &ndash;")')
    assert markup.figures == (Figure("a.jpg", "Tanya & *jawab* ", "<b> –"),)


def test_a_writer_cannot_forge_the_place_of_a_figure() -> None:
    markup = read("&#26;0&#26;\n\n<figure>0</figure>\n\n`<figure>1</figure>`")
    assert markup.figures == ()
    assert len(markup.prose) == 1


def test_raw_html_is_shown_as_the_text_that_it_is() -> None:
    markup = read("Warga <b>ramai</b> <script>x</script> <!-- y -->")
    assert markup.prose == (
        "<p>Warga &lt;b&gt;ramai&lt;/b&gt; &lt;script&gt;x&lt;/script&gt; &lt;!-- y --&gt;</p>",
    )
    assert markup.raw_html == ("<b>", "</b>", "<script>", "</script>", "<!--")


def test_html_is_looked_for_outside_code_and_addresses() -> None:
    assert find_raw_html("`<b>` <https://kim.id> <a@b.id> 3 < 4 > 2 <br/>") == ("<br/>",)


def test_headings_begin_at_the_second_rank_and_leave_none_out() -> None:
    html = prose("# Satu\n\n#### Empat\n\n###### Enam\n\n# Lagi")
    assert html.replace("\n", "") == "<h2>Satu</h2><h3>Empat</h3><h4>Enam</h4><h2>Lagi</h2>"


def test_cells_are_aligned_by_class_and_not_by_style() -> None:
    html = prose("| a | b | c |\n|:-|-:|:-:|\n| 1 | 2 | 3 |")
    assert "<td>1</td>" in html
    assert '<td class="right">2</td>' in html
    assert '<td class="center">3</td>' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("# Judul\n\nWarga **memanen**\npadi.\n\nLagi.", "Warga memanen padi."),
        ("Rp5.000 &ndash; Rp10.000 & `<b>` \\*", "Rp5.000 – Rp10.000 & <b> *"),
        ("<redaksi@kim.id>", "redaksi@kim.id"),
        ("https://x.id/?a=1&copy=2", "https://x.id/?a=1&copy=2"),
        ("- satu\n- dua", "satu dua"),
        ("| a | b |\n|-|-|\n| 1 | 2 |", "a b 1 2"),
        ("![Padi](padi.jpg)", ""),
        ("![Padi](padi.jpg)\n\nWarga.", "Warga."),
    ],
)
def test_the_first_paragraph_is_plain_text(text: str, first: str) -> None:
    assert read(text).first == first


def test_words_are_counted_without_tags() -> None:
    assert read("# Dua kata\n\n- **tiga**\n- empat, lima\n\n![enam](a.jpg)").words == 5


def test_one_text_leaves_nothing_behind_for_the_next() -> None:
    reader = MarkupReader()
    reader.read("[x]\n\n![y](y.jpg)\n\n[x]: https://kim.id", ADDRESS, {})
    assert reader.read("[x]", ADDRESS, {}) == Markup(("<p>[x]</p>",), (), "[x]", 1, (), ())


@given(st.text(max_size=30))
def test_a_link_is_kept_only_where_urls_are_what_they_seem(target: str) -> None:
    target = remove_forbidden(target)
    markup = read(f"[x](<{target}>)")
    check(markup)
    for part in "".join(markup.prose).split('href="')[1:]:
        assert urlsplit(part.partition('"')[0]).scheme in {"", "http", "https", "mailto", "tel"}
