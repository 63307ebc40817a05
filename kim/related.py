"""Which older posts belong beside a post: the same topic, from as near as can be.

Only older posts are chosen, so that a new post never changes the page of another.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import accumulate, repeat
from statistics import fmean

from kim.group import post_villages
from kim.network import Village
from kim.post import Post
from kim.site import Site

MOST_RELATED = 3
#: how many of the topic's posts before this one are looked at
_CANDIDATES = 12


class Related:
    """Chooses the related posts of a post: at most three, the nearest first, of the next older ones."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._places = _Places(site)

    def candidate_keys(self) -> Mapping[str, str]:
        """The keys of all posts that the related ones of a post are chosen from, by its path."""
        found = {}
        for posts in self._site.by_topic.values():
            keys = [f"{post.key} " for post in posts]
            # each is cut out of all: to join a dozen for every post takes ten times as long
            joined, starts = "".join(keys), [*accumulate(map(len, keys), initial=0)]
            ends = [*starts[_CANDIDATES + 1 :], *repeat(len(joined), _CANDIDATES)]
            for post, start, end in zip(posts, starts[1:], ends, strict=False):
                found[post.path] = joined[start:end]
        return found

    def of(self, post: Post) -> tuple[Post, ...]:
        """The related posts of one post."""
        at = self._positions[post.path]
        candidates = self._site.by_topic[post.topic][at + 1 : at + 1 + _CANDIDATES]
        here, places = self._places.of(post), self._places
        ranked = sorted(
            enumerate(candidates), key=lambda item: (round(_distance(here, places.of(item[1]))), item[0])
        )
        return tuple(found for _, found in ranked[:MOST_RELATED])

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        """Where each post stands among those of its topic."""
        return {post.path: at for posts in self._site.by_topic.values() for at, post in enumerate(posts)}


class _Places:
    """Where posts are about: the middle of their villages, in degrees; each group of villages is looked up
    once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[tuple[str, tuple[str, ...]], tuple[float, float]] = {}

    def of(self, post: Post) -> tuple[float, float]:
        """The place of a post."""
        about = (post.group, post.villages)
        if about not in self._known:
            villages = post_villages(self._site.network, self._site.group_of(post), post)
            self._known[about] = _middle(villages)
        return self._known[about]


def _middle(villages: Iterable[Village]) -> tuple[float, float]:
    points = [(v.lat, v.lon) for v in villages if v.lat is not None and v.lon is not None]
    return (fmean(lat for lat, _ in points), fmean(lon for _, lon in points)) if points else (0.0, 0.0)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres, on a map flat enough for a kabupaten."""
    kilometres = 111.2
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return kilometres * math.hypot(one[0] - other[0], east)
