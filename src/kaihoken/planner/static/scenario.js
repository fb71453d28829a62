// The map follows the sliders. Without it the button asks for the page.

const form = document.querySelector("[data-scenario]");
const paths = new Map([...document.querySelectorAll(".scenario-map .area")].map((path) => [path.dataset.code, path]));
const wrong = document.querySelector("[data-wrong]");
const summary = document.querySelector("[data-summary]");
const list = document.querySelector("[data-moved]");
const counts = [...document.querySelectorAll("[data-count]")];
const templates = [...document.querySelectorAll("template[data-chip]")];
const chips = Object.fromEntries(templates.map((one) => [one.dataset.chip, one.content]));
const said = Object.fromEntries(templates.map((one) => [one.dataset.chip, one.dataset.words]));

// The server escapes all but its own ruby, the readings of やさしい日本語.
const withReadings = (html) => document.createRange().createContextualFragment(html);

const query = () => new URLSearchParams(new FormData(form)).toString();

const cell = (content, name = "td", kind = "") => {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(content);
  return made;
};

const line = (one) => {
  const row = document.createElement("tr");
  row.dataset.row = one.code;
  const link = document.createElement("a");
  link.href = one.href;
  link.append(cell(one.prefecture, "small"), ` ${one.name}`);
  const place = cell(link, "th");
  place.scope = "row";
  row.append(
    cell(one.code),
    place,
    cell(chips[one.before].cloneNode(true)),
    cell(chips[one.after].cloneNode(true)),
    cell(one.value_before, "td", "number"),
    cell(cell(one.value_after, "b"), "td", "number"),
    ...one.parts.map((part) => cell(part, "td", "number")),
  );
  return row;
};

// What a pointed area says is put together when it is pointed at: nobody reads the other 329.
let shown = {};
const names = new Map([...(form?.elements.area.options ?? [])].map((one) => [one.value, one.text.slice(one.value.length)]));
document.querySelector(".scenario-map")?.addEventListener("pointerover", ({ target }) => {
  const [look, value] = shown[target.dataset.code] ?? [];
  if (look) target.firstElementChild.textContent = `${names.get(target.dataset.code)} ${value} ${said[look]}`.trim();
});

// The map and the counts follow each step; the list, the sentence and the address wait until the slider rests: they
// would be laid out anew each time, and a reader of the screen would never end.
let resting = 0;
const show = (found) => {
  shown = found.areas;
  for (const [code, [look]] of Object.entries(found.areas)) {
    const path = paths.get(code);
    if (!path || path.classList.contains(look)) continue;
    path.classList.remove("minority", "middle", "majority", "missing");
    path.classList.add(look);
  }
  for (const place of counts) place.textContent = found.counts[place.dataset.count];
  wrong.hidden = true;
  form.dataset.shown = found.query;
  clearTimeout(resting);
  resting = setTimeout(rest, 200, found);
};

const rest = (found) => {
  for (const link of document.querySelectorAll("[data-with-query]")) link.search = found.query;
  history.replaceState(null, "", `${location.pathname}?${found.query}`);
  summary.replaceChildren(withReadings(found.summary_html));
  list.replaceChildren(...found.moved.map(line));
  form.dataset.rested = found.query;
};

const answered = async (asked) => {
  const answer = await fetch(`${form.dataset.scenario}?${asked}`, { headers: { Accept: "application/json" } });
  const found = await answer.json();
  if (answer.ok) {
    show(found);
    return;
  }
  clearTimeout(resting); // what was shown before is not what the sliders say
  wrong.textContent = `${found.title ?? ""} ${found.detail ?? ""}`.trim();
  wrong.hidden = false;
};

// One question at a time, then the newest: were an older one given up, a slider in motion would move nothing.
let asking = false;
const ask = async () => {
  if (asking) return;
  asking = true;
  try {
    for (let asked = ""; asked !== query(); ) await answered((asked = query()));
  } catch {
    form.submit(); // the page itself says what is wrong
  }
  asking = false;
};

let frame = 0;
form?.addEventListener("input", (event) => {
  const { name, value } = event.target;
  const told = form.querySelector(`[data-of="${name}"]`);
  if (told) told.value = value;
  if (name === "year") form.elements.projected.checked = true;
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(ask);
});
