"""The worker: takes what was accepted from the outbox to the forge, and brings back what became of it.

One thread; every call to the forge may be repeated, so that a crash between a call and the step that notes
it does no harm. Nothing accepted is ever dropped: what the forge refuses waits for a person, and is tried
again.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from kim.folder import FOLDER_POST, POST_SUFFIX
from kim.group import Group
from kim.markup import MarkupReader
from kim.problems import Severity
from kim.rules import PostSource, read_post
from webform.content import Content, ContentReader
from webform.forges.base import Change, Forge, ForgeAway, ForgeRefused, Pull
from webform.outbox import Outbox, OutboxFullError, Version
from webform.proposal import next_branch, quote
from webform.submission import Kind, State, Submission

_log = logging.getLogger("webform")
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)
_REFRESH = timedelta(minutes=5)
_LONGEST_RETRY_AFTER = timedelta(hours=1)
#: how long a submission is kept after it was published, last edited but never sent, or sent back
KEPT_PUBLISHED, KEPT_DRAFT, KEPT_RETURNED = timedelta(days=30), timedelta(days=7), timedelta(days=90)


class Worker:
    """One pass is `work`; `run` repeats it until it is told to stop."""

    def __init__(
        self,
        outbox: Outbox,
        forge: Forge,
        content: ContentReader,
        clock: Callable[[], datetime],
        *,
        base: str = "main",
        folder: str = "content",
        poll: timedelta = timedelta(seconds=60),
        kept: timedelta = KEPT_PUBLISHED,
        refresh: Callable[[], None] = lambda: None,
    ) -> None:
        self._outbox, self._forge, self._content, self._clock = outbox, forge, content, clock
        self._base, self._folder, self._poll, self._kept = base, folder, poll, kept
        self._refresh = refresh
        self._refreshed = clock()
        self._paused_until: datetime | None = None
        self._purged: datetime | None = None
        self._awake = threading.Event()
        self._stopped = False
        self.is_alive = True

    def wake(self) -> None:
        """Something was accepted."""
        self._awake.set()

    def stop(self) -> None:
        """End `run` after the submission at hand."""
        self._stopped = True
        self._awake.set()

    def run(self, pause: float = 1.0) -> None:
        """Work until stopped. Seconds of `pause` lie between two looks into the outbox."""
        try:
            while not self._stopped:
                self.work()
                self._awake.wait(pause)
                self._awake.clear()
        finally:
            self.is_alive = False

    def work(self) -> int:
        """Take all that is due one step further; how many were."""
        now = self._clock()
        if self._paused_until and now < self._paused_until:
            return 0
        self._paused_until = None
        done = 0
        try:
            for submission in self._outbox.queue.due(now):
                if self._stopped or self._paused_until:
                    break
                self._advance(submission)
                done += 1
            self._purge(now)
            self._follow(now)
        except OutboxFullError:
            _log.error("outbox full: nothing can be noted")
            self._paused_until = now + timedelta(seconds=30)
        return done

    def _advance(self, found: Submission) -> None:
        now = self._clock()
        try:
            if found.state is State.ACCEPTED:
                self._propose(found)
            else:
                self._ask(found)
        except ForgeAway as away:
            pause = min(_FIRST_PAUSE * 2 ** min(self._outbox.queue.tries(found.id), 12), _LONGEST_PAUSE)
            if away.retry_after:
                pause = max(pause, min(timedelta(seconds=away.retry_after), _LONGEST_RETRY_AFTER))
            _log.warning("forge away for %s: again in %d s", found.id[:8], pause.total_seconds())
            self._paused_until = now + pause  # for all: it is the forge that is away
            self._outbox.queue.postpone(found.id, now + pause)
        except (ForgeRefused, ValueError) as refused:
            # ours or the forge's settings; the others go on, and this one waits for a person
            _log.error("forge refused %s: %s", found.id[:8], type(refused).__name__)
            self._outbox.queue.postpone(found.id, now + _LONGEST_PAUSE)

    def _propose(self, found: Submission) -> None:
        sent = self._outbox.submissions.version(found.id, found.revision)
        pull = self._forge.propose(self.change(found, sent))
        is_only = found.revision == 1  # then whatever became of the branch became of this revision
        if pull.state == "open" or is_only or (pull.state == "merged" and self._is_there(found, sent)):
            self._settle(found, pull)
            return
        # An editor merged or closed the one before while this was on its way: it goes under another branch.
        self._outbox.submissions.move(found.id, next_branch(found.branch), *self._moved(found, sent, pull))
        self._outbox.queue.postpone(found.id, self._clock())

    def _ask(self, found: Submission) -> None:
        pull = self._forge.state(found.branch)
        if pull is None:  # gone from the forge: once more
            self._settle(found, Pull("", "", "open"), proposed=-1)
        else:
            self._settle(found, pull)

    def _settle(self, found: Submission, pull: Pull, *, proposed: int | None = None) -> None:
        now = self._clock()
        state = {"open": State.PROPOSED, "merged": State.PUBLISHED, "closed": State.RETURNED}[pull.state]
        age = now - found.changed
        poll = self._poll if age < timedelta(hours=6) else max(self._poll, _LONGEST_PAUSE)
        revision = found.revision if proposed is None else proposed
        self._outbox.queue.settle(found.id, state, revision, pull.url, pull.words, now + poll, now)
        if state is not found.state:
            _log.info("%s is %s", found.id[:8], state)

    def change(self, found: Submission, sent: Version) -> Change:
        """What was sent, as a forge takes it."""
        content = self._content.read()
        group = content.groups.get(found.group)
        host = urlsplit(content.network.address).hostname or "localhost"
        files: list[tuple[str, bytes | None]] = []
        for path, what in sorted(sent.files.items()):
            if isinstance(what, int):
                data = self._outbox.photos.data(found.id, what)
            else:
                data = None if what is None else what.encode()
            files.append((f"{self._folder}/{path}", data))
        name = group.name if group else found.group
        return Change(
            branch=found.branch,
            base=self._base,
            title=f"{name}: {sent.title}",
            body=sent.body + _recheck(content, group, found, sent, dict(files), self._folder),
            author=sent.author,
            email=f"{found.group}+formulir@{host}",
            message=f"{sent.title} ({name})",
            files=tuple(files),
        )

    def _is_there(self, found: Submission, sent: Version) -> bool:
        self._refresh()
        change = self.change(found, sent)
        start = len(self._folder) + 1
        return self._content.holds({path[start:]: data for path, data in change.files if data is not None})

    def _moved(self, found: Submission, sent: Version, pull: Pull) -> tuple[str, Version]:
        """The place and files for another branch: where the first was merged, the post keeps its address."""
        if pull.state != "merged" or found.kind is Kind.CORRECTION or found.proposed < 1:
            return found.path, sent
        first = self._outbox.submissions.version(found.id, found.proposed)
        old = next(path for path, what in first.files.items() if isinstance(what, str))
        place = old.removesuffix(f"/{FOLDER_POST}").removesuffix(POST_SUFFIX)
        files: dict[str, str | int | None] = {}
        for path, what in sent.files.items():
            files[place + path[len(found.path) :]] = what
        files |= {path: None for path in first.files if path not in files}
        return place, Version(sent.revision, sent.title, sent.author, sent.body, files)

    def _follow(self, now: datetime) -> None:
        """Bring what is known of the repository up to date, for new groups, topics and posts."""
        if now - self._refreshed < _REFRESH:
            return
        self._refreshed = now
        try:
            self._refresh()
        except (ForgeAway, ForgeRefused) as fault:
            _log.warning("repository not refreshed: %s", type(fault).__name__)

    def _purge(self, now: datetime) -> None:
        if self._purged and now - self._purged < timedelta(hours=1):
            return
        self._purged = now
        gone = self._outbox.queue.purge(now, published=self._kept, drafts=KEPT_DRAFT, returned=KEPT_RETURNED)
        if gone:
            _log.info("deleted %d submissions whose time was over", gone)


def _recheck(
    content: Content,
    group: Group | None,
    found: Submission,
    sent: Version,
    files: Mapping[str, bytes | None],
    folder: str,
) -> str:
    """For the editor: which rules it breaks by now, as topics and groups may have changed since."""
    if group is None:
        return f"\n\nKelompok `{found.group}` tidak ada lagi di jaringan ini."
    path = next(path for path, what in sent.files.items() if isinstance(what, str))
    beside = {
        name.rpartition("/")[2]: data
        for name, data in files.items()
        if data is not None and name != f"{folder}/{path}"
    }
    if found.kind is Kind.CORRECTION:
        return ""  # its photos are in the repository, where the check of the pull request sees them
    source = PostSource(path, found.path.rpartition("/")[2], str(sent.files[path]).encode(), beside)
    problems = read_post(source, content.network, group, MarkupReader()).problems
    errors = [one for one in problems if one.severity is Severity.ERROR]
    lines = [f"- {one.code}: {quote(one.what)}" for one in errors]
    return "\n".join(["", "", "Aturan berubah sejak kabar ini dikirim:", "", *lines]) if errors else ""
