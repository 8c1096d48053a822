// Light or dark before the first paint: what was chosen here, else what the system wants.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch { /* storage is switched off */ }
    root.dataset.bsTheme = chosen || (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* lasts for this page only */ }
    root.dataset.bsTheme = next;
  });
  // A menu that is open closes by Escape, or by a click elsewhere.
  const close = (kept) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(kept)) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.target.closest("details.menu[open]")?.querySelector("summary").focus();
    close(null);
  });
  // Where a row of links is wider than a phone, the one we are on is in view.
  document.addEventListener("DOMContentLoaded", () => {
    for (const here of document.querySelectorAll(":is(.top nav, .tabs) > [aria-current]")) {
      const row = here.parentElement;
      row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
    }
    // So is the first thing that a form refuses, which on a phone may be screens further down.
    const fault = document.querySelector("main :is(.is-invalid, form .invalid-feedback, .state.bad[role=alert])");
    if (!fault || fault.getBoundingClientRect().bottom < innerHeight) return;
    fault.scrollIntoView({ block: "center" });
    fault.focus({ preventScroll: true });
  });
})();
