"""What the preview says on a page."""

from lxml import html

from kim.problems import problem
from ops.live.panel import Panel, post_files, render_panel, split_problems

POST = "hulu/kim-mata-air/2026-11-05-segar"
HOSTILE = "<script>alert(1)</script>\"'&"


def words(panel: Panel) -> str:
    return " ".join(html.fromstring(render_panel(panel)).text_content().split())


def test_nothing_is_said_where_all_is_well() -> None:
    assert render_panel(Panel()) == ""
    assert Panel().summary == ""


def test_a_problem_is_said_as_the_check_says_it() -> None:
    found = problem(
        "K012",
        f"{POST}.md",
        2,
        "Tanggal: 31 Februari 2026",
        key="Tanggal",
        found="31 Februari 2026",
        example="2026-02-28",
    )
    said = words(Panel(own=(found,), folder="content"))
    assert f"content/{POST}.md:2 K012" in said
    assert found.what in said
    assert f"Cara memperbaiki: {found.fix}" in said
    assert "2 | Tanggal: 31 Februari 2026" in said
    assert "1 masalah, 0 peringatan" in said


def test_a_warning_is_told_from_what_holds_a_post_back() -> None:
    said = words(Panel(others=(problem("K003", f"{POST}.md", 1),)))
    assert "(peringatan)" in said
    assert "0 masalah, 1 peringatan" in said


def test_no_word_of_a_post_becomes_markup() -> None:
    found = problem("K014", f"hulu/{HOSTILE}/x.md", 1, HOSTILE, found=HOSTILE, advice=HOSTILE, known=HOSTILE)
    rendered = render_panel(Panel((found,), (found,), (HOSTILE,), HOSTILE, HOSTILE))
    tree = html.fromstring(rendered)
    assert not tree.xpath("//script")
    assert "<script" not in rendered
    assert HOSTILE in tree.text_content()


def test_problems_of_the_file_behind_a_page_come_first() -> None:
    paths = [f"{POST}.md", f"{POST}/index.md", f"{POST}/foto.jpg", f"{POST}-lagi.md", "network.toml"]
    found = [problem("K003", path, 1) for path in paths]
    own, others = split_problems(found, f"/{POST}/")
    assert [one.path for one in own] == paths[:3]
    assert [one.path for one in others] == paths[3:]


def test_settings_and_pages_stand_behind_their_own_addresses() -> None:
    paths = ("hulu/kim-mata-air/kim.toml", "network.toml", "pages/tentang.md", "pages/panduan/index.md")
    every = [problem("K003", path, 1) for path in paths]
    group, network, page, guide = every
    assert split_problems(every, "/hulu/kim-mata-air/")[0] == (group,)
    assert split_problems(every, "/")[0] == (network,)
    assert split_problems(every, "/tentang/")[0] == (page,)
    assert split_problems(every, "/panduan/")[0] == (guide,)
    assert split_problems(every, "/hulu/")[0] == ()


def test_of_very_many_problems_the_worst_are_shown_and_the_rest_is_counted() -> None:
    warnings = [problem("K003", f"a/b/{number}.md", 1) for number in range(30)]
    found = problem("K012", "z/z/z.md", 1, key="Tanggal", found="31 Februari 2026", example="2026-02-28")
    said = words(Panel(others=(*warnings, found)))
    assert "z/z/z.md" in said
    assert "Ada 11 lagi" in said


def test_of_a_long_fault_its_end_is_shown() -> None:
    said = words(Panel(fault="dahulu " + "x" * 10_000 + " akhirnya"))
    assert "akhirnya" in said
    assert "dahulu" not in said


def test_only_a_posts_address_has_a_posts_file() -> None:
    assert post_files(f"/{POST}/") == (f"{POST}.md", f"{POST}/index.md")
    assert post_files("/hulu/") == ()
