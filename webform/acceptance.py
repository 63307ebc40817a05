"""The step before the thanks: a working copy that keeps the rules is accepted, once."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from kim.group import Group
from kim.text import digest_of
from webform.access import Access, wait_problem
from webform.compose import compose_stem, read_day
from webform.content import Content, ContentReader
from webform.drafts import Draft, Drafts
from webform.outbox import Outbox, PlaceTakenError, SameNewsError, StaleError
from webform.proposal import choose_branch, write_version
from webform.review import FieldProblem, form_problem
from webform.submission import State, Submission

#: others may send, or take a name, between the look at a working copy and its step
_TRIES = 20


class Acceptance:
    """Every call may come from another thread."""

    def __init__(
        self,
        outbox: Outbox,
        content: ContentReader,
        drafts: Drafts,
        access: Access,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox, self._content, self._drafts, self._access = outbox, content, drafts, access
        self._clock = clock

    def send(self, key: str) -> tuple[FieldProblem, ...]:
        """Accept a submission's working copy: what comes back without problems is safe.

        Raises `KeyError`, `OutboxFullError`.
        """
        for _ in range(_TRIES):
            found = self._outbox.submissions.find(key)
            if found is None:
                raise KeyError("no such address")
            if not found.is_edited or found.state is State.PUBLISHED:
                return ()  # pressed twice
            content = self._content.read()
            group = content.groups.get(found.group)
            if group is None or not self._outbox.codes.is_active(found.code):
                return (form_problem("kode", "K090"),)
            if self._access.has_sent_too_much(found.group):
                return (wait_problem("kirim"),)
            try:
                problems = self._accept(content, group, found)
            except SameNewsError as same:
                if not self._outbox.submissions.absorb(same.submission, found.id, self._clock()):
                    return ()
                key = same.submission
                continue
            except (StaleError, PlaceTakenError):
                continue
            if not problems:
                self._access.note_sent(found.group)
            return problems
        return (form_problem("kirim", "K095"),)

    def _accept(self, content: Content, group: Group, found: Submission) -> tuple[FieldProblem, ...]:
        photos = self._outbox.photos.shown(found.id)
        composed = self._drafts.compose(content, group, found, photos, self._stem(content, group, found))
        problems, _ = self._drafts.review(Draft(content, group, found, composed, photos))
        if any(other.is_error for other in problems):
            return problems
        self._outbox.submissions.accept(
            found.id,
            found.version,
            choose_branch(group, found, composed.stem),
            f"{group.folder}/{composed.stem}",
            write_version(group, found, composed, photos, problems),
            digest_of(found.target, found.answers.digest),
            self._clock(),
        )
        return ()

    def _stem(self, content: Content, group: Group, found: Submission) -> str:
        """The post's name; one that no other post and no other submission has."""
        day = read_day(found.answers.day, content.network) or self._drafts.today(content.network)
        stem = compose_stem(found.answers, day)
        own = found.path.rpartition("/")[2]
        if own and (own == stem or (own.startswith(f"{stem}-") and own[len(stem) + 1 :].isdigit())):
            return own
        taken = self._content.stems(group) | self._outbox.submissions.stems(group.folder)
        names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
        return next(name for name in names if name not in taken)
