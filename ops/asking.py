"""Questions on the terminal that more than one command asks."""

from collections.abc import Sequence

from rich.console import Console
from rich.prompt import IntPrompt, Prompt


def choose(console: Console, label: str, names: Sequence[str]) -> int:
    """Which of the names, counted from 0."""
    for number, name in enumerate(names, 1):
        console.print(f"  {number}. {name}", markup=False, highlight=False)
    numbers = [str(number) for number in range(1, len(names) + 1)]
    return IntPrompt.ask(label, console=console, choices=numbers, show_choices=False) - 1


def ask_optional(console: Console, label: str) -> str:
    """A text on one line, or nothing."""
    given = Prompt.ask(f"{label} (boleh dikosongkan)", console=console, default="", show_default=False)
    return " ".join(given.split())
