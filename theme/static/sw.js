// The service worker: keeps what was read, and shows it where the network does not answer.
//
// The build writes `const` lines before it: VERSION, the digest of the offline page; WAIT in milliseconds;
// POSTS and LISTS, how many pages are kept; BYTES, how much all of it may take; FRESH, how many photos a page
// may have before it is whole. The names of the caches stand
// in offline.js too: whoever changes what is kept in them counts their number up, in both files.
//
// It never asks for anything that the reader did not open, but for the offline page. Whatever it does not
// know it leaves to the browser.

const scope = registration.scope;
const own = `kim ${scope} `;
const PAGES = own + "pages 1", PHOTOS = own + "photos 1", SHELL = own + VERSION;
const OFFLINE = scope + "offline/";

const plain = url => url.split(/[?#]/)[0];
const is_asset = url => url.startsWith(scope + "aset/");
const is_post = url => /\/\d{4}-\d\d-\d\d-[^/]+\/$/.test(url);
// Whole, our own, and where it was asked for: an answer that may be shown again in its place.
const is_good = (answer, type) => answer.status == 200 && answer.type == "basic" && !answer.redirected
  && type.test(answer.headers.get("content-type"))
  && !/no-store|private/.test(answer.headers.get("cache-control"));

// A new version takes over at once: no page depends on the version that it was opened with.
addEventListener("install", event => {
  skipWaiting();
  event.waitUntil((async () => {
    const answer = await fetch(OFFLINE, {cache: "no-cache"});
    if (!is_good(answer, /^text.html/)) throw Error(OFFLINE);
    await (await caches.open(SHELL)).put(OFFLINE, answer);
  })());
});

addEventListener("activate", event => event.waitUntil((async () => {
  const used = [PAGES, PHOTOS, SHELL];
  for (const name of await caches.keys())
    if (name.startsWith(own) && !used.includes(name)) await caches.delete(name);
  // A sleeping phone need not wait for the worker to wake before it asks for the page.
  if (registration.navigationPreload) await registration.navigationPreload.enable();
  await clients.claim();
})()));

addEventListener("fetch", event => {
  const request = event.request, url = plain(request.url);
  if (request.method != "GET" || !url.startsWith(scope) || request.headers.has("range")) return;
  if (is_asset(url)) {
    if (/image|script/.test(request.destination)) event.respondWith(show_asset(event, url));
  } else if (request.mode == "navigate" && !/\.(?!html$)\w+$/.test(url)) {
    const live = (async () => await event.preloadResponse || fetch(request))();
    event.respondWith(show_page(live, url));
    event.waitUntil(live.then(answer => keep_page(url, answer.clone())).catch(() => {}));
  }
});

// What a first visit loaded before there was a worker. It comes out of the browser's own cache; a reader who
// asked to save data pays for nothing that is not there.
addEventListener("message", event => event.waitUntil((async () => {
  const saves = navigator.connection && navigator.connection.saveData;
  for (const url of event.data.map(plain).filter(url => url.startsWith(scope))) {
    const cache = saves ? "only-if-cached" : "force-cache";
    const answer = await fetch(url, {cache, mode: "same-origin"}).catch(() => 0);
    if (answer) await (is_asset(url) ? keep_asset : keep_page)(url, answer);
  }
})()));

// The page as it is now; as it was kept, where that takes too long, fails, or the host is out of order.
async function show_page(live, url) {
  const late = new Promise(done => setTimeout(done, WAIT));
  const answer = await Promise.race([live, late]).catch(() => {});
  if (answer && answer.status < 500) return answer;
  return await (await caches.open(PAGES)).match(url)
    || live.catch(async () => await (await caches.open(SHELL)).match(OFFLINE) || Response.error());
}

// A photo, or the script of the search page. Its address is the fingerprint of its bytes, so that a kept one
// is never out of date.
async function show_asset(event, url) {
  const kept = await (await caches.open(PHOTOS)).match(url);
  if (kept) return kept;
  const answer = await fetch(event.request);
  event.waitUntil(keep_asset(url, answer.clone()));
  return answer;
}

async function keep_asset(url, answer) {
  if (is_good(answer, /^image|javascript/)) await put(PHOTOS, url, answer);
}

async function keep_page(url, answer) {
  if (url == OFFLINE) return;
  if (is_good(answer, /^text.html/)) {
    await put(PAGES, url, answer);
    await trim();
  } else if (answer.status == 404 || answer.status == 410) {
    await (await caches.open(PAGES)).delete(url);
  }
}

// What is put again counts as the newest. Where the phone is full, photos make room for text.
async function put(name, url, answer) {
  await (await caches.open(name)).put(url, answer).catch(async fault => {
    if (fault.name == "QuotaExceededError") await caches.delete(PHOTOS);
  });
}

// Text comes before photos: the pages read last stay, then the photos that they show, while there is room.
async function trim() {
  const pages = await caches.open(PAGES), photos = await caches.open(PHOTOS);
  const stored = (await photos.keys()).map(({url}) => url);
  // The newest may be of a page that is still on its way.
  const shown = new Set(stored.slice(stored.length - FRESH));
  let posts = 0, lists = 0, bytes = 0;
  for (const {url} of (await pages.keys()).reverse()) {
    const spare = url != scope && (is_post(url) ? ++posts > POSTS : ++lists > LISTS);
    const answer = spare ? 0 : await pages.match(url);
    const text = answer ? await answer.text() : "";
    bytes += text.length;
    if (spare || bytes > BYTES) await pages.delete(url);
    else for (const path of text.match(/aset\/[\w.]+/g) || []) shown.add(scope + path);
  }
  const spare = new Set(stored);
  for (const url of shown) if (spare.has(url)) {
    const answer = await photos.match(url);
    if (answer) bytes += (await answer.blob()).size;
    if (bytes <= BYTES) spare.delete(url);
  }
  for (const url of spare) await photos.delete(url);
}
