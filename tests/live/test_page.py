"""What the preview adds to a page: its own, and nothing else is touched."""

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.live.page import Addition, add_to_page, relax_policy
from tests.corpus import ROOT

SCRIPT, STYLE = "say()", "p{color:red}"
ADDITION = Addition(f"<x-live><style>{STYLE}</style></x-live><script>{SCRIPT}</script>", (SCRIPT,), (STYLE,))
PAGES = sorted((ROOT / "tests" / "golden" / "expected").rglob("*.html"))
META = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*(?=">)')
NAMES = [
    *("default-src", "script-src", "style-src", "img-src", "connect-src", "form-action", "base-uri"),
    *("frame-src", "worker-src", "manifest-src"),
]
SOURCES = ["'none'", "'self'", "'unsafe-inline'", "'sha256-AAAA'", "https://x.example", "data:", "*"]
policies = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True)
)


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def parse(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in map(str.split, filter(str.strip, policy.split(";")))}


def allows(policy: dict[str, list[str]], directive: str, source: str) -> bool:
    """Whether a browser would let in an inline text of this hash, or a request to 'self'."""
    sources = policy.get(directive, policy.get("default-src"))
    if sources is None or source in sources:
        return True
    if source == "'self'":
        return "*" in sources
    return "'unsafe-inline'" in sources and not any(one.startswith("'sha") for one in sources)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_all_of_a_page_but_its_policy_is_left_as_it_was(path) -> None:
    page = path.read_bytes().decode()
    shown = add_to_page(page, ADDITION)
    assert shown.count(ADDITION.html) == 1
    assert META.sub("", shown.replace(ADDITION.html, "")) == META.sub("", page)
    assert shown.index(ADDITION.html) == len(shown) - len(ADDITION.html) - len("</html>\n")


@given(policies)
def test_a_policy_lets_in_the_addition_and_nothing_more(given_policy: dict[str, list[str]]) -> None:
    policy = "; ".join(" ".join([name, *sources]) for name, sources in given_policy.items())
    relaxed = parse(relax_policy(policy, ADDITION))
    wanted = {"script-src": hash_of(SCRIPT), "style-src": hash_of(STYLE), "connect-src": "'self'"}
    assert all(allows(relaxed, directive, source) for directive, source in wanted.items())
    for name in NAMES:
        before = given_policy.get(name, given_policy.get("default-src") if name in wanted else None)
        after = relaxed.get(name, relaxed.get("default-src") if name in wanted else None)
        if name in wanted:
            assert set(after or []) <= {*(before or []), wanted[name]}
            assert set(before or []) - {"'none'"} <= set(after or [])
        else:
            assert after == before


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_page_without_policy_or_end_gets_the_addition_and_is_else_unchanged(head: str, body: str) -> None:
    page = f"<title>{head}</title><p>{body}"
    if "</html>" not in page:
        assert add_to_page(page, ADDITION) == page + ADDITION.html


def test_a_policy_with_escaped_quotes_is_read_as_browsers_read_it() -> None:
    page = '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">\n<p>Pindah</p></html>\n'
    shown = add_to_page(page, ADDITION)
    policy = parse(META.findall(shown)[0])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == [hash_of(SCRIPT)]


def test_what_a_post_says_is_no_policy_and_no_end() -> None:
    text = "&lt;meta http-equiv=&quot;Content-Security-Policy&quot; content=&quot;*&quot;&gt; &lt;/html&gt;"
    page = f"<style>p{{}}</style><p>{text}</p>\n</html>\n"
    assert add_to_page(page, ADDITION) == page.replace("</html>", ADDITION.html + "</html>")
