"""A forge's REST interface over HTTPS: one request, its JSON, and which failures mean what.

Nothing is tried again here and no redirect is followed: a secret goes to the host that was named, once.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import urllib3

from webform.forges.base import ForgeAway, ForgeRefused

_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_MOST_BYTES = 8_000_000


class ConflictError(ForgeAway):
    """The forge answered 409 or 422: what was asked for is there already, or cannot be just now."""


class Rest:
    """The interface at `address` (`https://forge.example/api/v1`); `headers` hold the secret."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": "kim-portal", **headers}
        parts = urlsplit(address)
        proxies = getproxies_environment()
        if parts.scheme in proxies and not proxy_bypass(parts.netloc):
            self._pool: urllib3.PoolManager = urllib3.ProxyManager(proxies[parts.scheme])
        else:
            self._pool = urllib3.PoolManager()

    def get(self, *path: str | int, **query: str | int) -> Any:
        """The answer; None where there is no such thing. Raises as `send`."""
        return self._ask("GET", path, query, None)

    def send(self, method: str, *path: str | int, **body: Any) -> Any:
        """Send JSON; the answer. Raises `ForgeAway` (`ConflictError` is one), `ForgeRefused`."""
        answer = self._ask(method, path, {}, body)
        if answer is None:
            raise ForgeRefused(f"{self._address} knows no {'/'.join(map(str, path))} (404).")
        return answer

    def _ask(
        self, method: str, path: tuple[str | int, ...], query: Mapping[str, str | int], body: Any
    ) -> Any:
        address = "/".join([self._address, *(quote(str(part), safe="") for part in path)])
        try:
            answer = self._pool.request(
                method,
                address + (f"?{urlencode(query)}" if query else ""),
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers | ({} if body is None else {"Content-Type": "application/json"}),
                timeout=_TIMEOUT,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            with answer:
                data = answer.read(_MOST_BYTES + 1)
        except (urllib3.exceptions.HTTPError, OSError) as fault:
            # its words may hold the address with its query, never a header
            raise ForgeAway(f"{self._address} cannot be reached: {type(fault).__name__}") from fault
        return self._read(method, answer, data)

    def _read(self, method: str, answer: urllib3.BaseHTTPResponse, data: bytes) -> Any:
        status, where = answer.status, f"{self._address} answered {answer.status}"
        if 200 <= status < 300:
            if len(data) > _MOST_BYTES:
                raise ForgeRefused(f"{where} with more than {_MOST_BYTES} bytes.")
            try:
                return json.loads(data) if data else {}
            except ValueError as fault:
                raise ForgeAway(f"{where} with something that is no JSON.") from fault
        wait = seconds_to_wait(answer.headers, datetime.now(UTC))
        if status >= 500 or status in (408, 425, 429) or (status == 403 and wait is not None):
            raise ForgeAway(where, wait)
        if status in (409, 422):
            raise ConflictError(f"{where}: {_shown(data)}")
        if status == 404:
            return None
        if status in (401, 403):
            raise ForgeRefused(f"{where}: its token is wrong, has ended, or may not do this.")
        raise ForgeRefused(f"{where} to {method}.")


def _shown(data: bytes) -> str:
    """What a forge says for a reason, on one line."""
    text = data[:400].decode(errors="replace")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """What a forge asks to wait before the next request; None where it does not say."""
    after = headers.get("Retry-After", "")
    if after.isdecimal():
        return float(after)
    try:
        moment = parsedate_to_datetime(after)
        return max(0.0, (moment - now).total_seconds())
    except (TypeError, ValueError):
        pass
    reset = headers.get("X-RateLimit-Reset", "")
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - now.timestamp())
    return None
