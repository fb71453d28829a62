// The map follows the sliders: one question a frame, an older one is given up. Without it the button asks for the page.

const form = document.querySelector("[data-scenario]");
const paths = new Map([...document.querySelectorAll(".scenario-map .area")].map((path) => [path.dataset.code, path]));
const wrong = document.querySelector("[data-wrong]");
const summary = document.querySelector("[data-summary]");
const list = document.querySelector("[data-moved]");
const chips = Object.fromEntries(
  [...document.querySelectorAll("template[data-chip]")].map((one) => [one.dataset.chip, one.content]),
);

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

let telling = 0;
const show = (found) => {
  for (const [code, [look, words]] of Object.entries(found.areas)) {
    const path = paths.get(code);
    if (!path || path.classList.contains(look)) {
      if (path) path.firstElementChild.textContent = words;
      continue;
    }
    path.classList.remove("minority", "middle", "majority", "missing");
    path.classList.add(look);
    path.firstElementChild.textContent = words;
  }
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = found.counts[place.dataset.count];
  list.replaceChildren(...found.moved.map(line));
  for (const link of document.querySelectorAll("[data-with-query]")) link.search = found.query;
  clearTimeout(telling); // said once the slider rests: a reader would otherwise never end
  telling = setTimeout(() => (summary.textContent = found.summary), 300);
  wrong.hidden = true;
  form.dataset.shown = query();
};

let asking = null;
let frame = 0;
const ask = async () => {
  asking?.abort();
  asking = new AbortController();
  const asked = query();
  try {
    const answer = await fetch(`${form.dataset.scenario}?${asked}`, {
      signal: asking.signal,
      headers: { Accept: "application/json" },
    });
    const found = await answer.json();
    if (answer.ok) {
      show(found);
      history.replaceState(null, "", `${location.pathname}?${asked}`);
    } else {
      wrong.textContent = `${found.title ?? ""} ${found.detail ?? ""}`.trim();
      wrong.hidden = false;
    }
  } catch (error) {
    if (error.name !== "AbortError") form.submit(); // the page itself says what is wrong
  }
};

form?.addEventListener("input", (event) => {
  const { name, value } = event.target;
  const told = form.querySelector(`[data-of="${name}"]`);
  if (told) told.value = value;
  if (name === "year") form.elements.projected.checked = true;
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(ask);
});
