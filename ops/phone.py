"""A cheap phone opens a page: what it asks for, what it is sent, when it paints, and whether anything jumps.

360 x 640 CSS pixels at two pixels each, its processor slowed four times, nothing kept from before. Counts by
Chromium's own protocol, so that heads are in the bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_SLOWER = 4
#: Begun before anything is painted, so that nothing is missed.
_OBSERVE = """
window.paints = {first: 0, largest: 0, shifts: 0};
const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))
  .observe({type, buffered: true});
watch('paint', entry => { if (entry.name == 'first-contentful-paint') paints.first = entry.startTime; });
watch('largest-contentful-paint', entry => paints.largest = entry.startTime);
watch('layout-shift', entry => { if (!entry.hadRecentInput) paints.shifts += entry.value; });
"""


@dataclass(frozen=True)
class Line:
    """A line's brakes: bits in a second, and milliseconds for the way there and back."""

    bits: int
    latency: int


@dataclass(frozen=True)
class Request:
    """What was asked for and what came, in bytes with its head; `kind` is Chromium's: Document, Image, …"""

    url: str
    kind: str
    size: float


@dataclass(frozen=True)
class Paints:
    """Milliseconds to the first and the largest paint, and how much has jumped without being touched."""

    first: float
    largest: float
    shifts: float


@dataclass(frozen=True)
class Phone:
    """An open page on a phone."""

    page: "Page"
    _seen: dict[str, Request] = field(default_factory=dict)

    def open(self, url: str) -> None:
        """Go there, until nothing has been asked for in half a second."""
        self.page.goto(url, wait_until="networkidle", timeout=120_000)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that the page has asked for; what stands in an address (`data:`) is no request."""
        return tuple(request for request in self._seen.values() if not request.url.startswith("data:"))

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return round(sum(request.size for request in self.requests))

    def paints(self) -> Paints:
        """What has been painted so far."""
        self.page.wait_for_timeout(100)
        found: Mapping[str, float] = self.page.evaluate("paints")
        return Paints(found["first"], found["largest"], found["shifts"])

    def note(self, event: Mapping[str, Any]) -> None:
        """Chromium asks for something, or has got it."""
        name = event["requestId"]
        if "request" in event:
            self._seen[name] = Request(event["request"]["url"], event.get("type", ""), 0)
        elif name in self._seen:
            before = self._seen[name]
            self._seen[name] = Request(before.url, before.kind, event["encodedDataLength"])


@contextmanager
def open_phone(browser: "Browser", line: Line | None = None) -> Iterator[Phone]:
    """A phone that has never been anywhere, until the block ends; without a line it is this machine's own."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="id-ID",
    )
    context.add_init_script(_OBSERVE)
    phone = Phone(context.new_page())
    devtools = context.new_cdp_session(phone.page)
    for event in ("Network.requestWillBeSent", "Network.loadingFinished"):
        devtools.on(event, lambda found: phone.note(found))
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    if line:
        speed = {"downloadThroughput": line.bits / 8, "uploadThroughput": line.bits / 8}
        devtools.send(
            "Network.emulateNetworkConditions", {"offline": False, "latency": line.latency, **speed}
        )
    try:
        yield phone
    finally:
        context.close()
