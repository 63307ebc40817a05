// Searches the portal in the reader's own browser, with the few files of the index that a query needs. It
// runs on /cari/ only. The first part computes and is tested by itself; the second is the page.

// How words are compared: the same as kim/search.py, on the same words.

export const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f'\u2018\u2019\u02bc`]/g, "")
  .replace(/oe/g, "u").replace(/dj/g, "j").replace(/tj/g, "c").replace(/sj/g, "sy")
  .replace(/([b-df-hj-np-tv-zo])\1+/g, "$1");

export const foldWords = (text) => (fold(text).match(/[a-z0-9]{2,}/g) || []).map(word => word.slice(0, 32));

// Snowball's Indonesian stemmer (snowballstem.org, version 3.1). `size` is its measure: vowels, less one for
// each affix that was taken. `head` is the letter that stands for one that a prefix had swallowed.
export function stem(word) {
  let size = (word.match(/[aeiou]/g) || []).length, kind = 0, head = "", rest = word, found;
  const cut = (affix) => affix.test(rest) && (rest = rest.replace(affix, ""), size--, true);
  if (size > 2) cut(/(kah|lah|pun)$/);
  if (size > 2) cut(/(nya|ku|mu)$/);
  if (size < 3) return rest;

  const suffix = () => {
    if (rest.endsWith("an")) return kind != 2 && kind != 3 && cut(/kan$/) || kind != 1 && cut(/an$/);
    return kind < 3 && !rest.endsWith("si") && cut(/i$/);
  };
  const second = () => {
    if (found = /^(pelajar|belajar)/.exec(rest)) {
      if (rest[0] == "b") kind = 4;
      rest = rest.slice(3);
    } else if (found = /^per?/.exec(rest)) {
      kind = 2;
      rest = rest.slice(found[0].length);
    } else if (found = /^be(r|(?=[^aeiou]er))/.exec(rest)) {
      kind = 4;
      rest = rest.slice(found[0].length);
    } else return false;
    size--;
    return true;
  };

  if (found = /^(di|ter|ke|(me|pe)(?:ng|n(?=y[aeiou])|n|m)|me)/.exec(rest)) {
    const [prefix] = found, after = rest.slice(prefix.length);
    kind = prefix == "ke" || prefix[0] == "p" ? 3 : 1;
    size--;
    rest = after;
    if (/n$/.test(prefix) && /^y[aeiou]/.test(after)) { head = "s"; rest = after.slice(1); }
    else if (/m$/.test(prefix) && /^[aeiou]/.test(after)) head = "p";
    if (size > 2 && suffix() && size > 2) second();
  } else {
    second();
    if (size > 2) suffix();
  }
  return head + rest;
}

// Which of `shards` files has a root.
export function shardOf(root, shards) {
  let value = 0x811c9dc5;
  for (const letter of root) value = Math.imul(value ^ letter.charCodeAt(), 0x01000193);
  return (value ^ value >>> 16) & shards - 1;
}

// What is looked for: of each word its root and, where it is how one or two names of places begin, theirs. Words
// that together make the name of a place are one.
export function queryRoots(text, stop, names) {
  const words = foldWords(text), roots = new Map();
  for (let at = 0; at < words.length;) {
    const take = [3, 2].find(length => at + length <= words.length && names.has(words.slice(at, at + length).join(""))) || 1;
    const word = words.slice(at, at += take).join("");
    const begun = word.length > 3 && !names.has(word) ? [...names].filter(name => name.startsWith(word)) : [];
    if (!stop.has(word)) roots.set(stem(word), [...new Set([word, ...begun.length < 3 ? begun : []].map(stem))]);
  }
  return [...roots.values()].slice(0, 8);
}

// Numbers of posts as plugins/search/postings.py writes them.
export function readNumbers(written, first) {
  const numbers = [];
  let at = first - 1, lead = 0;
  for (let i = 0; i < written.length; i++) {
    const digit = written.charCodeAt(i) - 40;
    if (digit < 48) { numbers.push(at += lead * 48 + digit + 1); lead = 0; }
    else lead = lead * 39 + digit - 48;
  }
  return numbers;
}

// What a page says of the index, from the attributes of its form.
export function readIndex({ segments, runs, unit, count, stop, names }) {
  return {
    segments: segments.split(" ").filter(Boolean).map(text => text.split(":"))
      .map(([token, first, shards], at, all) =>
        ({ token, first: +first, end: all[at + 1] ? +all[at + 1][1] : +count, shards: +shards })),
    runs: runs.split(" "), unit: +unit, count: +count, stop: new Set(stop.split(" ")),
    names: new Set(names.split("|").map(name => foldWords(name).join(""))),
  };
}

// The weight that some roots have in each post that has one. `load` gives a file's text by its address below /cari/.
async function find(index, roots, load) {
  const weights = new Map(), note = (post, weight) => weights.set(post, Math.max(weight, weights.get(post) || 0));
  await Promise.all(roots.map(root => index.segments.map(async ({ token, first, end, shards }) => {
    const text = "\n" + await load(`indeks/${token}/${shardOf(root, shards)}.txt`);
    const at = text.indexOf(`\n${root} `) + 1;
    if (!at) return;
    text.slice(at + root.length + 1, text.indexOf("\n", at)).split("!").forEach((list, rank) => {
      if (list == "%") for (let post = first; post < end; post++) note(post, 1);
      else for (const post of readNumbers(list, first)) note(post, rank + 1);
    });
  })).flat());
  return weights;
}

// Posts from the best to the last. First those that have all words; then by where the words stand, how rare
// they are and how new the post is. `whole` is how many have all words.
export async function rank(index, roots, filters, load) {
  const lists = await Promise.all([...roots, ...filters.map(filter => [filter])].map(ways => find(index, ways, load)));
  const hits = new Uint8Array(index.count), score = new Float64Array(index.count), passed = new Uint8Array(index.count);
  for (const list of lists.splice(roots.length)) for (const post of list.keys()) passed[post]++;
  for (const list of lists) for (const [post, weight] of list) {
    hits[post]++;
    score[post] += weight * Math.log(1 + index.count / list.size);
  }
  const found = [];
  for (let post = 0; post < index.count; post++) {
    if (passed[post] == filters.length && (hits[post] || !roots.length)) found.push(post);
    score[post] *= 1 + post / index.count;
  }
  found.sort((a, b) => hits[b] - hits[a] || score[b] - score[a] || b - a);
  return { posts: found, whole: found.filter(post => hits[post] == roots.length).length };
}

// Where a post's card stands: its file, and its line there.
export function cardOf(index, post) {
  const frozen = Math.floor(Math.max(0, index.count - index.unit / 2) / index.unit) * index.unit, tail = post - frozen;
  const [run, at] = tail < 0 ? [Math.floor(post / index.unit), post % index.unit]
    : [frozen / index.unit + (tail >> 1), tail % 2];
  return [`cuplikan/${index.runs[run]}/${at >> 1}.txt`, at % 2];
}

// The page.

// Results that are shown, and paid for, at a time.
const MOST = 6;

function start(form) {
  const status = document.getElementById("status"), list = document.getElementById("hasil");
  const more = document.getElementById("lagi"), cost = document.getElementById("biaya");
  const ways = document.getElementById("arsip");
  const base = form.getAttribute("action");
  let index = readIndex(form.dataset), files = new Map(), turn = 0, found, shown, marked;

  // A file that did not come; `gone` where the portal has it no more.
  class Lost extends Error {
    constructor(gone) { super("lost"); this.gone = gone; }
  }

  // What was fetched is kept, and shown where there is no network. Addresses of files tell which belong
  // together (see docs/decisions), so that what was kept always fits the page that was kept.
  const kept = globalThis.caches ? caches.open(`kim-cari ${base}`).catch(() => {}) : undefined;

  async function get(path) {
    const cache = await kept;
    const answer = await fetch(base + path).catch(() => cache && cache.match(base + path));
    if (!answer || !answer.ok) throw new Lost(answer && answer.status == 404);
    if (cache) cache.put(base + path, answer.clone()).catch(() => {});
    return answer.text().catch(() => { throw new Lost(); });
  }

  // Of what was kept, only the present index is of use.
  async function tidy() {
    const cache = await kept, tokens = new Set([...index.runs, ...index.segments.map(part => part.token)]);
    for (const { url } of cache ? await cache.keys() : []) if (!tokens.has(url.split("/").slice(-2)[0])) cache.delete(url);
  }

  // A file of the index, once; what could not be had is asked for again next time.
  function load(path) {
    if (!files.has(path)) files.set(path, get(path).catch(fault => { files.delete(path); throw fault; }));
    return files.get(path);
  }

  // The portal was published anew since this page was loaded: what the index is called now stands in it.
  async function renew() {
    const answer = await fetch(base, { cache: "reload" }).catch(() => { throw new Lost(); });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("cari");
    if (!page) throw new Lost();
    index = readIndex(page.dataset);
    files = new Map();
  }

  const make = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // A text in which the words that were looked for are marked.
  function write(into, text) {
    text.split(/([\p{L}\p{M}\p{N}'\u2018\u2019`]+)/u).forEach((part, at) =>
      into.append(at % 2 && foldWords(part).some(word => marked.has(stem(word))) ? make("mark", part) : part));
    return into;
  }

  function row(card) {
    const [address, title, voice, day, snippet] = card.split("\t");
    const item = make("li"), link = make("a"), box = make("div"), by = make("p", "", "by");
    const place = [...form.di.options].find(option => option.value == address.split("/")[1]);
    const date = make("time", new Date(day).toLocaleDateString("id", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }));
    date.dateTime = day;
    date.prepend("· ");
    by.append(make("b", voice), " ", ...place ? [make("span", "· " + place.text), " "] : [], date);
    box.append(by, write(make("h2"), title), write(make("p"), snippet));
    link.href = base.replace(/\/cari\/$/, address);
    link.append(box);
    item.append(link);
    return item;
  }

  // The next results; whoever asked for them is led to the first.
  async function show(mine) {
    const posts = found.posts.slice(shown, shown + MOST);
    const cards = await Promise.all(posts.map(async post => {
      const [path, line] = cardOf(index, post);
      return row((await load(path)).split("\n")[line]);
    }));
    if (mine != turn) return;
    list.append(...cards);
    if (shown) cards[0].firstChild.focus();
    shown += cards.length;
  }

  const busy = (state) => list.setAttribute("aria-busy", state);

  // What was sent for these results, from the browser's own count.
  async function count() {
    await new Promise(done => setTimeout(done, 50));
    const size = performance.getEntriesByType("resource")
      .filter(entry => entry.name.includes(base) && entry.name.endsWith(".txt"))
      // By definition 300 more than the body, or 300 alone where the copy at hand was still good; but what
      // comes through a service worker counts as nothing, also when the worker had it sent.
      .reduce((sum, entry) => sum + (entry.transferSize ? Math.max(0, entry.transferSize - 300)
        : entry.workerStart && entry.deliveryType != "cache-storage" ? entry.encodedBodySize : 0), 0);
    cost.textContent = size ? `Hasil ini memakai ${Math.ceil(size / 1000)} KB.` : "Hasil ini tidak memakai kuota: sudah tersimpan.";
  }

  function report() {
    const { posts, whole } = found, part = posts.length - whole;
    const number = (count) => count.toLocaleString("id");
    status.textContent = !posts.length ? "Tidak ada kabar yang memuat kata itu. Periksa ejaannya, coba kata lain yang lebih umum, atau kosongkan pilihan kecamatan dan topik."
      : whole ? `${number(whole)} kabar ditemukan` + (part ? `, lalu ${number(part)} yang memuat sebagian kata.` : ".")
      : `Tidak ada kabar yang memuat semua kata itu; ${number(part)} memuat sebagian.`;
    ways.hidden = !!posts.length;
  }

  // Whatever is below stays out of sight until all is there, so that nothing jumps.
  async function attempt(work, again) {
    const mine = ++turn;
    busy(true);
    performance.clearResourceTimings();
    more.hidden = cost.hidden = ways.hidden = true;
    list.parentNode.style.minHeight = `${list.offsetHeight + innerHeight}px`;
    try {
      await work(mine);
      if (mine != turn) return;
      report();
      await count();
      if (mine != turn) return;
      more.hidden = shown >= found.posts.length;
      cost.hidden = !found.posts.length;
      busy(false);
      await tidy();
    } catch (fault) {
      if (mine != turn) return;
      if (fault.gone && again) return renew().then(() => again(), sorry);
      sorry(fault);
    }
  }

  function sorry(fault) {
    busy(false);
    if (!(fault instanceof Lost)) throw fault;
    ways.hidden = false;
    status.textContent = navigator.onLine === false ? "Sedang tanpa sambungan, dan hasil untuk kata itu belum tersimpan di perangkat ini. Coba lagi kalau sudah tersambung."
      : "Sambungan terputus sebelum hasilnya tiba. Coba cari sekali lagi.";
  }

  function search(again) {
    const text = form.q.value.trim(), filters = [form.di.value && "@" + form.di.value, form.topik.value && "#" + form.topik.value].filter(Boolean);
    const roots = queryRoots(text, index.stop, index.names);
    list.textContent = "";
    found = { posts: [], whole: 0 };
    shown = 0;
    marked = new Set([...roots.flat(), ...foldWords(text).filter(word => !index.stop.has(word)).map(stem)]);
    document.title = (text ? text + " · " : "") + form.dataset.title;
    if (!roots.length && (text || !filters.length)) {
      turn++;
      busy(false);
      more.hidden = cost.hidden = true;
      ways.hidden = false;
      status.textContent = text ? "Kata itu ada di hampir semua kabar. Tambahkan kata yang lebih khusus." : "";
      return;
    }
    status.textContent = "Mencari…";
    attempt(async mine => {
      found = await rank(index, roots, filters, load);
      if (mine == turn) await show(mine);
    }, again);
  }

  // The query stands in the page's address, so that a result can be shared and found again.
  function fromAddress() {
    const asked = new URLSearchParams(location.search);
    for (const name of ["q", "di", "topik"]) form[name].value = asked.get(name) || "";
    for (const choice of [form.di, form.topik]) if (choice.selectedIndex < 0) choice.value = "";
    if ([...asked.values()].some(Boolean)) search(search);
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    const asked = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...asked]) if (!value.trim()) asked.delete(name);
    if (matchMedia("(pointer: coarse)").matches) form.q.blur();
    history.pushState(null, "", base + (asked.toString() && "?" + asked));
    search(search);
  });
  more.addEventListener("click", () => attempt(show, search));
  addEventListener("popstate", fromAddress);
  fromAddress();
}

if (globalThis.document) start(document.getElementById("cari"));
