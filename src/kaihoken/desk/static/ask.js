// The questionnaire asks whether somebody is still there before it ends; nothing that is typed is lost meanwhile. A page
// that is at its end goes back to the reader's screen for the next patient.

const still = document.getElementById("still");
const leave = document.getElementById("leave");
const home = document.querySelector("[data-home]");
let touched = Date.now();
let asked = 0;

function touch() {
  touched = Date.now();
}

function late() {
  const why = document.createElement("input");
  why.type = "hidden";
  why.name = "why";
  why.value = "late";
  leave.append(why);
  leave.submit();
}

function look() {
  const now = Date.now();
  if (still.open) {
    if (now - asked >= Number(still.dataset.leave) * 1000) late();
  } else if (now - touched >= Number(still.dataset.ask) * 1000) {
    asked = now; // a phone that slept is asked, too, before anything ends
    still.showModal();
  }
}

if (still) {
  ["pointerdown", "keydown", "input"].forEach((kind) => addEventListener(kind, touch));
  still.addEventListener("close", touch);
  setInterval(look, 1000);
}
if (home) setTimeout(() => location.assign(home.href), 20000);
