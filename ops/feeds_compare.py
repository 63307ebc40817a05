"""What an aggregator would suffer from a new build: pure comparison of what was published with what will be.

An identity is for good. A link or a date may change with a correction (`Ubah` and `Ralat`), which the item
then says, and a link also where the old address leads to the new one. An item may go where the registry says
that it was withdrawn. Everything else is a fault.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ops.feeds_read import Publication, PublishedFeed, PublishedItem

#: What each kind of fault asks for.
ADVICE = {
    "lost": "put the post back, or take it down in the open: name it in ditarik.toml with the reason "
    "(docs/agregator.md). A post that is held back by a problem, or a draft again, must be mended first.",
    "gone from a feed": "if it was filed under another topic, its file must say so; otherwise build again "
    "with --clean, and report this if it stays.",
    "new identity": "write the old identity's last part as `Id:` in the post's head and, if its file has "
    "another name now, its old address as `Alamat lama:`.",
    "new link": "give the file its old name back, or write its old address as `Alamat lama:`.",
    "new date": "put the old `Tanggal:` back, or say what was put right with `Ubah:` and `Ralat:`.",
    "correction undone": "put `Ubah:` and `Ralat:` back; a second correction has a later date.",
    "twice": "let one of the two posts go; build again with --clean if there is only one.",
    "forms differ": "build again with --clean, and report this if it stays.",
    "feed gone": "put the group, kecamatan or topic back under its old folder or slug; they are permanent.",
    "new feed identity": "put `authority` in network.toml back, and the folder; both are permanent.",
    "archive missing": "publish the whole output folder; build again with --clean if the file is not in it.",
    "withdrawn, yet there": "delete its line in ditarik.toml, or the post.",
}


@dataclass(frozen=True)
class Fault:
    """One thing that would hurt: its kind (a key of `ADVICE`), what it is about, what was and will be there.

    `feeds` are the paths of all feeds that show it.
    """

    kind: str
    about: str
    detail: str
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All faults, with what changed as it may; of the new items `archived` stand in archives only."""

    faults: tuple[Fault, ...]
    kept: int
    new: int
    archived: int
    corrected: int
    withdrawn: int


Finding = tuple[str, str, str]


def moved_links(before: Publication, after: Publication) -> Mapping[str, str]:
    """Old link to new of every item that moved, for `compare` to be told which of them lead on."""
    then, now = _all_items(before), _all_items(after)
    return {
        item.link: now[identity].link
        for identity, item in then.items()
        if identity in now and now[identity].link != item.link
    }


def compare(before: Publication, after: Publication, redirects: Mapping[str, str]) -> Comparison:
    """Every fault between two publications, and in the new one by itself.

    `redirects` are those of `moved_links` that lead from the old link to the new one.
    """
    found: dict[Finding, list[str]] = {}
    then, now = _all_items(before), _all_items(after)
    successors = _Successors.among(now, now.keys() - then.keys())
    for path, feed in before.feeds.items():
        here = after.feeds.get(path)
        for finding in _compare_feed(feed, here, now, successors, after.withdrawn, redirects):
            found.setdefault(finding, []).append(path)
    for path, feed in after.feeds.items():
        for finding in _check_feed(feed, after.withdrawn):
            found.setdefault(finding, []).append(path)
    for finding, path in _check_forms(after):
        found.setdefault(finding, []).append(path)
    for path, archive in after.missing:
        found.setdefault(("archive missing", archive, f"{path} names it"), []).append(path)
    order = list(ADVICE)
    faults = [Fault(kind, about, detail, tuple(feeds)) for (kind, about, detail), feeds in found.items()]
    faults.sort(key=lambda fault: (order.index(fault.kind), fault.about, fault.detail))
    return Comparison(
        faults=tuple(faults),
        kept=len(then.keys() & now.keys()),
        new=len(now.keys() - then.keys()),
        archived=len(now.keys() - then.keys() - _subscribed(after)),
        corrected=sum(_is_corrected(then[name], now[name]) for name in then.keys() & now.keys()),
        withdrawn=len((then.keys() - now.keys()) & after.withdrawn),
    )


@dataclass(frozen=True)
class _Successors:
    """Who stands for an item whose identity is gone, by what people see of it.

    A new item with its title and time is the same news in a file of another name: the group's `Id` was
    forgotten, and its link may have gone with it.
    """

    by_link: Mapping[str, str]
    by_facts: Mapping[tuple[str, datetime], str]

    @classmethod
    def among(cls, items: Mapping[str, PublishedItem], new: Iterable[str]) -> "_Successors":
        """Those of some items, of which these are new."""
        return cls(
            {item.link: identity for identity, item in items.items()},
            {(items[identity].title, items[identity].published): identity for identity in sorted(new)},
        )

    def of(self, item: PublishedItem) -> str | None:
        """The identity that an item has now, if it has another one."""
        return self.by_link.get(item.link) or self.by_facts.get((item.title, item.published))


def _subscribed(publication: Publication) -> frozenset[str]:
    """The identities in any document that one subscribes to; all others stand in archives only."""
    return frozenset(item.identity for feed in publication.feeds.values() for item in feed.documents[0].items)


def _all_items(publication: Publication) -> dict[str, PublishedItem]:
    return {name: item for feed in publication.feeds.values() for name, item in feed.items.items()}


def _compare_feed(
    before: PublishedFeed,
    after: PublishedFeed | None,
    now: Mapping[str, PublishedItem],
    successors: _Successors,
    withdrawn: frozenset[str],
    redirects: Mapping[str, str],
) -> Iterator[Finding]:
    if after is None:
        if before.items.keys() - withdrawn:
            yield "feed gone", before.path, f"{len(before.items)} items"
        after_items: Mapping[str, PublishedItem] = {}
    else:
        after_items = after.items
        then, here = before.documents[0].identity, after.documents[0].identity
        if then != here:
            yield "new feed identity", before.path, f"{then} → {here}"
    for identity, item in before.items.items():
        if found := after_items.get(identity):
            yield from _compare_item(item, found, redirects)
        elif identity in now:
            if after is not None and not _is_filed_anew(item, now[identity], before.path):
                yield "gone from a feed", identity, item.link
        elif identity not in withdrawn:
            other = successors.of(item)
            yield ("new identity", identity, f"→ {other}") if other else ("lost", identity, item.link)


def _compare_item(
    before: PublishedItem, after: PublishedItem, redirects: Mapping[str, str]
) -> Iterator[Finding]:
    if before.updated and (after.updated is None or after.updated < before.updated):
        yield "correction undone", before.identity, f"{_shown(before.updated)} → {_shown(after.updated)}"
    if _is_corrected(before, after):
        return
    if before.published != after.published:
        yield "new date", before.identity, f"{_shown(before.published)} → {_shown(after.published)}"
    if before.link != after.link and redirects.get(before.link) != after.link:
        yield "new link", before.identity, f"{before.link} → {after.link}"


def _is_corrected(before: PublishedItem, after: PublishedItem) -> bool:
    return after.updated is not None and (before.updated is None or after.updated > before.updated)


def _is_filed_anew(before: PublishedItem, after: PublishedItem, feed: str) -> bool:
    """Whether it may have left a feed that is not the portal's: another topic, or another folder."""
    is_portal = "/" not in feed
    return not is_portal and (before.categories != after.categories or before.link != after.link)


def _check_feed(feed: PublishedFeed, withdrawn: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with a feed whatever was before: something twice, or something withdrawn."""
    archived: dict[str, str] = {}
    for at, document in enumerate(feed.documents):
        seen: set[str] = set()
        for item in document.items:
            if item.identity in seen:
                yield "twice", item.identity, f"in {document.path}"
            elif at and item.identity in archived:
                yield "twice", item.identity, f"in {archived[item.identity]} and {document.path}"
            seen.add(item.identity)
            if at:
                archived[item.identity] = document.path
    by_link: dict[str, str] = {}
    for identity, item in feed.items.items():
        if by_link.setdefault(item.link, identity) != identity:
            yield "twice", identity, f"has the link of {by_link[item.link]}: {item.link}"
        if identity in withdrawn:
            yield "withdrawn, yet there", identity, item.link


def _check_forms(after: Publication) -> Iterator[tuple[Finding, str]]:
    """Every form of a feed must say the same."""
    folders: dict[str, PublishedFeed] = {}
    for path, feed in after.feeds.items():
        first = folders.setdefault(path.rpartition("/")[0], feed)
        for identity in sorted(first.items.keys() | feed.items.keys()):
            one, other = first.items.get(identity), feed.items.get(identity)
            if one is None or other is None or one.facts != other.facts:
                yield ("forms differ", identity, f"{first.path} and {path}"), path


def _shown(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else "none"
