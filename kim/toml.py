"""Settings in TOML, read with problems instead of exceptions: unknown keys suggest the nearest known one."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kim.problems import Problem, problem
from kim.text import nearest, remove_forbidden

#: a group says in this much who it is
LONGEST_TEXT = 1_000


class Table:
    """One table of a settings file; asking for a key collects what is wrong with it in `problems`.

    Every reader returns an empty value where it found a problem, so that reading goes on to the next.
    """

    def __init__(
        self, values: Mapping[str, Any], path: str, prefix: str, problems: list[Problem], text: str
    ) -> None:
        self._values = values
        self._path = path
        self._prefix = prefix
        self._text = text
        self.problems = problems

    def has(self, key: str) -> bool:
        """Whether a key is there at all."""
        return key in self._values

    def allow(self, known: Iterable[str]) -> None:
        """Every other key is a problem."""
        known = list(known)
        for key in self._values:
            if key not in known:
                near = nearest(key, known)
                advice = f'mungkin maksudnya "{near}".' if near else f"yang dikenal: {', '.join(known)}."
                self.problems.append(
                    problem("K061", self._path, self._line(key), found=self._prefix + key, advice=advice)
                )

    def wrong(self, key: str, found: str, advice: str) -> None:
        """The value of a key cannot be used."""
        self.problems.append(
            problem("K063", self._path, self._line(key), key=self._prefix + key, found=found, advice=advice)
        )

    def text(self, key: str, example: str, form: re.Pattern[str] | None = None, required: bool = True) -> str:
        """A text on one line, of this form where one is asked for."""
        value = self._get(key, f'"{example}"', required)
        if value is None:
            return ""
        text = " ".join(remove_forbidden(value).split()) if isinstance(value, str) else ""
        if not text or (form and not form.fullmatch(text)):
            self.wrong(key, _shown(value), f'tulis seperti {key} = "{example}".')
            return ""
        if len(text) > LONGEST_TEXT:
            self.wrong(key, f"{len(text)} huruf", f"ringkas sampai {LONGEST_TEXT} huruf.")
            return ""
        return text

    def texts(
        self, key: str, example: Iterable[str], form: re.Pattern[str] | None = None, required: bool = True
    ) -> tuple[str, ...]:
        """A list of texts."""
        shown = "[" + ", ".join(f'"{text}"' for text in example) + "]"
        value = self._get(key, shown, required)
        if value is None:
            return ()
        good = (
            isinstance(value, list)
            and (value or not required)
            and all(
                isinstance(item, str) and item.strip() and (form is None or form.fullmatch(item))
                for item in value
            )
        )
        if not good:
            self.wrong(key, _shown(value), f"tulis seperti {key} = {shown}.")
            return ()
        return tuple(remove_forbidden(item) for item in value)

    def choice(self, key: str, choices: tuple[str, ...], required: bool = True) -> str:
        """One of these words."""
        value = self._get(key, f'"{choices[0]}"', required)
        if value is None:
            return ""
        if value not in choices:
            self.wrong(key, _shown(value), f"pilih satu dari: {', '.join(choices)}.")
            return ""
        return str(value)

    def day(self, key: str) -> date | None:
        """A date, or None where there is none."""
        value = self._get(key, "2016-03-01", False)
        if value is None or (type(value) is date):
            return value
        self.wrong(key, _shown(value), f"tulis seperti {key} = 2016-03-01, tanpa tanda petik.")
        return None

    def table(self, key: str, required: bool = True) -> "Table":
        """A table below this one; empty where it is missing."""
        value = self._get(key, "{ … }", required)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, _shown(value), f"tulis sebagai bagian [{key}].")
            value = None
        return Table(value or {}, self._path, f"{self._prefix}{key}.", self.problems, self._text)

    def tables(self, key: str) -> list["Table"]:
        """A list of tables below this one."""
        value = self._get(key, "[{ … }]", True)
        if value is None:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.wrong(key, _shown(value), f"tulis setiap satu sebagai bagian [[{key}]].")
            return []
        return [Table(item, self._path, f"{self._prefix}{key}.", self.problems, self._text) for item in value]

    def _get(self, key: str, example: str, required: bool) -> Any:
        if key not in self._values and required:
            self.problems.append(
                problem("K062", self._path, key=self._prefix + key, example=f"{key} = {example}")
            )
        return self._values.get(key)

    def _line(self, key: str) -> int:
        """The line that sets this key, where only one can be meant; tomllib keeps no lines."""
        if self._prefix:
            return 0
        match = re.search(rf"^[ \t]*(?:\[+)?[ \t]*\"?{re.escape(key)}\b", self._text, re.MULTILINE)
        return self._text.count("\n", 0, match.start()) + 1 if match else 0


def read_toml(data: bytes, path: str) -> tuple[Table | None, list[Problem]]:
    """A file's top table, or the problem that it cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [problem("K001", path)]
    try:
        values = tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as fault:  # also a number with more digits than Python reads
        line = re.search(r"line (\d+)", str(fault))
        return None, [problem("K060", path, int(line[1]) if line else 0, found=fault)]
    except RecursionError:
        return None, [problem("K060", path, found="susunannya terlalu dalam")]
    return Table(values, path, "", [], text), []


def _shown(value: object) -> str:
    """A value as a message shows it."""
    if isinstance(value, str):
        return f'"{value[:200]}"'
    kinds = {bool: "benar atau salah", int: "bilangan", float: "bilangan", list: "daftar", dict: "bagian"}
    return kinds.get(type(value), "tanggal atau jam")
