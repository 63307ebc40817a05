// The page that somebody is editing, kept up to date. Stands inline at the end of every page that
// `invoke serve` sends, and in none that is published.
{
  const host = document.querySelector("kim-live");
  if (!host.shadowRoot) { // browsers that know no declarative shadow root
    const inside = host.querySelector("template");
    host.attachShadow({mode: "open"}).append(inside.content);
  }
  const panel = host.shadowRoot.getElementById("panel");
  const status = host.shadowRoot.querySelector("[role=status]");
  const stored = sessionStorage;
  let events;

  const say = text => { if (status.textContent != text) status.textContent = text; };
  const dress = () => {
    const details = panel.querySelector("details");
    if (!details) return;
    // Open where it speaks of this page, until somebody has said otherwise.
    if (stored.kimFolded) details.open = stored.kimFolded == "0";
    details.firstChild.onclick = () => stored.kimFolded = details.open ? "1" : "0";
  };
  const take = ({data}) => {
    const now = JSON.parse(data);
    host.toggleAttribute("lost", false);
    // Once for each state: a page that never comes out as announced must not be loaded for ever.
    if (now.page != host.dataset.page && now.page != stored.kimLoaded) {
      stored.kimLoaded = now.page;
      location.reload();
      return;
    }
    if (now.panel != host.dataset.panel) {
      host.dataset.panel = now.panel;
      panel.innerHTML = now.html;
      dress();
    }
    say(now.summary);
  };
  const close = () => { if (events) events.close(); events = 0; };
  // A browser has six connections for a server: a tab that nobody sees gives its own back.
  const open = () => {
    if (events || document.hidden) return;
    events = new EventSource("/_live/events?page=" + encodeURIComponent(location.pathname));
    events.onmessage = take;
    events.onerror = () => host.toggleAttribute("lost", true);
  };
  dress();
  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  addEventListener("pageshow", open);
  addEventListener("pagehide", close);
}
