// Times on the conference's clocks, or on the visitor's own where these differ.
(() => {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const said = new WeakMap();
  const parts = (zone, moment) => new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone, dateStyle: "short", timeStyle: "short",
  }).format(moment);
  const times = () => document.querySelectorAll("#main time[datetime*=T]");
  const kept = () => {
    try { return localStorage.getItem("times") === "mine"; } catch { return false; }
  };

  const local = (time) => {
    const moment = new Date(time.dateTime);
    const [date, clock] = parts(mine, moment).split(" ");
    const long = said.get(time).includes(",");
    if (!long && date === time.dateTime.slice(0, 10)) return clock;
    const day = new Intl.DateTimeFormat("en-GB", long
      ? { weekday: "short", day: "numeric", month: "long", timeZone: mine }
      : { weekday: "short", timeZone: mine }).format(moment).replace(",", "");
    return long ? `${day}, ${clock}` : `${day} ${clock}`;
  };

  const apply = (label, button) => {
    const own = kept();
    for (const time of times()) {
      if (!said.has(time)) said.set(time, time.textContent);
      time.textContent = own ? local(time) : said.get(time);
    }
    if (!said.has(label)) said.set(label, label.textContent);
    label.textContent = own ? `times where you are (${mine.replaceAll("_", " ")})` : said.get(label);
    button.textContent = own ? "show the venue’s" : "show mine";
  };

  // Also called when a script has put other talks on the page.
  const start = () => {
    const label = document.querySelector("[data-zone]");
    if (!label) return;
    const differs = [...times()].some((time) => {
      const moment = new Date(time.dateTime);
      return !Number.isNaN(moment.getTime())
        && parts(mine, moment) !== parts(label.dataset.zone, moment);
    });
    if (!differs) return;
    let button = document.querySelector("[data-zone] ~ .link");
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "link on-screen";
      button.addEventListener("click", () => {
        try { localStorage.setItem("times", kept() ? "" : "mine"); } catch { /* not kept */ }
        apply(label, button);
      });
      label.after(" · ", button);
    }
    apply(label, button);
  };
  start();
  document.addEventListener("talks", start);
})();
