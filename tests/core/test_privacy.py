"""The privacy guard: what it finds, what it leaves alone, and that it never says what it found."""

import calendar
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.page import read_page
from kim.privacy import Kind, find_private, mask_private
from kim.problems import CATALOGUE, Severity, problem
from kim.report import FORMATS, format_problems
from kim.rules import PostSource

from .samples import GROUP_TOML, MARKUP, NETWORK, codes, make_group, only, photo, post_text, read

NIK = "7174995801900001"
PHONE = "081200000000"


def kinds(text: str, *published: str) -> list[Kind]:
    return [found.kind for found in find_private(text, published)]


@pytest.mark.parametrize(
    "written",
    [
        NIK,
        "7174 9958 0190 0001",
        "717499 580190 0001",
        "71.74.99.580190.0001",
        "7174-9958-0190-0001",
        "7174\u00a09958\u20110190\u20090001",
        "7 1 7 4 9 9 5 8 0 1 9 0 0 0 0 1",
        "7174\u200b9958\u200b0190\u200b0001",
        "**7174**9958*0190*0001",
        "７１７４９９５８０１９００００１",
        "٧١٧٤٩٩٥٨٠١٩٠٠٠٠١",
        "1 7174995801900001",
    ],
)
def test_identity_number_is_found_however_it_is_spaced(written: str) -> None:
    assert kinds(f"Penerima: {written}, warga Gogagoman.") == [Kind.IDENTITY]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("2074990101900001", "no such province"),
        ("7180990101900001", "no such kabupaten"),
        ("7174000101900001", "no such kecamatan"),
        ("7174993202900001", "no such day"),
        ("7174990013900001", "day 0"),
        ("7174990113900001", "month 13"),
        ("7174993002900001", "30 February"),
        ("7174992902910001", "29 February of a common year"),
        ("7174990101900000", "number 0"),
        ("717499010190000", "15 digits"),
        ("71749901019000011", "17 digits"),
    ],
)
def test_sixteen_digits_that_can_be_nobodys_are_left_alone(number: str, why: str) -> None:
    assert kinds(f"Nomor seri {number}.") == []


def test_sixteen_digits_that_are_called_a_nik_are_one_even_with_a_slip() -> None:
    for name in ("NIK", "NIK:", "No. KK", "nomor KTP", "Nomor Induk Kependudukan", "Kartu Keluarga no."):
        assert kinds(f"{name} 2074990101900001") == [Kind.IDENTITY], name


@given(
    province=st.sampled_from(["11", "31", "71", "94"]),
    place=st.tuples(st.integers(1, 79), st.integers(1, 99)),
    year=st.integers(0, 99),
    month=st.integers(1, 12),
    day=st.integers(1, 31),
    woman=st.booleans(),
    serial=st.integers(1, 9999),
    mark=st.sampled_from(["", " ", ".", "-", "\u00a0"]),
    words=st.text("abcdefgh \n", max_size=30),
)
def test_every_number_that_the_civil_registry_can_give_is_found_where_it_stands(
    province, place, year, month, day, woman, serial, mark, words
) -> None:
    day = min(day, calendar.monthrange(2000 + year, month)[1])
    parts = (
        f"{province}{place[0]:02}{place[1]:02}",
        f"{day + 40 * woman:02}{month:02}{year:02}",
        f"{serial:04}",
    )
    number = mark.join(parts)
    text = f"{words}{number} selesai"
    (found,) = find_private(text)
    line = text.split("\n")[found.line - 1]
    assert (found.kind, line[found.first - 1 : found.last]) == (Kind.IDENTITY, number)
    assert not re.search(r"\d", mask_private(text))


@pytest.mark.parametrize(
    "written",
    [
        PHONE,
        "0812-0000-0000",
        "0812 0000 0000",
        "0812.0000.0000",
        "(0812) 0000 0000",
        "+62 812-0000-0000",
        "+6281200000000",
        "62 812 0000 0000",
        "+62 (0) 812 0000 0000",
        "https://wa.me/6281200000000",
        "[WA](https://wa.me/6281200000000)",
        "0812000000",
        "hubungi 08 12 00 00 00 00",
        "WA: 0 8 1 2 0 0 0 0 0 0 0 0",
        "0\u200b812\u20110000\u20110000",
    ],
)
def test_mobile_number_is_found_however_it_is_written(written: str) -> None:
    assert kinds(f"Pak Budi, {written}.") == [Kind.TELEPHONE]


@pytest.mark.parametrize("written", ["0812-0000-0000", "+62 812 0000 0000", "wa.me/6281200000000"])
@pytest.mark.parametrize("contact", ["WA 0812 0000 0000 (Ibu Sri)", "+6281200000000"])
def test_published_contact_is_no_private_number(written: str, contact: str) -> None:
    assert kinds(f"Kirim kabar ke {written}.", contact) == []
    assert kinds("Pak Budi, 0813-0000-0000", contact) == [Kind.TELEPHONE]


@pytest.mark.parametrize(
    "text",
    [
        "rekening BRI 0000-01-000000-53-0 a.n. Panitia",
        "No. Rek. 1234567890",
        "norek BNI: 0000000001",
        "Bank Mandiri 150-00-0000000-1",
        "ke BSI 7000000001 atas nama Siti",
        "rekening SulutGo 00102000001",
    ],
)
def test_account_is_found_behind_the_word_for_it(text: str) -> None:
    assert kinds(text) == [Kind.ACCOUNT]


@pytest.mark.parametrize(
    "text",
    [
        "Jumat, 20 November 2026 pukul 07.30 sampai 12.00",
        "Tanggal 20-11-2026 sampai 08-12-2026, lalu 2026-11-20 sampai 2026-12-08",
        "Tanggal 20/11/2026",
        "Kapal berangkat 08.15 10.30 13.00 15.45 18.00",
        "Buka 0815 sampai 1645",
        "Rp 1.234.567.890.123.456",
        "Rp62.812.345.678.901, naik dari Rp 8.123.456.789",
        "Harganya 62.812.345.678 rupiah",
        "Rp 0812000000",
        "SK Wali Kota Nomor 0812/2026 dan 470/123/DISKOMINFO/XI/2026",
        "Perda Nomor 7 Tahun 2026, UU 23/2014, Permenkominfo 4/2024",
        "Kode wilayah 71.74.04.1004, 62.11.08.2003 dan 62.08.12.2001",
        "Kode BPS 7174040 1004, KBLI 47911, HS 0812.90.00",
        "NIP 19700101 199003 1 001",
        "NPSN 40102812, ISBN 978-602-8120-00-1",
        "0,8123456789 hektare; 0.759620, 124.325282",
        "Kantor: (0434) 21234, darurat 112, layanan 0800-1-000-000",
        "Rekening listrik 20-11-2026 naik 12,5 persen",
        "Bank Mandiri menyalurkan Rp 1.250.000.000 untuk 1.234 keluarga",
        "12 34 56 78 90 12 34 56",
        "| 717 | 499 | 580 | 190 | 0001 |",
        "7, 1, 7, 4, 9, 9, 5, 8, 0, 1, 9, 0, 0, 0, 0, 1",
        "https://www.facebook.com/kim/posts/7174995801900001",
        "https://youtu.be/08120000000",
        "IMG-20261120-WA0001.jpg",
        "Suara sah 20261120 20261121",
    ],
)
def test_dates_prices_decrees_codes_and_statistics_are_left_alone(text: str) -> None:
    assert kinds(text) == []


@given(st.integers(0, 10**15), st.sampled_from(["Rp ", "Rp", "IDR "]))
def test_no_price_is_taken_for_a_persons_number(amount: int, currency: str) -> None:
    assert kinds(f"Harganya {currency}{amount:,}".replace(",", ".")) == []


@given(st.dates(), st.dates(), st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %m %Y", "%Y%m%d"]))
def test_no_date_is_taken_for_a_persons_number(first, last, form: str) -> None:
    assert Kind.TELEPHONE not in kinds(f"Dari {first.strftime(form)} sampai {last.strftime(form)}")
    assert kinds(f"Dibuka {first.strftime(form)}.") == []


@given(st.text(st.sampled_from("0123456789 .-+()\nRp687NIKrek"), max_size=200))
def test_whatever_is_found_is_hidden_and_nothing_else_is_lost(text: str) -> None:
    lines = text.split("\n")
    masked = mask_private(text)
    assert len(masked) == len(text)
    for found in find_private(text):
        assert 1 <= found.first <= found.last <= len(lines[found.line - 1])
        assert not re.search(r"\d", masked.split("\n")[found.line - 1][found.first - 1 : found.last])
    assert re.sub(r"\d|•", "", masked) == re.sub(r"\d|•", "", text)


def test_a_post_with_an_identity_number_is_held_back_with_its_place() -> None:
    reading = read(post_text(f"Satu.\n\nPenerima {NIK} dan lain-lain."))
    found = only(reading.problems)
    assert reading.post is None
    assert (found.code, found.line, found.severity) == ("K075", 7, Severity.ERROR)
    assert "huruf ke-10 sampai ke-25" in found.what
    assert found.excerpt == f"Penerima {'•' * 16} dan lain-lain."


def test_telephone_and_account_warn_and_the_post_goes_on() -> None:
    reading = read(post_text(f"Hubungi {PHONE}.\n\nRekening BRI 000001000000530."))
    assert codes(reading.problems) == [("K076", 5), ("K077", 7)]
    assert reading.post


def test_contacts_of_the_group_and_of_the_office_may_stand_in_its_posts() -> None:
    group = make_group(GROUP_TOML.replace("kim-gogagoman@example.id", "0812-0000-0000"))
    assert group.contact == "0812-0000-0000"
    from kim.rules import read_post

    text = post_text("Kirim kabar ke +62 812 0000 0000.").encode()
    source = PostSource(f"{group.folder}/2026-11-20-a.md", "2026-11-20-a", text)
    assert read_post(source, NETWORK, group, MARKUP).problems == ()


def test_number_in_the_head_or_in_a_files_name_is_found_too() -> None:
    head = read(post_text(Sumber=f"KTP {NIK}"))
    assert codes(head.problems) == [("K075", 4)]
    name = f"ktp-{NIK}.jpg"
    files = read(post_text(Foto=name, Keterangan_foto="KTP"), {name: photo()})
    assert "K075" in [found.code for found in files.problems]
    stem = read(stem=f"2026-11-20-{NIK}")
    assert "K075" in [found.code for found in stem.problems]


def test_page_is_guarded_as_a_post_is() -> None:
    text = f"Judul: Tentang kami\n\nKetua: {NIK}.\n".encode()
    reading = read_page(PostSource("pages/tentang.md", "tentang", text), NETWORK, MARKUP)
    assert (reading.page, codes(reading.problems)) == (None, [("K075", 3)])


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_of_any_problem_repeats_a_number(form: str) -> None:
    spaced = "7174 9958 0190 0001"
    problems = [
        problem(
            code, f"a/b/2026-11-20-{NIK}.md", 3, f"KTP {spaced}, WA {PHONE}, BRI 000001000000530", **words
        )
        for code, words in (
            (code, dict.fromkeys(re.findall(r"{(\w+)}", rule.what + rule.fix), f"Ibu Sri {spaced} {PHONE}"))
            for code, rule in CATALOGUE.items()
        )
    ]
    shown = format_problems(problems, form, "content")
    assert "Ibu Sri" in shown
    for part in (NIK, spaced, PHONE, "000001000000530", "9958"):
        assert part not in shown


@pytest.mark.parametrize(
    "body",
    [f"KTP {NIK}\x07", f"NIK {NIK} [a](b.pdf) ![](c.jpg) <b>{NIK}</b>", f"# {NIK}\n\n[x](javascript:{NIK})"],
)
def test_other_problems_of_the_same_line_hide_the_number_as_well(body: str) -> None:
    problems = read(post_text(body, Judul=f"Kartu {NIK}", Topik=NIK, Tanggal=NIK)).problems
    assert len(problems) > 4
    assert NIK not in repr(problems)
