// A form whose answer takes a while says that the machine is at work.

for (const status of document.querySelectorAll("[data-busy]")) {
  status.closest("form").addEventListener("submit", () => {
    status.textContent = status.dataset.busy;
  });
  // Whoever comes back to the page by the browser's history finds it at rest.
  window.addEventListener("pageshow", () => {
    status.textContent = "";
  });
}
