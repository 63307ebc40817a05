"""The rules of a post, from real bytes to a post or to its problems."""

import codecs
import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kim.dates import ZONES
from kim.files import MOST_PDF_BYTES, MOST_PHOTOS
from kim.head import KEYS
from kim.page import PageReading, read_page
from kim.problems import Severity, has_errors
from kim.report import format_problems
from kim.rules import PostSource, post_identity

from .samples import (
    FOLDER,
    GROUP,
    HEAD,
    MARKUP,
    NETWORK,
    PATH,
    PDF,
    STEM,
    camera_data,
    codes,
    only,
    photo,
    png_that_claims,
    post_text,
    read,
    save,
)

FRAMES = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]


# The file


def test_a_post_that_keeps_every_rule_has_no_problem() -> None:
    reading = read()
    post = reading.post
    assert reading.problems == ()
    assert post
    assert reading.body
    assert (post.title, post.topic, post.author, post.id) == (HEAD["Judul"], "budaya", GROUP.name, STEM)
    assert post.published.at.tzinfo is ZONES["WITA"]
    assert post.summary == "Warga memanen padi pagi ini."
    assert (post.address, post.villages, post.draft) == (f"/{FOLDER}/{STEM}/", (), False)
    assert reading.body.prose == ("<p>Warga memanen padi pagi ini.</p>",)
    assert post_identity(NETWORK, GROUP, post) == f"tag:kim.example.id,2026:gogagoman/{STEM}"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (post_text("Harga “murah” – 5 €.").encode("cp1252"), "cp1252"),
        (codecs.BOM_UTF16_LE + post_text("Harga “murah” – 5 €.").encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + post_text("Harga “murah” – 5 €.").encode("utf-16-be"), "utf-16"),
        (post_text("Harga “murah” – 5 €.").encode("utf-16-le"), "utf-16"),
        (post_text("Harga “murah” – 5 €.").encode("utf-16-be"), "utf-16"),
    ],
)
def test_another_encoding_is_a_warning_and_the_text_is_the_same(data: bytes, encoding: str) -> None:
    reading = read(data)
    assert codes(reading.problems) == [("K002", 0)]
    assert encoding in reading.problems[0].what
    assert reading.body == read(post_text("Harga “murah” – 5 €.")).body


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_a_byte_order_mark_and_other_line_ends_are_no_problem(newline: str) -> None:
    data = codecs.BOM_UTF8 + post_text().replace("\n", newline).encode()
    assert read(data).post == read().post


@pytest.mark.parametrize(
    "data", [b"Judul: \x81\x8d\xff", b"\xff\xfeJ", photo()], ids=["binary", "half", "jpeg"]
)
def test_bytes_that_are_no_text_are_one_problem(data: bytes) -> None:
    reading = read(data)
    assert (reading.post, codes(reading.problems)) == (None, [("K001", 0)])


def test_control_characters_are_removed_with_a_warning_at_the_first() -> None:
    reading = read(post_text("Warga\x0b memanen.\n\npadi\x1b[31m\u202e"))
    assert codes(reading.problems) == [("K003", 5)]
    assert reading.body
    assert reading.body.prose == ("<p>Warga  memanen.</p>\n<p>padi[31m</p>",)


def test_a_text_that_is_too_long_is_not_even_parsed() -> None:
    reading = read(post_text("padi " * 13_000))
    assert (reading.post, codes(reading.problems)) == (None, [("K010", 0)])


@pytest.mark.parametrize(
    ("stem", "example"),
    [
        ("Panen Raya", "2026-11-20-panen-raya"),
        ("20-11-2026-panen", "2026-11-20-panen"),
        ("2026-11-20", "2026-11-20-judul-singkat"),
        ("2026-11-20-Panen", "2026-11-20-panen"),
        ("٢٠٢٦-١١-٢٠-panen", "2026-11-20-panen"),
        ("index", "2026-11-20-index"),
    ],
)
def test_a_name_that_can_be_no_address_gets_an_example_that_can(stem: str, example: str) -> None:
    found = only(read(stem=stem).problems)
    assert (found.code, found.severity) == ("K004", Severity.ERROR)
    assert found.fix.endswith(f"contoh {example}.")
    assert read(stem=example).problems == ()


def test_a_name_with_another_date_is_a_warning_and_the_head_rules() -> None:
    reading = read(stem="2026-11-19-panen")
    assert codes(reading.problems) == [("K005", 0)]
    assert reading.post
    assert reading.post.published.at.day == 20


# The head


def test_date_that_does_not_exist_is_reported_with_its_line() -> None:
    reading = read(post_text(Tanggal="31 Februari 2026"))
    assert reading.post is None
    assert format_problems(reading.problems, "text", "content") == (
        f"content/{PATH}:2  K012\n"
        '  Tanggal "31 Februari 2026" tidak ada di kalender.\n'
        "      2 | Tanggal: 31 Februari 2026\n"
        "  Cara memperbaiki: tulis tahun-bulan-hari, contoh 2026-02-28."
    )


def test_day_comes_before_month() -> None:
    reading = read(post_text(Tanggal="05/01/2026"), stem="2026-01-05-panen")
    assert reading.problems == ()
    assert reading.post
    assert (reading.post.published.at.month, reading.post.published.at.day) == (1, 5)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("kemarin", "K013", "2026-02-28"),
        ("20/11/26", "K013", "2026-02-28"),
        ("2026-11-20 25.00", "K055", "23.59"),
        ("20 November 2206", "K054", "1990 sampai 2099"),
        ("Senin, 20 November 2026", "K021", "20 November 2026 itu hari Jumat"),
        ("Senin 20 November 2026", "K021", "20 November 2026 itu hari Jumat"),
        ("Senin, 20 November 2026, 07.30 WITA", "K021", "20 November 2026, 07.30 WITA itu hari Jumat"),
        ("20 November 2026, 07.30 WIB", "K022", "di sini WITA"),
    ],
)
def test_a_date_that_cannot_be_meant_says_why(text: str, code: str, words: str) -> None:
    found = only(read(post_text(Tanggal=text)).problems)
    assert (found.code, found.line) == (code, 2)
    assert words in found.what + found.fix


@pytest.mark.parametrize("key", ["Ubah", "Sematkan"])
def test_the_other_dates_are_held_to_the_same_rule(key: str) -> None:
    reading = read(post_text(**{key: "31/06/2026"}, **({"Ralat": "Salah hitung."} if key == "Ubah" else {})))
    assert [(found.code, found.what.split()[0]) for found in reading.problems] == [("K012", key)]


@pytest.mark.parametrize(
    "key", ["Save_as", "Template", "Url", "Slug", "Lang", "Translation", "Override_save_as"]
)
def test_a_key_that_steers_pelican_is_refused(key: str) -> None:
    reading = read(
        f"Judul: Panen raya di sawah\nTanggal: 2026-11-20\nTopik: budaya\n{key}: index.html\n\nIsi."
    )
    assert reading.post is None
    assert codes(reading.problems) == [("K014", 4)]
    assert f'Kunci "{key}" tidak dikenal.' == reading.problems[0].what


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("Tangal", "Tanggal"), ("judl", "Judul"), ("Keterangan", "Keterangan foto"), ("Penulisnya", "Penulis")],
)
def test_an_unknown_key_suggests_the_nearest(key: str, nearest: str) -> None:
    found = only(read(post_text(**{key: "x"})).problems)
    assert (found.code, found.line, found.fix) == ("K014", 4, f'mungkin maksudnya "{nearest}".')


def test_an_unknown_key_that_is_near_to_none_shows_all_keys() -> None:
    found = only(read(post_text(Zzz="x")).problems)
    assert all(key.name in found.fix for key in KEYS)


def test_a_key_that_stands_twice_is_told_at_the_second() -> None:
    found = only(read("Judul: Panen raya di sawah\n" + post_text()).problems)
    assert (found.code, found.line) == ("K015", 2)
    assert "pertama di baris 1" in found.what
    found = only(read(post_text(Title="Panen raya lagi")).problems)
    assert (found.code, found.line) == ("K015", 4)


@pytest.mark.parametrize(
    "alias", [(key.name, alias) for key in KEYS for alias in key.aliases], ids=lambda pair: pair[1]
)
def test_each_alias_is_read_as_its_key(alias: tuple[str, str]) -> None:
    values = dict(HEAD) | {
        "Penulis": "Ibu Sri",
        "Ringkasan": "Dua kalimat.",
        "Foto": "padi.jpg",
        "Keterangan foto": "Padi",
        "Kredit foto": "Ibu Sri",
        "Desa": "Gogagoman",
        "Sumber": "Kelurahan",
        "Label": "panen, padi",
        "Ubah": "2026-11-21",
        "Ralat": "Jumlahnya 120.",
        "Sematkan": "2026-12-31",
        "Alamat lama": "/berita/panen/",
    }
    renamed = {alias[1] if key == alias[0] else key: value for key, value in values.items()}
    texts = ["\n".join(f"{key}: {value}" for key, value in head.items()) for head in (values, renamed)]
    wanted, found = (read(f"{text}\n\nIsi.", {"padi.jpg": photo()}) for text in texts)
    assert found.problems == wanted.problems == ()
    assert found.post == wanted.post


def test_keys_are_known_in_any_case_and_within_a_fence() -> None:
    text = "---\njudul: Panen raya di sawah Poyowa\nTANGGAL: 2026-11-20\nTopik: budaya\n---\n\nWarga memanen padi pagi ini."
    assert read(text).post == read().post


@pytest.mark.parametrize("key", ["Judul", "Tanggal", "Topik"])
def test_a_required_key_that_is_missing_or_empty_is_told_with_an_example(key: str) -> None:
    found = only(read(post_text(**{key: None})).problems)
    assert (found.code, found.line, found.what) == ("K016", 0, f"{key} belum diisi.")
    assert f"`{key}: " in found.fix
    empty = only(read(post_text(**{key: ""})).problems)
    assert (empty.code, empty.line) == ("K016", list(HEAD).index(key) + 1)


def test_a_text_without_a_head_lacks_all_three() -> None:
    assert codes(read("Warga memanen padi.").problems) == [("K016", 0)] * 3


def test_a_line_in_the_head_that_is_no_field_is_told() -> None:
    found = only(read(post_text(Penulis="Ibu Sri\nWarga memanen sawah")).problems)
    assert (found.code, found.line, found.excerpt) == ("K011", 5, "Warga memanen sawah")


@pytest.mark.parametrize(("length", "is_good"), [(9, False), (10, True), (120, True), (121, False)])
def test_a_title_has_10_to_120_characters(length: int, is_good: bool) -> None:
    reading = read(post_text(Judul="a" * length))
    assert codes(reading.problems) == ([] if is_good else [("K017", 1)])
    if not is_good:
        assert f"Judul sepanjang {length} huruf" in reading.problems[0].what


@pytest.mark.parametrize("text", ["ekonomi-umkm", "Ekonomi dan UMKM", "ekonomi umkm", "EKONOMI-UMKM"])
def test_a_topic_is_given_by_slug_or_by_name(text: str) -> None:
    reading = read(post_text(Topik=text))
    assert reading.post
    assert reading.post.topic == "ekonomi-umkm"


def test_an_unknown_topic_shows_all_and_the_nearest() -> None:
    found = only(read(post_text(Topik="kesehatn")).problems)
    assert (found.code, found.line) == ("K018", 3)
    assert found.fix == 'pilih satu dari: budaya, kesehatan, ekonomi-umkm. Mungkin maksudnya "kesehatan".'


@pytest.mark.parametrize(
    ("text", "villages"),
    [
        ("Gogagoman", ("71.74.04.1003",)),
        ("gogagoman", ("71.74.04.1003",)),
        ("71.74.04.1004", ("71.74.04.1004",)),
        ("Mongkonai, Gogagoman; Mongkonai", ("71.74.04.1004", "71.74.04.1003")),
        ("", ()),
    ],
)
def test_villages_are_given_by_name_or_by_code(text: str, villages: tuple[str, ...]) -> None:
    reading = read(post_text(Desa=text))
    assert reading.post
    assert reading.post.villages == villages


def test_a_village_of_another_group_is_refused() -> None:
    found = only(read(post_text(Desa="Gogagoman, Biga")).problems)
    assert (found.code, found.line) == ("K019", 4)
    assert found.what == 'Desa "Biga" bukan wilayah KIM Gogagoman.'
    assert found.fix == "pilih dari: Gogagoman, Mongkonai."


@pytest.mark.parametrize(
    ("text", "is_draft"),
    [("terbit", False), ("Draf", True), ("draft", True), ("published", False), ("", False)],
)
def test_status_is_published_or_draft(text: str, is_draft: bool) -> None:
    reading = read(post_text(Status=text))
    assert reading.post
    assert reading.post.draft is is_draft


def test_another_status_is_refused() -> None:
    assert codes(read(post_text(Status="hidden")).problems) == [("K020", 4)]


@pytest.mark.parametrize(("present", "missing"), [("Ubah", "Ralat"), ("Ralat", "Ubah")])
def test_a_correction_has_a_date_and_words(present: str, missing: str) -> None:
    value = {"Ubah": "2026-11-21", "Ralat": "Jumlahnya 120."}[present]
    found = only(read(post_text(**{present: value})).problems)
    assert (found.code, found.line) == ("K023", 4)
    assert f"{missing} belum diisi, padahal {present} ada." == found.what
    assert f"`{missing}: " in found.fix


def test_a_correction_is_kept_with_its_time() -> None:
    post = read(post_text(Ubah="21/11/2026 08.15", Ralat="Jumlahnya 120,\n    bukan 210.")).post
    assert post
    assert post.modified
    assert (post.modified.at.hour, post.modified.has_time) == (8, True)
    assert post.correction == "Jumlahnya 120, bukan 210."


def test_a_correction_is_never_older_than_its_post() -> None:
    found = only(read(post_text(Ubah="2026-11-19", Ralat="Jumlahnya 120.")).problems)
    assert (found.code, found.line) == ("K024", 4)
    assert "19 November 2026" in found.what


@pytest.mark.parametrize("text", ["panen", "../x", "2026-11-20-Panen", "2026-11-20-panen/x", "tag:x"])
def test_an_id_is_the_stem_of_a_post(text: str) -> None:
    assert codes(read(post_text(Id=text)).problems) == [("K025", 4)]


@pytest.mark.parametrize(
    "text", ["berita/panen", "/berita/panen", "/../x/", "/a//b/", "https://kim.id/a/", "/a b/"]
)
def test_a_former_address_is_an_address(text: str) -> None:
    assert codes(read(post_text(Alamat_lama=text)).problems) == [("K026", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "/kim/",
        "/cari/",
        "/topik/budaya/",
        "/aset/x/",
        "/barat/",
        f"/{FOLDER}/",
        "/barat/mading/",
        f"/{FOLDER}/hal/1/",
        "/tentang/",
        "/kota/",
        f"/{FOLDER}/{STEM}/x/",
    ],
)
def test_a_former_address_cannot_take_a_page_of_the_portal(text: str) -> None:
    assert codes(read(post_text(Alamat_lama=text)).problems) == [("K071", 4)]


@pytest.mark.parametrize(
    "text", ["/berita/panen/", "/2019/05/panen.html", "/utara/kim-lama/2026-01-01-panen/"]
)
def test_a_former_address_of_a_post_is_kept(text: str) -> None:
    post = read(post_text(Alamat_lama=text)).post
    assert post
    assert post.former == (text,)


def test_a_value_that_is_too_long_is_refused_at_its_line() -> None:
    assert codes(read(post_text(Penulis="a" * 301)).problems) == [("K028", 4)]
    assert read(post_text(Ringkasan="a" * 1_000)).problems == ()


def test_labels_have_an_address_each_and_only_once() -> None:
    post = read(post_text(Label="Panen, panen; gotong royong, 🌾, !!!")).post
    assert post
    assert post.tags == ("Panen", "gotong royong")


def test_a_pin_ends_on_its_day() -> None:
    post = read(post_text(Sematkan="31 Desember 2026")).post
    assert post
    assert str(post.pinned_until) == "2026-12-31"


# The text


@pytest.mark.parametrize("body", ["", "  \n\n", "[a]: https://kim.id", "&#1;"])
def test_a_post_without_a_text_is_refused(body: str) -> None:
    assert codes(read(post_text(body)).problems) == [("K027", 0)]


@pytest.mark.parametrize("body", ["- satu\n- dua", "| a | b |\n|-|-|\n| 1 | 2 |", "> kutipan", "## Jadwal"])
def test_a_post_that_is_a_list_or_a_table_has_a_text(body: str) -> None:
    reading = read(post_text(body))
    assert reading.problems == ()
    assert reading.post
    assert reading.post.summary


def test_a_summary_is_cut_at_a_word() -> None:
    post = read(post_text("padi " * 100)).post
    assert post
    assert len(post.summary) <= 220
    assert post.summary.endswith("padi…")


def test_raw_html_is_a_warning_at_its_line_and_stays_text() -> None:
    reading = read(post_text("Warga.\n\n<script>alert(1)</script>"))
    assert codes(reading.problems) == [("K031", 7)]
    assert reading.body
    assert "&lt;script&gt;" in reading.body.prose[0]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("| Senin | RT 1 | RT 2 |", "<td>RT 1 | RT 2</td>"),
        ("Senin | RT 1 | **RT 2** | RT 3", "<td>RT 1 | <strong>RT 2</strong> | RT 3</td>"),
        ("Hadir: lurah | babinsa | warga | tamu.", "<td>babinsa | warga | tamu.</td>"),
        ("| Senin | RT 1 | <script> |", "<td>RT 1 | &lt;script&gt;</td>"),
    ],
)
def test_what_a_row_has_beyond_its_head_stays_in_its_last_cell_with_a_warning(row: str, shown: str) -> None:
    reading = read(post_text(f"Jadwal air:\n\n| Hari | RT |\n|---|---|\n| Ahad | RT 9 |\n{row}"))
    assert ("K033", 10) in codes(reading.problems)
    assert reading.body
    assert shown in reading.body.prose[0]


@pytest.mark.parametrize(
    "row", ["| Senin | RT 1 |", "| Senin |", r"| Senin | RT 1 \| RT 2 |", "| Senin | `a | b` |"]
)
def test_rows_that_fit_their_head_are_no_warning(row: str) -> None:
    assert read(post_text(f"| Hari | RT |\n|---|---|\n{row}")).problems == ()


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/",
        "/\\host/",
        "http://[::1",
        "kim.id",
        "ftp://kim.id/a",
    ],
)
def test_a_link_that_is_unsafe_or_incomplete_is_refused_at_its_line(target: str) -> None:
    reading = read(post_text(f"Warga.\n\n[lihat](<{target}>)"))
    assert reading.post is None
    assert codes(reading.problems) == [("K032", 7)]
    assert target in reading.problems[0].what


def test_a_missing_pdf_suggests_the_nearest_file() -> None:
    reading = read(post_text("[Surat](surat-edran.pdf)"), {"surat-edaran.pdf": PDF})
    assert codes(reading.problems) == [("K006", 0), ("K040", 5)]
    assert reading.problems[1].fix == 'mungkin maksudnya "surat-edaran.pdf".'


# Photos and files


def test_a_lead_photo_has_its_words_and_its_facts() -> None:
    data = photo(size=(64, 48))
    post = read(
        post_text(Foto="padi.jpg", Keterangan_foto="Padi", Kredit_foto="Ibu Sri"), {"padi.jpg": data}
    ).post
    assert post
    assert post.lead
    assert (post.lead.path, post.lead.width, post.lead.height) == (f"{FOLDER}/{STEM}/padi.jpg", 64, 48)
    assert (post.lead.alt, post.lead.credit, post.lead.size) == ("Padi", "Ibu Sri", len(data))


def test_photos_in_the_text_stand_where_the_prose_leaves_room() -> None:
    reading = read(
        post_text('a\n\n![Padi](padi.jpg "Poyowa")\n\nb\n\n![Air](air.png)'),
        {"padi.jpg": photo(), "air.png": photo("PNG")},
    )
    assert reading.post
    assert reading.body
    assert [(shown.alt, shown.caption) for shown in reading.post.photos] == [("Padi", "Poyowa"), ("Air", "")]
    assert len(reading.body.prose) == len(reading.post.photos) + 1


def test_every_photo_needs_words_for_those_who_cannot_see_it() -> None:
    files = {"padi.jpg": photo()}
    assert codes(read(post_text(Foto="padi.jpg"), files).problems) == [("K041", 4)]
    found = only(read(post_text("Warga.\n\n![ ](padi.jpg)"), files).problems)
    assert (found.code, found.line) == ("K041", 7)
    assert "![Warga memanen padi](padi.jpg)" in found.fix


@pytest.mark.parametrize("key", ["Keterangan foto", "Kredit foto"])
def test_words_without_a_photo_are_told(key: str) -> None:
    assert codes(read(post_text(**{key: "Padi"})).problems) == [("K023", 4)]


def test_a_photo_that_is_not_there_suggests_the_nearest() -> None:
    files = {"panen-raya.jpg": photo()}
    reading = read(post_text("![Padi](panen-raya.jpg)", Foto="Panen_raya.JPG", Keterangan_foto="Padi"), files)
    found = only(reading.problems)
    assert (found.code, found.line, found.fix) == ("K040", 4, 'mungkin maksudnya "panen-raya.jpg".')
    assert "index.md" in only(read(post_text("![Padi](x.jpg)")).problems).fix


@pytest.mark.parametrize("target", ["https://host.id/padi.jpg", "//host.id/padi.jpg", "http://host.id/a.png"])
def test_a_photo_on_another_site_is_refused(target: str) -> None:
    assert codes(read(post_text(f"Warga.\n\n![Padi]({target})")).problems) == [("K047", 7)]
    assert codes(read(post_text(Foto=target, Keterangan_foto="Padi")).problems) == [("K047", 4)]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:image/png;base64,AAAA", "../lain/padi.jpg", ""]
)
def test_a_photo_that_is_no_file_beside_the_post_is_refused(target: str) -> None:
    reading = read(post_text(f"![Padi]({target})"), {"padi.jpg": photo()})
    assert reading.post is None
    assert "K040" in [found.code for found in reading.problems]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("padi.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("padi.jpg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("padi.webp", save(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:], lossless=True)),
        ("padi.png", save(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:])),
        ("padi.jpeg", photo(size=(400, 300))[:600]),
        ("padi.png", b""),
    ],
    ids="html svg animated-webp animated-png cut empty".split(),
)
def test_a_file_that_only_has_a_photos_name_is_refused(name: str, data: bytes) -> None:
    reading = read(post_text(f"![Padi]({name})"), {name: data})
    assert reading.post is None
    assert codes(reading.problems) == [("K042", 0)]


@pytest.mark.parametrize(
    ("name", "data"), [("surat.pdf", PDF), ("gambar.svg", b"<svg/>"), ("video.mp4", b"x")]
)
def test_a_file_that_is_no_photo_cannot_be_shown_as_one(name: str, data: bytes) -> None:
    """It must not be published with a gap: the prose counts its photos."""
    for text in (post_text(f"Warga.\n\n![Padi]({name})"), post_text(Foto=name, Keterangan_foto="Padi")):
        reading = read(text, {name: data})
        assert reading.post is None
        assert "K042" in [found.code for found in reading.problems]


def test_a_photo_bomb_is_refused_by_its_header() -> None:
    reading = read(post_text("![Padi](padi.png)"), {"padi.png": png_that_claims(10_000, 6_000)})
    assert codes(reading.problems) == [("K050", 0)]
    assert "10000 x 6000" in reading.problems[0].what


def test_a_photo_of_more_than_1600_points_is_refused() -> None:
    files = {"padi.png": photo("PNG", (1_601, 20)), "air.png": photo("PNG", (20, 1_600))}
    found = only(read(post_text("![Padi](padi.png) ![Air](air.png)"), files).problems)
    assert (found.code, found.what) == (
        "K043",
        'Foto "padi.png" berukuran 1601 x 20 titik; paling besar 1600.',
    )


def test_a_photo_of_more_than_600_kb_is_refused() -> None:
    noise = Image.frombytes("RGB", (500, 500), random.Random(1).randbytes(750_000))
    found = only(read(post_text("![Padi](padi.png)"), {"padi.png": save(noise, "PNG")}).problems)
    assert found.code == "K044"
    assert "paling besar 600 KB" in found.what


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("location", [False, True])
def test_camera_data_is_refused_and_a_location_named(form: str, location: bool) -> None:
    name = f"padi.{form.lower()}"
    found = only(
        read(post_text(f"![Padi]({name})"), {name: photo(form, exif=camera_data(location=location))}).problems
    )
    assert found.code == "K045"
    assert ("tempat pengambilannya" in found.what) is location


def test_more_than_twenty_photos_are_refused() -> None:
    files = {f"a{number}.jpg": photo() for number in range(MOST_PHOTOS + 1)}
    body = "\n\n".join(f"![Padi]({name})" for name in files)
    assert codes(read(post_text(body), files).problems) == [("K051", 0)]


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("foto panen.JPG", "foto-panen.jpg"),
        ("é.jpg", "e.jpg"),
        ("..jpg", "foto.jpg"),
        ("surat (1).pdf", "surat-1.pdf"),
    ],
)
def test_a_name_that_can_be_no_address_gets_one_that_can(name: str, example: str) -> None:
    reading = read(files={name: photo()})
    assert "K046" in [found.code for found in reading.problems]
    assert any(found.fix.endswith(f"contoh {example}.") for found in reading.problems)


@pytest.mark.parametrize(
    "name", ["gambar.svg", "halaman.html", "naskah.docx", "foto.heic", "catatan.md", "Makefile"]
)
def test_a_file_of_another_kind_is_refused_with_its_post(name: str) -> None:
    reading = read(files={name: b"<script>"})
    assert codes(reading.problems) == [("K052", 0)]
    assert name in reading.problems[0].what
    assert "JPEG, PNG, WEBP, PDF" in reading.problems[0].fix
    assert reading.post is None


def test_a_flood_of_problems_is_cut_and_says_how_many_more_there_are() -> None:
    reading = read(post_text("Isi.").replace("\n\n", "\n" + "baris tanpa kunci\n" * 400 + "\n", 1))
    found = [item.code for item in reading.problems]
    assert len(found) == 51
    assert found.count("K053") == 1
    assert reading.post is None


def test_a_photo_or_pdf_that_nothing_shows_is_told() -> None:
    reading = read(files={"padi.jpg": photo(), "surat.pdf": PDF})
    assert codes(reading.problems) == [("K006", 0)] * 2
    assert "![Keterangan](padi.jpg)" in reading.problems[0].fix
    assert "[Judul dokumen](surat.pdf)" in reading.problems[1].fix


def test_a_pdf_that_is_linked_is_an_attachment() -> None:
    post = read(post_text("[Surat](surat.pdf)"), {"surat.pdf": PDF}).post
    assert post
    assert [(shown.name, shown.size) for shown in post.attachments] == [("surat.pdf", len(PDF))]


def test_a_pdf_that_is_none_or_too_large_is_refused() -> None:
    text = post_text("[Surat](surat.pdf)")
    assert codes(read(text, {"surat.pdf": b"<html>"}).problems) == [("K048", 0)]
    found = only(read(text, {"surat.pdf": PDF + bytes(MOST_PDF_BYTES)}).problems)
    assert (found.code, found.what) == ("K049", 'PDF "surat.pdf" sebesar 5,1 MB; paling besar 5,0 MB.')


# All of it


def test_all_problems_come_in_one_run_in_the_order_of_their_lines() -> None:
    text = "Judul: Panen\nTanggal: 31/02/2026\nTopik: olahraga\nSlug: x\n\n<b>x</b>\n\n[a](javascript:x)\n\n![](x.jpg)"
    found = codes(read(text).problems)
    assert found == [
        ("K017", 1),
        ("K012", 2),
        ("K018", 3),
        ("K014", 4),
        ("K031", 6),
        ("K032", 8),
        ("K040", 10),
        ("K041", 10),
    ]


pieces = st.sampled_from(
    [f"{name}: " for key in KEYS for name in (key.name, *key.aliases)]
    + [
        "2026-11-20",
        "31 Februari 2026",
        "budaya",
        "padi.jpg",
        "surat.pdf",
        "![a](padi.jpg)",
        "[a](surat.pdf)",
    ]
    + [
        "\n",
        "\n\n",
        "---\n",
        "    ",
        "| a |\n|-|\n",
        "[x](http://[)",
        "&#26;0&#26;",
        "<b>",
        "`",
        "*",
        "Save_as: x",
    ]
)


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(pieces | st.text(max_size=6), max_size=25).map(
            lambda parts: "".join(parts).encode("utf-8", "ignore")
        ),
        st.lists(pieces, max_size=12).map(lambda parts: post_text("".join(parts)).encode()),
    ),
    st.dictionaries(
        st.sampled_from(
            ["padi.jpg", "surat.pdf", "a.svg", "Foto Panen.PNG", "index", ".jpg", "x" * 200 + ".webp"]
        ),
        st.sampled_from([photo(), photo("PNG"), PDF, b"", png_that_claims(60_000, 60_000)])
        | st.binary(max_size=60),
        max_size=4,
    ),
    st.sampled_from([STEM, "index", "x", "2026-99-99-x"]),
)
def test_no_bytes_raise_and_a_post_comes_out_unless_an_error_holds_it_back(
    data: bytes, files: dict[str, bytes], stem: str
) -> None:
    reading = read(data, files, stem)
    is_held = any(found.severity is Severity.ERROR for found in reading.problems)
    assert (reading.post is None) == is_held
    assert (reading.body is None) == is_held
    assert list(reading.problems) == sorted(set(reading.problems))
    if reading.post and reading.body:
        assert len(reading.body.prose) == len(reading.post.photos) + 1
        assert reading.post.title
        assert reading.post.summary or reading.post.photos


# Pages, which share the text's rules


def read_a_page(data: bytes, name: str = "tentang", files: Mapping[str, bytes] | None = None) -> PageReading:
    path = f"pages/{name}.md" if files is None else f"pages/{name}/index.md"
    return read_page(PostSource(path, name, data, files or {}), NETWORK, MARKUP)


def test_a_page_has_a_title_and_a_text() -> None:
    page = read_a_page(b"Judul: Tentang kami\n\nKami warga.").page
    assert page
    assert (page.slug, page.title, page.summary, page.address) == (
        "tentang",
        "Tentang kami",
        "Kami warga.",
        "/tentang/",
    )


@pytest.mark.parametrize("name", ["kim", "hal", "barat", "Tentang", "a b", "kota"])
def test_a_page_cannot_take_a_name_of_the_portal(name: str) -> None:
    assert codes(read_a_page(b"Judul: x\n\nIsi.", name).problems) == [("K074", 0)]


def test_a_page_has_its_photos_and_documents_beside_it() -> None:
    text = b"Judul: Kantor\n\nDi sini.\n\n![Kantor dari depan](kantor.jpg)\n\n[SK](sk.pdf)"
    files = {"kantor.jpg": photo(), "sk.pdf": b"%PDF-1.7"}
    reading = read_a_page(text, "tentang", files)
    page, body = reading.page, reading.body
    assert reading.problems == ()
    assert page
    assert body
    assert [(found.path, found.alt) for found in page.photos] == [
        ("pages/tentang/kantor.jpg", "Kantor dari depan")
    ]
    assert [(found.name, found.path) for found in page.attachments] == [("sk.pdf", "pages/tentang/sk.pdf")]
    assert len(body.prose) == 2
    assert '<a href="/tentang/sk.pdf">SK (PDF, 1 KB)</a>' in body.prose[1]


@pytest.mark.parametrize(
    ("text", "files", "code"),
    [
        (b"![Kantor](kantor.jpg)", {}, "K040"),
        (b"[SK](sk.pdf)", {}, "K040"),
        (b"![](kantor.jpg)", {"kantor.jpg": photo()}, "K041"),
        (b"![Kantor](kantor.jpg)", {"kantor.jpg": b"x"}, "K042"),
        (b"![Kantor](kantor.jpg)", {"kantor.jpg": photo(size=(1_700, 40))}, "K043"),
        (b"![Kantor](kantor.jpg)", {"kantor.jpg": photo(exif=camera_data(location=True))}, "K045"),
        (b"![Kantor](https://example.com/kantor.jpg)", {}, "K047"),
        (b"Isi.", {"kantor.jpg": photo()}, "K006"),
        (b"Isi.", {"kantor.svg": b"<svg/>"}, "K052"),
    ],
)
def test_a_file_beside_a_page_keeps_the_rules_of_one_beside_a_post(
    text: bytes, files: Mapping[str, bytes], code: str
) -> None:
    found = read_a_page(b"Judul: Kantor\n\n" + text, "tentang", files).problems
    assert code in [problem.code for problem in found]
    assert {problem.path for problem in found} == {"pages/tentang/index.md"}


@settings(max_examples=50)
@given(st.binary(max_size=100) | st.lists(pieces, max_size=12).map(lambda parts: "".join(parts).encode()))
def test_no_page_raises(data: bytes) -> None:
    reading = read_a_page(data)
    assert (reading.page is None) == has_errors(reading.problems)
