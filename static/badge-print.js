// The print station in a browser: opens the print dialog once for each badge.
const printer = document.querySelector("[data-printer]");
const picture = document.querySelector("[data-badge]");
const auto = printer?.hasAttribute("data-auto");
const button = document.querySelector("[data-print]");

if (picture) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  const printed = document.querySelector("button[value=printed]");
  picture.decode().then(() => {
    // The dialog blocks; what comes after it is seen when it is closed.
    addEventListener("afterprint", () => (auto ? printed.click() : printed.focus()), { once: true });
    window.print();
  });
} else if (auto) {
  setTimeout(() => document.querySelector("[data-claim]").requestSubmit(), 3000);
}

// While it is open the page says so: the printer is seen, and no other one gets its badge.
const EVERY = 20_000;
const idle = printer && !picture;

const say = async () => {
  const answer = await fetch(printer.dataset.here, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
  });
  if (answer.status === 403) return location.reload();
  if (answer.status === 409) {
    for (const part of document.querySelectorAll("[data-held]")) part.hidden = true;
    document.querySelector("[data-gone]").hidden = false;
    return true;
  }
  if (idle && !auto && answer.ok && (await answer.json()).waiting !== Number(printer.dataset.waiting)) location.reload();
};

const round = async () => {
  let ended = false;
  try { ended = await say(); } catch { /* no connection: the next round tries again */ }
  if (!ended) setTimeout(round, EVERY);
};
if (printer) setTimeout(round, EVERY);
