"""Collecting the problems of one file while it is read."""

from kim.problems import Problem, problem


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
        """The problems found so far, in the order of their lines, each once."""
        return tuple(sorted(set(self._problems)))
