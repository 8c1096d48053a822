// Search, filters, days, grid or list: over the schedule that is already on the page.
(() => {
  const names = ["track", "kind", "level", "room", "language"];
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const mark = (part, on, name = "on") => {
    part.classList.toggle(name, on);
    on ? part.setAttribute("aria-current", "true") : part.removeAttribute("aria-current");
  };
  let query = new URLSearchParams(location.search);
  const chosen = (name) => query.getAll(name).filter(Boolean);
  const isSearch = () => Boolean(query.get("q") || names.some((name) => chosen(name).length));

  // Everything the whole schedule offers; called again when it comes after a search's page.
  const start = () => {
    const form = document.getElementById("filters");
    const box = document.getElementById("days");
    const find = document.getElementById("find");
    const fitting = document.getElementById("fitting");
    const tabs = document.getElementById("tabs");
    const chips = [...form.querySelectorAll(".chip")];
    const selects = [...form.querySelectorAll("select")];
    const views = [...document.querySelectorAll("[data-view]")];
    const days = [...box.querySelectorAll(".day")];
    const trackNames = new Map(chips.map((chip) => [chip.dataset.track, chip.textContent]));
    const items = [...box.querySelectorAll("[data-slot]")].map((part) => {
      const facts = Object.fromEntries(names.map((name) => [name, part.dataset[name] || ""]));
      const said = ["h3", ".speakers", ".place"].map((one) => part.querySelector(one)?.textContent);
      return { part, facts, words: fold([...said, trackNames.get(facts.track)].join(" ")) };
    });
    const empty = (part) => !part.querySelector("[data-slot]:not(.off)");

    // The one day in view: the address names it, else it is today, else the first.
    const dayInView = () => {
      const asked = location.hash.slice(1);
      if (asked === "all") return null;
      const timeZone = document.querySelector("[data-zone]").dataset.zone;
      const today = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date());
      return days.find((day) => day.id === asked)
        || days.find((day) => day.id === `day-${today}`) || days[0];
    };

    const showItems = () => {
      const wanted = fold(query.get("q") || "").split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { part, facts, words } of items) {
        const fits = wanted.every((word) => words.includes(word))
          && names.every((name) => !chosen(name).length || chosen(name).includes(facts[name]));
        part.classList.toggle("off", !fits);
        shown += fits;
      }
      for (const hour of box.querySelectorAll(".by-hour")) {
        hour.classList.toggle("off", empty(hour));
      }
      return shown;
    };

    const apply = () => {
      const searching = isSearch();
      const shown = showItems();
      const only = searching ? null : dayInView();
      for (const day of days) {
        day.classList.toggle("off", searching && empty(day));
        day.classList.toggle("away", Boolean(only) && day !== only); // on paper all are there
      }
      box.classList.toggle("as-list", searching || query.get("view") === "list");
      fitting.hidden = !searching;
      fitting.firstElementChild.textContent = shown
        ? `${shown} found` : "Nothing on the schedule fits this.";
      for (const chip of chips) mark(chip, chosen("track").includes(chip.dataset.track));
      for (const tab of tabs.querySelectorAll("a")) {
        const on = !searching && tab.hash.slice(1) === (only ? only.id : "all");
        mark(tab, on, "btn-main");
        tab.classList.toggle("btn-plain", !on);
      }
      for (const link of views) {
        mark(link, link.dataset.view === (query.get("view") === "list" ? "list" : "grid"));
      }
    };

    const keep = (hash = location.hash) => {
      const text = query.toString();
      history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + hash);
      apply();
    };
    const change = (name, values) => {
      query.delete(name);
      for (const value of values) if (value) query.append(name, value);
      keep();
    };
    const forget = (hash) => {
      for (const name of [...names, "q"]) query.delete(name);
      find.value = "";
      for (const select of selects) select.value = "";
      keep(hash);
    };
    const instead = (part, act) => part.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      act();
    });

    form.querySelector("[data-submit]").hidden = true;
    for (const part of form.querySelectorAll("input[type=hidden]")) part.remove();
    find.value = query.get("q") || "";
    for (const select of selects) select.value = query.get(select.name) || "";
    form.addEventListener("submit", (event) => event.preventDefault());
    find.addEventListener("input", () => change("q", [find.value.trim()]));
    for (const select of selects) {
      select.addEventListener("change", () => change(select.name, [select.value]));
    }
    for (const chip of chips) {
      instead(chip, () => {
        const { track } = chip.dataset;
        const others = chosen("track").filter((one) => one !== track);
        change("track", chosen("track").includes(track) ? others : [...others, track]);
      });
    }
    instead(fitting.querySelector("[data-clear]"), () => { forget(); find.focus(); });
    for (const link of views) {
      instead(link, () => change("view", [link.dataset.view === "list" ? "list" : ""]));
    }
    if (days.length > 1) {
      const all = document.createElement("a");
      all.className = "btn btn-plain btn-sm";
      all.href = "#all";
      all.textContent = "All";
      tabs.append(all);
    }
    for (const tab of tabs.querySelectorAll("a")) instead(tab, () => forget(tab.hash));
    addEventListener("hashchange", apply);
    apply();
  };

  // A search that was answered alone: fetch the rest, so that it goes on without waiting.
  const later = async (address) => {
    try {
      const answer = await fetch(address);
      const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !whole.querySelector("#days[data-whole]")) return;
      const active = document.activeElement?.id;
      document.getElementById("main").replaceWith(document.adoptNode(whole.getElementById("main")));
      start();
      if (active) document.getElementById(active)?.focus();
      document.dispatchEvent(new Event("talks"));
    } catch { /* the page works as it is */ }
  };

  const box = document.getElementById("days");
  if (!box || !document.getElementById("filters")) return;
  if ("whole" in box.dataset) start();
  else if (box.dataset.later) later(box.dataset.later);
})();
