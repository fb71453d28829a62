// A frame whose PC had no power shows nothing when the power is back: it is asked again until it answers.

const frames = [...document.querySelectorAll("iframe[data-desk]")];

for (const frame of frames) {
  const again = () => fetch(frame.src, { mode: "no-cors" }).then(() => { frame.src = frame.src; }, () => later());
  const later = () => setTimeout(again, 1000);
  fetch(frame.src, { mode: "no-cors" }).catch(later);
}
