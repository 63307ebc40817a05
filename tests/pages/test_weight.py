"""What every page of every network costs its reader: the bytes that were written to be sent."""

import gzip
import re
from collections.abc import Callable

import pytest

from plugins.portal.compress import SUFFIXES
from tests.pages.networks import NAMES, Network, Page

Networks = Callable[[str], Network]

#: Bytes as sent, without photos; the stylesheet stands in the page.
FRONT, ANY, LONG = 9_000, 8_000, 16_000
#: The one script that stands in every page.
SCRIPT = 1_000
#: That one, and all that it brings.
SCRIPTS = 6_000
#: Bytes by which two figures in one page can change what is sent.
SLACK = 40
#: Words of a post up to which it is an ordinary page.
WORDS = 450


def limit(page: Page) -> int:
    """What a page may weigh."""
    if page.path == "index.html":
        return FRONT
    return LONG if page.words > WORDS else ANY


def sent(network: Network, page: Page) -> int:
    """The most that any browser is sent: that which takes neither brotli nor gzip is not counted."""
    file = network.folder / page.path
    siblings = [file.with_name(file.name + suffix) for suffix in SUFFIXES]
    return max(sibling.stat().st_size for sibling in siblings)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_heavier_than_a_cheap_phone_can_bear(name: str, networks: Networks) -> None:
    network = networks(name)
    # what the phone of the budget is sent; a browser without brotli gets some 5 % more
    weights = {path: (network.folder / f"{path}.br").stat().st_size for path in network.pages}
    rows = [
        f"{weights[page.path]:>7} of {limit(page):>6}  {page.words:>5} words  {page.images:>3} photos  {page.path}"
        for page in sorted(network.pages.values(), key=lambda page: limit(page) - weights[page.path])[:15]
    ]
    heavy = [page for page in network.pages.values() if weights[page.path] > limit(page)]
    assert not heavy, "bytes sent, the heaviest for their kind first:\n" + "\n".join(rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_says_what_it_costs_and_never_less(name: str, networks: Networks) -> None:
    network = networks(name)
    for page in network.pages.values():
        if not page.is_redirect:
            (said,) = map(int, re.findall(r"Halaman ini (\d+) KB", page.footer))
            # one more only where one less, which packs differently, would be too small
            assert (said - 1) * 1000 - SLACK < sent(network, page) <= said * 1000, page.path


@pytest.mark.parametrize("name", NAMES)
def test_every_photo_says_what_it_costs_a_phone(name: str, networks: Networks) -> None:
    network = networks(name)
    for page in network.pages.values():
        sizes = [(network.folder / network.file_of(photo.on_a_phone)).stat().st_size for photo in page.photos]
        waiting = [size for size, photo in zip(sizes, page.photos, strict=True) if photo.waits]
        here = sum(sizes) - sum(waiting)
        said = re.findall(r"fotonya paling banyak (\d+) KB", page.footer)
        assert said == ([str(-(-here // 1000))] if here else []), page.path
        words = [f"Foto, {-(-size // 1000)} KB, ketuk untuk memuat: " for size in waiting]
        assert [text for text in words if text not in page.text] == [], page.path


def test_the_weight_is_measured_on_posts_of_all_lengths(networks: Networks) -> None:
    lengths = [page.words for page in networks("random").posts]
    assert min(lengths) < 60
    assert max(lengths) > WORDS
    assert sum(300 <= length <= WORDS for length in lengths) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_scripts_of_any_page_but_search_stay_far_below_their_budget(name: str, networks: Networks) -> None:
    network = networks(name)
    # what stands at the root is a worker's, which comes with every page
    workers = [file for file in network.files if file.endswith(".js") and "/" not in file]
    for page in network.shown:
        if page.path == "cari/index.html":
            continue
        inside = len(gzip.compress("".join(page.scripts).encode(), 9))
        files = [network.file_of(url) for url in page.resources if url.endswith(".js")]
        beside = sum((network.folder / f"{file}.gz").stat().st_size for file in (*files, *workers))
        assert inside + beside <= SCRIPTS, page.path


def test_the_script_of_every_page_is_small(networks: Callable[[str], Network]) -> None:
    (script,) = networks("invented").pages["index.html"].scripts
    assert 0 < len(gzip.compress(script.encode(), 9)) <= SCRIPT
