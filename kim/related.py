"""Which older posts belong beside a post: the same topic, from as near as can be.

Only older posts are chosen, so that a new post never changes the page of another.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from kim.group import post_villages
from kim.network import Village
from kim.post import Post
from kim.site import Site

MOST_RELATED = 3
#: how many of the topic's posts before this one are looked at
_CANDIDATES = 12


def find_candidates(site: Site) -> Mapping[str, Sequence[Post]]:
    """The posts of which the related ones of each post are chosen, by its address: the next older ones."""
    return {
        post.address: posts[at + 1 : at + 1 + _CANDIDATES]
        for posts in site.by_topic.values()
        for at, post in enumerate(posts)
    }


def choose_related(site: Site, post: Post, candidates: Sequence[Post]) -> tuple[Post, ...]:
    """The related posts of a post: at most three of its candidates, the nearest first."""
    here = _place(site, post)
    ranked = sorted(
        enumerate(candidates), key=lambda item: (round(_distance(here, _place(site, item[1]))), item[0])
    )
    return tuple(found for _, found in ranked[:MOST_RELATED])


def _place(site: Site, post: Post) -> tuple[float, float]:
    """The middle of the villages that a post is about, in degrees."""
    return _middle(post_villages(site.network, site.group_of(post), post))


def _middle(villages: Iterable[Village]) -> tuple[float, float]:
    points = [(v.lat, v.lon) for v in villages if v.lat is not None and v.lon is not None]
    return (fmean(lat for lat, _ in points), fmean(lon for _, lon in points)) if points else (0.0, 0.0)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres, on a map flat enough for a kabupaten."""
    kilometres = 111.2
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return kilometres * math.hypot(one[0] - other[0], east)
