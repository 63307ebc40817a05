"""`publish` from content to a folder that readers see: what travels, and what never does."""

import json
import random
import re
import shutil
import string
from pathlib import Path

import pytest

from kim.errors import KimError
from ops.host import serve_folder
from ops.publish import Wish, publish
from ops.publish.gates import MOST_PAGE
from ops.publish.releases import list_releases
from ops.publish.status import STATUS_FILE
from ops.publish.transfer import MEMORY, read_tree
from tests.corpus import photo_bytes, post_text
from tests.publish.project import TARGET, Project

EDITED = "hulu/kim-mata-air/2026-01-03-kabar-2.md"


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Pages and feeds that differ, without the precompressed files beside them."""
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return {path for path in paths if not path.endswith((".br", ".gz"))}


def test_a_portal_is_published_and_again_only_what_an_edit_changed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.publish(dry_run="yes")
    assert not project.current.exists()
    project.publish()
    before = dict(read_tree(project.current))
    status = json.loads((project.current / STATUS_FILE).read_bytes())
    assert (status["posts"], status["held"]) == (5, 0)
    assert before.keys() - {STATUS_FILE} == dict(read_tree(project.root / ".cache/publish")).keys()

    capsys.readouterr()
    project.publish()
    assert "holds all of it already" in capsys.readouterr().out
    assert len(list_releases(project.root / "published")) == 1
    assert changed(before, dict(read_tree(project.current))) <= {STATUS_FILE}

    project.corpus.write(EDITED, post_text("Kabar nomor 2", "2026-01-03", body="Isi yang lain."))
    project.publish()
    paths = changed(before, dict(read_tree(project.current)))
    assert "hulu/kim-mata-air/2026-01-03-kabar-2/index.html" in paths
    assert not any(path.startswith("hilir/") for path in paths)
    assert len(list_releases(project.root / "published")) == 2


def test_an_empty_or_half_content_folder_never_empties_a_portal(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.publish()
    before = read_tree(project.current)
    content = project.corpus.content
    shutil.rmtree(content / "hilir")
    with pytest.raises(KimError, match="Nothing was published"):
        project.publish()
    told = capsys.readouterr().out
    assert "are published." in told
    # the feeds would lose items, which no force overrules
    with pytest.raises(KimError, match="Nothing was published"):
        project.publish(force=True)
    assert "ditarik.toml" in capsys.readouterr().out
    shutil.rmtree(content)
    for make in (lambda: None, content.mkdir):
        make()
        with pytest.raises(KimError):
            project.publish(force=True)
    assert read_tree(project.current) == before


def test_a_file_that_no_output_made_is_not_published(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.publish()
    (project.root / ".cache/publish/catatan.txt").write_text("rahasia dapur")
    with pytest.raises(KimError, match="Nothing was published"):
        project.publish()
    assert "foreign files: catatan.txt" in capsys.readouterr().out
    assert not (project.current / "catatan.txt").exists()


def test_a_trial_host_gets_its_own_addresses_and_what_is_no_address_is_refused(project: Project) -> None:
    project.publish(environment={"KIM_ADDRESS": "https://coba.example/berita/"})
    front = (project.current / "index.html").read_text()
    assert "https://coba.example/berita/" in front
    assert "kim-rekaan.example/" not in front
    with pytest.raises(KimError, match=r"KIM_ADDRESS is 'coba\.example'"):
        project.publish(environment={"KIM_ADDRESS": "coba.example"})


def test_what_is_served_is_looked_at_and_a_stale_host_is_told(project: Project) -> None:
    project.publish()
    with serve_folder(project.current.resolve()) as stale:
        project.write_targets(f'{TARGET}address = "{stale.url("/")}"\n')
        project.publish()
        project.corpus.write(EDITED, post_text("Kabar yang lain", "2026-01-03"))
        with pytest.raises(KimError, match="does not show it as it was built"):
            project.publish()
    with serve_folder(project.current.resolve()) as fresh:
        project.write_targets(f'{TARGET}address = "{fresh.url("/")}"\n')
        project.publish()


def test_redirects_for_the_server_lie_beside_the_portal(project: Project) -> None:
    for server, file in (("nginx", f"{MEMORY}/moved.nginx"), ("apache", ".htaccess")):
        project.write_targets(f'{TARGET}server = "{server}"\n')
        project.publish()
        assert (project.current / file).read_text()


def test_a_forge_gets_the_whole_portal_and_what_it_shows_is_kept(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    with serve_folder(shown) as forge:
        project.write_targets(
            f'[[targets]]\nname = "pages"\nto = "public"\nfor = "pages"\naddress = "{forge.url("/")}"\n'
        )
        project.publish()
        public = project.root / "public"
        shutil.copytree(public, shown, dirs_exist_ok=True)
        # another machine: no cache, no folder
        shutil.rmtree(public)
        shutil.rmtree(project.root / ".cache")
        (project.corpus.content / EDITED).unlink()
        with pytest.raises(KimError, match="Nothing was published"):
            project.publish(force=True)
        assert "kabar-2" in capsys.readouterr().out
        assert not public.exists()
        project.corpus.write(EDITED, post_text("Kabar nomor 2", "2026-01-03"))
        project.publish()
        assert changed(dict(read_tree(shown)), dict(read_tree(public))) <= {STATUS_FILE}
        (public / "published.json").unlink()
        with pytest.raises(KimError, match="holds something else"):
            project.publish()
    with pytest.raises(KimError, match="If the portal has never been published"):
        project.publish()


def test_a_target_without_releases_says_how_to_go_back(project: Project) -> None:
    from ops.publish import roll_back_target

    project.write_targets('[[targets]]\nname = "sini"\nto = "ftp://a@b.example/"\n')
    with pytest.raises(KimError, match="git revert"):
        roll_back_target(project.root, "")


def test_a_secret_that_is_missing_is_told_before_anything_is_sent(project: Project) -> None:
    project.write_targets('[[targets]]\nname = "sini"\nto = "ftp://a@b.example/"\n')
    with pytest.raises(KimError, match="KIM_PUBLISH_PASSWORD"):
        publish(project.root, Wish(), {"PATH": "/usr/bin:/bin"})


def test_a_published_post_that_an_edit_broke_waits_and_does_not_stop_the_others(project: Project) -> None:
    project.publish()
    project.corpus.write(EDITED, post_text("Kabar nomor 2", "31 Februari 2026"))
    project.corpus.write("hilir/kim-muara/2026-01-09-kabar-baru.md", post_text("Kabar baru", "2026-01-09"))
    project.publish()
    assert not (project.current / "hulu/kim-mata-air/2026-01-03-kabar-2").exists()
    assert (project.current / "hilir/kim-muara/2026-01-09-kabar-baru/index.html").exists()
    assert json.loads((project.current / STATUS_FILE).read_bytes())["held"] == 1


def test_where_a_post_was_taken_down_its_reason_stands(project: Project) -> None:
    project.publish()
    reason = "Memuat nama anak di bawah umur."
    project.corpus.write(
        "ditarik.toml",
        f'[[posts]]\npost = "kim-mata-air/2026-01-03-kabar-2"\ndate = 2026-11-20\nreason = "{reason}"\n',
    )
    project.publish()
    page = (project.current / "hulu/kim-mata-air/2026-01-03-kabar-2/index.html").read_text()
    assert reason in page
    assert "20 November 2026" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "kabar-2/" not in (project.current / "sitemap.xml").read_text()
    assert "Isi kabar" not in page


def test_only_what_holds_a_post_back_excuses_its_loss_and_stands_in_the_status(project: Project) -> None:
    project.publish()
    # advice, and no error: the file's name has another date than the post
    project.corpus.write(
        EDITED, post_text("Kabar nomor 2", "2026-01-05").replace("\n\n", "\nStatus: draf\n\n", 1)
    )
    with pytest.raises(KimError, match="Nothing was published"):
        project.publish()
    project.corpus.write(EDITED, post_text("Kabar nomor 2", "2026-01-03").replace("budaya", "tari"))
    project.publish()
    status = json.loads((project.current / STATUS_FILE).read_bytes())
    assert [problem["code"] for problem in status["problems"]] == ["K018"]


def test_a_photo_that_a_feed_has_named_stays_when_no_page_shows_it_any_more(project: Project) -> None:
    stem = "hulu/kim-mata-air/2026-02-01-berfoto"
    text = post_text("Kabar berfoto", "2026-02-01", "Foto: a.jpg\nKeterangan foto: Warna polos\n")
    project.corpus.write(f"{stem}/a.jpg", photo_bytes("red", (800, 600)))
    project.corpus.write(f"{stem}/index.md", text)
    project.publish()
    first = {path for path in read_tree(project.current) if path.startswith("aset/")}
    cited = set(re.findall(r"/(aset/[^\"<&]+\.jpg)", (project.current / "feed.xml").read_text()))
    assert cited
    project.corpus.write(f"{stem}/a.jpg", photo_bytes("blue", (800, 600)))
    for number in range(2):  # what nothing names goes with the second
        shutil.rmtree(project.root / ".cache")  # each time from another machine
        project.corpus.write(EDITED, post_text(f"Kabar yang ke-{number}", "2026-01-03"))
        project.publish()
    assert not cited & set(read_tree(project.root / ".cache/publish"))
    left = set(read_tree(project.current))
    assert cited <= left
    assert {path for path in first - cited if path.endswith((".webp", ".avif"))}.isdisjoint(left)


def test_no_writers_dead_link_or_long_text_stops_the_others(project: Project) -> None:
    project.publish()
    linked = f"/{EDITED.removesuffix('.md')}/"
    letters = random.Random(5).choices(string.ascii_letters + "   ", k=58_000)
    noise = "\n\n".join("".join(letters[start : start + 5_000]) for start in range(0, len(letters), 5_000))
    path = "hilir/kim-muara/2026-02-01-panjang"
    body = f"Lihat [kabar itu]({linked}) dan [yang tidak ada](/hulu/tidak-ada/).\n\n{noise}"
    project.corpus.write(f"{path}.md", post_text("Kabar yang panjang sekali", "2026-02-01", body=body))
    project.publish()
    page = project.current / path / "index.html"
    assert f'<a href="{linked}">kabar itu</a>' in page.read_text()
    assert "<a>yang tidak ada</a>" in page.read_text()
    assert min(file.stat().st_size for file in page.parent.glob("index.html*")) > MOST_PAGE
    # the other group breaks the post that this one links
    project.corpus.write(EDITED, post_text("Kabar nomor 2", "31 Februari 2026"))
    project.publish()
    assert "<a>kabar itu</a>" in page.read_text()
