"""The code of a group: four Indonesian words, which are easier to dictate over a telephone than letters.

The words come from a list of 1,024 in which no two differ by one letter, so that a slip of the thumb is
mended instead of refused. 40 bits, a slow hash (scrypt, 16 MB) and a limit on tries stand between a stranger
and a group.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

from kim.text import fold

WORDS_IN_CODE = 4
_COST, _BLOCK, _LANES = 2**14, 8, 1


@cache
def words() -> tuple[str, ...]:
    """The list, sorted."""
    return tuple(resources.files("webform").joinpath("words.txt").read_text(encoding="ascii").split())


def make_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A new code: `panen hujan kursi merdu`."""
    return " ".join(choose(words()) for _ in range(WORDS_IN_CODE))


def read_code(text: str) -> str | None:
    """A code as it was typed, with whatever stands between its words; None where it cannot be one."""
    given = fold(text[:200]).split()
    if len(given) != WORDS_IN_CODE:
        return None
    found = [_meant(word) for word in given]
    return " ".join(found) if all(found) else None


def hash_code(code: str, salt: bytes | None = None) -> str:
    """What is kept of a code."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(code.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32)
    return f"scrypt${_COST}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_code(code: str, kept: str) -> bool:
    """Whether this is the code of which that is kept; takes as long either way."""
    salt = base64.b64decode(kept.split("$")[2])
    return hmac.compare_digest(hash_code(code, salt), kept)


def _meant(word: str) -> str:
    """The word of the list, also with one letter wrong, missing or too many."""
    if word in words():
        return word
    if not re.fullmatch("[a-z]{3,9}", word):
        return ""
    near = [known for known in words() if _is_near(word, known)]
    return near[0] if len(near) == 1 else ""


def _is_near(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
