// The second half of a double click presses nothing: neither the same button again nor, where the
// answer came in between, what now stands in its place.
(() => {
  const DOUBLE = 600; // milliseconds since this page was asked for
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-once]")) return;
    if (sent || performance.now() < DOUBLE) return event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
})();
