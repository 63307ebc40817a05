// The portal's one script. It stands inline at the end of every page, the same on all of them (a strict
// Content-Security-Policy names its hash), so it reads what it must know from the page. No page needs it to
// be read: each part is a block of its own, which does nothing where a browser lacks what it asks for.

// Offline reading. The page names the worker at its manifest: <link rel="manifest" data-worker="/sw.js">.
// What a first visit has loaded was loaded before there was a worker, which is therefore told of it.
{
  const worker = navigator.serviceWorker;
  const link = document.querySelector("link[data-worker]");
  if (worker) addEventListener("load", () => {
    const loaded = worker.controller ? 0
      : [location.href, ...performance.getEntriesByType("resource").map(entry => entry.name)];
    // Withdrawn? The worker's last version cleans up after itself; one without a successor is dismissed.
    (link ? worker.register(link.dataset.worker).then(() => worker.ready)
      .then(registration => loaded && registration.active.postMessage(loaded))
      : worker.getRegistration().then(old => old && old.update().catch(() => old.unregister()))
    ).catch(() => {});
  });
}

// Buttons that a page shows only where the browser can do what they say: share by the phone's own means, print,
// copy the field beside them. Where that is refused the field's text is marked, so that only copying is left.
{
  const {share, clipboard} = navigator;
  const ways = {
    share: share && (() => navigator.share({url: location.pathname}).catch(() => {})),
    print: () => print(),
    copy: clipboard && (({target}) => {
      const field = target.parentNode.querySelector("input");
      clipboard.writeText(field.value).then(() => {
        target.textContent = "Tersalin";
        setTimeout(() => target.textContent = "Salin", 3000);
      }, () => field.select());
    }),
  };
  for (const button of document.querySelectorAll("button[value]")) {
    button.hidden = !(button.onclick = ways[button.value]);
  }
}
