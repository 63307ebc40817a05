"""Other ways through the posts than by place: by topic, by label, by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kim.dates import MONTHS
from kim.post import Post
from kim.text import slug


@dataclass(frozen=True)
class Label:
    """A label of posts; of several spellings the one of the newest post is shown."""

    slug: str
    name: str


@dataclass(frozen=True, order=True)
class Month:
    """A month in which posts were published."""

    year: int
    month: int

    @property
    def address(self) -> str:
        """Where its page stands."""
        return f"/arsip/{self.year}/{self.month:02}/"

    def __str__(self) -> str:
        """`November 2026`."""
        return f"{MONTHS[self.month - 1]} {self.year}"


def label_address(label: Label) -> str:
    """Where a label's page stands."""
    return f"/label/{label.slug}/"


def labels_of(post: Post) -> tuple[Label, ...]:
    """A post's labels that can have a page: those with a letter or digit that an address can hold."""
    return _labels(post.tags, {tag: slug(tag) for tag in post.tags})


def _labels(tags: Sequence[str], slugs: Mapping[str, str]) -> tuple[Label, ...]:
    labels = {slugs[tag]: Label(slugs[tag], tag) for tag in reversed(tags) if slugs[tag]}
    return tuple(labels[name] for name in sorted(labels))


def by_label(posts: Iterable[Post]) -> Mapping[Label, Sequence[Post]]:
    """The posts of each label, in their order; labels by slug."""
    labels: dict[str, Label] = {}
    found: dict[str, list[Post]] = {}
    slugs: dict[str, str] = {}
    # most posts have the labels of another one
    lists: dict[tuple[str, ...], list[list[Post]]] = {}
    for post in posts:
        own = lists.get(post.tags)
        if own is None:
            own = lists[post.tags] = []
            slugs |= {tag: slug(tag) for tag in post.tags if tag not in slugs}
            for label in _labels(post.tags, slugs):
                labels.setdefault(label.slug, label)
                own.append(found.setdefault(label.slug, []))
        for listed in own:
            listed.append(post)
    return {labels[name]: found[name] for name in sorted(labels)}


def by_topic(posts: Iterable[Post]) -> Mapping[str, Sequence[Post]]:
    """The posts of each topic's slug, in their order."""
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        found[post.topic].append(post)
    return dict(found)


def by_month(posts: Iterable[Post]) -> Mapping[Month, Sequence[Post]]:
    """The posts of each month, in their order; the newest month first."""
    found: defaultdict[tuple[int, int], list[Post]] = defaultdict(list)
    for post in posts:
        at = post.published.at
        found[at.year, at.month].append(post)
    return {Month(*month): found[month] for month in sorted(found, reverse=True)}
