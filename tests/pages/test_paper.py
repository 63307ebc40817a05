"""What comes out of a printer: pages of A4, read again as pictures."""

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser

from tests.pages.browsing import find_page
from tests.pages.conftest import Hosts

#: What only a screen has.
_SCREEN = ("Langsung ke isi", "Beranda", "Bagikan", "Cari", "Halaman ini")


@pytest.mark.parametrize(("name", "kind", "most"), [
    ("content", "board", 2), ("invented", "board", 3), ("content", "post-photo", 3), ("invented", "post-title", 4),
])  # fmt: skip
def test_paper_has_whole_pages_with_codes_that_lead_to_the_posts_and_nothing_of_a_screen(
    name: str, kind: str, most: int, hosts: Hosts, browser: Browser, tmp_path: Path
) -> None:
    network = hosts(name).network
    page = find_page(network, kind)
    context = browser.new_context(color_scheme="dark", service_workers="block")
    tab = context.new_page()
    tab.goto(hosts(name).url(page))
    tab.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    context.close()
    paper = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    assert 1 <= len(paper) <= most
    assert paper[0].get_size() == pytest.approx((595, 842), abs=2)
    text = " ".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert [word for word in _SCREEN if word in text] == []
    assert page.headings[0][:12] in text
    assert "Ada yang keliru?" in text
    codes = {code.text for sheet in paper for code in zxingcpp.read_barcodes(sheet.render(scale=3).to_pil())}
    assert codes
    assert {network.fault_of(code) for code in codes} == {""}
    if kind != "board":
        assert codes == {page.url}
