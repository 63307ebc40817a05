"""A group's kim.toml."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.group import GroupReading, group_district, group_villages, read_group

from .samples import FOLDER, GROUP, GROUP_TOML, NETWORK, codes, make_group, only


def read(settings: str, folder: str = FOLDER) -> GroupReading:
    return read_group(settings.encode(), folder, NETWORK)


def test_a_group_is_its_folder_and_what_its_settings_say() -> None:
    settings = GROUP_TOML + 'founded = 2016-03-01\neditors = ["ibu-sri"]\nformer = ["utara/kim-lama"]\n'
    group = make_group(settings)
    assert (group.id, group.name, group.address) == ("gogagoman", "KIM Gogagoman", "/barat/kim-gogagoman/")
    assert (group.founded, group.editors, group.former) == (
        date(2016, 3, 1),
        ("ibu-sri",),
        ("utara/kim-lama",),
    )
    assert group.section == "barat"


@pytest.mark.parametrize(
    ("folder", "scope", "names"),
    [
        (FOLDER, "71.74.04", ["Gogagoman", "Mongkonai"]),
        (FOLDER, "71.74.04.1003", ["Gogagoman"]),
        ("kota/diskominfo", "71.74", ["Biga", "Bilalang", "Gogagoman", "Mongkonai"]),
        ("kota/diskominfo", "71.74.01", ["Biga", "Bilalang"]),
    ],
)
def test_a_scope_is_a_village_a_kecamatan_or_the_whole_region(
    folder: str, scope: str, names: list[str]
) -> None:
    group = make_group(GROUP_TOML.replace("71.74.04", scope), folder)
    assert [village.name for village in group_villages(NETWORK, group)] == names


def test_a_group_of_the_whole_region_has_no_kecamatan() -> None:
    assert group_district(NETWORK, GROUP) == NETWORK.districts[1]
    assert group_district(NETWORK, make_group(folder="kota/diskominfo")) is None


@pytest.mark.parametrize(
    "scope", ["71.74.01.1005", "71.74.01", "71.74", "71.74.04.9999", "71", "", "Gogagoman"]
)
def test_a_scope_outside_the_folders_kecamatan_is_refused(scope: str) -> None:
    reading = read(GROUP_TOML.replace("71.74.04", scope))
    assert reading.group is None
    assert codes(reading.problems) == [("K063", 3)]


def test_a_group_without_any_village_is_refused() -> None:
    assert codes(read(GROUP_TOML.replace('["71.74.04"]', "[]")).problems) == [("K063", 3)]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('founded = "2016-03-01"', 5),
        ("founded = 2016-03-01T07:30:00", 5),
        ('editors = ["a b"]', 5),
        ('editors = "ibu-sri"', 5),
        ('former = ["kim-lama"]', 5),
        ('former = ["../../etc"]', 5),
        ("about = 7", 5),
    ],
)
def test_a_value_of_another_kind_is_told_at_its_line(line: str, number: int) -> None:
    assert codes(read(f"{GROUP_TOML}{line}\n").problems) == [("K063", number)]


@pytest.mark.parametrize("group_id", ["Gogagoman", "a/b", "a b", "a:b", "-a", "é"])
def test_an_id_that_could_break_an_identity_is_refused(group_id: str) -> None:
    assert codes(read(GROUP_TOML.replace('"gogagoman"', f'"{group_id}"')).problems) == [("K063", 1)]


def test_an_unknown_key_suggests_the_nearest() -> None:
    found = only(read(f"{GROUP_TOML}editor = []\n").problems)
    assert (found.path, found.line, found.code) == (f"{FOLDER}/kim.toml", 5, "K061")
    assert found.fix == 'mungkin maksudnya "editors".'


def test_missing_keys_are_told_together_with_examples() -> None:
    reading = read("")
    assert codes(reading.problems) == [("K062", 0)] * 4
    assert 'name = "KIM Mata Air"' in " ".join(found.fix for found in reading.problems)


@pytest.mark.parametrize(
    "name", ["hal", "mading", "feed", "KIM-Gogagoman", "kim gogagoman", "kim_a", "a" * 81]
)
def test_a_folder_that_can_be_no_address_is_refused(name: str) -> None:
    found = only(read(GROUP_TOML, f"barat/{name}").problems)
    assert (found.code, found.path) == ("K074", f"barat/{name}/kim.toml")


@given(
    st.binary(max_size=200) | st.text(st.sampled_from(GROUP_TOML + "[]{}#'\\"), max_size=80).map(str.encode)
)
def test_no_bytes_raise(settings: bytes) -> None:
    reading = read_group(settings, FOLDER, NETWORK)
    assert bool(reading.group) != bool(reading.problems)
