"""What the tests of offline reading share: a Chromium, a portal that may be changed, its host, a reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.offline.site import Host, Reader, Site, serve


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Three posts with photos and one without."""
    made = Site(tmp_path)
    for number in range(3):
        made.add_photo_post(number)
    made.add_posts(1, "hilir/kim-muara")
    made.publish()
    return made


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    """The portal, served."""
    with serve(site.output) as served:
        yield served


@pytest.fixture
def reader(browser: Browser, host: Host) -> Iterator[Reader]:
    """Somebody who has never been here."""
    made = Reader(browser, host)
    yield made
    made.close()
