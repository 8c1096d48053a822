// The pages seen here work without network later; a page from the shelf says how old it is.
(() => {
  const { worker } = document.currentScript.dataset;
  if ("serviceWorker" in navigator && worker) {
    navigator.serviceWorker.register(worker, { updateViaCache: "none" }).catch(() => {});
  }
  const since = document.body.dataset.offline;
  if (since === undefined) return;
  const moment = new Date(since);
  const version = document.querySelector("meta[name=schedule-version]")?.content;
  const today = new Date().toDateString() === moment.toDateString();
  const when = Number.isNaN(moment.getTime()) ? "" : ` from ${new Intl.DateTimeFormat("en-GB", {
    ...(today ? {} : { weekday: "short", day: "numeric", month: "long" }),
    hour: "2-digit", minute: "2-digit",
  }).format(moment)}`;
  // A screen at a door has its own place for this (now.js), and no room above.
  const isScreen = Boolean(document.querySelector(".screen"));
  const line = document.createElement("p");
  line.className = "notice offline mb-0";
  line.setAttribute("role", "status");
  line.textContent = `You are offline. This is ${version ? `version ${version}` : "the page"}${when}.`;
  if (!isScreen) document.body.prepend(line);
  const look = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      if (answer.ok && !(await answer.text()).includes("<body data-offline")) location.reload();
    } catch { /* still away */ }
  };
  addEventListener("online", look);
  setInterval(look, 10_000);
})();
