// Drawing a booth's place fills in the form; while a booth is chosen for somebody, a click gives it.
"use strict";

const plan = document.querySelector("[data-draw]");
const form = document.querySelector("[data-booth-form] form");

if (plan && form) {
  const sides = ["x", "y", "w", "h"].map((name) => form.elements[name]);
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const whole = plan.viewBox.baseVal;
  let from = null;
  box.classList.add("drawn");
  plan.append(box);

  const show = () => {
    const [x, y, w, h] = sides.map((field) => Number(field.value) / 100 || 0);
    box.setAttribute("x", x * whole.width);
    box.setAttribute("y", y * whole.height);
    box.setAttribute("width", w * whole.width);
    box.setAttribute("height", h * whole.height);
  };
  const point = (event) => {
    const frame = plan.getBoundingClientRect();
    const part = (at, start, length) => Math.min(100, Math.max(0, ((at - start) / length) * 100));
    return [part(event.clientX, frame.left, frame.width), part(event.clientY, frame.top, frame.height)];
  };
  const span = (one, other) => {
    const start = Math.round(Math.min(one, other) * 100) / 100;
    return [start, Math.floor((Math.max(one, other) - start) * 100) / 100];
  };

  plan.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest("a.place")) return;
    event.preventDefault();
    from = point(event);
    plan.setPointerCapture(event.pointerId);
  });
  plan.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = point(event);
    const [[x, w], [y, h]] = [span(from[0], to[0]), span(from[1], to[1])];
    if (w < 0.3 && h < 0.3) return;
    [x, y, w, h].forEach((value, n) => { sides[n].value = value.toFixed(2); });
    form.closest("details")?.setAttribute("open", "");
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) plan.addEventListener(end, () => { from = null; });
  for (const field of sides) field.addEventListener("input", show);
  show();
}

const give = document.querySelector("#give-panel form");

if (give && give.elements.deal.value) {
  document.body.classList.add("placing");
  for (const place of document.querySelectorAll("a.place:not(.taken)")) {
    place.addEventListener("click", (event) => {
      event.preventDefault();
      give.elements.booth.value = place.dataset.booth;
      give.requestSubmit();
    });
  }
}
