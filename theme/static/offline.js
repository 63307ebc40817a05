// The offline page: lists what the worker kept (see sw.js, which names the caches), the last read first.
(async () => {
  const worker = document.querySelector("link[data-worker]").dataset.worker;
  const pages = await caches.open(`kim ${new URL(".", new URL(worker, location))} pages 1`);
  const row = document.querySelector("template").content;
  const [posts, others] = ["kabar", "lain"].map(id => document.getElementById(id));
  for (const {url} of (await pages.keys()).reverse()) {
    const kept = await pages.match(url);
    // without the other page's stylesheet: this page's policy knows only its own, and Chromium complains
    const html = (kept ? await kept.text() : "").replace(/<style[^]*?<\/style>/g, "");
    const page = new DOMParser().parseFromString(html, "text/html");
    const title = page.querySelector("h1"), voice = page.querySelector(".post .by b");
    if (!title) continue;
    const made = row.children[voice ? 0 : 1].cloneNode(true);
    const fill = (name, value) => made.querySelector(name).textContent = value.textContent.trim();
    made.querySelector("a").href = url;
    if (voice) {
      fill("h3", title);
      fill("b", voice);
      const time = page.querySelector(".post .by time");
      time.prepend("· ");
      made.querySelector("p").append(time);
    } else fill("a", title);
    const list = voice ? posts : others;
    list.append(made);
    list.parentNode.hidden = false;
    document.getElementById("kosong").hidden = true;
  }
})();
