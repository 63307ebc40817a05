"""What a volunteer sends, and the states through which it goes.

    draft ──send──▶ accepted ──propose──▶ proposed ──merge──▶ published
                       ▲                      │
                       └───────send───────────┴──close──▶ returned

A submission in any state but `published` can be edited; the edit is a working copy (`is_edited`) until it is
sent, and what was sent before stays what the forge is shown.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """A new post, or the correction of one that is published."""

    POST = "post"
    CORRECTION = "correction"


class State(StrEnum):
    """Where a submission is; see the module's picture."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Answers:
    """The form's fields as they were typed. `day` is the event's, `correction` says what is put right."""

    title: str = ""
    topic: str = ""
    text: str = ""
    author: str = ""
    source: str = ""
    day: str = ""
    correction: str = ""

    @property
    def digest(self) -> str:
        """By it two sendings of the same news are found to be one."""
        parts = (self.title, self.topic, self.text, self.author, self.source, self.day, self.correction)
        return hashlib.sha256("\x00".join(" ".join(part.split()) for part in parts).encode()).hexdigest()


@dataclass(frozen=True)
class SentPhoto:
    """A photo of a submission, already clean: `name` as it will lie beside the post, its size in pixels.

    `received` are the bytes that its sender paid for; `number` counts from 1 and is never used again.
    """

    number: int
    name: str
    alt: str
    width: int
    height: int
    received: int


@dataclass(frozen=True)
class Submission:
    """A submission as the outbox has it.

    `id` is what the outbox and the log know it by; its secret address is not kept. `version` counts the
    saved working copies, `revision` those that were sent, `proposed` is the revision that the forge has.
    `target` is the path of the post that a correction puts right. `words` are the editor's.
    """

    id: str
    kind: Kind
    group: str
    code: int
    state: State
    version: int
    revision: int
    proposed: int
    is_edited: bool
    answers: Answers
    target: str
    branch: str
    path: str
    url: str
    words: str
    created: datetime
    changed: datetime

    @property
    def is_new(self) -> bool:
        """Whether it was never sent."""
        return self.revision == 0


def submission_id(secret: str) -> str:
    """The id behind a secret address. Nobody can go back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]
