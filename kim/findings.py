"""Collecting the problems of one file while it is read."""

from collections.abc import Iterable

from kim.bounds import MOST_CHARACTERS
from kim.frontmatter import Document
from kim.markup import Markup
from kim.post import PortalLink
from kim.privacy import Kind, find_private
from kim.problems import Problem, Severity, problem
from kim.text import UnknownEncodingError, decode, first_forbidden_line, remove_forbidden

#: shown of one file
MOST_PROBLEMS = 50


class Findings:
    """The problems of one file, as they come."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: tuple[str, ...] = ()
        self._problems: list[Problem] = []

    def add(self, code: str, line: int = 0, **found: object) -> None:
        """Report a problem; `found` are the words of its catalogue entry."""
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        self._problems.append(problem(code, self.path, line, excerpt, **found))

    def line_of(self, needle: str, start: int = 1) -> int:
        """The first line from `start` on that holds this text; 0 where none does."""
        numbered = enumerate(self.lines[start - 1 :], start)
        return next((number for number, line in numbered if needle and needle in line), 0)

    def sorted(self) -> tuple[Problem, ...]:
        """The problems found so far, in the order of their lines, each once.

        Of very many the first stay, those that hold the post back before the others: one hostile file
        must not bury every other one's report.
        """
        found = sorted(set(self._problems), key=lambda item: (item.severity is Severity.WARNING, item))
        if len(found) > MOST_PROBLEMS:
            more = problem("K053", self.path, more=len(found) - MOST_PROBLEMS)
            found = [*found[:MOST_PROBLEMS], more]
        return tuple(sorted(found))


def read_text(data: bytes, findings: Findings) -> str | None:
    """The text of a file, clean; None where it cannot be read. What was wrong is among the findings."""
    try:
        text, encoding = decode(data)
    except UnknownEncodingError:
        findings.add("K001")
        return None
    if len(text) > MOST_CHARACTERS:
        findings.add("K010", found=len(text), limit=MOST_CHARACTERS, unit="huruf")
        return None
    if encoding != "utf-8":
        findings.add("K002", encoding=encoding)
    if line := first_forbidden_line(text):
        findings.add("K003", line)
    return remove_forbidden(text)


#: which problem each kind of private number is
PRIVATE_CODES = {Kind.IDENTITY: "K075", Kind.TELEPHONE: "K076", Kind.ACCOUNT: "K077"}


def report_private(text: str, names: Iterable[str], published: Iterable[str], findings: Findings) -> None:
    """Private numbers in a text and in the names of its files; `published` contacts are none."""
    for found in find_private(text, published):
        place = f"huruf ke-{found.first} sampai ke-{found.last} di baris ini"
        findings.add(PRIVATE_CODES[found.kind], found.line, place=place)
    for name in names:
        if any(found.kind is Kind.IDENTITY for found in find_private(name)):
            findings.add(PRIVATE_CODES[Kind.IDENTITY], place="di nama berkas atau foldernya")


def portal_links(shown: Markup, document: Document, findings: Findings) -> tuple[PortalLink, ...]:
    """The links of a text to pages of the portal, with the line at which each stands first."""
    start = document.body_line
    return tuple(PortalLink(address, findings.line_of(target, start)) for target, address in shown.internal)
