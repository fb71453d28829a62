// The patient's screen: the desk tells the step, the picture of it is fetched and put in the place of the last one.

const screen = document.querySelector("#screen");
const said = document.querySelector("#said");
let calling = 0;

const picture = () => screen.firstElementChild;
const shown = () => Number(picture().dataset.step);

async function show() {
  const answer = await fetch(screen.dataset.part, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const text = await answer.text();
  const before = picture().dataset.name;
  const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
  if (fresh.dataset.step === picture().dataset.step && fresh.dataset.name === before) return; // asked for twice: what is typed stays
  screen.replaceChildren(fresh);
  const now = picture();
  if (now.dataset.name === "waiting" && before !== "waiting" && location.pathname !== screen.dataset.home) {
    location.replace(screen.dataset.home); // the next patient begins with the easy words
    return;
  }
  said.textContent = [...now.querySelectorAll("h1, .reader-say")].map((one) => words(one)).join(" ");
  prepare();
}

// The words of an element, without the readings above them.
function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("rt, rp").forEach((one) => one.remove());
  return copy.textContent;
}

async function send(form, submitter) {
  const fields = new URLSearchParams(new FormData(form, submitter));
  fields.set("by", "script");
  form.querySelectorAll("button").forEach((one) => { one.disabled = true; });
  const pin = form.querySelector("#pin");
  if (pin) pin.value = "";
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  fields.delete("pin");
  if (!answer.ok || (await answer.json()).step !== shown()) await show();
  else form.querySelectorAll("button").forEach((one) => { one.disabled = false; });
}

function prepare() {
  const form = screen.querySelector("[data-pin]");
  (form?.querySelector("#pin") ?? screen.querySelector("main"))?.focus({ preventScroll: true });
  scrollTo(0, 0);
  clearInterval(calling);
  if ("alarm" in picture().dataset) calling = setInterval(call, 2000);
  if (!form) return;
  const pin = form.querySelector("#pin");
  pin.inputMode = "none"; // the pad is there: no keyboard comes up over it
  const pad = form.querySelector(".reader-pad");
  pad.hidden = false;
  pad.append(form.querySelector(".reader-send")); // the next step lies where the finger is
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.digit && pin.value.length < 4) pin.value += button.dataset.digit;
    if (button && "delete" in button.dataset) pin.value = pin.value.slice(0, -1);
  });
}

// Two tones, for a card that nobody takes.
function call() {
  const sound = new AudioContext();
  [660, 880].forEach((pitch, place) => {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    volume.gain.value = 0.15;
    tone.frequency.value = pitch;
    tone.connect(volume).connect(sound.destination);
    tone.start(sound.currentTime + place * 0.25);
    tone.stop(sound.currentTime + place * 0.25 + 0.2);
  });
  setTimeout(() => sound.close(), 1000);
}

screen.addEventListener("submit", (event) => {
  if (picture().dataset.name === "elsewhere") return;
  event.preventDefault();
  send(event.target, event.submitter);
});

if (picture().dataset.name === "elsewhere") {
  setTimeout(() => location.replace(screen.dataset.part.replace(/\/part$/, "")), 5000); // not the form once more
} else {
  const events = new EventSource("/reader/events");
  events.onmessage = (message) => {
    if (JSON.parse(message.data).step !== shown()) show();
  };
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  };
  prepare();
}
