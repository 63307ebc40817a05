"""What a page costs its reader. `gzip -9` stands for what is sent: brotli at 5 is smaller still."""

import gzip
from collections.abc import Callable

import pytest

from tests.pages.networks import NAMES, Network, Page

#: Bytes as sent, without photos; the stylesheet stands in the page.
FRONT, ANY, LONG = 9_000, 8_000, 16_000
#: The one script that stands in every page.
SCRIPT = 1_000
#: Words of a post up to which it is an ordinary page.
WORDS = 450


def limit(page: Page) -> int:
    """What a page may weigh."""
    if page.path == "index.html":
        return FRONT
    return LONG if page.words > WORDS else ANY


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_heavier_than_a_cheap_phone_can_bear(
    name: str, networks: Callable[[str], Network]
) -> None:
    network = networks(name)
    sent = {
        page.path: len(gzip.compress((network.folder / page.path).read_bytes(), 9))
        for page in network.pages.values()
    }
    rows = [
        f"{sent[page.path]:>7} of {limit(page):>6}  {page.words:>5} words  {page.images:>3} photos  {page.path}"
        for page in sorted(network.pages.values(), key=lambda page: limit(page) - sent[page.path])[:15]
    ]
    heavy = [page for page in network.pages.values() if sent[page.path] > limit(page)]
    assert not heavy, "bytes sent, the heaviest for their kind first:\n" + "\n".join(rows)


def test_the_weight_is_measured_on_posts_of_all_lengths(networks: Callable[[str], Network]) -> None:
    lengths = [page.words for page in networks("random").posts]
    assert min(lengths) < 60
    assert max(lengths) > WORDS
    assert sum(300 <= length <= WORDS for length in lengths) >= 20


def test_the_script_of_every_page_is_small(networks: Callable[[str], Network]) -> None:
    (script,) = networks("invented").pages["index.html"].scripts
    assert 0 < len(gzip.compress(script.encode(), 9)) <= SCRIPT
