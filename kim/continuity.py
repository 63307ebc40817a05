"""What readers and aggregators have of a post, and what a change must not take from them without a word.

A post that vanishes, another date, a correction undone, an address that leads nowhere: the gates of publish
stop at each of these, for the whole portal. Here they are told to the one whose change it is.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from kim.addresses import folder_address
from kim.dates import format_iso
from kim.former import FormerPost, Pairs
from kim.group import GROUP_FILE, Group
from kim.post import Post
from kim.problems import Problem, problem
from kim.withdrawn import Withdrawal

_WITHDRAW = "kalau memang harus ditarik, sebut di ditarik.toml dengan alasannya."


def check_continuity(
    pairs: Pairs,
    files: Collection[str],
    groups: Iterable[Group],
    withdrawn: Iterable[Withdrawal],
    now: datetime,
) -> Iterator[Problem]:
    """What was published by `now` and a change would take back. `files` are the texts that are there still:
    one that cannot be read is told elsewhere."""
    by_folder = {group.folder: group for group in groups}
    taken_down = {(entry.group, entry.id) for entry in withdrawn}
    for post, former in pairs.changed:
        group = by_folder[post.group]
        is_same = (group.id, post.id) == (former.group_id, former.id)
        if is_same and former.was_live(now) and (group.id, post.id) not in taken_down:
            yield from _check_post(post, former, group, now)
    for former in pairs.gone:
        is_meant = (former.group_id, former.id) in taken_down
        if former.was_live(now) and former.path not in files and not is_meant:
            yield problem(
                "K080",
                former.path,
                found=former.title,
                detail="dihapus",
                advice=f"kembalikan berkasnya; {_WITHDRAW}",
            )


def _check_post(post: Post, former: FormerPost, group: Group, now: datetime) -> Iterator[Problem]:
    if post.draft:
        advice = f"hapus baris `Status: draf`; {_WITHDRAW}"
        yield problem("K080", post.path, found=post.title, detail="menjadi draf lagi", advice=advice)
        return
    then = former.published
    if post.published.at > now and then:
        advice = f"kembalikan `Tanggal: {format_iso(then)}`; {_WITHDRAW}"
        detail = "diberi tanggal yang belum tiba"
        yield problem("K080", post.path, found=post.title, detail=detail, advice=advice)
        return
    is_undone = former.modified and (post.modified is None or post.modified.at < former.modified.at)
    is_corrected = post.modified and (former.modified is None or post.modified.at > former.modified.at)
    if former.modified and is_undone:
        yield problem("K082", post.path, old=format_iso(former.modified))
    elif then and post.published.at != then.at and not is_corrected:
        yield problem("K081", post.path, old=format_iso(then), found=format_iso(post.published))
    yield from _check_address(post, former, group)


def _check_address(post: Post, former: FormerPost, group: Group) -> Iterator[Problem]:
    """An old address leads on by the post's own `Alamat lama`, or by its group's `former`."""
    leading = {
        post.address,
        *post.former,
        *(folder_address(f"{folder}/{post.stem}") for folder in group.former),
    }
    if former.address in leading:
        return
    if former.address == folder_address(f"{former.folder}/{post.stem}"):  # the whole group has moved
        path, advice = f"{group.folder}/{GROUP_FILE}", f'tambahkan `former = ["{former.folder}"]`.'
        yield problem("K083", path, found=folder_address(former.folder), advice=advice)
    else:
        advice = f"tambahkan baris `Alamat lama: {former.address}`."
        yield problem("K083", post.path, found=former.address, advice=advice)
