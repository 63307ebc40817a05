"""A browser without JavaScript: it opens pages, fills in the form that is on them, and presses a button."""

import gzip
import http.client
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Answer:
    """An answer, its headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class _Reader(HTMLParser):
    """The first form of a page and what it would send; ids, links, and the page's text."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.images: list[str] = []
        self.words: list[str] = []
        self._select = self._textarea = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        self.ids.add(a.get("id", ""))
        if tag == "form" and not self.form:
            self.form = a
        elif tag == "input" and a.get("type") != "file":
            self.values[a["name"]] = a.get("value", "")
        elif tag == "select":
            self._select = a["name"]
            self.values[self._select] = ""
        elif tag == "option" and "selected" in a:
            self.values[self._select] = a["value"]
        elif tag == "textarea":
            self._textarea = a["name"]
            self.values[self._textarea] = ""
        elif tag == "button":
            self.buttons.append((a.get("name", ""), a.get("value", "")))
        elif tag == "a":
            self.links.append(a.get("href", ""))
        elif tag == "img":
            self.images.append(a.get("src", ""))
        elif tag in ("style", "script"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n")
            self._textarea = ""
        elif tag in ("style", "script"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data
        elif not self._hidden:
            self.words.append(data)


@dataclass
class Page:
    """A page as its reader has it before them."""

    address: str
    answer: Answer
    form: dict[str, str]
    values: dict[str, str]
    buttons: list[tuple[str, str]]
    ids: set[str]
    links: list[str]
    images: list[str]
    words: str

    @property
    def status(self) -> int:
        """HTTP's."""
        return self.answer.status


@dataclass
class Phone:
    """One browser; `host` is what it believes to talk to."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 60

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request; no redirect is followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def open(self, path: str) -> Page:
        """A page, after its redirects."""
        return self._page(path, self.request("GET", path))

    def press(
        self,
        page: Page,
        button: str = "",
        values: dict[str, str] | None = None,
        photo: bytes | None = None,
        name: str = "foto.jpg",
    ) -> Page:
        """Fill in the page's form and press one of its buttons."""
        if button:
            assert ("aksi", button) in page.buttons, page.buttons
        fields = {**page.values, **(values or {})}
        fields = fields | {"aksi": button} if button else fields
        action = page.form.get("action") or page.address
        if page.form.get("enctype") == "multipart/form-data":
            kind, body = multipart(fields, photo, name)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        origin = f"http://127.0.0.1:{self.port}"
        headers = {"Content-Type": kind, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        return self._page(action, self.request("POST", action, body, headers))

    def _page(self, path: str, answer: Answer) -> Page:
        for _ in range(5):
            if answer.status != 303:
                break
            path = urljoin(path, answer.headers["location"])
            parts = urlsplit(path)
            answer = self.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        reader = _Reader()
        reader.feed(answer.text)
        return Page(
            path,
            answer,
            reader.form,
            reader.values,
            reader.buttons,
            reader.ids,
            reader.links,
            reader.images,
            " ".join(" ".join(reader.words).split()),
        )


def multipart(fields: dict[str, str], photo: bytes | None, name: str = "foto.jpg") -> tuple[str, bytes]:
    """The type and the body of a form with a photo, as browsers write them."""
    mark = secrets.token_hex(12)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="foto"; filename="{name}"\r\n'
    parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + (photo or b"") + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, f"--{mark}--\r\n".encode()])
