// Searches while somebody types; the page stays where it is. Without this script the form sends itself.

const form = document.querySelector("form[data-found]");
const found = document.getElementById("found");
const WAIT = 180;
let waiting = null;
let newest = 0;

async function look() {
  const text = form.elements.text.value.trim();
  const turn = (newest += 1);
  if (!text) {
    found.replaceChildren();
    return;
  }
  const answer = await fetch(form.dataset.found, {
    method: "POST",
    headers: { Accept: "text/html" },
    body: new URLSearchParams({ text }),
  });
  if (turn === newest && answer.ok) found.innerHTML = await answer.text();
}

form.elements.text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, WAIT);
});
