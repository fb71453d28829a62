// Copies the text of one element: <button data-copy="id" data-copied="words to say when done">.
// The buttons are hidden until this script says that it runs, so a page without scripts shows no dead button.

document.documentElement.dataset.scripts = "";

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    // Plain http on a clinic's network has no clipboard: leave the text selected for Ctrl+C and try the old way.
    select(element);
    document.execCommand("copy");
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(document.getElementById(button.dataset.copy));
  const said = button.parentElement.querySelector("[role=status]");
  if (said) said.textContent = button.dataset.copied;
});
