// A file that is dropped on the page is checked at once.

const form = document.querySelector("form[data-drop]");
const file = form.elements.file;

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length === 0) return;
  file.files = event.dataTransfer.files;
  form.requestSubmit();
});
