// /kirim/ without a server: composes the post on this phone, keeps it here as it is typed, and hands it on,
// to the forge's page for a new file or as one file to a coordinator. Sends nothing by itself.
const form = document.getElementById("kirim");
const say = document.getElementById("pesan");
const KEPT = "kim-kirim";
//: an address longer than this is refused by forges and by the servers before them
const LONGEST = 8191;
const fields = [...form.elements].filter(field => field.name);

try {
  const kept = JSON.parse(localStorage.getItem(KEPT) || "{}");
  for (const field of fields) if (typeof kept[field.name] == "string") field.value = kept[field.name];
} catch { /* no storage: the text lives as long as the page */ }
if (!form.tanggal.value) {
  const now = new Date();
  form.tanggal.value = new Date(now - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
}
form.hidden = false;

form.addEventListener("input", () => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(fields.map(field => [field.name, field.value]))));
    say.textContent = "Tersimpan di ponsel ini.";
  } catch { say.textContent = ""; }
});

const line = text => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
const slug = text => line(text).normalize("NFKD").replace(/[^\x20-\x7e]/g, "").toLowerCase()
  .replace(/[^a-z0-9]+/g, "-").slice(0, 50).replace(/^-|-$/g, "");

// The same file as the portal's own form writes; `group` is there for whoever takes it in.
function compose(group) {
  const day = /^\d{4}-\d\d-\d\d$/.test(form.tanggal.value) ? form.tanggal.value : "";
  const head = [["Kelompok", group], ["Judul", form.judul.value], ["Tanggal", day], ["Topik", form.topik.value],
    ["Penulis", form.penulis.value], ["Sumber", form.sumber.value]];
  const body = form.isi.value.replace(/\r\n?/g, "\n").replace(/[ \t]+\n/g, "\n").trim();
  return {
    name: `${day}-${slug(form.judul.value) || "kabar"}.md`,
    text: head.filter(([, value]) => line(value)).map(([key, value]) => `${key}: ${line(value)}\n`).join("")
      + `\n${body}\n`,
  };
}

function isReady() {
  for (const field of fields) field.removeAttribute("aria-invalid");
  const wrong = fields.find(field => !field.checkValidity());
  if (!wrong) return true;
  wrong.setAttribute("aria-invalid", "true");
  wrong.focus();
  say.textContent = wrong.dataset.perlu || "Isi kolom ini dulu.";
  return false;
}

const open = document.getElementById("buka");
if (open) open.addEventListener("click", async () => {
  if (!isReady()) return;
  const { kind, address, branch, folder } = form.dataset;
  const { name, text } = compose("");
  const place = `${folder}/${form.kelompok.value}`;
  const query = values => "?" + new URLSearchParams(values);
  let target;
  if (kind == "gitlab") {
    // GitLab takes the name alone; the text goes by the clipboard
    try { await navigator.clipboard.writeText(text); } catch {
      say.textContent = "Tulisannya tidak bisa disalin otomatis. Pakai tombol Bagikan.";
      return;
    }
    target = `${address}/-/new/${branch}` + query({ file_name: `${place}/${name}` });
  } else if (kind == "forgejo") {
    target = `${address}/_new/${branch}/${place}` + query({ filename: name, value: text });
  } else {
    target = `${address}/new/${branch}` + query({ filename: `${place}/${name}`, value: text });
  }
  if (target.length > LONGEST) {
    say.textContent = "Tulisannya terlalu panjang untuk dibawa lewat alamat. Teksnya tetap ada di sini; pakai tombol Bagikan.";
    return;
  }
  say.textContent = kind == "gitlab" ? "Tulisannya sudah disalin. Tempel di halaman yang terbuka." : "Lanjutkan di halaman yang terbuka.";
  window.open(target, "_blank", "noopener");
});

document.getElementById("bagi").addEventListener("click", async () => {
  if (!isReady()) return;
  const { name, text } = compose(form.kelompok.value);
  // phones share text files, but few know .md
  const file = new File([text], name.replace(/md$/, "txt"), { type: "text/plain" });
  if (navigator.canShare && navigator.canShare({ files: [file] })) {
    try {
      await navigator.share({ files: [file], title: line(form.judul.value) });
      say.textContent = "Sudah dibagikan. Kirim juga fotonya, dengan keterangannya.";
      return;
    } catch (fault) { if (fault.name == "AbortError") return; }
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  say.textContent = `Tersimpan sebagai ${file.name}. Kirim berkas itu kepada koordinator.`;
});

document.getElementById("hapus").addEventListener("click", () => {
  if (!confirm("Hapus tulisan ini dari ponsel?")) return;
  try { localStorage.removeItem(KEPT); } catch { /* nothing is kept */ }
  form.reset();
  say.textContent = "Sudah dihapus.";
});
