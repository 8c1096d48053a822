// Search and track filter over the schedule that is already on the page.
(() => {
  const find = document.getElementById("find");
  if (!find) return;
  find.hidden = false;
  const talks = [...document.querySelectorAll(".talk")];
  const words = new Map(talks.map((talk) => [talk, talk.textContent.toLowerCase()]));
  const chips = [...document.querySelectorAll("#tracks .chip")];
  const chosen = new Set();
  const days = [...document.querySelectorAll("section[id^=day-]")];
  const rows = []; // each hour and what stands beside it
  for (const part of document.querySelectorAll(".grid > *")) {
    if (part.classList.contains("hour")) rows.push([part]);
    else if (!part.classList.contains("room")) rows.at(-1).push(part);
  }
  const isShown = (part) => !document.body.classList.contains("filtered")
    || part.querySelector(".talk:not([hidden])");
  const apply = () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    for (const talk of talks) {
      const fits = words.get(talk).includes(wanted)
        && (!chosen.size || [...chosen].some((track) => talk.classList.contains(`track-${track}`)));
      talk.hidden = !fits;
      shown += fits;
    }
    document.body.classList.toggle("filtered", Boolean(wanted || chosen.size));
    for (const row of rows) {
      const empty = !row.some(isShown);
      for (const part of row) part.hidden = empty;
    }
    for (const day of days) day.hidden = !day.querySelector(".talk:not([hidden])");
    document.getElementById("nothing").hidden = shown > 0;
  };
  find.addEventListener("input", apply);
  for (const chip of chips) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = chip.className;
    button.textContent = chip.textContent;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const track = chip.dataset.track;
      chosen.has(track) ? chosen.delete(track) : chosen.add(track);
      button.setAttribute("aria-pressed", String(chosen.has(track)));
      apply();
    });
    chip.replaceWith(button);
  }
})();
