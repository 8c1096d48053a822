// The live page and the wall bring themselves up to date while someone looks at them.
(() => {
  const EVERY = 5_000;
  const live = () => document.querySelector("[data-live]");
  // Whoever is about to press something, or reads a table that is open, is not disturbed.
  const busy = () => live().contains(document.activeElement) && document.activeElement.matches("button, input, select");
  const open = () => [...live().querySelectorAll("details[open]")].map((one) => one.id);

  const refresh = async () => {
    if (document.hidden || busy()) return;
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = fresh.querySelector("[data-live]");
    if (!now || busy()) return;
    const kept = open();
    const link = live().contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    live().replaceWith(now);
    for (const id of kept) document.getElementById(id)?.setAttribute("open", "");
    if (link) [...live().querySelectorAll("a")].find((one) => one.getAttribute("href") === link)?.focus({ preventScroll: true });
  };

  const round = async () => {
    try { await refresh(); } catch { /* no connection: the next round tries again */ }
    setTimeout(round, EVERY);
  };
  if (live()) setTimeout(round, EVERY);
})();
