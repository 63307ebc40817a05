"""Who may send, and how often: the groups' codes, and the limits by sender and by group."""

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from webform import codes
from webform.outbox import Outbox
from webform.outbox.codes import CodeRow
from webform.review import FieldProblem, form_problem

WINDOW = timedelta(minutes=15)
#: wrong codes in a window: of one sender, and for one group. 2^40 codes are far out of reach of either.
_WRONG_BY_SENDER, _WRONG_BY_GROUP = 10, 40
#: what one sender may do in a window; many phones share one address of their provider
_WRITES_BY_SENDER, _PHOTOS_BY_SENDER, _SENT_BY_GROUP = 150, 400, 40


class Access:
    """Every call may come from another thread."""

    def __init__(self, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._outbox, self._clock = outbox, clock
        #: two threads of their own: each hash takes 16 MB, which every thread that ever made one would keep
        self._hashing = ThreadPoolExecutor(2, "hash")
        #: marks of the codes that fitted, by their numbers: of a group's many phones only the first is slow
        self._fitting: dict[int, bytes] = {}
        self._seal = secrets.token_bytes(32)
        #: compared with when a group has no code, so that the answer takes as long
        self._nobody = codes.hash_code(secrets.token_hex())

    def authenticate(self, group: str, code: str, sender: str) -> int | FieldProblem:
        """The number of the group's code, or why not."""
        wrong_sender, wrong_group = f"wrong {sender_key(sender)}", f"wrong group {group}"
        if self.count(wrong_sender) >= _WRONG_BY_SENDER or self.count(wrong_group) >= _WRONG_BY_GROUP:
            return wait_problem("kode")
        if self._is_too_often(f"write {sender_key(sender)}", _WRITES_BY_SENDER):
            return wait_problem("kode")
        given = codes.read_code(code)
        if given is None:  # no guess: it is not four words of the list
            return form_problem("kode", "K090")
        kept = [row for row in self._outbox.codes.rows(group) if row.revoked is None] if group else []
        fits = self._hashing.map(partial(self._fits, given), kept or [None])
        found = [row.id for row, is_it in zip(kept, list(fits), strict=False) if is_it]
        if found:
            return found[0]
        self.note(wrong_sender)
        self.note(wrong_group)
        return form_problem("kode", "K090")

    def _fits(self, given: str, row: CodeRow | None) -> bool:
        """Whether this is the code of a row. A wrong one is always hashed slowly, and with none as long."""
        if row is None:
            codes.is_code(given, self._nobody)
            return False
        mark = hmac.digest(self._seal, given.encode(), "sha256")
        if hmac.compare_digest(self._fitting.get(row.id, b""), mark):
            return True
        if codes.is_code(given, row.hash):
            self._fitting[row.id] = mark
            return True
        return False

    def has_sent_too_much(self, group: str) -> bool:
        """Whether a group's next submission must wait."""
        return self.count(_sent(group)) >= _SENT_BY_GROUP

    def note_sent(self, group: str) -> None:
        """A group has sent something."""
        self.note(_sent(group))

    def sends_too_many_photos(self, sender: str) -> bool:
        """Whether a sender's next photo must wait; if not, it is counted."""
        return self._is_too_often(f"photo {sender_key(sender)}", _PHOTOS_BY_SENDER)

    def count(self, key: str) -> int:
        """How often `key` was noted in the window."""
        return self._outbox.attempts.count(key, self._clock(), WINDOW)

    def note(self, key: str) -> None:
        """Remember that `key` did it once more."""
        self._outbox.attempts.note(key, self._clock())

    def _is_too_often(self, key: str, most: int) -> bool:
        if self.count(key) >= most:
            return True
        self.note(key)
        return False


def wait_problem(field: str) -> FieldProblem:
    """That a limit is reached, and when to come again."""
    return form_problem(field, "K091", minutes=int(WINDOW.total_seconds() // 60))


def sender_key(address: str) -> str:
    """Whom a limit counts: an IPv4 address, or the network of an IPv6 one, as a house has a whole network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _sent(group: str) -> str:
    return f"sent {group}"
