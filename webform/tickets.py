"""Tickets: the secret address that a submission will have, given out with the empty form."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from webform.outbox import Outbox

#: a form may lie open this long, as a draft on a phone without a connection
TICKET_AGE = timedelta(days=7)


class Tickets:
    """None is remembered: the service's mark on it says that it is ours."""

    def __init__(self, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._outbox, self._clock = outbox, clock

    def give(self) -> str:
        """A secret of 128 bits, when it was given out, and the service's mark; each makes one submission."""
        text = f"{secrets.token_urlsafe(16)}.{int(self._clock().timestamp()):x}"
        return f"{text}.{self._outbox.file.sign(text)}"

    def read(self, ticket: str) -> str | None:
        """The secret in a ticket of ours that is not too old."""
        text, _, mark = ticket[:200].rpartition(".")
        secret, _, issued = text.partition(".")
        if not ticket.isascii() or not hmac.compare_digest(mark, self._outbox.file.sign(text)):
            return None
        age = self._clock().timestamp() - int(issued, 16)
        return secret if age <= TICKET_AGE.total_seconds() else None
