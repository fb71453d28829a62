// 覗き見防止: F2 hides this screen at once, again shows it; so does a screen that nobody touches.

const link = document.getElementById("cover");
const lift = document.getElementById("lift");

function hide() {
  document.documentElement.classList.add("hidden-now");
  location.replace(`${link.href}?back=${encodeURIComponent(location.pathname)}`);
}

addEventListener("keydown", (event) => {
  if (event.key !== "F2") return;
  event.preventDefault();
  if (lift) lift.click();
  else hide();
});

if (!lift && link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    hide();
  });
  let left = null;
  const touched = () => {
    clearTimeout(left);
    left = setTimeout(hide, Number(link.dataset.minutes) * 60000);
  };
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll"]) addEventListener(name, touched, { passive: true });
  touched();
}
