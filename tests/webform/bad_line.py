"""A slow connection that drops: a proxy on loopback that cuts chosen requests in their middle."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

#: bytes a second, as a phone has them on 3G
_SPEED = 2_000_000


@dataclass
class BadLine:
    """Forwards to a port. `cuts` are beginnings of requests; each is cut once, after so many of its bytes."""

    target: int
    cuts: dict[bytes, int] = field(default_factory=dict)
    done: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "BadLine":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            service = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._forward, args=(phone, service, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(service, phone, False), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        left = -1
        with suppress(OSError):
            while data := source.recv(16_384):
                cut = next((begin for begin in self.cuts if is_up and data.startswith(begin)), None)
                if cut is not None:
                    self.done.append(cut)
                    left = self.cuts.pop(cut)
                if left >= 0:
                    data, left = data[:left], left - len(data)
                    if left <= 0:
                        sink.sendall(data)
                        break
                sink.sendall(data)
                time.sleep(len(data) / _SPEED)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
