// The live page brings itself up to date while someone looks at it.
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = fresh.querySelector("[data-live]");
    if (now) document.querySelector("[data-live]").replaceWith(now);
  } catch { /* no connection: the next round tries again */ }
}, 15000);
