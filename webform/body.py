"""Reading what a phone sends: as it comes, never more than is allowed, and not for ever.

A form's fields are held in memory up to a small limit; a photo goes to a file as it arrives.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

MOST_FORM = 400_000
_MOST_FIELDS = 40
_MOST_FIELD = 20_000
_MOST_HEADERS = 4_000
#: seconds without a byte, and for a whole request: 15 MB over 2G take a quarter of an hour
IDLE, WHOLE_FORM, WHOLE_PHOTO = 30.0, 300.0, 1_500.0


class BadBodyError(Exception):
    """What was sent is no form; `status` is HTTP's word for it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Upload:
    """A photo's request: its fields, and the file with the first photo in it; `size` is 0 where none came."""

    fields: dict[str, str] = field(default_factory=dict)
    file: Path | None = None
    size: int = 0


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a plain form; of several with one name the last. Raises `BadBodyError`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":  # a browser that sends every form so
        upload = await read_upload(request, None, MOST_FORM)
        return upload.fields
    if kind != "application/x-www-form-urlencoded":
        raise BadBodyError(415)
    data = bytearray()
    async for chunk in _chunks(request, MOST_FORM, WHOLE_FORM):
        data += chunk
    try:
        pairs = parse_qsl(
            bytes(data).decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise BadBodyError(400) from None
    return dict(pairs)


async def read_upload(request: Request, spool: Path | None, most: int) -> Upload:
    """A multipart form with at most one file, written to `spool`. Raises `BadBodyError`, `OSError`."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise BadBodyError(415)
    receiver = _Receiver(spool)
    try:
        parser = MultipartParser(boundary, receiver.callbacks())  # type: ignore[arg-type]
        async for chunk in _chunks(request, most, WHOLE_PHOTO):
            parser.write(chunk)
        parser.finalize()
        if not receiver.ended:
            raise BadBodyError(400)
    except (MultipartParseError, UnicodeError):
        receiver.discard()
        raise BadBodyError(400) from None
    except (BadBodyError, ClientDisconnect, OSError, asyncio.CancelledError):
        receiver.discard()
        raise
    receiver.close()
    return receiver.upload


async def _chunks(request: Request, most: int, whole: float) -> AsyncIterator[bytes]:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:18]) > most:
        raise BadBodyError(413)
    seen = 0
    stream = request.stream()
    try:
        async with asyncio.timeout(whole):
            while True:
                async with asyncio.timeout(IDLE):
                    chunk = await anext(stream, b"")
                if not chunk:
                    # the stream ends with an empty chunk; what follows is its end
                    return
                seen += len(chunk)
                if seen > most:
                    raise BadBodyError(413)
                yield chunk
    except TimeoutError:
        raise BadBodyError(408) from None


class _Receiver:
    """The parser's listener: takes the parts apart and bounds each."""

    def __init__(self, spool: Path | None) -> None:
        self.upload = Upload()
        self.ended = False
        self._spool = spool
        self._header, self._value = bytearray(), bytearray()
        self._seen_headers = self._parts = 0
        self._name = ""
        self._is_file = self._is_whole = False
        self._text = bytearray()
        self._file: tempfile._TemporaryFileWrapper[bytes] | None = None

    def callbacks(self) -> dict[str, object]:
        """As python-multipart wants them."""
        names = "part_begin part_data part_end header_field header_value header_end end".split()
        return {f"on_{name}": getattr(self, f"_on_{name}") for name in names}

    def close(self) -> None:
        """The file is whole."""
        if self._file:
            self._file.close()

    def discard(self) -> None:
        """The file is not wanted."""
        if self._file:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
        self.upload.file = None

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_FIELDS:
            raise BadBodyError(400)
        self._name, self._is_file = "", False
        self._text = bytearray()
        self._header, self._value = bytearray(), bytearray()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._bound_headers(end - start)

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound_headers(end - start)

    def _bound_headers(self, size: int) -> None:
        self._seen_headers += size
        if self._seen_headers > _MOST_HEADERS * _MOST_FIELDS:
            raise BadBodyError(400)

    def _on_header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._name = options.get(b"name", b"").decode("utf-8", "replace")[:60]
            self._is_file = b"filename" in options
        self._header, self._value = bytearray(), bytearray()

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._text += data[start:end]
            if len(self._text) > (MOST_FORM if self._spool is None else _MOST_FIELD):
                raise BadBodyError(413)
            return
        if self._spool is None:
            return
        if self._file is None:
            self._file = tempfile.NamedTemporaryFile(dir=self._spool, prefix="foto-", delete=False)  # noqa: SIM115
            self.upload.file = Path(self._file.name)
        elif self._is_whole:
            raise BadBodyError(400)  # one photo a request
        self._file.write(data[start:end])
        self.upload.size += end - start

    def _on_part_end(self) -> None:
        if self._is_file:
            if self._file:
                self._file.flush()
                self._is_whole = True
        elif self._name:
            self.upload.fields[self._name] = bytes(self._text).decode("utf-8", "replace")

    def _on_end(self) -> None:
        self.ended = True
