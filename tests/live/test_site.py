"""What stands at an address of the preview, by what the last build said."""

import threading
from http import HTTPStatus
from pathlib import Path

import pytest

from kim.problems import problem
from ops.live.site import Built, LiveSite

POST = "hulu/kim-mata-air/2026-11-05-segar"
ADDRESS = f"/{POST}/"
HELD = Built((problem("K016", f"{POST}.md", key="Judul", example="Judul: Panen raya"),))


class Draft:
    """Makes the page of a draft, where it can."""

    page: str | None = None

    def __call__(self, path: str, build: int) -> str | None:
        assert path == f"{POST}.md"
        return self.page


@pytest.fixture
def draft() -> Draft:
    return Draft()


@pytest.fixture
def site(tmp_path: Path, draft: Draft) -> LiveSite:
    (tmp_path / "content" / POST).parent.mkdir(parents=True)
    (tmp_path / "content" / f"{POST}.md").write_text("Judul: Kabar\n")
    return LiveSite(tmp_path / "output", tmp_path / "content", draft)


def file_of(site: LiveSite) -> Path:
    file = site.output / POST / "index.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_before_the_first_build_the_reader_is_told_to_wait(site: LiveSite) -> None:
    shown = site.look(ADDRESS, file_of(site))
    assert shown.status is HTTPStatus.NOT_FOUND
    assert "sedang dibangun" in shown.page
    site.publish(Built(fault="Jaringan ini tidak bisa dibaca."))
    assert "Jaringan ini tidak bisa dibaca." in site.look(ADDRESS, file_of(site)).html


def test_a_page_stays_as_it_was_while_its_post_is_held_back(site: LiveSite) -> None:
    file = file_of(site)
    file.write_text("<h1>Kabar</h1></html>")
    before = site.look(ADDRESS, file)
    file.unlink()
    site.publish(HELD)
    held = site.look(ADDRESS, file)
    assert (held.page_key, held.status) == (before.page_key, HTTPStatus.OK)
    assert held.panel_key != before.panel_key
    assert "keadaan terakhir" in held.panel_html


def test_a_page_that_was_taken_away_is_gone(site: LiveSite, tmp_path: Path) -> None:
    file = file_of(site)
    file.write_text("<h1>Kabar</h1></html>")
    assert site.look(ADDRESS, file).status is HTTPStatus.OK
    file.unlink()
    site.publish(Built())
    assert site.look(ADDRESS, file).status is HTTPStatus.NOT_FOUND


def test_a_draft_stays_to_be_seen_while_the_portal_cannot_be_built(site: LiveSite, draft: Draft) -> None:
    draft.page = "<h1>Draf</h1></html>"
    site.publish(Built())
    shown = site.look(ADDRESS, file_of(site))
    assert (shown.page, shown.status) == (draft.page, HTTPStatus.OK)
    assert "Belum terbit" in shown.panel_html
    draft.page = None
    site.publish(Built(fault="Jaringan ini tidak bisa dibaca."))
    failed = site.look(ADDRESS, file_of(site))
    assert failed.page_key == shown.page_key
    assert "Jaringan ini tidak bisa dibaca." in failed.panel_html


def test_who_waits_hears_of_the_next_build_and_of_the_end(site: LiveSite) -> None:
    first = site.wait(-1, 20)
    assert first == 0
    threading.Thread(target=site.publish, args=(Built(),)).start()
    assert site.wait(first, 20) == 1
    threading.Thread(target=site.close).start()
    assert site.wait(1, 20) is None
