"""Numbers that belong to one person: NIK and KK, private telephones, bank accounts.

Finds where they stand and hides them in what is shown; whether that stops a post is for `kim.problems`, and
the place where a photo was taken is found by `kim.photos`. What is found is never a part of what is given
back: a caller can say where a number stands, and has nothing to repeat.

A number may be written in groups. What makes sixteen digits a NIK is a province, a kecamatan and a day that
exist; what makes a row of digits an account is the word before it. So dates, prices, decrees, codes of
villages and statistics stay what they are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a number is."""

    IDENTITY = "identity"
    TELEPHONE = "telephone"
    ACCOUNT = "account"


@dataclass(frozen=True, order=True)
class PrivateNumber:
    """Where a number stands: its line and its first and last character, all counted from 1."""

    line: int
    first: int
    last: int
    kind: Kind


@dataclass(frozen=True)
class _Group:
    """Digits that stand together, from `start` to `end` in their line; `before` is what parts them."""

    digits: str
    start: int
    end: int
    before: str


#: what people, and programs that set text, put between the digits of one number
_MARK = "[ \t\u00a0\u2000-\u200f\u2010-\u2015\u202f\u2060.()*_'’·•-]"
_ROW = re.compile(rf"\+?\d(?:{_MARK}{{0,3}}\d)+")
_DIGITS = re.compile(r"\d+")
#: a telephone in an address is one; any other row of digits in an address is a name of something
_LINK = re.compile(r"https?://(?!wa\.me/|api\.whatsapp\.com/)\S+", re.IGNORECASE)

_PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 "
    "71 72 73 74 75 76 81 82 91 92 93 94 95 96 97".split()
)
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_NAMED_IDENTITY = re.compile(
    r"\b(?:nik|nkk|kk|ktp|e-ktp|kartu keluarga|induk kependudukan)\b\W{0,4}(?:\w+\W{1,3}){0,2}$"
)
_NAMED_TELEPHONE = re.compile(
    r"(?:\b(?:hp|wa|telp|tlp|telepon|telpon|ponsel|handphone|whatsapp|hubungi|narahubung|kontak|cp)\b|wa\.me/)"
    r"[^\n]{0,30}$"
)
_NAMED_ACCOUNT = re.compile(r"(?:\brekening\b|\bno\.? ?rek\b|\bnorek\b|\brek\.)[^\n]{0,60}$")
_NAMED_BANK = re.compile(
    r"\b(?:bri|bni|bca|btn|bsi|bjb|bpd|bank|mandiri|danamon|permata|cimb|muamalat|panin|seabank|jago)\b"
    r"[^\n]{0,40}$"
)
_MONEY = re.compile(r"(?:\brp\.?|\bidr)\s*$")
_DATE = re.compile(r"\d{1,2}\D{1,3}\d{1,2}\D{1,3}(?:19|20)\d\d|(?:19|20)\d\d\D{1,3}\d{1,2}\D{1,3}\d{1,2}")
#: in what is only shown, a row as long as this is hidden whatever it is; a village's code has ten digits
_LONG_ROW = 11
_HIDDEN = "•"


def find_private(text: str, published: Iterable[str] = ()) -> tuple[PrivateNumber, ...]:
    """Every private number of a text, in the order in which they stand.

    Telephones in `published` (texts as a `kim.toml` has them) are public by choice and not found.
    """
    if not _ROW.search(text):
        return ()
    public = {number for given in published for number in _telephones(given)}
    return tuple(
        found for number, line in enumerate(text.split("\n"), 1) for found in _find(line, number, public)
    )


def mask_private(text: str) -> str:
    """The text with a dot for every digit of a number that may be private: for messages and logs.

    Hides more than `find_private` finds, published numbers and every long row too.
    """
    lines = text.split("\n")
    for found in find_private(text):
        line = lines[found.line - 1]
        hidden = _hide(line[found.first - 1 : found.last])
        lines[found.line - 1] = line[: found.first - 1] + hidden + line[found.last :]
    shown = "\n".join(lines)
    return re.sub(rf"\d{{{_LONG_ROW},}}", lambda row: _hide(row[0]), shown)


def _hide(text: str) -> str:
    return "".join(_HIDDEN if char.isdigit() else char for char in text)


def _find(line: str, number: int, public: set[str]) -> Iterator[PrivateNumber]:
    for row in _ROW.finditer(line):
        groups = _groups(row)
        if sum(len(group.digits) for group in groups) < 8:
            continue
        before = line[: row.start()].lower()[-80:]
        in_link = any(link.start() <= row.start() < link.end() for link in _LINK.finditer(line))
        taken: list[tuple[int, int]] = []
        for kind, spans in (
            (Kind.IDENTITY, [] if in_link else _identities(groups, before)),
            (Kind.TELEPHONE, [] if in_link else _telephones_in(groups, before, row[0][0] == "+", public)),
            (Kind.ACCOUNT, [] if in_link else _accounts(groups, before)),
        ):
            for start, end in spans:
                if not any(start < other_end and end > other for other, other_end in taken):
                    taken.append((start, end))
                    yield PrivateNumber(number, start + 1, end, kind)


def _groups(row: re.Match[str]) -> tuple[_Group, ...]:
    groups: list[_Group] = []
    for found in _DIGITS.finditer(row[0]):
        last = groups[-1].end - row.start() if groups else 0
        plain = "".join(str(unicodedata.digit(char)) for char in found[0])
        groups.append(
            _Group(
                plain, row.start() + found.start(), row.start() + found.end(), row[0][last : found.start()]
            )
        )
    return tuple(groups)


def _is_price(groups: Sequence[_Group], before: str) -> bool:
    """Whether points part thousands, as in 1.250.000, or a currency stands before."""
    thousands = (
        len(groups) > 1
        and len(groups[0].digits) <= 3
        and groups[0].digits[0] != "0"
        and all(len(group.digits) == 3 and group.before == "." for group in groups[1:])
    )
    return thousands or _MONEY.search(before) is not None


def _identities(groups: Sequence[_Group], before: str) -> list[tuple[int, int]]:
    """Sixteen digits, in a few groups or each by itself, that can be a NIK or KK, or are called one."""
    if _is_price(groups, before):
        return []
    named = _NAMED_IDENTITY.search(before) is not None
    spans = []
    at = 0
    while at < len(groups):
        end = at
        digits = ""
        while end < len(groups) and len(digits) < 16:
            digits += groups[end].digits
            end += 1
        apart = end - at
        singly = apart == 16 == len(groups)
        shaped = apart == 1 or (apart <= 7 and all(len(group.digits) > 1 for group in groups[at:end]))
        if len(digits) == 16 and (shaped or singly) and ((named and at == 0) or _is_identity(digits)):
            spans.append((groups[at].start, groups[end - 1].end))
            at = end
        else:
            at += 1
    return spans


def _is_identity(digits: str) -> bool:
    """Whether province, kabupaten, kecamatan, day and number can be; women's days have 40 added."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    day -= 40 if day > 40 else 0
    if digits[:2] not in _PROVINCES or not 1 <= int(digits[2:4]) <= 79 or digits[4:6] == "00":
        return False
    if digits[12:] == "0000" or not 1 <= month <= 12 or not 1 <= day <= _DAYS_OF_MONTH[month - 1]:
        return False
    return (month, day) != (2, 29) or year % 4 == 0


def _telephones_in(
    groups: Sequence[_Group], before: str, plus: bool, public: set[str]
) -> list[tuple[int, int]]:
    named = _NAMED_TELEPHONE.search(before) is not None
    if _is_price(groups, before) and not plus and not named:
        return []
    return [
        (start, end) for number, start, end in _telephone_rows(groups, plus or named) if number not in public
    ]


def _telephone_rows(groups: Sequence[_Group], sure: bool) -> Iterator[tuple[str, int, int]]:
    """Mobile numbers among groups: without 0 or 62 before them, and where each starts and ends."""
    at = 0
    while at < len(groups):
        digits, end = "", at
        best: tuple[str, int] | None = None
        while end < len(groups) and len(digits) + len(groups[end].digits) <= 15:
            digits += groups[end].digits
            end += 1
            match = re.fullmatch(r"(?:62)?0?(8[1-9]\d{7,10})", digits)
            if match and digits[0] != "8" and (sure or _is_shaped(groups[at:end])):
                best = (match[1], end)
        if best:
            yield best[0], groups[at].start, groups[best[1] - 1].end
            at = best[1]
        else:
            at += 1


def _is_shaped(groups: Sequence[_Group]) -> bool:
    """Whether the groups are those of a telephone, `0812 3456 7890` or `62 812-3456`, and no clock times."""
    first = groups[1] if groups[0].digits in ("62", "0") and len(groups) > 1 else groups[0]
    return len(first.digits) >= 3 and all(len(group.digits) >= 2 for group in groups[1:])


def _telephones(text: str) -> Iterator[str]:
    """The mobile numbers of a text that is there to hold them."""
    for row in _ROW.finditer(text):
        yield from (number for number, _, _ in _telephone_rows(_groups(row), True))


def _accounts(groups: Sequence[_Group], before: str) -> list[tuple[int, int]]:
    """The row of digits behind the word for an account, or a longer one behind a bank's name."""
    count = sum(len(group.digits) for group in groups)
    least = 8 if _NAMED_ACCOUNT.search(before) else 10 if _NAMED_BANK.search(before) else 99
    shown = "".join(f"{group.before}{group.digits}" for group in groups)
    if not least <= count <= 18 or _is_price(groups, before) or _DATE.fullmatch(shown):
        return []
    return [(groups[0].start, groups[-1].end)]
