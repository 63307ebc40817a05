"""Which groups go on as they were published, while their settings cannot be taken as they are."""

from dataclasses import replace

import pytest

from kim.folder import ContentEntry, GroupEntry
from kim.group import Group
from kim.standing import find_standing

SPRING = Group("kim-mata-air", "hulu/kim-mata-air", "KIM Mata Air", ("99.01.01",), "a@b.example")
MOUTH = Group("kim-muara", "hilir/kim-muara", "KIM Muara", ("99.01.02",), "c@d.example")
PUBLISHED = (MOUTH, SPRING)


def standing(*groups: Group, folders: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The folders of those that stand, where the content folder has these groups and folders now."""
    there = sorted({*folders, *(group.folder for group in groups)})
    content = ContentEntry(None, None, tuple(GroupEntry(folder, None, ()) for folder in there), (), ())
    return tuple(group.folder for group in find_standing(content, groups, PUBLISHED))


def test_groups_that_can_be_read_are_taken_as_they_are() -> None:
    assert standing(SPRING, MOUTH) == ()
    assert standing(replace(SPRING, name="KIM Mata Air Baru", contact="x@y.example"), MOUTH) == ()


def test_a_group_whose_settings_are_missing_or_have_a_problem_stands() -> None:
    assert standing(MOUTH, folders=(SPRING.folder,)) == (SPRING.folder,)


def test_a_group_that_claims_another_id_stands_under_its_own() -> None:
    assert standing(MOUTH, replace(SPRING, id="kim-lain")) == (SPRING.folder,)


def test_a_group_whose_id_another_folder_claims_stands() -> None:
    thief = replace(SPRING, folder="hilir/kim-baru")
    assert standing(MOUTH, thief, folders=(SPRING.folder,)) == (SPRING.folder,)


@pytest.mark.parametrize("left_behind", [(), (SPRING.folder,)])
def test_a_group_that_moved_does_not_stand_where_it_was(left_behind: tuple[str, ...]) -> None:
    moved = replace(SPRING, folder="hulu/kim-sumber", former=(SPRING.folder,))
    assert standing(MOUTH, moved, folders=left_behind) == ()


def test_a_group_whose_old_folder_another_has_taken_does_not_stand() -> None:
    moved, other = replace(SPRING, folder="hulu/kim-sumber"), replace(SPRING, id="kim-lain")
    assert standing(MOUTH, moved, other) == ()


def test_a_folder_that_is_gone_does_not_stand() -> None:
    assert standing(MOUTH) == ()
