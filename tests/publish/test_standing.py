"""One group's slip in its kim.toml stops nobody's news, and takes none of its own from its readers."""

import json
import shutil
from collections.abc import Callable

import pytest

from kim.errors import KimError
from ops.publish.status import STATUS_FILE
from ops.publish.transfer import MANIFEST_FILE, dump_manifest, parse_manifest
from ops.status import parse_status, show_status
from tests.corpus import GROUP, post_text
from tests.publish.project import Project

HURT, OTHER = "hulu/kim-mata-air", "hilir/kim-muara"
SETTINGS = f"{HURT}/kim.toml"
SOUND = GROUP.format(id="kim-mata-air", name="KIM MATA AIR", scope="99.01.01") + 'editors = ["siti"]\n'


def break_line(project: Project) -> None:
    project.corpus.write(SETTINGS, SOUND.replace('contact = "', "contact = "))


def leave_out(project: Project) -> None:
    (project.corpus.content / SETTINGS).unlink()


def claim_other_id(project: Project) -> None:
    project.corpus.write(SETTINGS, SOUND.replace('id = "kim-mata-air"', 'id = "kim-lain"'))


def copied_by_another(project: Project) -> None:
    project.corpus.write("hilir/kim-baru/kim.toml", SOUND.replace("99.01.01", "99.01.02"))


#: Each with the problem that it is told by.
SLIPS: tuple[tuple[Callable[[Project], None], str], ...] = (
    (break_line, "K060"),
    (leave_out, "K008"),
    (claim_other_id, "K078"),
    (copied_by_another, "K072"),
)


def read(project: Project, path: str) -> str:
    return (project.current / path).read_text()


def test_a_broken_kim_toml_stops_no_news_and_loses_none(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.corpus.write(SETTINGS, SOUND)
    project.publish()
    page, feed = read(project, f"{HURT}/index.html"), read(project, f"{HURT}/atom.xml")
    for number, (slip, code) in enumerate(SLIPS):
        slip(project)
        shutil.rmtree(project.root / ".cache")  # another machine publishes: it has kept nothing
        news = post_text(f"Kabar dari muara {number}", f"2026-02-0{number + 1}")
        project.corpus.write(f"{OTHER}/2026-02-0{number + 1}-kabar.md", news)
        capsys.readouterr()
        project.publish()
        assert f"{SETTINGS} cannot be taken as it is now" in capsys.readouterr().out
        assert f"Kabar dari muara {number}" in read(project, "index.html")
        assert (read(project, f"{HURT}/index.html"), read(project, f"{HURT}/atom.xml")) == (page, feed)
        status = parse_status((project.current / STATUS_FILE).read_bytes(), "")
        assert (status.held, status.standing) == (0, (HURT,))
        assert code in {problem.code for problem in status.problems}
        project.corpus.write(SETTINGS, SOUND)
    # the slip of the last round is still there; the group writes on meanwhile
    project.corpus.write(f"{HURT}/2026-03-01-kabar.md", post_text("Kabar dari mata air", "2026-03-01"))
    project.publish()
    assert "Kabar dari mata air" in read(project, f"{HURT}/feed.xml")
    with pytest.raises(KimError, match=rf"must be mended: {HURT}"):
        show_status(project.root, "", hours=1, quiet_days=10_000)
    shutil.rmtree(project.corpus.content / "hilir/kim-baru")
    project.corpus.write(SETTINGS, SOUND.replace("KIM MATA AIR", "KIM Mata Air Jernih"))
    project.publish()
    assert "KIM Mata Air Jernih" in read(project, f"{HURT}/index.html")
    status = parse_status((project.current / STATUS_FILE).read_bytes(), "")
    assert status.standing == ()


def test_who_may_edit_a_group_is_not_told_at_the_target(project: Project) -> None:
    project.corpus.write(SETTINGS, SOUND)
    project.publish()
    manifest = (project.current / MANIFEST_FILE).read_text()
    assert "kim-mata-air" in manifest
    assert "siti" not in manifest
    # settings that change no page are remembered all the same
    values = json.loads(manifest)
    (project.current / MANIFEST_FILE).write_text(json.dumps({**values, "groups": []}))
    project.publish()
    assert len(parse_manifest((project.current / MANIFEST_FILE).read_bytes()).groups) == 2


def test_what_is_remembered_of_groups_is_read_as_it_was_written(project: Project) -> None:
    project.corpus.write(SETTINGS, SOUND + 'founded = 2019-05-01\nformer = ["hulu/kim-lama"]\n')
    project.publish()
    manifest = parse_manifest((project.current / MANIFEST_FILE).read_bytes())
    assert parse_manifest(dump_manifest(manifest)) == manifest
    old = {"files": {}, "cited": [], "leaving": []}  # as it was before groups were remembered
    assert parse_manifest(json.dumps(old).encode()).groups == ()
    with pytest.raises(KimError, match="cannot be read"):
        parse_manifest(json.dumps({**old, "groups": [{"id": 1}]}).encode())
