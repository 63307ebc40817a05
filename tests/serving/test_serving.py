"""What the three servers must do with a published portal, whatever their own words for it are."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from kim.errors import KimError
from kim.folder import load_file, scan_content
from kim.load import require_network
from kim.network import Network
from ops.serving import Place, moved_lines, parse_moved, render_config
from tests.corpus import ROOT
from tests.serving.servers import Served

_FORBIDDEN = ("/.htaccess", "/.kim/moved.nginx", "/.kim/", "/index.html.br", "/index.html.gz", "/feed.xml.gz")


def test_the_front_page_is_sent_as_it_was_written(served: Served) -> None:
    answer = served.get(f"{served.base}/")
    assert answer.status == 200
    assert answer.body == (served.folder / "index.html").read_bytes()
    assert answer.headers["content-type"].lower() == "text/html; charset=utf-8"


@pytest.mark.parametrize(("coding", "suffix"), [("br", ".br"), ("gzip", ".gz"), ("gzip, deflate, br", ".br")])
@pytest.mark.parametrize("path", ["/", "/feed.xml", "/arsip/", "/sitemap.xml"])
def test_a_text_is_sent_precompressed(served: Served, path: str, coding: str, suffix: str) -> None:
    answer = served.get(f"{served.base}{path}", Accept_Encoding=coding)
    file = served.folder / (f"{path[1:]}index.html" if path.endswith("/") else path[1:])
    assert answer.status == 200
    assert answer.body == Path(f"{file}{suffix}").read_bytes()
    assert answer.headers["content-encoding"] == ("br" if suffix == ".br" else "gzip")
    assert "accept-encoding" in answer.headers["vary"].lower()
    unpack = brotli.decompress if suffix == ".br" else gzip.decompress
    assert unpack(answer.body) == file.read_bytes()
    plain = served.get(f"{served.base}{path}")
    assert plain.headers["content-type"] == answer.headers["content-type"]


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("feed.xml", "application/rss+xml"),
        ("atom.xml", "application/atom+xml"),
        ("feed.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml"),
        ("network.json", "application/json"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("sw.js", "text/javascript"),
        ("sitemap.xml", "application/xml"),
        ("robots.txt", "text/plain"),
        ("**/*.avif", "image/avif"),
        ("**/*.webp", "image/webp"),
        ("**/*.jpg", "image/jpeg"),
        ("**/*.pdf", "application/pdf"),
    ],
)
def test_every_kind_of_file_has_its_type(served: Served, pattern: str, kind: str) -> None:
    for file in list(served.folder.glob(pattern))[:1]:
        for coding in ("identity", "gzip", "br"):
            answer = served.get(
                f"{served.base}/{file.relative_to(served.folder).as_posix()}", Accept_Encoding=coding
            )
            assert answer.status == 200
            given = answer.headers["content-type"].lower()
            assert given.split(";")[0] == kind
            if "xml" in kind or kind.startswith("text/"):
                assert given.endswith("charset=utf-8")


def test_a_fingerprinted_file_is_kept_for_a_year_and_a_page_is_asked_for_again(served: Served) -> None:
    photo = next(served.folder.glob("aset/*.jpg")).name
    kept = served.get(f"{served.base}/aset/{photo}")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/feed.xml", "/arsip/", "/sitemap.xml"):
        assert served.get(f"{served.base}{path}").headers["cache-control"] == "no-cache"


def test_a_photo_that_is_not_there_is_not_remembered_as_missing(served: Served) -> None:
    answer = served.get(f"{served.base}/aset/0000000000000000.jpg")
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-cache")


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", ["/", "/feed.xml", "/arsip/"])
def test_what_has_not_changed_is_not_sent_again(served: Served, path: str, coding: str) -> None:
    first = served.get(f"{served.base}{path}", Accept_Encoding=coding)
    again = served.get(f"{served.base}{path}", Accept_Encoding=coding, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    since = served.get(
        f"{served.base}{path}", Accept_Encoding=coding, If_Modified_Since=first.headers["last-modified"]
    )
    assert since.status == 304


def test_each_coding_has_a_tag_of_its_own(served: Served) -> None:
    tags = {
        served.get(f"{served.base}/", Accept_Encoding=coding).headers["etag"]
        for coding in ("identity", "gzip", "br")
    }
    assert len(tags) == 3


def test_what_is_not_there_gets_our_own_page(served: Served) -> None:
    for path in ("/tidak-ada/", "/tidak-ada", "/arsip/1999/", "/a.php"):
        answer = served.get(f"{served.base}{path}")
        assert answer.status == 404
        assert answer.body == (served.folder / "404.html").read_bytes()
        assert answer.headers["content-type"].lower() == "text/html; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        packed = served.get(f"{served.base}{path}", Accept_Encoding="br")
        assert (packed.status, packed.headers["content-encoding"]) == (404, "br")
        assert brotli.decompress(packed.body) == answer.body
        assert packed.headers["content-type"].lower() == "text/html; charset=utf-8"


def test_http_leads_to_https_on_our_own_host_whatever_host_was_asked_for(served: Served) -> None:
    for host in ("kim.localhost", "jahat.example"):
        answer = served.get(f"{served.base}/arsip/?a=1", secure=False, Host=host)
        if answer.status == 200 or (host != "kim.localhost" and answer.status in (308, 421)):
            # Caddy answers another host with that host's own https address, which no name leads to
            assert served.name == "caddy" and host != "kim.localhost"
            continue
        assert answer.status in (301, 308)
        # Caddy takes the port that it was told for the standard one, as behind a router
        port = "" if served.name == "caddy" else f":{served.https}"
        assert answer.headers["location"] == f"https://kim.localhost{port}{served.base}/arsip/?a=1"


def test_an_old_address_leads_to_the_new_one_for_good(served: Served) -> None:
    moved = parse_moved((served.folder / "moved.json").read_bytes())
    assert moved
    for old, new in moved.items():
        answer = served.get(f"{served.base}{old}")
        assert answer.status == 301
        assert answer.headers["location"].endswith(f"{served.base}{new}")
        assert served.get(f"{served.base}{new}").status == 200


def test_a_folder_without_its_slash_leads_to_the_folder(served: Served) -> None:
    answer = served.get(f"{served.base}/arsip")
    assert answer.status in (301, 302, 307, 308)
    assert answer.headers["location"].endswith(f"{served.base}/arsip/")


@pytest.mark.parametrize("path", _FORBIDDEN)
def test_what_is_for_the_server_alone_is_not_sent(served: Served, path: str) -> None:
    assert served.get(f"{served.base}{path}").status in (403, 404)


def test_the_headers_say_what_a_page_cannot(served: Served) -> None:
    for path in ("/", "/feed.xml", "/tidak-ada/"):
        headers = served.get(f"{served.base}{path}").headers
        assert headers["content-security-policy"] == "frame-ancestors 'none'"
        assert int(headers["strict-transport-security"].removeprefix("max-age=").split(";")[0]) >= 31_536_000
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert re.fullmatch(r"(?:[a-z-]+=\(\)(?:, )?)+", headers["permissions-policy"])
        assert "x-powered-by" not in headers
        assert not re.search(r"\d", headers.get("server", ""))


def test_nothing_but_reading_is_allowed(served: Served) -> None:
    for method in ("POST", "PUT", "DELETE", "TRACE"):
        answer = served.get(f"{served.base}/", method=method)
        assert answer.status in (403, 404, 405, 501), method


def test_asking_for_the_head_alone_sends_no_body(served: Served) -> None:
    answer = served.get(f"{served.base}/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def _network(folder: Path) -> Network:
    return require_network(lambda path: load_file(folder, path), scan_content(folder))


def test_a_configuration_says_what_cannot_be_served() -> None:
    network = _network(ROOT / "tests" / "networks" / "metro")
    with pytest.raises(KimError, match="choose nginx, caddy, apache"):
        render_config("iis", network, Place(Path("/srv/kim-metro")), {})
    with pytest.raises(KimError, match="must end with it"):
        render_config("nginx", network, Place(Path("/srv/kim")), {})
    with pytest.raises(KimError, match="absolute path"):
        render_config("nginx", network, Place(Path("/srv/; rm -rf/kim-metro")), {})


def test_an_old_address_that_would_mean_more_to_a_server_is_refused() -> None:
    for address in ("/a; return 200", "/a b", "//x", "/../etc", "/$host", "/a\n/b", "https://x/"):
        with pytest.raises(KimError):
            parse_moved(b'{"/lama/": %s}' % __import__("json").dumps(address).encode())


def test_old_addresses_are_written_in_each_servers_words() -> None:
    moved = {"/lama/": "/baru/", "/a.html": "/b/"}
    assert moved_lines("nginx", "/berita", moved).splitlines()[1] == "/berita/lama/ /berita/baru/;"
    assert moved_lines("caddy", "", moved).splitlines()[1] == "redir /lama/ /baru/ 301"
    assert {moved_lines(name, "", {}) for name in ("nginx", "caddy")} == {"# Nothing has moved yet.\n"}
    assert moved_lines("apache", "", moved).splitlines()[0] == r"RewriteRule ^a\.html$ /b/ [R=301,L]"
