"""The catalogue of problems: permanent codes, and the Indonesian words for each.

A problem says what was found, where, and the one thing to do. Codes are never reused. Finding problems is
the work of the modules that read; showing them that of `kim.report`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kim.privacy import mask_private


class Severity(StrEnum):
    """What a problem does: an `error` holds a post back, a `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """One problem in one file. `line` counts from 1, or is 0 where the whole file is meant."""

    path: str
    line: int
    code: str
    what: str
    fix: str
    excerpt: str = ""

    @property
    def severity(self) -> Severity:
        """Whether it holds a post back."""
        return CATALOGUE[self.code].severity


@dataclass(frozen=True)
class Rule:
    """One entry of the catalogue; `what` and `fix` have `{names}` that the finder fills in."""

    severity: Severity
    what: str
    fix: str


def problem(code: str, path: str, line: int = 0, excerpt: str = "", **found: object) -> Problem:
    """A problem with its words filled in, and no private number in them, whatever the problem is about.

    Raises `KeyError` where a word is missing: a bug.
    """
    rule = CATALOGUE[code]
    shown = {
        name: _one_line(mask_private(str(value)), _LONGEST.get(name, 160)) for name, value in found.items()
    }
    return Problem(
        path,
        line,
        code,
        rule.what.format_map(shown),
        rule.fix.format_map(shown),
        _one_line(mask_private(excerpt)),
    )


#: words of ours, which hold lists of what is known; all other words come from the file
_LONGEST = {"advice": 1_000, "known": 1_000, "nearest": 1_000}


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything is held back."""
    return any(found.severity is Severity.ERROR for found in problems)


def _one_line(text: str, longest: int = 160) -> str:
    """Text from a file, safe in a terminal and in a log: no line breaks, no control characters."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _error(what: str, fix: str) -> Rule:
    return Rule(Severity.ERROR, what, fix)


def _warning(what: str, fix: str) -> Rule:
    return Rule(Severity.WARNING, what, fix)


CATALOGUE = {
    # The file
    "K001": _error(
        "Isi berkas ini tidak terbaca sebagai tulisan.",
        "salin tulisannya dari dokumen asli ke berkas teks biasa, lalu simpan sebagai UTF-8.",
    ),
    "K002": _warning(
        "Berkas ini tersimpan sebagai {encoding}, bukan UTF-8.",
        "simpan lagi sebagai UTF-8, atau jalankan pemeriksaan dengan --fix.",
    ),
    "K003": _warning(
        "Ada huruf kendali yang tidak terlihat; huruf itu dibuang.",
        "hapus huruf itu, atau jalankan pemeriksaan dengan --fix.",
    ),
    "K004": _error(
        'Nama "{found}" tidak bisa menjadi alamat tulisan.',
        "pakai tanggal lalu judul singkat, huruf kecil dan tanda hubung, contoh {example}.",
    ),
    "K005": _warning(
        "Nama berkas memuat {in_name}, sedangkan Tanggal di dalamnya {in_text}. Yang dipakai: {in_text}.",
        "samakan keduanya selama tulisan belum terbit; kalau sudah terbit, biarkan.",
    ),
    "K006": _warning(
        'Berkas "{found}" tidak dipakai di sini.',
        "{advice}",
    ),
    "K007": _error(
        '"{found}" adalah tautan ke tempat lain, bukan berkas.',
        "ganti dengan berkasnya sendiri.",
    ),
    "K008": _error(
        'Folder kelompok "{found}" belum terdaftar: tidak ada kim.toml di dalamnya.',
        "minta Diskominfo menambahkan kim.toml, atau pindahkan tulisan ke folder kelompok Anda.",
    ),
    "K009": _error(
        'Folder "{found}" bukan {level} di jaringan ini.',
        "pindahkan isinya ke {nearest}.",
    ),
    "K010": _error(
        "Tulisan ini terlalu panjang: {found} dari paling banyak {limit} {unit}.",
        "bagi menjadi beberapa tulisan.",
    ),
    # The head of a post
    "K011": _error(
        'Baris "{found}" bukan "Kunci: nilai".',
        "tulis seperti `Judul: Panen raya`; beri satu baris kosong sebelum isi tulisan.",
    ),
    "K012": _error(
        '{key} "{found}" tidak ada di kalender.',
        "tulis tahun-bulan-hari, contoh {example}.",
    ),
    "K013": _error(
        '{key} "{found}" tidak terbaca sebagai tanggal.',
        "tulis tahun-bulan-hari, contoh 2026-02-28, atau 28 Februari 2026, 07.30.",
    ),
    "K055": _error(
        'Jam pada {key} "{found}" tidak ada.',
        "tulis jam dari 00.00 sampai 23.59, contoh 2026-02-28 07.30.",
    ),
    "K014": _error(
        'Kunci "{found}" tidak dikenal.',
        "{advice}",
    ),
    "K015": _error(
        'Kunci "{found}" tertulis dua kali, pertama di baris {first}.',
        "hapus salah satunya.",
    ),
    "K016": _error(
        "{key} belum diisi.",
        "tambahkan baris `{example}` di bagian atas.",
    ),
    "K017": _error(
        "Judul sepanjang {found} huruf; yang bisa tampil baik {least} sampai {most} huruf.",
        "{advice}",
    ),
    "K018": _error(
        'Topik "{found}" tidak ada di jaringan ini.',
        "pilih satu dari: {known}.{advice}",
    ),
    "K019": _error(
        'Desa "{found}" bukan wilayah {group}.',
        "pilih dari: {known}.{advice}",
    ),
    "K020": _error(
        'Status "{found}" tidak dikenal.',
        "tulis `Status: terbit` atau `Status: draf`.",
    ),
    "K021": _error(
        '{key} "{found}": {found_day} itu hari {detail}.',
        "betulkan nama harinya, atau tulis tanggalnya saja.",
    ),
    "K022": _error(
        '{key} "{found}" memakai zona waktu lain; di sini {detail}.',
        "tulis jamnya menurut {detail}.",
    ),
    "K023": _error(
        "{missing} belum diisi, padahal {present} ada.",
        "tambahkan baris `{example}`, atau hapus baris {present}.",
    ),
    "K024": _error(
        "Tanggal ralat (Ubah) {found} lebih awal daripada tanggal tulisan {published}.",
        "tulis tanggal saat tulisan dibetulkan.",
    ),
    "K054": _error(
        '{key} "{found}": tahunnya tampaknya salah ketik.',
        "tulis tahun {first} sampai {last}, contoh 2026-02-28.",
    ),
    "K025": _error(
        'Id "{found}" tidak bisa dipakai.',
        "pakai nama berkas yang lama tanpa .md, contoh {example}, atau hapus baris ini.",
    ),
    "K026": _error(
        'Alamat lama "{found}" bukan alamat di portal ini.',
        "tulis tanpa nama situs, diawali garis miring, contoh /{example}/ atau /{example}.html.",
    ),
    "K027": _error(
        "Tulisan ini belum ada isinya.",
        "tulis beritanya di bawah bagian atas, setelah satu baris kosong.",
    ),
    "K028": _error(
        "{key} terlalu panjang: {found} dari paling banyak {limit} huruf.",
        "ringkas, atau pindahkan sebagian ke isi tulisan.",
    ),
    "K029": _error(
        "Tanggal ralat (Ubah) {found} belum tiba.",
        "tulis tanggal saat tulisan dibetulkan, paling lambat hari ini.",
    ),
    # The text
    "K030": _error(
        "Susunan tulisan terlalu rumit: {found}.",
        "{advice}",
    ),
    "K031": _warning(
        "Ada kode HTML {found}; kode itu tampil apa adanya sebagai tulisan.",
        "pakai penanda Markdown, contoh **tebal** atau ## Judul bagian.",
    ),
    "K032": _error(
        'Tautan "{found}" tidak aman atau tidak lengkap.',
        "pakai alamat lengkap yang diawali https://, atau nama berkas PDF di samping tulisan.",
    ),
    "K033": _warning(
        "Baris tabel ini punya {found} kolom, kepala tabelnya {limit}; kelebihannya masuk kolom terakhir.",
        "samakan jumlah kolomnya, atau beri baris kosong sesudah tabel jika baris ini bukan bagian tabel.",
    ),
    "K056": _warning(
        "Tautan ke {found} tidak menuju halaman yang ada di portal ini.",
        "salin alamatnya dari halaman yang dimaksud; tulisan yang belum terbit belum punya halaman.",
    ),
    "K057": _warning(
        "Alamat lama {found} sudah dipakai oleh {other}; dari sini tidak dibuat pengalihan.",
        "hapus alamat itu dari salah satunya.",
    ),
    # Photos and files
    "K040": _error(
        'Berkas "{found}" tidak ada di samping tulisan.',
        "{advice}",
    ),
    "K041": _error(
        'Foto "{found}" belum punya keterangan untuk pembaca yang tidak bisa melihatnya.',
        "tuliskan apa yang tampak, contoh {example}.",
    ),
    "K042": _error(
        'Berkas "{found}" bukan foto JPEG, PNG atau WebP yang utuh.',
        "kirim lagi foto aslinya sebagai JPEG.",
    ),
    "K043": _error(
        'Foto "{found}" berukuran {width} x {height} titik; paling besar {limit}.',
        "kecilkan fotonya, atau minta redaksi menjalankan pemeriksaan dengan --fix.",
    ),
    "K044": _error(
        'Foto "{found}" sebesar {size}; paling besar {limit}.',
        "kecilkan fotonya, atau minta redaksi menjalankan pemeriksaan dengan --fix.",
    ),
    "K045": _error(
        'Foto "{found}" masih memuat data kamera{location}.',
        "minta redaksi menjalankan pemeriksaan dengan --fix; data itu lalu dibuang.",
    ),
    "K046": _error(
        'Nama berkas "{found}" tidak bisa dipakai.',
        "pakai huruf, angka dan tanda hubung, contoh {example}.",
    ),
    "K047": _error(
        'Foto "{found}" ada di situs lain; foto di portal harus ikut dikirim.',
        "taruh fotonya di samping tulisan dan tulis nama berkasnya.",
    ),
    "K048": _error(
        'Berkas "{found}" bukan PDF yang utuh.',
        "simpan lagi sebagai PDF.",
    ),
    "K049": _error(
        'PDF "{found}" sebesar {size}; paling besar {limit}.',
        "kecilkan PDF-nya, atau kirim halaman yang perlu saja.",
    ),
    "K050": _error(
        'Foto "{found}" terlalu besar untuk dibuka: {width} x {height} titik.',
        "kecilkan fotonya lebih dulu sampai di bawah 50 juta titik.",
    ),
    "K051": _error(
        "Jumlah foto {found}; paling banyak {limit} dalam satu tulisan.",
        "pilih foto yang terbaik.",
    ),
    "K052": _error(
        'Berkas "{found}" tidak bisa diterbitkan di portal.',
        "hapus, atau ganti dengan salah satu dari: {known}.",
    ),
    "K053": _warning(
        "Masih ada {more} masalah lain di berkas ini.",
        "betulkan dulu yang di atas, lalu periksa lagi.",
    ),
    # Settings of the network and of groups
    "K060": _error(
        "Berkas pengaturan ini tidak terbaca: {found}.",
        "betulkan di baris itu; bandingkan dengan contoh di docs/pengaturan.md.",
    ),
    "K061": _error(
        'Kunci pengaturan "{found}" tidak dikenal.',
        "{advice}",
    ),
    "K062": _error(
        'Pengaturan "{key}" belum diisi.',
        "tambahkan baris `{example}`.",
    ),
    "K063": _error(
        'Pengaturan "{key}" berisi {found}.',
        "{advice}",
    ),
    "K064": _error(
        "Berkas {found} tidak ada.",
        "tambahkan; contohnya ada di docs/pengaturan.md.",
    ),
    "K065": _error(
        "Baris wilayah ini keliru: {found}.",
        "samakan dengan daftar Kemendagri; tujuh kolomnya code,kind,name,kecamatan_code,kecamatan,lat,lon.",
    ),
    # Between posts and groups
    "K070": _error(
        "Tulisan lain sudah memakai Id ini: {other}.",
        "hapus baris Id, atau beri Id lain.",
    ),
    "K071": _error(
        "Alamat {found} sudah dipakai oleh {other}.",
        "ganti nama atau alamat salah satunya.",
    ),
    "K072": _error(
        'Id kelompok "{found}" sudah dipakai oleh {other}.',
        "beri Id lain; Id kelompok tidak pernah dipakai ulang.",
    ),
    "K073": _error(
        "Tulisan ini, dulu {other}, kehilangan Id-nya {old}; pembaca akan mendapatnya dua kali.",
        "{advice}",
    ),
    "K074": _error(
        'Nama folder "{found}" tidak bisa dipakai.',
        "{advice}",
    ),
    "K078": _error(
        'Pengaturan "{key}" berganti dari "{old}" menjadi "{found}"; semua tulisan akan terkirim dua kali.',
        'kembalikan {key} = "{old}".',
    ),
    "K079": _error(
        'Akun "{found}" tidak boleh mengubah berkas ini; akun itu {known}.',
        "keluarkan berkas ini dari kiriman, atau minta Diskominfo menambahkan akunnya di editors.",
    ),
    # What readers and aggregators have already
    "K080": _error(
        "Tulisan yang sudah terbit {detail}: {found}.",
        "{advice}",
    ),
    "K081": _error(
        "Tanggal tulisan yang sudah terbit berganti dari {old} menjadi {found}.",
        "kembalikan tanggalnya; kalau yang lama memang salah, tambahkan baris Ubah dan Ralat.",
    ),
    "K082": _error(
        "Ralat {old} pada tulisan yang sudah terbit hilang.",
        "kembalikan baris Ubah dan Ralat; ralat berikutnya memakai tanggal Ubah yang lebih baru.",
    ),
    "K083": _error(
        "Alamat {found} yang sudah terbit tidak akan menuju ke mana-mana lagi.",
        "{advice}",
    ),
    # What belongs to one person
    "K075": _error(
        "Ada nomor yang tampaknya NIK atau nomor kartu keluarga, {place}.",
        "hapus nomornya; di portal semua orang bisa membacanya.",
    ),
    "K076": _warning(
        "Ada nomor telepon, {place}, yang bukan kontak kelompok atau redaksi.",
        "hapus, kecuali pemiliknya sudah mengizinkan nomornya dibaca semua orang.",
    ),
    "K077": _warning(
        "Ada nomor yang tampaknya nomor rekening, {place}.",
        "hapus, kecuali redaksi sudah memastikan pemilik dan izinnya.",
    ),
    # The web form
    "K090": _error(
        "Kode itu tidak cocok dengan kelompok yang dipilih.",
        "periksa nama kelompok dan keempat kata kodenya; kalau lupa, minta kode baru kepada redaksi.",
    ),
    "K091": _error(
        "Terlalu banyak kiriman atau percobaan dalam waktu singkat.",
        "tunggu {minutes} menit, lalu kirim lagi; yang sudah Anda isi tetap ada.",
    ),
    "K092": _error(
        "Semua foto bersama-sama sebesar {size}; paling besar {limit}.",
        "hapus satu foto, atau kirim foto yang lebih kecil.",
    ),
    "K093": _error(
        "Tanggal kejadian {found} belum tiba.",
        "isi tanggal hari ini, dan sebut tanggal acaranya di dalam isi kabar.",
    ),
    "K094": _error(
        "Halaman ini sudah terlalu lama terbuka.",
        "tekan Kirim sekali lagi; yang sudah Anda isi tetap ada.",
    ),
    "K095": _error(
        "Kabar ini baru saja diubah dari jendela atau ponsel lain.",
        "bandingkan dulu; kalau yang ini yang benar, tekan Kirim sekali lagi.",
    ),
    "K096": _error(
        'Kabar "{found}" tidak ada di kelompok ini.',
        "buka halaman kabar itu di portal, lalu salin alamatnya ke sini.",
    ),
    "K097": _error(
        "Kolom yang harus tetap kosong ternyata terisi.",
        "tekan Kirim sekali lagi; kolom itu sudah kami kosongkan.",
    ),
}
