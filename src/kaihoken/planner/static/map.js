// The map moves under wheel, drag and buttons, and points at the row of the table under the mouse, and back.
// Without it the map is whole, and every area of it a link.

const map = document.querySelector("[data-map]");
const picture = map?.querySelector("svg");

if (picture) {
  const whole = picture.getAttribute("viewBox").split(" ").map(Number);
  let view = [...whole];

  const show = () => picture.setAttribute("viewBox", view.join(" "));

  const zoom = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const width = Math.min(Math.max(view[2] * factor, whole[2] / 40), whole[2] * 4);
    const by = width / view[2];
    view = [x - (x - view[0]) * by, y - (y - view[1]) * by, width, view[3] * by];
    show();
  };

  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [point.x, point.y];
  };

  map.querySelector("[data-map-tools]").hidden = false;
  map.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (wanted === "in") zoom(0.6);
    if (wanted === "out") zoom(1 / 0.6);
    if (wanted === "all") {
      view = [...whole];
      show();
    }
  });

  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, ...at(event));
  }, { passive: false });

  let held = null;
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") held = { from: at(event), moved: false };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = at(event);
    const [dx, dy] = [held.from[0] - x, held.from[1] - y];
    if (!held.moved && Math.hypot(dx, dy) < view[2] / 200) return;
    held.moved = true;
    view = [view[0] + dx, view[1] + dy, view[2], view[3]];
    show();
  });
  addEventListener("pointerup", () => setTimeout(() => (held = null)));
  picture.addEventListener("click", (event) => {
    if (held?.moved) event.preventDefault(); // it was a drag, not a choice
  }, true);
  picture.addEventListener("dragstart", (event) => event.preventDefault());

  const pointed = (code, on) => {
    picture.querySelector(`.area[data-code="${code}"]`)?.classList.toggle("pointed", on);
    document.querySelector(`tr[data-row="${code}"]`)?.classList.toggle("pointed", on);
  };
  for (const [kind, on] of [["pointerover", true], ["pointerout", false]]) {
    picture.addEventListener(kind, (event) => {
      const code = event.target.closest(".area")?.dataset.code;
      if (code) pointed(code, on);
    });
    document.querySelector(".index")?.addEventListener(kind, (event) => {
      const code = event.target.closest("tr[data-row]")?.dataset.row;
      if (code) pointed(code, on);
    });
  }
}
