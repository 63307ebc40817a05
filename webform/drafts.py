"""A working copy as it would become a post's file, and what the rules say of it. Keeps nothing."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime

from kim.group import Group
from kim.markup import MarkupReader
from kim.network import Network
from kim.text import decode
from webform.compose import Composed, compose_correction, compose_post, one_line, plain_text
from webform.content import Content, ContentReader
from webform.outbox import Outbox
from webform.review import FieldProblem, Review, check_day, form_problem, review, sort_problems
from webform.submission import Answers, Kind, SentPhoto, Submission

#: the name of a post that has none yet
NAMELESS = "2000-01-01-kabar"
_LONGEST_FIELD, _LONGEST_TEXT = 2_000, 100_000


#: looks at a working copy that are remembered: a page is shown, sent, and shown again
_REMEMBERED = 64

Judged = tuple[tuple[FieldProblem, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Draft:
    """A submission with the file that it would become, its photos, and what it is judged by."""

    content: Content
    group: Group
    found: Submission
    composed: Composed
    photos: tuple[SentPhoto, ...]


@dataclass(frozen=True)
class _Case:
    """All that a judgement of a draft follows from, by name; light enough to be remembered."""

    submission: str
    version: int
    path: str
    photos: tuple[SentPhoto, ...]
    commit: str
    today: date


class Drafts:
    """Every call may come from another thread; the one reader of Markdown serves them in turn."""

    def __init__(self, outbox: Outbox, content: ContentReader, clock: Callable[[], datetime]) -> None:
        self._outbox, self._content, self._clock = outbox, content, clock
        self._markup = MarkupReader()
        #: one thread for all: photos are decoded in it, and every thread that ever did would keep the room
        self._turn = ThreadPoolExecutor(1, "rules")
        self._judged: OrderedDict[_Case, Judged] = OrderedDict()

    def preview(self, group: str, answers: Answers) -> tuple[str, ...]:
        """The text as readers will see it: sanitised HTML, nothing of it kept."""
        content = self._content.read()
        known = content.groups.get(group) or next(iter(content.groups.values()))
        return _prose(self._try(content, known, answers))

    def check(self, content: Content, group: str, answers: Answers) -> tuple[FieldProblem, ...]:
        """What the rules say of a post's answers that are not kept; of a group unknown, as of any."""
        known = content.groups.get(group) or next(iter(content.groups.values()), None)
        if known is None:
            return ()
        result = self._try(content, known, answers)
        return (*result.problems, *check_day(answers, self.today(content.network), content.network))

    def compose(
        self, content: Content, group: Group, found: Submission, photos: tuple[SentPhoto, ...], stem: str
    ) -> Composed:
        """The file that a submission would become under the name `stem`; a correction keeps its own."""
        if found.kind is Kind.CORRECTION:
            post = self._content.post(group, found.target)
            path = post.path if post else f"{group.folder}/{found.target}.md"
            old = decode(post.text)[0] if post else ""
            return compose_correction(path, old, found.answers, self.today(content.network))
        return compose_post(group.folder, stem, found.answers, photos, content.network)

    def review(self, draft: Draft) -> Judged:
        """The problems of a draft, and its text as readers will see it."""
        return self._turn.submit(self._recall, draft).result()

    def _recall(self, draft: Draft) -> Judged:
        """The judgement of a case that was seen before, or a new one."""
        found, content = draft.found, draft.content
        today = self.today(content.network)
        case = _Case(found.id, found.version, draft.composed.path, draft.photos, content.commit, today)
        if case not in self._judged:
            self._judged[case] = self._judge(draft)
        self._judged.move_to_end(case)
        if len(self._judged) > _REMEMBERED:
            self._judged.popitem(last=False)
        return self._judged[case]

    def _judge(self, draft: Draft) -> Judged:
        found, network = draft.found, draft.content.network
        files: Mapping[str, bytes] = {
            photo.name: self._outbox.photos.data(found.id, photo.number) or b"" for photo in draft.photos
        }
        problems: list[FieldProblem] = []
        if found.kind is Kind.CORRECTION:
            post = self._content.post(draft.group, found.target)
            files = post.files if post else {}
            if post is None:
                problems.append(form_problem("kirim", "K096", found=found.target))
            if not one_line(found.answers.correction):
                problems.append(form_problem("ralat", "K016", key="Yang dibetulkan", example=""))
        else:
            problems += check_day(found.answers, self.today(network), network)
        result = review(draft.composed, files, network, draft.group, self._markup)
        # what is missing of a correction was said above, once
        problems += [other for other in result.problems if (other.field, other.code) != ("ralat", "K023")]
        return sort_problems(problems), _prose(result)

    def today(self, network: Network) -> date:
        """The day that it is in the region."""
        return self._clock().astimezone(network.zone).date()

    def _try(self, content: Content, group: Group, answers: Answers) -> Review:
        """What the rules say of answers that are not kept and have no photos yet."""
        composed = compose_post(group.folder, NAMELESS, tidy(answers), (), content.network)
        return self._turn.submit(review, composed, {}, content.network, group, self._markup).result()


def tidy(answers: Answers) -> Answers:
    """The answers as they are kept: one line each but the text, without invisible marks, not without end."""
    return Answers(
        title=short_line(answers.title),
        topic=short_line(answers.topic),
        text=plain_text(answers.text)[:_LONGEST_TEXT],
        author=short_line(answers.author),
        source=short_line(answers.source),
        day=short_line(answers.day),
        correction=short_line(answers.correction),
    )


def short_line(text: str) -> str:
    """One field as it is kept: a line, and not without end."""
    return one_line(text)[:_LONGEST_FIELD]


def _prose(result: Review) -> tuple[str, ...]:
    return result.reading.body.prose if result.reading.body else ()
