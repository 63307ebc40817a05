"""The words of an invented corpus: Indonesian ones, and as many invented ones as texts of so many posts have.

What is put together from them looks like news of a village to a computer, and means nothing to a person.
"""

import itertools
import random
from collections.abc import Sequence

#: Texts of ten thousand posts have about so many different words; most of them are rare.
_VOCABULARY = 30_000

#: The most usual first: in any language a few words make up half of a text.
COMMON = """
yang dan di dengan untuk dari ke itu ini pada warga akan sudah tidak juga ada kami mereka oleh dalam atau
lebih satu dua tiga hari desa bisa karena saat setelah sebelum sampai anak ibu bapak rumah air jalan
kelompok kepala orang tahun bulan minggu pagi siang sore malam setiap semua baru lama besar kecil banyak
sedikit bersama kegiatan lalu masih hanya sebagai agar tetapi ketika sambil supaya seperti antara sejak
hingga kata ujar sekitar kembali
""".split()
USUAL = """
acara adat alat aliran aman angin atap ayam balai banjir bantuan bangunan bambu beras bersih biaya bibit
bidan bukit buku buruh cabai cuaca dagang dana dapur data dinding dokter dukungan dusun festival gizi
gotong guru hadir halaman harga hasil hujan hutan ikan imunisasi irigasi jadwal jagung jaga jembatan
jamur kabel kain kalender kampung kandang kantor karang kayu kebun kecamatan kelapa kelas kelurahan
keluarga kemarau kendaraan kerajinan kerja kesehatan ketua kolam kompos kopi koperasi kursi ladang lahan
lampu lansia laporan latihan lembaga lestari lingkungan listrik lomba lumbung lurah madrasah makanan
masjid gereja pura musyawarah modal motor muda murid musim nelayan obat olahraga padi pameran panen
panggung pangan pantai papan pasar pasir pegawai pelajar pelatihan pemuda pendidikan pengurus penyuluh
perahu perempuan perpustakaan pertanian petani petugas pohon pompa posyandu produk pupuk rapat relawan
remaja ronda sampah sapi sawah sayur sekolah selokan semangat semen sepeda siswa solar sosial sumur
sungai surat tanah tanaman tangki tarian tebing telur tempat tenaga tenun tepung terpal tikar tinggi
tokoh tradisi udang usaha vaksin wisata
""".split()
_SYLLABLES = (
    "ba da ga ja ka la ma na pa ra sa ta wa bu du gu ku lu mu nu ru su tu bi di ki li mi ni ri si ti "
    "bang lam tor pus ring sang ter man"
).split()
_BEFORE = ("", "", "", "", "me", "ber", "ke", "di", "pe", "ter")
_AFTER = ("", "", "", "an", "kan", "nya")

WHO = (
    "Warga", "Pemuda", "Ibu-ibu PKK", "Kelompok tani", "Karang taruna", "Kader posyandu", "Siswa kelas enam",
    "Pengurus RT", "Nelayan", "Pedagang pasar", "Relawan", "Guru dan murid", "Anggota koperasi", "Peronda",
)  # fmt: skip
DOES = (
    "membersihkan", "memperbaiki", "membuka", "menanam", "memanen", "menggelar", "menyiapkan", "membangun",
    "mempelajari", "mendata", "menghidupkan kembali", "merawat", "mengecat", "memeriksa",
)  # fmt: skip
WHAT = (
    "saluran air", "jembatan bambu", "kebun bersama", "bibit durian", "kolam nila", "lomba kampung",
    "pos ronda",
    "bank sampah", "perpustakaan kecil", "jalan setapak", "balai pertemuan", "sumur umum", "lumbung padi",
    "taman bacaan", "kerajinan tenun", "jadwal imunisasi", "sanggar tari", "pasar pagi",
)  # fmt: skip
WHEN = (
    "pagi tadi",
    "selama tiga hari",
    "menjelang hujan",
    "setiap Minggu",
    "sejak Senin",
    "bersama lurah",
    "",
    "",
)

LABELS = """
panen; gotong royong; posyandu; air bersih; hoaks; pasar; sekolah; tenun; bank sampah; imunisasi; karang
taruna; kopi; padi; ikan; durian; jalan; jembatan; banjir; longsor; gempa; kekeringan; ronda; olahraga;
tari; musik; kuliner; ramadan; natal; nyepi; kemerdekaan; lansia; balita; gizi; pelatihan; koperasi;
umkm; kerajinan; wisata; hutan; sungai; laut; listrik; internet; literasi; perpustakaan; beasiswa; lomba;
pemilu; musyawarah; dana desa; bantuan; pupuk; ternak; sapi; ayam; jagung; cabai; kompos; pohon; sejarah;
bahasa daerah; pensiun; difabel; perempuan
""".replace("\n", " ").strip().split("; ")  # fmt: skip


def make_stream(seed: int, length: int = 300_000) -> Sequence[str]:
    """So many words one after the other, each as often as the words of a language are.

    A text takes a row of them from anywhere: drawing each word of ten thousand posts would take longer than
    the builds that are measured.
    """
    chance = random.Random(seed)
    words = dict.fromkeys((*COMMON, *USUAL))
    while len(words) < _VOCABULARY:
        middle = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))
        words[f"{chance.choice(_BEFORE)}{middle}{chance.choice(_AFTER)}"] = None
    shares = itertools.accumulate(1 / (rank + 3) for rank in range(len(words)))
    return chance.choices(tuple(words), cum_weights=tuple(shares), k=length)
