// Keeps an open page up to date: the desk says that something changed, the page fetches the part again.

const list = document.querySelector("[data-list]");
const whole = document.querySelector("[data-page]");
let seen = null;

async function refresh() {
  const answer = await fetch(list.dataset.list, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const focused = document.activeElement?.getAttribute("href");
  list.innerHTML = await answer.text();
  if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

async function refreshWhole() {
  const answer = await fetch(whole.dataset.page, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-page]");
  if (fresh && !whole.contains(document.activeElement)) whole.replaceChildren(...fresh.childNodes);
}

if (list || whole) {
  const events = new EventSource("/events");
  events.onmessage = (message) => {
    const told = JSON.parse(message.data);
    const changed = (topic) => seen !== null && told[topic] !== seen[topic];
    if (list && (changed("day") || changed("line") || changed("reader"))) refresh();
    if (whole && (changed("day") || changed("follow-up"))) refreshWhole();
    seen = told;
  };
}
