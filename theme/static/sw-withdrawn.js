// The last version of the worker: takes all that was kept out of the browser, and itself. A portal that no
// longer wants to be read offline has to go on publishing it, as a browser keeps a worker whose file is gone.
const own = `kim ${registration.scope} `;
const clear = async () => {
  for (const name of await caches.keys()) if (name.startsWith(own)) await caches.delete(name);
};
addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil((async () => {
  await clear();
  await registration.unregister();
  // The worker before this one may still be writing what it had begun to fetch.
  await new Promise(done => setTimeout(done, 2000));
  await clear();
})()));
