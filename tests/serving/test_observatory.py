"""Mozilla's HTTP Observatory gives each of the three servers its top mark, on every type of page."""

import pytest

from ops.page_types import find_page_types
from tests.serving.observatory import score, total
from tests.serving.servers import HOST, Served


def test_every_type_of_page_gets_the_top_mark(served: Served) -> None:
    pages = {**find_page_types(served.folder), "missing": "/tidak-ada/"}
    assert {"front", "post", "section", "group", "cari", "mading"} <= pages.keys()
    redirect = served.get(f"{served.base}/", secure=False).headers["location"]
    for kind, address in pages.items():
        answer = served.get(f"{served.base}{address}")
        points = score(answer.headers, answer.body.decode(), redirect, HOST)
        assert {test: number for test, number in points.items() if number < 0} == {}, (kind, address)
        assert points["content-security-policy"] == 10, (kind, address)
        assert total(points) >= 120, (kind, address, points)  # A+ begins at 100


@pytest.mark.parametrize(
    ("header", "value", "test"),
    [
        ("content-security-policy", "script-src 'unsafe-inline'", "content-security-policy"),
        ("strict-transport-security", "max-age=3600", "strict-transport-security"),
        ("referrer-policy", "unsafe-url", "referrer-policy"),
        ("x-content-type-options", "", "x-content-type-options"),
        ("set-cookie", "a=b", "cookies"),
    ],
)
def test_a_host_that_says_less_loses_points(header: str, value: str, test: str) -> None:
    good = {
        "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
        "strict-transport-security": "max-age=63072000",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    assert total(score(good, "", f"https://{HOST}/", HOST)) == 120
    points = score({**good, header: value}, "", f"https://{HOST}/", HOST)
    assert points[test] < 0
    assert total(points) < 120


def test_a_foreign_script_without_its_digest_loses_points() -> None:
    points = score({}, '<script src="//jahat.example/a.js"></script>', "http://x/", HOST)
    assert (points["subresource-integrity"], points["redirection"]) == (-50, -20)
    assert points["content-security-policy"] == -25
