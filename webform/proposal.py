"""What goes to the forge of a submission: its branch, its files, its title, and the text for an editor.

Strangers' words stand in that text as code only.
"""

from kim.group import Group
from kim.privacy import mask_private
from webform.compose import Composed, one_line
from webform.outbox import Version
from webform.review import FieldProblem
from webform.submission import Kind, SentPhoto, State, Submission


def write_version(
    group: Group,
    found: Submission,
    composed: Composed,
    photos: tuple[SentPhoto, ...],
    problems: tuple[FieldProblem, ...],
) -> Version:
    """The next version of a submission, as it goes to the forge."""
    files: dict[str, str | int | None] = {composed.path: composed.text}
    folder = composed.path.rpartition("/")[0]
    if found.kind is Kind.POST:
        files |= {f"{folder}/{photo.name}": photo.number for photo in photos}
    title = one_line(mask_private(found.answers.title))
    return Version(
        found.revision + 1,
        f"Ralat {title}" if found.kind is Kind.CORRECTION else title,
        one_line(found.answers.author) or group.name,
        _describe(group, found, composed, photos, problems),
        files,
    )


def choose_branch(group: Group, found: Submission, stem: str) -> str:
    """The branch of a submission: the same for all its versions, until it was closed."""
    kind = "ralat" if found.kind is Kind.CORRECTION else "kirim"
    first = found.branch or f"{kind}/{group.id}/{stem}-{found.id[:8]}"
    return next_branch(first) if found.state is State.RETURNED else first


def next_branch(branch: str) -> str:
    """`…-3f2a9c10` becomes `…-3f2a9c10-v2`, that `…-v3`: a branch that was closed is not used again."""
    head, mark, number = branch.rpartition("-v")
    return f"{head}-v{int(number) + 1}" if mark and number.isdigit() else f"{branch}-v2"


def _describe(
    group: Group,
    found: Submission,
    composed: Composed,
    photos: tuple[SentPhoto, ...],
    problems: tuple[FieldProblem, ...],
) -> str:
    """The pull request's text: what an editor should look at."""
    kind = "Ralat" if found.kind is Kind.CORRECTION else "Kabar"
    lines = [
        f"{kind} dari **{group.name}** lewat formulir.",
        "",
        f"- Berkas: `{composed.path}`",
        f"- Penulis: {quote(one_line(found.answers.author) or group.name)}",
        f"- Foto: {len(photos)}"
        if found.kind is Kind.POST
        else f"- Ralat: {quote(found.answers.correction)}",
    ]
    if found.answers.source:
        lines.append(f"- Sumber: {quote(found.answers.source)}")
    if problems:
        lines += ["", "Yang perlu dilihat:", ""]
        lines += [f"- {other.code}: {quote(other.what)}" for other in problems]
    lines += [
        "",
        "Terima dengan menggabungkan permintaan ini. Kalau perlu perbaikan, tulis komentar: "
        "penulis membacanya di halaman statusnya, dan perbaikannya datang di sini juga.",
    ]
    return "\n".join(lines)


def quote(text: str) -> str:
    """A stranger's words in a pull request's text: as code, so that they are nothing else."""
    plain = one_line(mask_private(text)).replace("`", "'")[:300]
    return f"`{plain}`"
