// A frame whose PC had no power, or was still starting, shows nothing: it is fetched again once the PC answers. A switch
// is turned without leaving the page, so that the screens stay where they are.

const frames = [...document.querySelectorAll("iframe[data-desk]")];
let answered = document.querySelector("[data-waits]") ? false : null;

async function look() {
  const answers = await fetch("/state").then((said) => said.json(), () => null);
  if (answers && answered === false) {
    for (const frame of frames) frame.src = frame.src;
  }
  answered = answers ?? answered;
  setTimeout(look, 1500);
}

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.hasAttribute("aria-pressed")) return;
  event.preventDefault();
  const turned = await fetch(event.target.action, {
    method: "POST", body: new URLSearchParams(new FormData(event.target, button)), redirect: "manual",
  }).catch(() => null);
  if (!turned) return location.reload();
  for (const one of button.closest("[role=group]").querySelectorAll("[aria-pressed]")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
});

look();
