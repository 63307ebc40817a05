"""A whole network of random content that keeps every rule: all keys, all Markdown, from one seed.

The same seed and size give the same bytes. `python -m tests.pages.random_corpus FOLDER --posts 10000` writes
one for other uses, a benchmark for one. Words are drawn, not written: nothing in it means anything.
"""

import argparse
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image

from kim.dates import DAYS, MONTHS
from kim.text import slug

#: The day that the corpus is made for: what is dated later waits.
TODAY = date(2026, 11, 20)

_WORDS = """
abu acara adat air akar aliran anak angin api atap awan ayam bagi bahan baik bambu bangku banjir bapak baru
batas batu bayar bayi belajar benang benih beras bersih besar biasa bibit bidan biji bintang buah buku bulan
bunga buruh cabai cahaya cakap cangkul cerita contoh cuaca dagang dahan dapur darat datang daun dayung dekat
dinding doa dua dukung durian ember emas empat enam gambar garam gelap gotong guru hadir hari harga hasil hujan
hutan ibu ikan indah ingat jadwal jaga jalan jamu jembatan jemur jernih juang kabar kaki kali kampung kandang
kapal karung kasur kata kawan kayu kebun kecil kelapa kelas kelompok keluarga kemarau kerja ketua kopi kolam
kuat kuda kulit kumpul kunjung ladang lagu laku lama lampu langit lapang laut lebah lembah lima lomba lumbung
lurus madu main malam manis masak mata mawar melati minggu minum muda mulai musim nasi nelayan nenek nyala obat
ombak orang padi pagi panas panen pantai papan parang pasar pasir pemuda pendek perahu periksa pesan petani
pintu pisang pohon posyandu pupuk putih rakit ramai rapat rasa ratus rawat relawan ribu ringan roti ruang
rumah rumput sabun sagu sampah sapi sarung satu sawah sayur sehat sekolah selokan semai senang sendi siang
siap siswa subur sumur sungai surat tahun tali taman tambak tanah tanam tangan tari tebing tegak telur tempat
tenun tepung terang tikar timbang tiga tinggi tukang tulis turun udang ujung ukur ulang umbi untung upacara
usaha waktu warga warna warung wisata yang dan di ke dari untuk dengan pada itu ini akan sudah belum juga
""".split()
_SYLLABLES = (
    "ba da ga ja ka la ma na pa ra sa ta wa bu du ku lu mu nu ru su tu bi di ki li mi ni ri si ti".split()
)
#: What breaks a careless template: each stands in a title, a caption or a sentence now and then.
_AWKWARD = (
    "harga < 5 & > 3", '"kata orang"', "'sudah'", "السلام", "🐟", "R&D", "<b>tebal</b>", "</script>", "é", "Rp12.500",
    "--", "100%", "a/b", "{{ nama }}", "{% x %}", "&amp;", "C:jalan", "3 × 4", "“kutip”", "—",
    "tanjungwulangkaringparanggumilangsamudratanjungwulangkaring",
)  # fmt: skip
_TOPICS = (
    ("laut", "Laut dan perahu"),
    ("kebun", "Kebun & dapur"),
    ("keselamatan", "Keselamatan, penanggulangan bencana, dan kesehatan keluarga"),
    ("budaya", "Budaya"),
    ("pemerintahan", "Pemerintahan"),
    ("lingkungan", "Lingkungan"),
    ("kosong", "Belum pernah dipakai"),
)
_LEVEL, _CODE = "kota", "98.01"


@dataclass(frozen=True)
class RandomGroup:
    """A group of the corpus: its folder, the names and codes of its villages, and when it began."""

    folder: str
    villages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RandomCorpus:
    """What was written. `published` are the addresses of posts that a build at `TODAY` must show."""

    root: Path
    groups: tuple[RandomGroup, ...]
    published: tuple[str, ...]
    drafts: int
    waiting: int


def write_random_corpus(
    root: Path, posts: int = 1_000, seed: int = 1, groups: int = 40, photos: int = 24
) -> RandomCorpus:
    """Write network, groups, pages and posts below `root`; about `photos` posts have one or more photos."""
    return _Writer(root, seed).write(posts, groups, photos)


class _Writer:
    """Writes one corpus, every choice drawn from one generator."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.labels = [self.words(1, 3) for _ in range(60)]
        self.districts: list[tuple[str, str, str]] = []
        self.villages: dict[str, list[tuple[str, str]]] = {}
        #: addresses that a text may link to
        self.targets: list[str] = ["/", "/kim/", "/arsip/", "/tentang/"]
        self.serial = 0

    # Parts of texts

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def words(self, least: int, most: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=self.random.randint(least, most)))

    def name(self, least: int = 1, most: int = 3) -> str:
        """A proper name that no other thing has."""
        self.serial += 1
        parts = ["".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4))).capitalize()
                 for _ in range(self.random.randint(least, most))]  # fmt: skip
        return f"{' '.join(parts)} {self.serial}"

    def title(self) -> str:
        """Between 10 and 120 characters, some of them awkward."""
        text = self.words(3, 9).capitalize()
        if self.chance(0.3):
            text += f" {self.random.choice(_AWKWARD)}"
        while len(text) < 10 or self.chance(0.3):
            text += f" {self.words(1, 4)}"
        return text[:120].strip().ljust(10, "a")

    def sentence(self) -> str:
        text = f"{self.words(4, 16).capitalize()}."
        return f"{text[:-1]} {self.random.choice(_AWKWARD)}." if self.chance(0.06) else text

    def inline(self) -> str:
        """One piece of running text with a mark of Markdown's."""
        words, target = self.words(1, 4), self.random.choice(self.targets)
        return self.random.choice(
            [
                f"**{words}**", f"*{words}*", f"***{words}***", f"__{words}__", f"_{words}_", f"`{words} <b>`",
                f"\\*{words}\\*", f"[{words}](https://contoh.example/a?b=1&c=2 \"{words}\")", f"[**{words}**]({target})",
                f"[{words}]({target})", f"[{words}](mailto:redaksi@contoh.example)", f"[{words}](tel:+628000000000)",
                "https://contoh.example/jalan/panjang", "<https://contoh.example/siku>", "<redaksi@contoh.example>",
                f"[{words}](https://www.youtube.com/watch?v=contoh)", "&copy; 2026 &#38; &lt;x&gt;", f"[{words}][rujukan]",
            ]
        )  # fmt: skip

    def paragraph(self) -> str:
        sentences = [self.sentence() for _ in range(self.random.randint(1, 5))]
        if self.chance(0.4):
            sentences.insert(self.random.randrange(len(sentences) + 1), self.inline())
        joint = "  \n" if self.chance(0.05) else self.random.choice([" ", "\n"])
        return joint.join(sentences)

    def block(self) -> str:
        """One block of Markdown, of any kind."""
        kinds: Sequence[Callable[[], str]] = (
            self.paragraph, self.paragraph, self.paragraph, self.paragraph, self.heading, self.bullets, self.numbers,
            self.quote, self.table, self.code, self.rule,
        )  # fmt: skip
        return self.random.choice(kinds)()

    def heading(self) -> str:
        words = self.words(1, 6).capitalize()
        if self.chance(0.2):
            return f"{words}\n{self.random.choice('=-') * 6}"
        return f"{'#' * self.random.randint(1, 6)} {words}"

    def bullets(self) -> str:
        mark, lines = self.random.choice("-*+"), []
        for _ in range(self.random.randint(1, 6)):
            lines.append(f"{mark} {self.words(1, 9)} {self.inline() if self.chance(0.2) else ''}".rstrip())
            if self.chance(0.3):
                lines += [f"    {mark} {self.words(1, 5)}", f"        1. {self.words(1, 5)}"]
        return "\n".join(lines)

    def numbers(self) -> str:
        start = self.random.choice([1, 1, 1, 3, 10])
        return "\n".join(f"{start + at}. {self.words(1, 9)}" for at in range(self.random.randint(1, 6)))

    def quote(self) -> str:
        lines = [f"> {self.sentence()}", ">", f"> > {self.sentence()}", ">", f"> - {self.words(1, 5)}"]
        return "\n".join(lines[: self.random.choice([1, 3, 5])])

    def table(self) -> str:
        columns = self.random.randint(1, 9)
        rules = self.random.choices(["---", ":--", ":-:", "--:"], k=columns)
        rows = [
            [self.random.choice([self.words(1, 2), "12.500", "", f"**{self.words(1, 1)}**", r"a \| b", "&"])
             for _ in range(columns)]
            for _ in range(self.random.randint(1, 6))
        ]  # fmt: skip
        head = [self.words(1, 2) for _ in range(columns)]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))

    def code(self) -> str:
        return f"    {self.words(2, 6)} & <{self.words(1, 1)}>\n        {'0123456789' * self.random.randint(1, 9)}"

    def rule(self) -> str:
        return self.random.choice(["---", "***", "- - -"])

    def body(self) -> str:
        blocks = [self.paragraph(), *(self.block() for _ in range(self.random.choice([0, 1, 3, 5, 8, 12])))]
        return "\n\n".join([*blocks, "[rujukan]: https://contoh.example/rujukan"])

    # Files

    def write(self, posts: int, groups: int, photos: int) -> RandomCorpus:
        self._write_network()
        made = [self._write_group(number) for number in range(groups)]
        self._write_pages()
        writing = made[: max(1, groups - 3)]  # the last groups have nothing to say yet
        with_photos = set(self.random.sample(range(posts), min(photos, posts)))
        published: list[str] = []
        drafts = waiting = 0
        for number in range(posts):
            group = self.random.choice(writing)
            day = TODAY - timedelta(days=int(self.random.random() ** 2 * 900))
            state = self.random.choices(["terbit", "draf", "nanti"], [97, 2, 1])[0]
            if state == "nanti":
                day = TODAY + timedelta(days=self.random.randint(2, 200))
            stem = f"{day.isoformat()}-{slug(self.words(1, 4))}-{number}"
            self._write_post(group, stem, day, state, number in with_photos)
            drafts, waiting = drafts + (state == "draf"), waiting + (state == "nanti")
            if state == "terbit":
                published.append(f"/{group.folder}/{stem}/")
                self.targets.append(published[-1])
        return RandomCorpus(self.root, tuple(made), tuple(published), drafts, waiting)

    def _put(self, path: str, data: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())

    def _write_network(self) -> None:
        rows = ["code,kind,name,kecamatan_code,kecamatan,lat,lon"]
        for number in range(1, 8):
            code, name = f"{_CODE}.{number:02}", self.name()
            self.districts.append((code, name, slug(name)))
            rows.append(f"{code},kecamatan,{name},{code},{name},-3.{number},130.{number}")
            for village in range(1, self.random.randint(3, 9)):
                kind = self.random.choice(["desa", "kelurahan"])
                inner = (
                    f"{code}.{1000 if kind == 'kelurahan' else 2000}".removesuffix("000") + f"{village:03}"
                )
                self.villages.setdefault(code, []).append((inner, self.name(1, 2)))
                place = f"-3.{number}{village},130.{number}{village}"
                rows.append(f"{inner},{kind},{self.villages[code][-1][1]},{code},{name},{place}")
        self._put("wilayah.csv", "\n".join([*rows, ""]))
        districts = "".join(f'[[districts]]\ncode = "{c}"\nslug = "{s}"\n' for c, _, s in self.districts)
        topics = "".join(f'[[topics]]\nslug = "{s}"\nname = "{n}"\n' for s, n in _TOPICS)
        self._put(
            "network.toml",
            f'name = "KIM Acak"\nregion = "Kota Acak"\nshort = "Acak"\nlevel = "{_LEVEL}"\ncode = "{_CODE}"\n'
            'province = "Contoh"\nauthority = "kim-acak.example,2024"\ntime_zone = "WIT"\n'
            'address = "https://kim-acak.example/"\ncolours = ["#5b2a86", "#0f7173"]\n'
            'form = "https://kirim.kim-acak.example/"\n'
            '[office]\nname = "Diskominfo Acak & Rekan"\ncontact = "redaksi@kim-acak.example"\n'
            f"{districts}{topics}",
        )
        self.targets += [f"/topik/{s}/" for s, _ in _TOPICS] + [f"/{s}/" for _, _, s in self.districts]

    def _write_group(self, number: int) -> RandomGroup:
        name = (
            f"KIM {self.name()}"
            if self.chance(0.9)
            else f"Komunitas Informasi {self.words(4, 9).title()} {number}"
        )
        # the last kecamatan has no group at all
        code, _, section = self.random.choice(self.districts[:-1])
        villages = tuple(self.random.sample(self.villages[code], k=min(2, len(self.villages[code]))))
        scope = [inner for inner, _ in villages]
        if number % 8 == 7:
            section, scope = _LEVEL, [_CODE]
            villages = tuple(village for own in self.villages.values() for village in own)
        elif number % 8 == 6:
            scope, villages = [code], tuple(self.villages[code])
        folder = f"{section}/{slug(name)[:60].strip('-')}"
        lines = [f'id = "g-{number}"', f'name = "{name}"', f"scope = {scope!r}".replace("'", '"')]
        lines.append(
            'contact = "0811-0000-000"' if self.chance(0.2) else f'contact = "g-{number}@contoh.example"'
        )
        if self.chance(0.7):
            lines.append(f'about = "{self.words(5, 25).capitalize()} & <b>."')
        if self.chance(0.5):
            lines += [
                f"founded = {date(2015 + number % 10, 1 + number % 12, 3)}",
                'decree = "SK Lurah Nomor 1 < 2"',
            ]
        if self.chance(0.3):
            lines.append('editors = ["contoh-akun"]')
        if self.chance(0.2):
            lines.append(f'former = ["{section}/kim-lama-{number}"]')
        self._put(f"{folder}/kim.toml", "\n".join([*lines, ""]))
        self.targets.append(f"/{folder}/")
        return RandomGroup(folder, villages)

    def _write_pages(self) -> None:
        for name in ("tentang", "panduan", "pedoman", "privasi", "tanya-jawab"):
            summary = f"Ringkasan: {self.words(5, 20)}\n" if self.chance(0.5) else ""
            self._put(f"pages/{name}.md", f"Judul: {name.capitalize()} & lainnya\n{summary}\n{self.body()}\n")

    def _write_post(self, group: RandomGroup, stem: str, day: date, state: str, with_photos: bool) -> None:
        body, files = self.body(), {}
        lead = ""
        if with_photos:
            body, lead, files = self._add_photos(body)
        if self.chance(0.02):
            files["lampiran.pdf"] = b"%PDF-1.4\n" + self.words(9, 99).encode()
            body += f"\n\nLihat [{self.words(1, 4)}](lampiran.pdf).\n"
        text = self._dress("\n".join(self._head(group, stem, day, state, lead)), body)
        folder = f"{group.folder}/{stem}"
        if files or self.chance(0.05):
            self._put(f"{folder}/index.md", text)
            for name, data in files.items():
                self._put(f"{folder}/{name}", data)
        else:
            self._put(f"{folder}.md", text)

    def _head(self, group: RandomGroup, stem: str, day: date, state: str, lead: str) -> list[str]:
        pick = self.random.choice
        lines = [
            f"{pick(['Judul', 'Title', 'judul'])}: {self.title()}",
            f"{pick(['Tanggal', 'Date'])}: {self._date(day)}",
        ]
        lines.append(f"{pick(['Topik', 'Category'])}: {pick(pick(_TOPICS[:-1]))}")
        village = pick(group.villages)
        corrected = min(TODAY - timedelta(days=1), day + timedelta(days=self.random.randint(0, 40)))
        optional = (
            (0.3, [f"{pick(['Penulis', 'Author'])}: {self.words(1, 3).title()}"]),
            (0.5, [f"{pick(['Ringkasan', 'Summary'])}: {self.sentence()}"]),
            (0.4, [f"{pick(['Desa', 'Village'])}: {pick(village)}"]),
            (0.3, [f"{pick(['Sumber', 'Source'])}: {self.sentence()}"]),
            (0.6, [f"{pick(['Label', 'Tags'])}: {', '.join(self.random.sample(self.labels, k=self.random.randint(1, 4)))}"]),
            (0.1, [f"Id: {day.isoformat()}-lama-{self.serial}-{stem[-6:].strip('-')}"]),
            (0.02, [f"{pick(['Sematkan', 'Pin'])}: {self._date(TODAY + timedelta(days=self.random.randint(-30, 60)))}"]),
            (0.05, [f"{pick(['Alamat lama', 'Former URL'])}: /warta/{stem}/, /Arsip_Lama/{stem}/"]),
        )  # fmt: skip
        for part, more in optional:
            if self.chance(part):
                lines += more
        if lead:
            lines += [f"{pick(['Foto', 'Image'])}: {lead}", f"Keterangan foto: {self.sentence()}"]
            lines.append(f"{pick(['Kredit foto', 'Image credit'])}: {self.words(1, 3)}")
        if state == "draf":
            lines.append(f"Status: {pick(['draf', 'draft'])}")
        elif self.chance(0.2):
            lines.append("Status: terbit")
        if state == "terbit" and corrected >= day and self.chance(0.06):
            lines += [f"Ubah: {self._date(corrected)}", f"Ralat: {self.sentence()}"]
        return [lines[0], *self.random.sample(lines[1:], k=len(lines) - 1)]

    def _date(self, day: date) -> str:
        clock = self.random.choice(["", "", " 07.30", " 23:59"])
        words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        forms = [day.isoformat(), f"{day:%d/%m/%Y}", words, f"{DAYS[day.weekday()]}, {words}"]
        return self.random.choice(forms) + clock

    def _add_photos(self, body: str) -> tuple[str, str, dict[str, bytes]]:
        blocks, files = body.split("\n\n"), {}
        count = self.random.choice([1, 1, 2, 12])
        for number in range(count):
            form, suffix = self.random.choice([("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
            name, shape = f"foto-{number}.{suffix}", (self.random.randint(1, 90), self.random.randint(1, 90))
            files[name] = photo_bytes(f"#{self.random.randrange(16**6):06x}", shape, form)
            caption = self.random.choice(["", f' "{self.words(1, 9)} & <b>"'])
            blocks.insert(
                self.random.randint(1, len(blocks)), f"![{self.words(2, 9)} & \\< 3]({name}{caption})"
            )
        return (
            "\n\n".join(blocks),
            self.random.choice(["", "foto-0." + next(iter(files)).rpartition(".")[2]]),
            files,
        )

    def _dress(self, head: str, body: str) -> bytes:
        """The file's bytes: with a fence or without, as one computer or another saves it."""
        if self.chance(0.1):
            head = f"---\n{head}\n---"
        text = f"{head}\n\n{body}\n"
        match self.random.choices(["", "bom", "crlf", "utf-16", "cp1252"], [90, 4, 4, 1, 1])[0]:
            case "bom":
                return text.encode("utf-8-sig")
            case "crlf":
                return text.replace("\n", "\r\n").encode()
            case "utf-16":
                return text.encode("utf-16")
            case "cp1252":
                return text.encode("cp1252", "ignore")
            case _:
                return text.encode()


def photo_bytes(colour: str, size: tuple[int, int], form: str) -> bytes:
    """A small plain photo."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def build_time() -> datetime:
    """The clock of a build that the corpus is made for: the end of its day, so that all of it is out."""
    from kim.dates import ZONES

    return datetime(TODAY.year, TODAY.month, TODAY.day, 23, 59, 59, tzinfo=ZONES["WIT"])


def main() -> None:
    """The corpus as a command."""
    parser = argparse.ArgumentParser(description="Write a random network that keeps every rule.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--groups", type=int, default=40)
    parser.add_argument("--photos", type=int, default=24)
    given = parser.parse_args()
    made = write_random_corpus(given.folder, given.posts, given.seed, given.groups, given.photos)
    print(
        f"{len(made.published)} posts, {made.drafts} drafts, {made.waiting} waiting, {len(made.groups)} groups"
    )


if __name__ == "__main__":
    main()
