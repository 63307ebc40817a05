// The form's script; everything works without it. It keeps the text on the phone as it is typed, shrinks photos
// before they cost quota (and so loses where they were taken), counts, previews, and sends: text first, then
// each photo, waiting for a connection and going on by itself, also after the tab was closed.
"use strict";
(() => {
const $ = id => document.getElementById(id), form = $("formulir"), script = document.currentScript;
const PREFIX = "kim-kabar";
const store = {
  get: key => { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } },
  set: (key, value) => { try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key) } catch {} },
};
const make = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) key in made ? made[key] = value : made.setAttribute(key, value);
  made.append(...inside);
  return made;
};

// Photos wait in IndexedDB; where there is none (private windows) they wait in this page.
const memory = new Map();
const database = new Promise(done => {
  try {
    const open = indexedDB.open(PREFIX, 1);
    open.onupgradeneeded = () => open.result.createObjectStore("foto");
    open.onsuccess = () => done(open.result);
    open.onerror = () => done(null);
  } catch { done(null) }
});
const blobs = async (mode, work) => {
  const db = await database;
  if (!db) return;
  return new Promise(done => {
    const request = work(db.transaction("foto", mode).objectStore("foto"));
    request.onsuccess = () => done(request.result);
    request.onerror = () => done();
  });
};
const keepBlob = (id, blob) => { memory.set(id, blob); return blobs("readwrite", s => s.put(blob, id)) };
const findBlob = async id => memory.get(id) || blobs("readonly", s => s.get(id));
const dropBlob = id => { memory.delete(id); return blobs("readwrite", s => s.delete(id)) };

if (script.dataset.selesai) {  // the status page: what was sent need not be kept
  for (const key of [PREFIX, PREFIX + script.dataset.selesai]) {
    const old = store.get(key);
    if (old && (key != PREFIX || old.next == script.dataset.selesai)) { old.photos.forEach(p => dropBlob(p.id)); store.set(key) }
  }
  return;
}
if (!form) return;

const isNew = "baru" in form.dataset, isPost = form.dataset.jenis == "post";
const KEY = PREFIX + (isNew ? "" : form.getAttribute("action"));
const names = ["kelompok", "judul", "tanggal", "topik", "isi", "penulis", "sumber", "ralat", "nomor"];
const fields = names.map(name => form.elements[name]).filter(Boolean);
let draft = { fields: {}, photos: [], next: "", version: 0, code: "", sending: false };
const keep = () => {
  for (const field of fields) draft.fields[field.name] = field.value;
  const used = draft.next || draft.photos.length || ["judul", "isi", "ralat"].some(name => (draft.fields[name] || "").trim());
  store.set(KEY, used && draft);
};
const old = store.get(KEY);
if (old) {
  draft = old;
  // a page that the server filled in is newer than what lies here
  if ("kosong" in form.dataset || (!isNew && +form.elements.versi.value <= draft.version))
    for (const field of fields) if (draft.fields[field.name] != null) field.value = draft.fields[field.name];
}
let timer;
form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { keep(); look() }, 250) });
addEventListener("pagehide", keep);

// Counter and preview
for (const field of form.querySelectorAll("[data-hitung]")) {
  const [least, most] = field.dataset.hitung.split(",").map(Number), shown = make("span", { className: "n" });
  field.after(shown);
  const count = () => {
    const size = field.value.trim().length, words = field.value.trim().split(/\s+/).filter(Boolean).length;
    shown.textContent = !size ? "" : size < least ? `${size} huruf, kurang ${least - size} lagi`
      : size > most ? `${size} huruf, lebih ${size - most}` : field.rows ? `${words} kata` : `${size} dari ${most} huruf`;
  };
  field.addEventListener("input", count);
  count();
}
const inline = (parent, text) => {
  for (const part of text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|\[[^\]]+\]\([^)\s]+\))/)) {
    if (/^\*\*.+\*\*$/.test(part)) parent.append(make("strong", {}, part.slice(2, -2)));
    else if (/^\*.+\*$/.test(part)) parent.append(make("em", {}, part.slice(1, -1)));
    else if (/^\[.+\)$/.test(part)) parent.append(make("u", {}, part.slice(1, part.indexOf("]"))));
    else parent.append(part);
  }
  return parent;
};
const preview = $("pratinjau"), shown = make("div"), box = make("details", {}, make("summary", {}, "Lihat tampilannya sambil menulis"), shown);
preview.before(box);
const look = () => {
  if (!box.open) return;
  shown.className = "look";
  shown.replaceChildren(make("h3", {}, form.elements.judul.value));
  let list = null;
  for (const line of form.elements.isi.value.split("\n").map(text => text.trim())) {
    const found = /^(#{1,6} |[-*+] |\d+[.)] |> ?)?(.*)$/.exec(line), mark = found[1] || "", text = found[2];
    if (!line) { list = null; continue }
    if (/^[-*+\d]/.test(mark)) {
      if (!list) shown.append(list = make(/^\d/.test(mark) ? "ol" : "ul"));
      list.append(inline(make("li"), text));
    } else {
      list = null;
      shown.append(inline(make(mark[0] == "#" ? "h4" : mark[0] == ">" ? "blockquote" : "p"), text));
    }
  }
};
box.addEventListener("toggle", look);

// Photos
const MOST = 5, SIDE = 1600, place = $("foto"), status = $("kirim");
const shrink = async file => {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = make("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(done => canvas.toBlob(done, "image/jpeg", .82));
  if (!blob) throw 0;
  return blob;
};
const listed = make("div"), told = make("p", { className: "e", id: "foto-e" });
const list = async () => {
  const rows = [];
  for (const [at, photo] of draft.photos.entries()) {
    const blob = await findBlob(photo.id);
    const image = make("img", { alt: `Foto ${at + 1}`, width: 84, height: 84 });
    if (blob) image.src = URL.createObjectURL(blob);
    const alt = make("input", { id: `foto-${at + 1}`, value: photo.alt });
    alt.oninput = event => { event.stopPropagation(); photo.alt = alt.value; keep() };
    const label = make("label", { htmlFor: alt.id }, `${at ? `Foto ${at + 1}` : "Foto utama"}: apa yang tampak? `,
      make("span", { className: "hint" }, "Contoh: Tiga warga memanen padi di tepi jalan."));
    const away = make("button", { type: "button", className: "small two" }, `Hapus foto ${at + 1}`);
    away.onclick = async () => { draft.photos = draft.photos.filter(p => p != photo); await dropBlob(photo.id); keep(); list() };
    rows.push(make("div", { className: "ph" }, image, make("div", {}, label, alt, ...(photo.sent ? [] : [away]))));
  }
  listed.replaceChildren(...rows);
};
if (isPost && place) {
  const choose = make("input", { type: "file", id: "pilih", accept: "image/*", multiple: true });
  choose.onchange = async event => {
    event.stopPropagation();
    told.textContent = "";
    for (const file of choose.files) {
      if (draft.photos.length >= MOST) { told.textContent = "Paling banyak lima foto dalam satu kabar."; break }
      let blob = file;
      try { blob = await shrink(file) } catch { /* a kind that this phone cannot open: the server may */ }
      if (blob.size > 15e6) { told.textContent = `Foto "${file.name}" lebih besar dari 15 MB.`; continue }
      const photo = { id: KEY + Date.now() + Math.random(), alt: "", name: file.name };
      await keepBlob(photo.id, blob);
      draft.photos.push(photo);
    }
    choose.value = "";
    keep();
    list();
  };
  place.append(make("label", { htmlFor: "pilih" }, "Foto ", make("span", { className: "hint" },
    "Boleh kosong, paling banyak lima. Foto dikecilkan di ponsel ini, dan tempat pengambilannya dibuang.")), told, choose, listed);
  place.hidden = false;
  list();
  $("tanpa-js").replaceChildren(make("button", { name: "aksi", value: "foto" }, isNew ? "Kirim ke redaksi" : "Kirim perbaikan"));
}

// Sending
const pause = time => new Promise(done => { setTimeout(done, time); addEventListener("online", done, { once: true }) });
const say = text => { status.className = text ? "note" : ""; status.textContent = text };
const post = async (address, body) => {
  for (let wait = 1500; draft.sending; wait = Math.min(wait * 2, 30000)) {
    if (navigator.onLine) {
      const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 600000);
      try {
        const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, signal: stop.signal });
        if (answer.status < 500) return { ...(await answer.json()), status: answer.status };
        say("Layanan sedang sibuk. Isian Anda aman di ponsel ini; sebentar lagi dicoba lagi sendiri.");
      } catch {
        say("Sambungan terputus. Isian Anda aman di ponsel ini; dikirim lagi sendiri begitu tersambung.");
      } finally { clearTimeout(limit) }
    } else say("Belum ada sambungan. Isian Anda aman di ponsel ini; dikirim sendiri begitu tersambung.");
    await pause(wait);
  }
};
const showProblems = (problems, heading) => {
  for (const gone of form.parentNode.querySelectorAll(".sum,.e")) if (gone != told) gone.remove();
  for (const field of form.querySelectorAll(".bad")) field.classList.remove("bad");
  const rows = [];
  for (const { field, code, what, fix } of problems) {
    const small = () => make("small", {}, code), input = $(field);
    rows.push(make("li", {}, make("a", { href: `#${field}` }, `${what} `, small())));
    if (input && input.closest(".f,.ph")) {
      const around = input.closest(".f,.ph");
      around.classList.add("bad");
      (input == around ? listed : input).before(make("p", { className: "e" }, `${what} `, make("span", {}, `${fix[0].toUpperCase()}${fix.slice(1)} `), small()));
    }
  }
  const title = problems.length == 1 ? "Ada satu hal yang perlu dibetulkan" : `Ada ${problems.length} hal yang perlu dibetulkan`;
  const summary = make("div", { className: "sum", role: "alert", tabIndex: -1, id: "ringkasan" }, make("h2", {}, heading || title), make("ul", {}, ...rows));
  form.before(summary);
  summary.focus();
};
const stop = problems => { draft.sending = false; draft.code = ""; keep(); say(""); form.querySelectorAll("button").forEach(b => b.disabled = false); if (problems) showProblems(problems) };
const sendText = async () => {
  for (let tries = 0; tries < 3; tries++) {
    const body = new URLSearchParams({ aksi: isPost ? "foto" : "kirim", versi: draft.version || form.elements.versi.value, ...draft.fields, situs: form.elements.situs.value });
    if (isNew) body.set("kode", draft.code);
    form.elements.situs.value = "";
    const answer = await post(draft.next || form.getAttribute("action"), body);
    if (!answer) return;
    if (answer.status == 404 && draft.next && isNew) { draft.next = ""; continue }
    if (answer.ticket) form.elements.nomor.value = draft.fields.nomor = answer.ticket;
    if (answer.next) Object.assign(draft, { next: answer.next, version: answer.version || draft.version, code: isNew ? "" : draft.code });
    keep();
    if (answer.problems.length == 1 && answer.problems[0].code == "K094") continue;
    return answer;
  }
};
const send = async () => {
  const bare = draft.photos.findIndex(photo => !photo.alt.trim());
  if (bare >= 0)
    return showProblems([{ field: `foto-${bare + 1}`, code: "K041", what: `Foto ${bare + 1} belum punya keterangan untuk pembaca yang tidak bisa melihatnya.`, fix: "tuliskan apa yang tampak." }]);
  draft.sending = true;
  keep();
  form.querySelectorAll("button").forEach(b => b.disabled = true);
  say("Mengirim tulisan …");
  let answer = await sendText();
  if (!answer) return stop();
  if (!answer.ok) return stop(answer.problems.length ? answer.problems : [{ field: "kirim", code: "", what: "Kiriman ini tidak sampai dengan utuh.", fix: "tekan Kirim sekali lagi." }]);
  // what may be sent but wants a second look is shown once
  const advice = JSON.stringify(answer.advice);
  if (isPost && answer.advice.length && draft.advice != advice) {
    draft.advice = advice;
    stop();
    return showProblems(answer.advice, "Coba lihat sekali lagi; kalau sudah benar, tekan Kirim");
  }
  for (const [at, photo] of draft.photos.entries()) {
    if (photo.sent) continue;
    say(`Tulisan sudah tersimpan. Mengirim foto ${at + 1} dari ${draft.photos.length} …`);
    const blob = await findBlob(photo.id), body = new FormData();
    if (blob) {
      body.set("aksi", "tambah");
      body.set("keterangan", photo.alt);
      body.set("foto", blob, photo.name || "foto.jpg");
      answer = await post(`${draft.next}/foto`, body);
      if (!answer) return stop();
      if (!answer.ok) { await dropBlob(photo.id); draft.photos.splice(at, 1); await list(); return stop(answer.problems) }
    }
    photo.sent = true;
    keep();
  }
  if (isPost) {
    const body = new FormData();
    body.set("aksi", "kirim");
    answer = await post(`${draft.next}/foto`, body);
    if (!answer) return stop();
    if (!answer.ok) return stop(answer.problems);
  }
  const next = draft.next || answer.next;
  for (const photo of draft.photos) await dropBlob(photo.id);
  removeEventListener("pagehide", keep);
  clearTimeout(timer);
  store.set(KEY);
  location.assign(next);
};
form.addEventListener("submit", event => {
  if (event.submitter && event.submitter.value == "lihat") return;
  event.preventDefault();
  keep();
  if (isNew) draft.code = form.elements.kode.value;
  send();
});
if (draft.sending && (draft.next || draft.code || !isNew)) send();
else draft.sending = false;
})();
