"""A post that came as one file, from /kirim/ to a coordinator: from here on it goes the way of the form.

Composed by `webform.compose`, looked at by `webform.review`, proposed to the forge on a branch of its own.
The same file again is the same proposal.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from kim.errors import KimError
from kim.frontmatter import parse_document
from kim.group import Group
from kim.markup import MarkupReader
from kim.network import Network
from kim.problems import Problem
from kim.rules import PostSource, read_post
from kim.text import UnknownEncodingError, decode, digest_of, fold, nearest
from webform.compose import Composed, compose_post, compose_stem, read_answers, read_day
from webform.content import Content
from webform.forges.base import Change, quoted

#: the key by which the page says whose post it is
GROUP_KEY = "kelompok"


@dataclass(frozen=True)
class Imported:
    """A file that was read: its group, the post as it will lie there, and what the rules say of it."""

    group: Group
    title: str
    author: str
    composed: Composed
    problems: tuple[Problem, ...]


def read_import(data: bytes, content: Content, today: date, group: str = "") -> Imported:
    """Read a shared file; `group` (id or folder) goes before what the file says. Raises `KimError`."""
    try:
        text, _ = decode(data)
    except UnknownEncodingError as fault:
        raise KimError("Berkas ini tidak terbaca sebagai tulisan.") from fault
    said = [field.value for field in parse_document(text).fields if fold(field.key) == GROUP_KEY]
    own = _find_group(group or (said[0] if said else ""), content)
    answers = read_answers(text)
    day = read_day(answers.day, content.network) or today
    composed = compose_post(own.folder, compose_stem(answers, day), answers, (), content.network)
    return Imported(
        own,
        answers.title,
        answers.author or own.name,
        composed,
        _problems(composed, content.network, own),
    )


def plan_import(imported: Imported, network: Network, base: str, folder: str) -> Change:
    """What is proposed to the forge; the branch follows from the file, so that it is proposed once."""
    host = urlsplit(network.address).hostname or "localhost"
    mark = digest_of(imported.composed.path, imported.composed.text)[:8]
    title = f"{imported.group.name}: {imported.title}"
    return Change(
        branch=f"kirim/{imported.group.id}/{imported.composed.stem}-{mark}",
        base=base,
        title=title,
        body=f"Lewat koordinator, dari {imported.group.name}.\n\n{quoted(imported.composed.text)}\n",
        author=imported.author,
        email=f"{imported.group.id}+formulir@{host}",
        message=f"{imported.title} ({imported.group.name})",
        files=((f"{folder}/{imported.composed.path}", imported.composed.text.encode()),),
    )


def _find_group(given: str, content: Content) -> Group:
    groups = content.groups.values()
    found = next((one for one in groups if given in (one.id, one.folder)), None)
    if found:
        return found
    near = nearest(given, [one.folder for one in groups]) if given else ""
    hint = f" Mungkin maksudnya {near}." if near else ""
    raise KimError(f'Kelompok "{given}" tidak ada di jaringan ini.{hint} Sebutkan dengan --group.')


def _problems(composed: Composed, network: Network, group: Group) -> tuple[Problem, ...]:
    source = PostSource(composed.path, composed.stem, composed.text.encode())
    return read_post(source, network, group, MarkupReader()).problems
