"""A month of a small newsroom: what its people do to their posts on a day, all drawn from one seeded generator.

They keep to the rules (a rename carries its `Id`, a post is taken down in the open), as `feeds-check` sees to
it that they do.
"""

import random
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.corpus import Corpus, photo_bytes

GROUPS = ("hulu/kim-mata-air", "hilir/kim-muara", "kota/forum-kim")
TOPICS = ("budaya", "kesehatan")


@dataclass(frozen=True)
class Story:
    """A post as its writer has it; `id` is the file's first name."""

    group: str
    stem: str
    id: str
    title: str
    day: date
    clock: str
    topic: str
    body: str
    draft: bool = False
    photo: str = ""
    corrected: date | None = None
    former: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """Its identity in feeds."""
        return f"tag:kim-rekaan.example,2026:{self.group.split('/')[1]}/{self.id}"

    @property
    def file(self) -> str:
        """Where it lies below content/."""
        return f"{self.group}/{self.stem}/index.md" if self.photo else f"{self.group}/{self.stem}.md"

    @property
    def text(self) -> str:
        """What stands in the file."""
        lines = [f"Judul: {self.title}", f"Tanggal: {self.day} {self.clock}".strip(), f"Topik: {self.topic}"]
        if self.id != self.stem:
            lines += [f"Id: {self.id}", f"Alamat lama: {', '.join(self.former)}"]
        if self.draft:
            lines.append("Status: draf")
        if self.corrected:
            lines += [f"Ubah: {self.corrected}", "Ralat: Jumlahnya 34, bukan 43."]
        if self.photo:
            lines += ["Foto: a.jpg", "Keterangan foto: Warna polos"]
        return "\n".join([*lines, "", self.body, ""])


class Newsroom:
    """The posts of a corpus, and who works on them."""

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self.corpus = corpus
        self.random = random.Random(seed)
        self.stories: dict[str, Story] = {}
        self.withdrawn: dict[str, date] = {}
        #: what a problem holds back until tomorrow
        self.broken: Story | None = None
        self.done: list[str] = []

    def work(self, today: date) -> None:
        """One day, which begins with mending what was broken at the end of the day before."""
        self._mend()
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            self._write(today - timedelta(days=self.random.choice([0, 0, 0, 1, 2])))
        for work, share in (
            (self._edit, 0.4),
            (self._retitle, 0.2),
            (self._correct, 0.25),
            (self._rename, 0.2),
            (self._withdraw, 0.1),
            (self._finish, 0.5),
        ):
            if self.random.random() < share:
                work(today)
        if self.random.random() < 0.2:
            self._write(today + timedelta(days=2))
        if self.random.random() < 0.2:
            self._write(today, draft=True)
        if self.random.random() < 0.25:
            self._break(today)

    def published(self, today: date) -> set[str]:
        """The identities that are to be seen at the end of a day."""
        return {
            story.identity
            for story in self.stories.values()
            if not story.draft
            and story.day <= today
            and story.identity not in self.withdrawn
            and story != self.broken
        }

    def _write(self, day: date, draft: bool = False) -> None:
        number = len(self.stories) + 1
        group = self.random.choice(GROUPS)
        stem = f"{day}-kabar-{number}"
        self._put(
            Story(
                group,
                stem,
                stem,
                f"Kabar nomor {number} & <kawan>",
                day,
                self.random.choice(["", "07.30"]),
                self.random.choice(TOPICS),
                f"Isi kabar {number} ]]> dari [beranda](/).",
                draft,
                self.random.choice(["", "", f"#{self.random.randrange(16**6):06x}"]),
            )
        )

    def _put(self, story: Story) -> None:
        """Write a story in the place of its former self."""
        if before := self.stories.get(story.identity):
            (self.corpus.content / before.file).unlink()
        self.stories[story.identity] = story
        self.corpus.write(story.file, story.text)
        if story.photo:
            self.corpus.write(f"{story.group}/{story.stem}/a.jpg", photo_bytes(story.photo))

    def _pick(self, today: date, *, draft: bool = False) -> Story | None:
        """One of the stories that are published since yesterday or longer, or of the drafts."""
        found = [
            story
            for name, story in sorted(self.stories.items())
            if name not in self.withdrawn and story.draft is draft and story.day < today
        ]
        return self.random.choice(found) if found else None

    def _change(self, name: str, story: Story | None) -> None:
        if story:
            self.done.append(name)
            self._put(story)

    def _edit(self, today: date) -> None:
        if story := self._pick(today):
            self._change("edit", replace(story, body=f"{story.body} Tambahan {today}."))

    def _retitle(self, today: date) -> None:
        if story := self._pick(today):
            self._change("retitle", replace(story, title=f"Baru {today}: {story.id}"))

    def _correct(self, today: date) -> None:
        if story := self._pick(today):
            self._change("correct", replace(story, corrected=today))

    def _rename(self, today: date) -> None:
        story = self._pick(today)
        if story and not story.photo:
            address = f"/{story.group}/{story.stem}/"
            stem = f"{story.day}-nama-{len(self.done)}"
            self._change("rename", replace(story, stem=stem, former=(*story.former, address)))

    def _withdraw(self, today: date) -> None:
        if story := self._pick(today):
            self.done.append("withdraw")
            self.withdrawn[story.identity] = today
            lines = [
                f'[[posts]]\npost = "{name.partition(":")[2].partition(":")[2]}"\ndate = {day}\nreason = "Keliru."\n'
                for name, day in self.withdrawn.items()
            ]
            self.corpus.write("ditarik.toml", "\n".join(lines))
            if self.random.random() < 0.5:
                file = self.corpus.content / story.file
                shutil.rmtree(file.parent) if story.photo else file.unlink()

    def _break(self, today: date) -> None:
        """A slip in a published file, which holds the post back."""
        if story := self._pick(today):
            self.done.append("break")
            self.broken = story
            self.corpus.write(story.file, story.text.replace("Topik: ", "Topik: tidak-ada-", 1))

    def _mend(self) -> None:
        if story := self.broken:
            self.broken = None
            self._change("mend", story)

    def _finish(self, today: date) -> None:
        """A draft is published, with the day on which it is."""
        if story := self._pick(today, draft=True):
            self._change("finish", replace(story, draft=False))
