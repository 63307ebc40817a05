"""`invoke feeds-check`: what was published against what will be, as an aggregator would see it.

`compare_feeds` is for publish, `check_feeds` for CI; neither writes anything.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from kim.addresses import page_file
from ops.feeds_compare import ADVICE, Comparison, Fault, compare, moved_links
from ops.feeds_read import Publication, Source, open_source, read_publication

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
_REFRESH = re.compile(r'<meta http-equiv="refresh"')
#: What it means that a new item stands in no document that one subscribes to.
_ARCHIVED = (
    "They are dated back, or more came at once than a feed shows. Whoever follows the archives gets them; "
    "whoever polls the feeds alone does not (docs/agregator.md). Where that matters, publish fewer "
    "at once, or give them the day on which they are published."
)
#: Faults of one kind that are shown one by one.
_MOST_SHOWN = 10


@dataclass(frozen=True)
class FeedsReport:
    """What the check found; `str` of it is for people."""

    before: str
    after: str
    comparison: Comparison

    @property
    def is_good(self) -> bool:
        """Whether every aggregator gets exactly what changed."""
        return not self.comparison.faults

    def __str__(self) -> str:
        found = self.comparison
        lines = [
            f"Feeds of {self.before} against {self.after}: {found.kept} items kept, {found.new} new, "
            f"{found.corrected} corrected, {found.withdrawn} withdrawn."
        ]
        for kind, advice in ADVICE.items():
            faults = [fault for fault in found.faults if fault.kind == kind]
            if faults:
                lines += ["", f"{kind.capitalize()} ({len(faults)})"]
                lines += [_line(fault) for fault in faults[:_MOST_SHOWN]]
                if len(faults) > _MOST_SHOWN:
                    lines.append(f"  … and {len(faults) - _MOST_SHOWN} more")
                lines.append(f"  What to do: {advice}")
        if found.archived:
            lines += ["", f"Notice: {_were(found.archived)} in archives only. {_ARCHIVED}"]
        good = "No aggregator that follows archives" if found.archived else "No aggregator"
        lines += ["", f"{len(found.faults)} faults." if found.faults else f"{good} loses anything."]
        return "\n".join(lines)


def check_feeds(before: str, output: Path) -> FeedsReport:
    """Compare the feeds at `before` (a folder, or an address on the web) with those of an output folder.

    Raises `KimError` where either has no feeds, or one of them cannot be read.
    """
    return compare_feeds(open_source(before), open_source(str(output)))


def compare_feeds(before: Source, after: Source, held: Collection[str] = ()) -> FeedsReport:
    """Compare two portals by their feeds. Raises `KimError` as `check_feeds` does.

    `held` are the links, below the root, of posts that a problem holds back for now. They may be missing:
    they come back with the identity that they had, and one post must not stop all others.
    """
    then = read_publication(before)
    now = read_publication(after, also=[path[: path.rfind("/") + 1] for path in then.feeds])
    waiting = {
        item.identity for feed in then.feeds.values() for item in feed.items.values() if item.link in held
    }
    now = replace(now, withdrawn=now.withdrawn | waiting)
    redirects = _find_redirects(after, now, moved_links(then, now))
    return FeedsReport(then.place, now.place, compare(then, now, redirects))


def _find_redirects(source: Source, now: Publication, moved: Mapping[str, str]) -> dict[str, str]:
    """Those of the old links at which a page stands that leads to the new one."""
    found = {}
    for old, new in moved.items():
        data = source.read(page_file(f"/{old}"))
        html = data.decode("utf-8", "replace") if data else ""
        canonical = _CANONICAL.search(html)
        if canonical and _REFRESH.search(html) and unescape(canonical[1]) == now.root + new:
            found[old] = new
    return found


def _were(count: int) -> str:
    return "1 new item stands" if count == 1 else f"{count} new items stand"


def _line(fault: Fault) -> str:
    more = f" and {len(fault.feeds) - 1} more" if len(fault.feeds) > 1 else ""
    return f"  {fault.about}: {fault.detail} ({fault.feeds[0]}{more})"
