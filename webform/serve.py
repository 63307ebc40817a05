"""The service as it runs: outbox, worker, pages and server in one process, started and stopped together."""

import asyncio
import fcntl
import logging
import os
import socket
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from kim.errors import KimError
from webform.content import ContentReader
from webform.desk import Desk
from webform.forges.base import ForgeAway
from webform.outbox import Outbox, OutboxFullError
from webform.pages import Pages
from webform.photos import PhotoDesk
from webform.place import OpenedForge
from webform.settings import Settings
from webform.uploads import sweep
from webform.web import Health, Web
from webform.worker import Worker

OUTBOX = "outbox.sqlite3"
_SPOOL = "masuk"
#: something that was accepted and is not with the forge after this long wants a person
_LATE = timedelta(hours=2)
#: seconds in which a request must have said what it wants
_HEADERS_WITHIN = 20.0
_MOST_CONNECTIONS = 400


@dataclass(frozen=True)
class Service:
    """The parts of a running service."""

    outbox: Outbox
    desk: Desk
    worker: Worker
    app: Starlette


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def open_outbox(state: Path) -> Outbox:
    """The outbox of a state folder. Raises `KimError`."""
    return Outbox(state / OUTBOX)


def make_service(settings: Settings, opened: OpenedForge, clock: Callable[[], datetime] = now) -> Service:
    """Put the parts together. Raises `KimError` where the outbox or the network cannot be read."""
    outbox = open_outbox(settings.state)
    spool = settings.state / _SPOOL
    spool.mkdir(exist_ok=True, mode=0o700)
    sweep(spool)
    content = ContentReader(opened.repository, settings.base, settings.folder)
    try:
        opened.refresh()
    except ForgeAway as away:
        logging.getLogger("webform").warning("forge away at the start: %s", away)
    content.read()
    desk = Desk(outbox, content, PhotoDesk(), clock, spool)
    worker = Worker(
        outbox,
        opened.forge,
        content,
        clock,
        base=settings.base,
        folder=settings.folder,
        poll=settings.poll,
        kept=settings.kept,
        refresh=opened.refresh,
    )
    desk.on_accept = worker.wake
    health = _Checkup(outbox, content, worker, clock)
    app = Web(desk, Pages(), health).app(settings.hosts, settings.address)
    return Service(outbox, desk, worker, app)


class _Checkup:
    """Whether all is well; asked often, it looks every few seconds."""

    def __init__(
        self, outbox: Outbox, content: ContentReader, worker: Worker, clock: Callable[[], datetime]
    ) -> None:
        self._outbox, self._content, self._worker, self._clock = outbox, content, worker, clock
        self._last: tuple[datetime, Health] | None = None

    def __call__(self) -> Health:
        at = self._clock()
        if self._last is None or at - self._last[0] > timedelta(seconds=5):
            self._last = (at, self._look(at))
        return self._last[1]

    def _look(self, at: datetime) -> Health:
        faults = []
        try:
            self._outbox.file.check()
        except (OutboxFullError, sqlite3.Error):
            faults.append("outbox")
        try:
            self._content.read()
        except KimError:
            faults.append("repository")
        if not self._worker.is_alive:
            faults.append("worker")
        waiting, oldest = self._outbox.queue.waiting()
        if oldest and at - oldest > _LATE:
            faults.append("forge")
        return Health(tuple(faults), waiting, oldest)


class _PatientlyBounded(H11Protocol):
    """uvicorn's HTTP, and a connection that does not say in time what it wants is closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(_HEADERS_WITHIN, self._close_if_silent)

    def _close_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def run(settings: Settings, opened: OpenedForge, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until stopped. Raises `KimError` where it cannot start, or the worker broke."""
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(settings.state), _listening(settings) as listener:
        service = make_service(settings, opened)
        server = uvicorn.Server(server_config(service.app, settings))
        broken: list[BaseException] = []
        thread = threading.Thread(target=_work, args=(service.worker, server, broken), name="worker")
        thread.start()
        ready(settings.address)
        try:
            server.run(sockets=[listener])
        finally:
            service.worker.stop()
            thread.join(timeout=60)
            service.outbox.close()
        if broken:
            raise KimError("The worker broke; its fault stands above. What was accepted is safe.")


def server_config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """How the server is set: bounded in connections, headers and patience, and silent about who asks."""
    return uvicorn.Config(
        app,
        http=_PatientlyBounded,
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=16_384,
    )


def _work(worker: Worker, server: uvicorn.Server, broken: list[BaseException]) -> None:
    """The worker's thread. A fault in it ends the service, whose supervisor starts it anew."""
    try:
        worker.run()
    except BaseException as fault:
        traceback.print_exception(fault)
        broken.append(fault)
        server.should_exit = True
        raise


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Two services on one outbox would propose everything twice."""
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        raise KimError(f"Another service uses {state} already.") from fault
    else:
        yield
    finally:
        os.close(lock)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as fault:
            raise KimError(
                f"Port {settings.port} cannot be used ({fault.strerror}). Name another: --port"
            ) from fault
        yield listener


def log_to_stderr() -> None:
    """One line an event, for journald or a file; times are the journal's."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.WARNING)
