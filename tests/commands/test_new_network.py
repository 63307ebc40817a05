"""A portal for another region: from its code to a network that builds."""

import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.load import require_network
from kim.network import Network, Repository
from ops.new_group import Answers as GroupAnswers
from ops.new_group import write_group
from ops.new_network import (
    Answers,
    adapt_pages,
    ask_and_write,
    guess_forge,
    plan_network,
    suggest_short,
    villages_text,
    write_network,
)
from ops.regions import Region, load_region
from tests.corpus import ROOT

TODAY = date(2026, 11, 22)


def network_of(folder: Path) -> Network:
    return require_network(partial(load_file, folder), scan_content(folder))


def problems_of(folder: Path) -> str:
    command = [sys.executable, "-m", "kim", "check", "--content", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode else ""


SAMPLE = network_of(ROOT / "content")


def answers(region: Region) -> Answers:
    short = suggest_short(region)
    return Answers(
        short=short,
        address="https://kim.daerah.example/",
        office=f"Diskominfo {region.name}",
        contact="redaksi@kim.daerah.example",
        colours=("#1d4e89", "#f2a541"),
        topics=SAMPLE.topics,
    )


def write(code: str, folder: Path) -> Network:
    region = load_region(ROOT, code)
    pages = adapt_pages(ROOT / "content", SAMPLE, region, answers(region))
    write_network(folder, plan_network(region, answers(region), pages, TODAY))
    return network_of(folder)


@pytest.mark.parametrize(
    ("code", "name", "zone", "district", "head"),
    [
        ("71.71", "Kota Manado", "WITA", "kecamatan", "kepala desa"),
        ("11.01", "Kabupaten Aceh Selatan", "WIB", "kecamatan", "keuchik"),
        ("13.06", "Kabupaten Agam", "WIB", "kecamatan", "wali nagari"),
        ("91.03", "Kabupaten Jayapura", "WIT", "distrik", "kepala kampung"),
        ("31.74", "Kota Administrasi Jakarta Selatan", "WIB", "kecamatan", "kepala desa"),
    ],
)
def test_a_network_of_any_region_has_no_problem(
    code: str, name: str, zone: str, district: str, head: str, tmp_path: Path
) -> None:
    network = write(code, tmp_path / "content")
    assert (network.region, network.time_zone) == (name, zone)
    assert (network.words.district, network.words.head_desa) == (district, head)
    assert all(district.villages for district in network.districts)
    assert problems_of(tmp_path / "content") == ""


@pytest.mark.parametrize(("code", "file"), [("71.74", "content"), ("18.72", "tests/networks/metro")])
def test_the_list_agrees_with_the_decree_for_the_regions_that_we_ship(code: str, file: str) -> None:
    ours = (ROOT / file / "wilayah.csv").read_text().splitlines()
    theirs = villages_text(load_region(ROOT, code)).splitlines()
    assert [line.rsplit(",", 2)[0] for line in theirs] == [line.rsplit(",", 2)[0] for line in ours]


def test_a_code_that_is_no_region_is_told_with_what_is_near() -> None:
    with pytest.raises(KimError, match=r"71\.74 Kota Kotamobagu"):
        load_region(ROOT, "Kotamobagu")
    with pytest.raises(KimError, match="no kota or kabupaten"):
        load_region(ROOT, "71.74.01")


def test_a_page_speaks_of_the_new_region_alone(tmp_path: Path) -> None:
    write("91.03", tmp_path)
    pages = list((tmp_path / "pages").glob("**/*.md"))
    assert len(pages) == 4
    for page in pages:
        text = page.read_text()
        assert "otamobagu" not in text
        assert "sangadi" not in text


def test_another_network_is_never_written_over(tmp_path: Path) -> None:
    write("71.71", tmp_path)
    before = (tmp_path / "network.toml").read_bytes()
    with pytest.raises(KimError, match="holds a network already"):
        write("71.72", tmp_path)
    with pytest.raises(KimError, match="holds a network already"):
        ask_and_write(ROOT, tmp_path, "71.72", TODAY)
    assert (tmp_path / "network.toml").read_bytes() == before


def test_topics_and_forge_are_asked_for_and_written(tmp_path: Path) -> None:
    given = ["", "https://kim.daerah.example/", "", "", "2", "Budaya, Air  bersih,budaya , !", ""]
    given += ["bukan alamat", "https://git.daerah.example/kota/kim.git", "3", ""]
    command = (
        "import sys; from datetime import date; from pathlib import Path; from ops.new_network import *;"
    )
    command += "ask_and_write(Path(), Path(sys.argv[1]), '71.71', date(2026, 11, 22))"
    done = subprocess.run(
        [sys.executable, "-c", command, str(tmp_path / "content")],
        cwd=ROOT, input="\n".join(given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ".forgejo/workflows/" in done.stdout
    network = network_of(tmp_path / "content")
    assert [(topic.slug, topic.name) for topic in network.topics] == [
        ("budaya", "Budaya"),
        ("air-bersih", "Air bersih"),
    ]
    assert network.forge == Repository("forgejo", "https://git.daerah.example/kota/kim", "main")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://github.com/kota/kim", "github"),
        ("https://gitlab.kota.example/a/kim", "gitlab"),
        ("https://codeberg.org/kota/kim", "forgejo"),
        ("https://git.kota.example/a/kim", ""),
    ],
)
def test_a_forge_is_known_by_its_host_where_that_tells(address: str, kind: str) -> None:
    assert guess_forge(address) == kind


def test_a_new_group_can_publish_at_once(tmp_path: Path) -> None:
    network = write("71.71", tmp_path / "content")
    district = network.districts[0]
    given = GroupAnswers(
        district.slug,
        "KIM Contoh Satu",
        (district.villages[0].code,),
        "contoh@kim.example",
        "Kami.",
        ("ani",),
    )
    file = write_group(tmp_path / "content", network, given)
    assert file.parent.name == "kim-contoh-satu"
    assert problems_of(tmp_path / "content") == ""
    with pytest.raises(KimError, match="sudah ada"):
        write_group(tmp_path / "content", network, given)


@pytest.mark.parametrize("scope", ["99.99.99.1001", "71.72.01.1001"])
def test_a_group_of_another_region_is_not_written(scope: str, tmp_path: Path) -> None:
    network = write("71.71", tmp_path)
    with pytest.raises(KimError, match="kode wilayah"):
        write_group(tmp_path, network, GroupAnswers("tuminting", "KIM Baru", (scope,), "a@b.example"))
    assert not (tmp_path / "tuminting").exists()
