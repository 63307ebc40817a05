"""The real server on a loopback port, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from webform import codes
from webform.forges.base import Forge
from webform.forges.git import Repository
from webform.forges.local import LocalForge
from webform.place import OpenedForge
from webform.serve import Service, make_service, server_config
from webform.settings import read_settings

from .samples import CODE, GROUP_ID, Clock, kept_code


@dataclass
class Served:
    """A running form."""

    port: int
    service: Service
    clock: Clock
    forge: Forge


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(repository: Path, state: Path, forge: Forge | None = None, **more: str) -> Iterator[Served]:
    """The form over a bare repository; the worker is the test's to call."""
    port = free_port()
    settings = read_settings(
        {"KIM_FORM_REPO": str(repository), "KIM_FORM_STATE": str(state), "KIM_FORM_PORT": str(port), **more}
    )
    clock, forge = Clock(), forge or LocalForge(repository)
    service = make_service(settings, OpenedForge(forge, Repository(repository), lambda: None), clock)
    service.outbox.codes.add(GROUP_ID, kept_code(), clock())
    assert codes.read_code(CODE)
    server = uvicorn.Server(server_config(service.app, settings))
    thread = threading.Thread(target=server.run, daemon=True)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(port, service, clock, forge)
        finally:
            server.should_exit = True
            thread.join()
            service.outbox.close()
