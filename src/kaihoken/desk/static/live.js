// Keeps an open page up to date: the desk says that something changed, the page fetches the parts again.

const parts = [...document.querySelectorAll("[data-list], [data-live]")];
const wholes = [...document.querySelectorAll("[data-page]")];
let seen = JSON.parse(document.querySelector("[data-seen]")?.dataset.seen ?? "null"); // what the page was made with

async function refresh(part) {
  const answer = await fetch(part.dataset.list ?? part.dataset.live, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.innerHTML = await answer.text();
  if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

async function refreshWhole(whole, place) {
  const answer = await fetch(whole.dataset.page, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-page]")[place];
  if (!fresh || busy(whole)) return;
  const focused = whole.contains(document.activeElement) ? document.activeElement : null;
  whole.replaceChildren(...fresh.childNodes);
  if (focused) [...whole.querySelectorAll(focused.tagName)].find((one) => one.isEqualNode(focused))?.focus();
}

// Somebody writes in this part, or has opened something in it: it stays as it is.
function busy(whole) {
  const focused = whole.contains(document.activeElement) && document.activeElement.matches("input:not([type=radio], [type=checkbox]), select, textarea");
  const begun = (field) => (field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  return focused || [...whole.querySelectorAll("input")].some(begun) || whole.querySelector("details[open]") !== null;
}

// What was sent to another window, as a paper is, is no longer being written.
document.addEventListener("submit", ({ target }) => {
  if (target.target === "_blank") setTimeout(() => target.reset());
});

if (parts.length > 0 || wholes.length > 0) {
  const events = new EventSource("/events");
  events.onmessage = (message) => {
    const told = JSON.parse(message.data);
    const changed = (topic) => seen !== null && told[topic] !== seen[topic];
    if (["day", "line", "reader", "found-card"].some(changed)) parts.forEach(refresh);
    wholes.forEach((whole, place) => {
      if ((whole.dataset.topics ?? "day follow-up").split(" ").some(changed)) refreshWhole(whole, place);
    });
    seen = told;
  };
}
