"""A whole network as the portal shows it, and the rules that hold between posts and groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from msgspec import structs

from kim.addresses import (
    ARCHIVE,
    DIRECTORY,
    PORTAL,
    SEARCH,
    SEND,
    SUBSCRIBE,
    board_address,
    folder_address,
    is_post_stem,
    topic_address,
)
from kim.archive import Label, Month, by_label, by_month, by_topic, label_address
from kim.dates import format_moment
from kim.folder import ContentEntry
from kim.group import GROUP_FILE, Group, GroupReading
from kim.network import NETWORK_FILE, VILLAGES_FILE, District, Network
from kim.page import Page
from kim.post import PortalLink, Post, Posts
from kim.problems import Problem, problem
from kim.text import nearest
from kim.withdrawn import Withdrawal


@dataclass(frozen=True)
class Site:
    """What is published: groups in the order of their folders, posts from the newest to the oldest,
    pages by their slug. `withdrawn` are posts that were taken down; none of them is in `posts`.

    `today` is the build's day in the region; only what depends on it (a pin) may use it.
    """

    network: Network
    groups: tuple[Group, ...]
    posts: Posts
    pages: tuple[Page, ...]
    today: date
    withdrawn: tuple[Withdrawal, ...] = ()

    @property
    def texts(self) -> Iterable[Post | Page]:
        """All that has a text, with photos and files beside it."""
        yield from self.posts
        yield from self.pages

    @cached_property
    def by_folder(self) -> Mapping[str, Group]:
        """Every group by its folder."""
        return {group.folder: group for group in self.groups}

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Where the page of each post stands."""
        return tuple(post.address for post in self.posts)

    @cached_property
    def pinned(self) -> Posts:
        """The posts that are pinned on this day."""
        return Posts(post for post in self.posts if post.pinned_until and self.is_pinned(post))

    @cached_property
    def _posts_by_group(self) -> Mapping[str, Posts]:
        posts: dict[str, list[Post]] = {group.folder: [] for group in self.groups}
        for post in self.posts:
            posts[post.group].append(post)
        return _kept(posts)

    @cached_property
    def _posts_by_section(self) -> Mapping[str, Posts]:
        posts: dict[str, list[Post]] = {}
        for post in self.posts:
            posts.setdefault(post.group.split("/")[0], []).append(post)
        return _kept(posts)

    @cached_property
    def by_topic(self) -> Mapping[str, Posts]:
        """The posts of each topic's slug that has any, newest first."""
        return _kept(by_topic(self.posts))

    @cached_property
    def by_label(self) -> Mapping[Label, Sequence[Post]]:
        """The posts of each label, newest first."""
        return by_label(self.posts)

    @cached_property
    def by_month(self) -> Mapping[Month, Sequence[Post]]:
        """The posts of each month, newest first, and the newest month first."""
        return by_month(self.posts)

    @cached_property
    def tombstones(self) -> Mapping[str, tuple[Group, Withdrawal]]:
        """Where posts stood that were taken down, by address. One whose identity is not its file's name, or
        whose group is gone, has none: nothing says where it stood."""
        if not self.withdrawn:
            return {}
        by_id = {group.id: group for group in self.groups}
        found = {
            f"{by_id[entry.group].address}{entry.id}/": (by_id[entry.group], entry)
            for entry in self.withdrawn
            if entry.group in by_id and is_post_stem(entry.id)
        }
        taken = {address for post in self.posts for address in (post.address, *post.former)}
        return {address: stone for address, stone in found.items() if address not in taken}

    def group_of(self, post: Post) -> Group:
        """The group that wrote a post."""
        return self.by_folder[post.group]

    def posts_of_group(self, group: Group) -> Posts:
        """A group's posts, newest first."""
        return self._posts_by_group[group.folder]

    def posts_of_section(self, section: str) -> Posts:
        """The posts below a kecamatan's folder, or `kota` or `kabupaten`, newest first."""
        return self._posts_by_section.get(section, Posts())

    @cached_property
    def dead_links(self) -> Mapping[str, tuple[PortalLink, ...]]:
        """Links from texts to pages of the portal that are not there, or not yet, by the text's file."""
        linking = [entry for entry in self.texts if entry.links]
        addresses = site_addresses(self) if linking else frozenset()
        dead = {
            entry.path: tuple(link for link in entry.links if link.address not in addresses)
            for entry in linking
        }
        return {path: links for path, links in dead.items() if links}

    @property
    def sections_with_posts(self) -> Sequence[str]:
        """The sections that have news: kecamatan in their order, then the whole region."""
        sections = (*self.network.by_slug, self.network.level)
        return tuple(section for section in sections if section in self._posts_by_section)

    def groups_of_section(self, section: str) -> tuple[Group, ...]:
        """The groups in a kecamatan's folder, or `kota` or `kabupaten`."""
        return tuple(group for group in self.groups if group.section == section)

    def is_pinned(self, post: Post) -> bool:
        """Whether a post is pinned on this day; its last day is included."""
        return post.pinned_until is not None and self.today <= post.pinned_until


@dataclass(frozen=True)
class Assembly:
    """A site with what is not in it: posts that wait for their date, drafts, and problems between posts.

    `drafts` are all that are not to be published, those that were taken down among them. Until `until` the
    same files make the same site; it is None where no post waits for anything.
    """

    site: Site
    waiting: tuple[Post, ...]
    drafts: tuple[Post, ...]
    problems: tuple[Problem, ...]
    until: datetime | None = None


def check_sections(content: ContentEntry, network: Network) -> tuple[Problem, ...]:
    """Folders that are no kecamatan of this network, and groups without settings."""
    problems = []
    sections = [*network.by_slug, network.level]
    for section in sorted({group.folder.split("/")[0] for group in content.groups}):
        if section not in sections:
            near = nearest(section, sections)
            advice = f'folder "{near}"' if near else f"satu dari: {', '.join(sections)}"
            problems.append(
                problem("K009", section, found=section, level=network.words.district, nearest=advice)
            )
    for group in content.groups:
        if group.settings is None and group.folder.split("/")[0] in sections and group.posts:
            problems.append(problem("K008", group.folder, found=group.folder))
    return tuple(problems)


def check_files(content: ContentEntry) -> tuple[Problem, ...]:
    """The two files without which there is no network."""
    files = {NETWORK_FILE: content.settings, VILLAGES_FILE: content.villages}
    return tuple(problem("K064", name, found=name) for name, file in files.items() if file is None)


def registered_groups(
    readings: Iterable[GroupReading], standing: Sequence[Group] = ()
) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """The groups that may publish; of two with one id the first folder keeps it.

    `standing` go on as they are here (`kim.standing`), whatever their folder says.
    """
    problems: list[Problem] = []
    by_id: dict[str, Group] = {group.id: group for group in standing}
    kept = {group.folder: group for group in standing}
    for reading in readings:
        problems += reading.problems
        group = reading.group
        if group is None:
            continue
        if (stays := kept.get(group.folder)) and stays.id != group.id:
            path = f"{group.folder}/{GROUP_FILE}"
            problems.append(problem("K078", path, key="id", old=stays.id, found=group.id))
        elif stays:
            continue
        elif group.id in by_id:
            first = by_id[group.id]
            # at both: one of them is new, and its pull request shows only its own
            for one, other in ((first, group), (group, first)):
                found = problem("K072", f"{one.folder}/{GROUP_FILE}", found=group.id, other=other.folder)
                problems.append(found)
        else:
            by_id[group.id] = group
    return tuple(sorted(by_id.values(), key=lambda group: group.folder)), tuple(problems)


def assemble_site(
    network: Network,
    groups: Sequence[Group],
    posts: Iterable[Post],
    pages: Iterable[Page],
    now: datetime,
    withdrawn: tuple[Withdrawal, ...] = (),
) -> Assembly:
    """Put a site together as it stands at `now`. Of two posts with one identity or address one stays."""
    posts = _without_withdrawn(posts, groups, withdrawn)
    kept, problems = _without_doubles(posts, now)
    early = [post for post in kept if post.modified and post.modified.at > now]
    if early:
        problems += [
            problem("K029", post.path, found=format_moment(post.modified)) for post in early if post.modified
        ]
        kept = [post for post in kept if not post.modified or post.modified.at <= now]
    drafts = tuple(post for post in kept if post.draft)
    published: list[Post] = []
    waiting: list[Post] = []
    for post in kept:
        if not post.draft:
            (published if post.published.at <= now else waiting).append(post)
    published.sort(key=lambda post: (post.published.at.timestamp(), post.address), reverse=True)
    today = now.astimezone(network.zone).date()
    shown_pages, found = _without_double_pages(pages)
    problems += found
    site = Site(network, tuple(groups), Posts(published), shown_pages, today, withdrawn)
    problems += _dead_links(site)
    return Assembly(site, tuple(waiting), drafts, tuple(problems), _next_change(site, waiting, early))


def _kept(lists: Mapping[str, Iterable[Post]]) -> Mapping[str, Posts]:
    return {name: Posts(posts) for name, posts in lists.items()}


def _next_change(site: Site, waiting: Iterable[Post], early: Iterable[Post]) -> datetime | None:
    """When a post is due, a correction dated ahead can be believed, or a pin has had its last day."""
    ends = (post.pinned_until for post in site.pinned if post.pinned_until)
    moments = [
        *(post.published.at for post in waiting),
        *(post.modified.at for post in early if post.modified),
        *(datetime.combine(end + timedelta(days=1), time(), site.network.zone) for end in ends),
    ]
    return min(moments, default=None)


def _without_withdrawn(
    posts: Iterable[Post], groups: Iterable[Group], withdrawn: Iterable[Withdrawal]
) -> list[Post]:
    """The posts, where those that were taken down have become drafts."""
    gone = {(entry.group, entry.id) for entry in withdrawn}
    if not gone:
        return list(posts)
    ids = {group.folder: group.id for group in groups}
    return [
        structs.replace(post, draft=True, key="") if (ids[post.group], post.id) in gone else post
        for post in posts
    ]


def site_addresses(site: Site) -> frozenset[str]:
    """Every address that leads to a page, old ones too; the further pages of a listing are not among them."""
    network = site.network
    return frozenset(
        [
            PORTAL,
            DIRECTORY,
            ARCHIVE,
            SUBSCRIBE,
            SEARCH,
            SEND,
            *(folder_address(slug) for slug in network.by_slug),
            *(folder_address(group.section) for group in site.groups),
            *(group.address for group in site.groups),
            *(address for post in site.posts for address in (post.address, *post.former)),
            *(folder_address(folder) for group in site.groups for folder in group.former),
            *(page.address for page in site.pages),
            *site.tombstones,
            *(board_address(section) for section in site.sections_with_posts),
            *(topic_address(topic.slug) for topic in network.topics),
            *(label_address(label) for label in site.by_label),
            *(month.address for month in site.by_month),
        ]
    )


def _dead_links(site: Site) -> list[Problem]:
    return [
        problem("K056", path, link.line, found=link.address)
        for path, links in site.dead_links.items()
        for link in links
    ]


def _without_double_pages(pages: Iterable[Page]) -> tuple[tuple[Page, ...], list[Problem]]:
    """The pages by their slug; of a file and a folder with one name the file stays."""
    by_slug: dict[str, Page] = {}
    problems = []
    for page in sorted(pages, key=lambda page: (page.slug, len(page.path))):
        kept = by_slug.setdefault(page.slug, page)
        if kept is not page:
            problems.append(problem("K071", page.path, found=page.address, other=kept.path))
    return tuple(by_slug.values()), problems


def _without_doubles(posts: Iterable[Post], now: datetime) -> tuple[list[Post], list[Problem]]:
    """Of two posts with one identity or address one stays, and of two old addresses one leads on.

    What is published wins over what is not yet; then whose file's own name is the identity; then the path.
    """

    def rank(post: Post) -> tuple[bool, bool, str]:
        return (not _is_live(post, now), post.id != post.stem, post.path)

    kept, problems = [*posts], list[Problem]()
    if _has_doubles(kept):
        kept, problems = _first_claims(sorted(kept, key=rank))
    moved = [at for at, post in enumerate(kept) if post.former and _is_live(post, now)]
    if moved:
        live = {post.address: post.path for post in kept if _is_live(post, now)}
        for at in sorted(moved, key=lambda at: rank(kept[at])):
            post = kept[at]
            granted: list[str] = []
            for former in dict.fromkeys(post.former):
                taken = live.setdefault(former.lower(), post.path)
                if taken != post.path:
                    problems.append(problem("K057", post.path, found=former, other=taken))
                elif former.lower() not in [one.lower() for one in granted] and former != post.address:
                    granted.append(former)
            kept[at] = structs.replace(post, former=tuple(granted), key="")
    return sorted(kept, key=lambda post: post.path), problems


def _has_doubles(posts: Sequence[Post]) -> bool:
    """Whether two have one identity or address: hardly ever, and told at a fraction of the cost of which."""
    addresses = {post.address for post in posts}
    return not len(addresses) == len({(post.group, post.id) for post in posts}) == len(posts)


def _first_claims(posts: Iterable[Post]) -> tuple[list[Post], list[Problem]]:
    """The posts but for those whose identity or address one before them has."""
    kept: list[Post] = []
    problems: list[Problem] = []
    by_id: dict[tuple[str, str], Post] = {}
    by_address: dict[str, Post] = {}
    for post in posts:
        if other := by_address.get(post.address):
            problems.append(problem("K071", post.path, found=post.address, other=other.path))
        elif other := by_id.get((post.group, post.id)):
            problems.append(problem("K070", post.path, other=other.path))
        else:
            by_address[post.address] = by_id[post.group, post.id] = post
            kept.append(post)
    return kept, problems


def _is_live(post: Post, now: datetime) -> bool:
    return not post.draft and post.published.at <= now


def section_title(network: Network, section: str) -> str:
    """`Kecamatan Hulu`, or `Seluruh kota`."""
    district = network.by_slug.get(section)
    return f"{network.words.district.capitalize()} {district.name}" if district else network.whole


def section_name(network: Network, section: str) -> str:
    """What a section is called: its kecamatan's name, or the whole region's."""
    district: District | None = network.by_slug.get(section)
    return district.name if district else network.region
