// The last version of the worker: takes all that was kept out of the browser, and itself. A portal that no
// longer wants to be read offline has to go on publishing it, as a browser keeps a worker whose file is gone.
addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil((async () => {
  const own = `kim ${registration.scope} `;
  for (const name of await caches.keys()) if (name.startsWith(own)) await caches.delete(name);
  await registration.unregister();
})()));
