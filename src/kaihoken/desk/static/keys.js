// One key for each thing that a counter does all day. What a key does is written at the element itself (data-key).

const dialog = document.getElementById("keys");
const off = document.getElementById("keys-off");
const STORED = "kaihoken-keys-off";

function typing(element) {
  return element.matches("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]");
}

function step(by) {
  const rows = [...document.querySelectorAll("#list a.pick")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at < 0 ? rows.findIndex((row) => row.hasAttribute("aria-current")) : at;
  rows[Math.min(Math.max(from + by, 0), rows.length - 1)].focus();
}

function act(key) {
  if (key === "?") return dialog ? (dialog.showModal(), true) : false;
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1), true;
  const target = key === "y" ? document.querySelector("[data-copy]") : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || dialog?.open) return;
  if (typing(event.target) || off?.checked) return;
  if (event.key.length === 1 && act(event.key)) event.preventDefault();
});

if (dialog) {
  document.getElementById("keys-open").addEventListener("click", () => dialog.showModal());
  off.checked = localStorage.getItem(STORED) === "1";
  off.addEventListener("change", () => localStorage.setItem(STORED, off.checked ? "1" : ""));
}
