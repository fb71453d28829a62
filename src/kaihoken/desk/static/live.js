// Keeps an open page up to date: the desk says that something changed, the page fetches the part again.

const list = document.querySelector("[data-list]");
let seen = null;

async function refresh() {
  const answer = await fetch(list.dataset.list, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const focused = document.activeElement?.getAttribute("href");
  list.innerHTML = await answer.text();
  if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

if (list) {
  const events = new EventSource("/events");
  events.onmessage = (message) => {
    const told = JSON.parse(message.data);
    if (seen !== null && (told.day !== seen.day || told.line !== seen.line)) refresh();
    seen = told;
  };
}
