"""The embedded forge: a real bare repository, and everything that can happen to a proposal in it."""

from pathlib import Path

import pytest

from kim.errors import KimError
from tests.forges.repositories import BRANCH, POST, change, commit_on, git, history, make_bare, read, tree
from webform.forges.base import ForgeAway, ForgeRefused
from webform.forges.git import Repository, Signature
from webform.forges.local import LocalForge

EDITOR = Signature("Redaksi", "redaksi@kim-rekaan.example")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return make_bare(tmp_path)


@pytest.fixture
def forge(bare: Path) -> LocalForge:
    return LocalForge(bare)


def test_proposal_is_one_commit_by_the_writer_on_top_of_the_base(bare: Path, forge: LocalForge) -> None:
    pull = forge.propose(change())
    assert (pull.id, pull.state, pull.words) == (BRANCH, "open", "")
    assert history(bare, BRANCH, "%an <%ae> by %cn: %s") == [
        "Ibu Sri <kim-mata-air@kim-rekaan.example> by Formulir KIM: Panen raya di sawah Mata Air",
        "Redaksi <redaksi@kim-rekaan.example> by Redaksi: Awal",
    ]
    assert git(bare, "diff", "--name-only", "main", BRANCH).splitlines() == [
        POST,
        POST.replace("index.md", "panen.jpg"),
    ]
    assert read(bare, BRANCH, POST) == "Judul: Panen raya"
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""


def test_bytes_arrive_as_they_were_sent(bare: Path, forge: LocalForge) -> None:
    data = bytes(range(256)) + b"\ndata 5\nD x\n"
    forge.propose(change(files=((POST, data),)))
    assert Repository(bare).run("show", f"{BRANCH}:{POST}") == data


def test_proposed_again_it_changes_nothing(bare: Path, forge: LocalForge) -> None:
    first = forge.propose(change())
    before = git(bare, "show-ref")
    assert forge.propose(change()) == first == LocalForge(bare).state(BRANCH)
    assert git(bare, "show-ref") == before


def test_crash_between_branch_and_record_is_made_good_by_the_next_call(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    git(bare, "update-ref", "-d", f"refs/pulls/{BRANCH}")
    assert forge.state(BRANCH) is None
    assert forge.propose(change()).state == "open"
    assert len(history(bare, BRANCH)) == 2


def test_crash_between_merge_and_record_leaves_it_merged(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    record = git(bare, "rev-parse", f"refs/pulls/{BRANCH}")
    forge.merge(BRANCH, EDITOR)
    git(bare, "update-ref", f"refs/pulls/{BRANCH}", record)
    assert forge.state(BRANCH).state == "merged"


def test_update_comes_on_top_and_forgets_no_commit_of_an_editor(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    commit_on(bare, BRANCH, "content/hulu/kim-mata-air/catatan.md", "dari redaksi")
    commit_on(bare, "main", "README.md", "# baru\n")
    pull = forge.propose(change("Judul: Panen raya kedua\n"))
    assert pull.state == "open"
    assert history(bare, BRANCH)[0] == "Panen raya di sawah Mata Air"
    assert "Ubah content/hulu/kim-mata-air/catatan.md" in history(bare, BRANCH)
    # the branch differs from its base by exactly the change, though both went on
    assert git(bare, "diff", "--name-only", "main", BRANCH).splitlines() == [
        POST,
        POST.replace("index.md", "panen.jpg"),
    ]
    assert read(bare, BRANCH, POST) == "Judul: Panen raya kedua"
    assert git(bare, "diff", "--name-only", f"main...{BRANCH}").splitlines()[0] == POST


def test_photo_that_is_no_longer_sent_leaves_the_branch(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    forge.propose(change(files=((POST, b"tanpa foto"),)))
    assert POST.replace("index.md", "panen.jpg") not in tree(bare, BRANCH)


def test_file_that_is_to_go_goes(bare: Path, forge: LocalForge) -> None:
    forge.propose(change(files=(("README.md", None), (POST, b"x"))))
    assert "README.md" not in tree(bare, BRANCH)


def test_repeated_call_does_not_undo_what_an_editor_mended(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    commit_on(bare, BRANCH, POST, "Judul: Dibetulkan redaksi\n")
    assert forge.propose(change()).state == "open"
    assert read(bare, BRANCH, POST) == "Judul: Dibetulkan redaksi"


def test_words_of_the_editor_stay_until_the_writer_mends(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    forge.give_back(BRANCH, "Siapa yang memanen?")
    assert forge.state(BRANCH).words == forge.propose(change()).words == "Siapa yang memanen?"
    assert forge.propose(change("Judul: Lebih lengkap\n")).words == ""


def test_merged_proposal_is_in_the_base_and_stays_merged(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    commit_on(bare, "main", "README.md", "# lain\n")
    assert forge.merge(BRANCH, EDITOR).state == "merged"
    assert read(bare, "main", POST) == "Judul: Panen raya"
    assert read(bare, "main", "README.md") == "# lain"
    assert history(bare, "main")[0] == f"Terima {BRANCH}: Panen raya di sawah Mata Air"
    before = git(bare, "show-ref")
    assert forge.propose(change()).state == forge.propose(change("Judul: Lain\n")).state == "merged"
    assert git(bare, "show-ref") == before
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""


def test_branch_merged_or_deleted_by_hand_is_seen(bare: Path, forge: LocalForge) -> None:
    other = BRANCH.replace("panen", "rapat")
    forge.propose(change())
    forge.propose(change(branch=other))
    git(bare, "update-ref", "refs/heads/main", f"refs/heads/{BRANCH}")
    git(bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
    git(bare, "update-ref", "-d", f"refs/heads/{other}")
    assert [forge.state(name).state for name in (BRANCH, other)] == ["merged", "closed"]


def test_closed_proposal_keeps_its_words_and_is_not_opened_again(forge: LocalForge) -> None:
    forge.propose(change())
    forge.close(BRANCH, "Sudah dimuat kemarin.")
    pull = forge.propose(change("Judul: Lagi\n"))
    assert (pull.state, pull.words) == ("closed", "Sudah dimuat kemarin.")
    with pytest.raises(KimError, match="closed already"):
        forge.merge(BRANCH, EDITOR)


def test_merge_of_what_no_longer_fits_is_refused_and_changes_nothing(bare: Path, forge: LocalForge) -> None:
    forge.propose(change())
    commit_on(bare, "main", POST, "Judul: Orang lain\n")
    before = git(bare, "show-ref")
    with pytest.raises(KimError, match="does not fit"):
        forge.merge(BRANCH, EDITOR)
    assert git(bare, "show-ref") == before


def test_hostile_words_stay_words(bare: Path, forge: LocalForge) -> None:
    forge.propose(
        change(
            author="Ibu <Sri>\n committer Wali <wali@kota.example> 0 +0000\x00",
            message="Panen\ndata 3\nD README.md\n\nCo-authored-by: Wali <w@kota.example>",
            title="--upload-pack=touch x\n$(id)",
        )
    )
    assert history(bare, BRANCH, "%an|%cn|%(trailers:key=Co-authored-by)")[0] == (
        "Ibu Sri committer Wali wali@kota.example 0 +0000|Formulir KIM|"
    )
    assert "README.md" in tree(bare, BRANCH)
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""


def test_list_has_every_proposal(forge: LocalForge) -> None:
    other = BRANCH.replace("panen", "rapat")
    forge.propose(change(branch=other, title="Rapat"))
    forge.propose(change())
    assert [(one.branch, one.title, one.author) for one in forge.proposals()] == [
        (BRANCH, "Panen raya di sawah Mata Air", "Ibu Sri"),
        (other, "Rapat", "Ibu Sri"),
    ]


def test_branch_that_nobody_proposed_has_no_state(forge: LocalForge) -> None:
    assert forge.state("kiriman/tidak-ada") is None


def test_folder_that_is_no_bare_repository_is_said(tmp_path: Path, bare: Path) -> None:
    with pytest.raises(KimError, match="git init --bare"):
        LocalForge(tmp_path / "nowhere")
    with pytest.raises(KimError, match="work tree"):
        LocalForge(tmp_path / "work" / ".git")


def test_base_that_is_not_there_needs_a_person(forge: LocalForge) -> None:
    with pytest.raises(ForgeRefused, match="cabang-lain"):
        forge.propose(change(base="cabang-lain"))


def test_disk_that_is_full_is_tried_again_later(
    bare: Path, forge: LocalForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "refs" / "heads" / "kiriman").write_text("in the way")
    with pytest.raises(ForgeAway):
        forge.propose(change())
