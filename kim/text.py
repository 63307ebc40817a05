"""Text from strangers: decoding it, cleaning it, and finding the word that was meant."""

import codecs
import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable

#: What XML 1.0 forbids, the C1 controls, and the marks that make text run backwards to deceive.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


class UnknownEncodingError(ValueError):
    """Bytes that are no text in any encoding that volunteers' programs write."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the encoding it was in: `utf-8`, `utf-16` or `cp1252`.

    UTF-8 may carry a byte order mark. UTF-16 is taken with its mark, or without it where every second
    byte is zero, as plain Indonesian has it. Line ends become `\\n`. Raises `UnknownEncodingError`.
    """
    for encoding, codec in _candidates(data):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or "\x00" not in text:
            return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding
    raise UnknownEncodingError


def _candidates(data: bytes) -> tuple[tuple[str, str], ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (("utf-16", "utf-16"),)
    if len(data) >= 4 and data[:200:2].count(0) > len(data[:200]) // 3:
        return (("utf-16", "utf-16-be"),)
    if len(data) >= 4 and data[1:200:2].count(0) > len(data[:200]) // 3:
        return (("utf-16", "utf-16-le"),)
    return (("utf-8", "utf-8"), ("cp1252", "cp1252"))


def remove_forbidden(text: str) -> str:
    """The text without control characters that XML forbids and without marks of direction override.

    Word's own line and page breaks become spaces, so that no two words grow together.
    """
    return _FORBIDDEN.sub("", text.replace("\x0b", " ").replace("\x0c", " "))


def first_forbidden_line(text: str) -> int:
    """The line of the first character that `remove_forbidden` would take out; 0 where there is none."""
    match = _FORBIDDEN.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, or an empty text where none is near.

    One that begins with it comes first: `pertanian` means `pertanian-perikanan`, not `pemerintahan`.
    """
    by_folded = {fold(name): name for name in known}
    begun = [name for folded, name in by_folded.items() if len(word) > 3 and folded.startswith(fold(word))]
    if begun:
        return begun[0]
    found = difflib.get_close_matches(fold(word), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def fold(text: str) -> str:
    """Letters and digits only, lower case, without accents: for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def slug(text: str, longest: int = 60) -> str:
    """`Panen Raya, Hari Kedua` becomes `panen-raya-hari-kedua`; empty where no letter is left."""
    return fold(text).replace(" ", "-")[:longest].strip("-")


def shorten(text: str, longest: int) -> str:
    """The text, cut at a word and closed with an ellipsis where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    head, _, _ = cut.rpartition(" ")
    return (head or cut).rstrip(" ,;:.-") + "…"


def kilobytes(size: int) -> str:
    """A size for people: `24 KB` (1 KB is 1,000 bytes, rounded up), `1,2 MB`, rounded up as well."""
    if size <= 999_000:
        return f"{-(-size // 1000)} KB"
    return f"{-(-size // 100_000) / 10:.1f} MB".replace(".", ",")


def digest_of(*texts: str) -> str:
    """A digest of texts, each apart from the next."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()
