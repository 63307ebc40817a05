"""From a scanned content folder to its network, groups and posts.

Every function is handed `load`, which gives a file's bytes by its path below content/: the check reads the
disk, the build insists on the bytes that it has scanned.
"""

from collections.abc import Callable, Sequence

from kim.errors import KimError
from kim.folder import ContentEntry, PostEntry
from kim.group import Group, read_group
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network, NetworkReading, read_network
from kim.problems import Problem
from kim.report import format_problems
from kim.rules import PostSource
from kim.site import check_files, check_sections, registered_groups
from kim.withdrawn import WITHDRAWN_FILE, Withdrawal, read_withdrawn

Load = Callable[[str], bytes]


def load_network(load: Load, content: ContentEntry) -> NetworkReading:
    """The network, or every problem that stands in its way."""
    missing = check_files(content)
    if missing:
        return NetworkReading(None, missing)
    return read_network(load(NETWORK_FILE), load(VILLAGES_FILE))


def require_network(load: Load, content: ContentEntry) -> Network:
    """The network. Raises `KimError` with the problems that stand in its way."""
    reading = load_network(load, content)
    if reading.network is None:
        raise KimError(f"Jaringan ini tidak bisa dibaca.\n\n{format_problems(reading.problems, 'text')}")
    return reading.network


def load_withdrawn(load: Load, content: ContentEntry) -> tuple[tuple[Withdrawal, ...], tuple[Problem, ...]]:
    """The posts that were taken down, and the problems of the file that says so."""
    return read_withdrawn(load(WITHDRAWN_FILE)) if content.withdrawn else ((), ())


def require_withdrawn(load: Load, content: ContentEntry) -> tuple[Withdrawal, ...]:
    """The same. Raises `KimError` at any problem: what was taken down must not come back by a slip."""
    withdrawn, problems = load_withdrawn(load, content)
    if problems:
        raise KimError(f"{WITHDRAWN_FILE} tidak bisa dibaca.\n\n{format_problems(problems, 'text')}")
    return withdrawn


def load_groups(
    load: Load, content: ContentEntry, network: Network, standing: Sequence[Group] = ()
) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """The groups that may publish, and the problems of the others and of folders that are no section.

    `standing` go on as they are here (`kim.standing`), whatever their folder says.
    """
    sections = {*network.by_slug, network.level}
    readings = (
        read_group(load(entry.settings.path), entry.folder, network)
        for entry in content.groups
        if entry.settings and entry.folder.split("/")[0] in sections
    )
    groups, problems = registered_groups(readings, [group for group in standing if group.section in sections])
    return groups, (*check_sections(content, network), *problems)


def load_post(load: Load, entry: PostEntry) -> PostSource:
    """The bytes of a post or a page, as `kim.rules.read_post` and `kim.page.read_page` take them."""
    files = {file.name: load(file.path) for file in entry.files}
    return PostSource(entry.text.path, entry.stem, load(entry.text.path), files)
