"""network.toml and wilayah.csv."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.network import Network, NetworkReading, Words, read_network
from kim.problems import Problem

from .samples import NETWORK, NETWORK_TOML, WILAYAH_CSV, codes, make_network, only


def read(settings: str = NETWORK_TOML, villages: str = WILAYAH_CSV) -> NetworkReading:
    return read_network(settings.encode(), villages.encode())


def changed(key: str, value: str) -> Problem:
    """The one problem of a network.toml in which a key (its first) has another value."""
    settings, count = re.subn(rf"(?m)^{key} = .*$", lambda _: f"{key} = {value}", NETWORK_TOML, count=1)
    assert count == 1
    reading = read(settings)
    assert reading.network is None
    return only(reading.problems)


def test_a_network_is_what_its_two_files_say() -> None:
    assert NETWORK.name == "KIM Contoh"
    assert [district.slug for district in NETWORK.districts] == ["utara", "barat"]
    assert [village.name for village in NETWORK.districts[1].villages] == ["Gogagoman", "Mongkonai"]
    assert NETWORK.villages["71.74.01.2001"].lat == 0.757425
    assert NETWORK.district_of("71.74.04.1003").name == "Contoh Barat"
    assert NETWORK.zone.utcoffset(None) == timedelta(hours=8)
    assert NETWORK.words == Words(head_desa="sangadi")
    assert (NETWORK.words.village("desa"), NETWORK.words.village("kelurahan")) == ("desa", "kelurahan")


@pytest.mark.parametrize(
    ("authority", "day"),
    [("a.id,2026", (2026, 1, 1)), ("a.id,2026-11", (2026, 11, 1)), ("b@a.id,2026-11-20", (2026, 11, 20))],
)
def test_an_authority_begins_on_its_day(authority: str, day: tuple[int, int, int]) -> None:
    assert make_network(NETWORK_TOML.replace("kim.example.id,2026", authority)).since == date(*day)


@pytest.mark.parametrize("text", ["budaya", "Budaya", "Budaya dan adat", "BUDAYA  DAN ADAT"])
def test_a_topic_is_found_by_slug_and_by_name(text: str) -> None:
    topic = NETWORK.topic(text)
    assert topic
    assert topic.slug == "budaya"
    assert NETWORK.topic("adat") is None


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("level", '"provinsi"', "kota, kabupaten"),
        ("code", '"7174"', 'code = "99.01"'),
        ("code", '"٧١.٧٤"', 'code = "99.01"'),
        ("code", "71.74", 'code = "99.01"'),
        ("time_zone", '"WIS"', "WIB, WITA, WIT"),
        ("authority", '"kim.example.id"', 'authority = "kim.example.id,2026"'),
        ("authority", '"kim.example.id,2026-13"', "kalender"),
        ("authority", '"kim.example.id,0000"', "kalender"),
        ("address", '"https://kim.example.id"', "garis miring"),
        ("address", '"kim.example.id/"', "garis miring"),
        ("address", '"https://[::1/"', "garis miring"),
        ("address", '"https://kim.example.id/?a=/"', "garis miring"),
        ("address", '"https://kim.example.id/<script>/"', "garis miring"),
        ("colours", '["#0b6e4f"]', "dua warna"),
        ("colours", '["hijau", "merah"]', "#0b6e4f"),
        ("colours", "[]", "#0b6e4f"),
        ("colours", '["#0b6e4f", "#c8553d;}"]', "#0b6e4f"),
        ("name", '""', 'name = "KIM Contoh"'),
        ("name", "7", 'name = "KIM Contoh"'),
    ],
)
def test_a_value_that_cannot_be_used_is_told_at_its_line_with_an_example(
    key: str, value: str, words: str
) -> None:
    found = changed(key, value)
    line = next(n for n, text in enumerate(NETWORK_TOML.split("\n"), 1) if text.startswith(f"{key} ="))
    assert (found.path, found.code, found.line) == ("network.toml", "K063", line)
    assert words in found.fix


def test_a_hub_is_an_address_without_plain_http() -> None:
    reading = read('hub = "https://hub.example.id:8443/push"\n' + NETWORK_TOML)
    assert reading.network and reading.network.hub == "https://hub.example.id:8443/push"
    for wrong in ("http://hub.example.id/", "https://hub.example.id", 'https://hub.example.id/"<', "hub"):
        problem = only(read(f"hub = '{wrong}'\n" + NETWORK_TOML).problems)
        assert (problem.code, problem.line) == ("K063", 1)
        assert "https://hub.example.id/" in problem.fix


@pytest.mark.parametrize("slug", ["Utara", "kim", "hal", "kota", "utara/x", "..", "", "aset", "tentang"])
def test_a_district_cannot_take_a_name_of_the_portal(slug: str) -> None:
    reading = read(NETWORK_TOML.replace('slug = "utara"', f'slug = "{slug}"'))
    assert [found.code for found in reading.problems] == ["K063"]


def test_a_second_district_or_topic_of_one_slug_is_told() -> None:
    assert "barat dua kali" in only(read(NETWORK_TOML.replace('"utara"', '"barat"')).problems).what
    assert "budaya dua kali" in only(read(NETWORK_TOML.replace('"kesehatan"', '"budaya"')).problems).what


def test_a_district_without_a_slug_is_told_by_its_code() -> None:
    settings = NETWORK_TOML.replace('[[districts]]\ncode = "71.74.01"\nslug = "utara"\n', "")
    assert "71.74.01" in only(read(settings).problems).what


def test_a_district_that_is_not_in_wilayah_is_told() -> None:
    settings = NETWORK_TOML.replace('code = "71.74.01"', 'code = "71.74.09"')
    assert {found.code for found in read(settings).problems} == {"K063"}


def test_unknown_keys_suggest_the_nearest() -> None:
    found = only(read(NETWORK_TOML.replace("[office]", "[office]\nnames = 1")).problems)
    assert (found.code, found.fix) == ("K061", 'mungkin maksudnya "name".')
    assert 'office.names"' in found.what
    found = only(read("colors = 1\n" + NETWORK_TOML).problems)
    assert (found.code, found.line, found.fix) == ("K061", 1, 'mungkin maksudnya "colours".')


def test_all_that_is_missing_is_told_in_one_go() -> None:
    missing = [found.what for found in read("").problems if found.code == "K062"]
    keys = "address authority code colours districts level name office province region short time_zone topics"
    assert [what.split('"')[1] for what in missing] == sorted(
        [*keys.split(), "office.name", "office.contact"]
    )


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (b"name = \n", 1),
        (b"a = 1\na = 2\n", 2),
        (b"a = " + b"[" * 5000, 0),
        (b"a = " + b"1" * 5000, 0),
        (b"a=2026-02-31", 1),
    ],
)
def test_settings_that_are_no_toml_are_one_problem(settings: bytes, line: int) -> None:
    found = only(read_network(settings, WILAYAH_CSV.encode()).problems)
    assert (found.path, found.code) == ("network.toml", "K060")
    assert found.line == line


def test_settings_in_another_encoding_are_one_problem() -> None:
    assert codes(read_network(b'name = "\xe9"', WILAYAH_CSV.encode()).problems) == [("K001", 0)]
    problems = read_network(NETWORK_TOML.encode(), b"\xff\xfe").problems
    assert ("wilayah.csv", "K001") in [(found.path, found.code) for found in problems]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    crlf = NETWORK_TOML.replace("\n", "\r\n").encode("utf-8-sig")
    assert read_network(crlf, WILAYAH_CSV.replace("\n", "\r\n").encode("utf-8-sig")).network == NETWORK


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("71.74.04.1005,kelurahan,Baru,71.74.04,Contoh Barat,0.7", "jumlah kolom"),
        ("71.74.04.1005,kelurahan,Baru,71.74.04,Contoh Barat,0.7,124.3,9", "jumlah kolom"),
        ("7174041005,kelurahan,Baru,71.74.04,Contoh Barat,0.7,124.3", "kode 7174041005"),
        ("71.74.04.1005,kelurahan,Baru,71.74.01,Contoh Utara,0.7,124.3", "di luar kecamatan 71.74.01"),
        ("71.74.04.1005,kelurahan,Baru,,Contoh Utara,0.7,124.3", "di luar kecamatan"),
        ("71.74.04.1003,kelurahan,Baru,71.74.04,Contoh Barat,0.7,124.3", "dua kali"),
        ("71.74.04.1005,kelurahan, ,71.74.04,Contoh Barat,0.7,124.3", "nama kosong"),
        ("71.74.04.1005,kelurahan,Baru,71.74.04,Contoh Barat,utara,124.3", "koordinat utara"),
        ("71.74.04.1005,kelurahan,Baru,71.74.04,Contoh Barat,nan,124.3", "koordinat nan"),
        ("71.74.04.1005,kelurahan,Baru,71.74.04,Contoh Barat,0.7,1e9", "koordinat 0.7, 1e9"),
    ],
)
def test_a_wrong_row_of_wilayah_is_told_at_its_line(row: str, words: str) -> None:
    found = only(read(villages=f"{WILAYAH_CSV}{row}\n").problems)
    assert (found.path, found.line, found.code) == ("wilayah.csv", 8, "K065")
    assert words in found.what


@pytest.mark.parametrize("villages", ["", "kode,nama\n", "\x00", WILAYAH_CSV + '"' + "a" * 200_000])
def test_a_wilayah_that_cannot_be_read_is_told(villages: str) -> None:
    assert "K065" in [found.code for found in read(villages=villages).problems]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_raise(settings: bytes, villages: bytes) -> None:
    assert read_network(settings, villages).network is None


@given(
    st.lists(
        st.sampled_from([*NETWORK_TOML.split("\n"), "x = [", '"', "[[topics]]", "slug = 1", "a = {b = 1}"]),
        max_size=60,
    ),
    st.lists(st.sampled_from([*WILAYAH_CSV.split("\n"), '"', ",,,,,,", "a,b"]), max_size=20),
)
def test_no_mixture_of_lines_raises(settings: list[str], villages: list[str]) -> None:
    reading = read("\n".join(settings), "\n".join(villages))
    assert bool(reading.network) != bool(reading.problems)


def test_a_network_of_another_region_reads_as_well() -> None:
    """A kabupaten with desa only, in the west, with its own words."""
    settings = (
        NETWORK_TOML.replace('"kota"', '"kabupaten"').replace('"WITA"', '"WIB"').replace("71.74", "62.11")
    )
    settings = settings.replace("[words]", '[words]\ndistrict = "distrik"')
    network: Network = make_network(
        settings, WILAYAH_CSV.replace("71.74", "62.11").replace("kelurahan", "desa")
    )
    assert (network.level, network.zone.tzname(None), network.words.district) == (
        "kabupaten",
        "WIB",
        "distrik",
    )


def test_editors_and_the_forge_are_read() -> None:
    forge = '[forge]\nkind = "forgejo"\naddress = "https://codeberg.org/kim-contoh/portal/"\n'
    network = make_network('editors = ["redaksi"]\n' + NETWORK_TOML + forge)
    assert network.editors == ("redaksi",)
    assert network.forge
    assert (network.forge.kind, network.forge.address, network.forge.branch) == (
        "forgejo",
        "https://codeberg.org/kim-contoh/portal",
        "main",
    )
    assert make_network().forge is None


@pytest.mark.parametrize(
    "line",
    [
        'kind = "svn"',
        'address = "http://codeberg.org/a/b"',
        'address = "https://codeberg.org/a"',
        'address = "https://u:p@codeberg.org/a/b"',
        'address = "https://codeberg.org/a/b?x"',
        'branch = "a b"',
    ],
)
def test_forge_that_cannot_be_opened_is_told(line: str) -> None:
    values = {"kind": '"github"', "address": '"https://github.com/a/b"'}
    key, _, value = line.partition(" = ")
    forge = "[forge]\n" + "\n".join(f"{name} = {text}" for name, text in (values | {key: value}).items())
    assert [found.code for found in read(NETWORK_TOML + forge).problems] == ["K063"]
