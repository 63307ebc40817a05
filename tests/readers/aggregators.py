"""Four aggregators that people really run, each subscribed from the OPML, all asked the same questions.

`polled` is what the aggregator holds after a visit; `news` is what its user was told for the first time.
"""

import mailbox
import os
import re
import sqlite3
import subprocess
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import feedparser
from lxml import etree
from reader import make_reader

from tests.pages.conftest import find_program


@dataclass(frozen=True)
class Seen:
    """An item as an aggregator shows it; `text` are its words, without tags."""

    identity: str
    title: str
    link: str
    author: str
    published: datetime
    text: str


def words(html: str) -> str:
    """What a person reads of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def subscriptions(opml: str) -> list[str]:
    """The feeds of an OPML."""
    with urlopen(opml) as answer:  # noqa: S310 (our own server)
        return etree.fromstring(answer.read()).xpath("//outline/@xmlUrl")


class Aggregator:
    """What they have in common. A shelf is a feed's address, or empty where all feeds go into one heap."""

    #: an item that stands in several feeds is shown once
    is_one_heap = False
    #: what changes after the first delivery is shown
    shows_changes = True

    def subscribe(self, opml: str) -> None:
        raise NotImplementedError

    def poll(self) -> None:
        """Visit every feed once."""
        raise NotImplementedError

    def deliveries(self) -> list[tuple[str, Seen]]:
        """Everything that the user has in front of them, with its shelf; one entry for each time it came."""
        raise NotImplementedError


class Feedparser(Aggregator):
    """The library as an aggregator of the province would use it: conditional requests, items by their id."""

    def subscribe(self, opml: str) -> None:
        self.state: dict[str, str | None] = dict.fromkeys(subscriptions(opml))
        self.items: dict[tuple[str, str], Seen] = {}

    def poll(self) -> None:
        for feed, etag in self.state.items():
            parsed = feedparser.parse(feed, etag=etag)
            if parsed.status == 304:
                continue
            assert not parsed.bozo, (feed, parsed.get("bozo_exception"))
            assert parsed.status == 200, feed
            self.state[feed] = parsed.etag
            identities = [entry.id for entry in parsed.entries]
            assert len(identities) == len(set(identities)), feed
            for entry in parsed.entries:
                self.items[feed, entry.id] = Seen(
                    entry.id,
                    entry.title,
                    entry.link,
                    entry.author,
                    datetime(*entry.published_parsed[:6], tzinfo=UTC),
                    words(entry.content[0].value),
                )

    def deliveries(self) -> list[tuple[str, Seen]]:
        return [(feed, seen) for (feed, _), seen in self.items.items()]


class Reader(Aggregator):
    """The library `reader`."""

    def subscribe(self, opml: str) -> None:
        self.reader = make_reader(":memory:")
        for feed in subscriptions(opml):
            self.reader.add_feed(feed)

    def poll(self) -> None:
        results = list(self.reader.update_feeds_iter(scheduled=False))
        assert [result for result in results if isinstance(result.value, Exception)] == []

    def deliveries(self) -> list[tuple[str, Seen]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return [
                (
                    entry.feed_url,
                    Seen(
                        entry.id,
                        entry.title,
                        entry.link,
                        entry.author,
                        entry.published,
                        words(entry.content[0].value),
                    ),
                )
                for entry in self.reader.get_entries()
            ]


class Newsboat(Aggregator):
    """newsboat, which keeps the items of all feeds in one heap by their guid."""

    is_one_heap = True

    def __init__(self, folder: Path) -> None:
        self.program = find_program("newsboat", "newsboat")
        folder.mkdir()
        self.folder = folder
        (folder / "config").write_text("auto-reload no\nreload-threads 2\n")

    def _run(self, *arguments: str) -> None:
        command = [self.program, "-u", "urls", "-c", "cache.db", "-C", "config", *arguments]
        environment = os.environ | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def subscribe(self, opml: str) -> None:
        with urlopen(opml) as answer:  # noqa: S310 (our own server)
            (self.folder / "feeds.opml").write_bytes(answer.read())
        self._run("-i", "feeds.opml")
        listed = (self.folder / "urls").read_text().splitlines()
        assert {line.split()[0] for line in listed} == set(subscriptions(opml))

    def poll(self) -> None:
        self._run("-x", "reload")

    def deliveries(self) -> list[tuple[str, Seen]]:
        query = "select guid, title, url, author, pubDate, content from rss_item where deleted = 0"
        database = sqlite3.connect(self.folder / "cache.db")
        try:
            rows = database.execute(query).fetchall()
        finally:
            database.close()
        return [
            ("", Seen(guid, title, url, author, datetime.fromtimestamp(moment, UTC), words(content)))
            for guid, title, url, author, moment, content in rows
        ]


class Rss2email(Aggregator):
    """rss2email, which sends each item of each feed as a letter; a letter that was sent stays as it is."""

    shows_changes = False

    def __init__(self, folder: Path) -> None:
        self.program = find_program("r2e", "rss2email")
        folder.mkdir()
        self.folder = folder

    def _run(self, *arguments: str) -> None:
        command = [self.program, "-c", "rss2email.cfg", "-d", "rss2email.json", *arguments]
        environment = os.environ | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "no_proxy": "*"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert not re.search("ERROR|WARNING|Traceback", done.stderr), done.stderr

    def subscribe(self, opml: str) -> None:
        self._run("new", "pembaca@example.org")
        config = self.folder / "rss2email.cfg"
        text = config.read_text()
        (self.folder / "mail").mkdir()
        for key, value in {
            "email-protocol": "maildir",
            "maildir-path": str(self.folder / "mail"),
            "html-mail": "True",
            "date-header": "True",
            "date-header-order": "issued, modified",
        }.items():
            text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        config.write_text(text)
        with urlopen(opml) as answer:  # noqa: S310 (our own server)
            (self.folder / "feeds.opml").write_bytes(answer.read())
        self._run("opmlimport", "feeds.opml")

    def poll(self) -> None:
        self._run("run")

    def deliveries(self) -> list[tuple[str, Seen]]:
        folder = mailbox.Maildir(self.folder / "mail" / "INBOX", create=False)
        return [_read_letter(letter) for letter in folder]


def _read_letter(letter: Message) -> tuple[str, Seen]:
    def header(name: str) -> str:
        return str(make_header(decode_header(letter[name])))

    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    html = payload.decode(letter.get_content_charset() or "ascii")
    body = re.search(r'<div id="body">(.*)</div>\s*<div class="footer">', html, re.DOTALL)
    assert body
    sender = header("From").rpartition(" <")[0].strip('"')
    published = parsedate_to_datetime(letter["Date"])
    seen = Seen(
        header("X-RSS-ID"),
        header("Subject"),
        header("X-RSS-URL"),
        sender,
        published if published.tzinfo else published.replace(tzinfo=UTC),
        words(body[1]),
    )
    return header("X-RSS-Feed"), seen


def all_aggregators(folder: Path) -> dict[str, Aggregator]:
    """One of each, new."""
    return {
        "feedparser": Feedparser(),
        "reader": Reader(),
        "newsboat": Newsboat(folder / "newsboat"),
        "rss2email": Rss2email(folder / "rss2email"),
    }
