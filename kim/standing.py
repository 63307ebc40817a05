"""Groups that stand as they were published, while their `kim.toml` cannot be taken as it is.

One group's slip must not take its own news from its readers, and still less stop everybody else's. What was
published last is known to whoever publishes; nothing is remembered here.
"""

from collections.abc import Iterable, Sequence

from kim.folder import ContentEntry
from kim.group import Group


def find_standing(
    content: ContentEntry, groups: Iterable[Group], published: Sequence[Group]
) -> tuple[Group, ...]:
    """Those of the groups as `published` that go on so, though `groups` (as the folder says now) lack them.

    That is where the folder is still there, but its settings are missing, have a problem, or claim another
    id; or another folder has claimed its id. A folder that is gone, and a group that says itself where it
    stood before, were meant.
    """
    by_folder = {group.folder: group for group in groups}
    by_id = {group.id: group for group in by_folder.values()}
    there = {entry.folder for entry in content.groups}
    standing = []
    for group in published:
        now, other = by_folder.get(group.folder), by_id.get(group.id)
        is_itself = now is not None and now.id == group.id
        has_moved = other is not None and (group.folder in other.former or now is not None)
        if group.folder in there and not is_itself and not has_moved:
            standing.append(group)
    return tuple(standing)
