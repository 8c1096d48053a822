// On pages of a device that checks nobody in, or is paired no more, and on no page of a scanner: the tickets that it had as a
// scanner go at once, however the page was reached; the scans that wait stay and are told.
(async () => {
  const kept = document.querySelector("[data-kept]");
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) return;
  const store = await openStore("door");
  await doorTickets(store).wipe();
  if (!kept) return;
  const waiting = store.rows().filter((row) => row.state === "waiting").length;
  kept.hidden = !waiting;
  kept.querySelector("b").textContent = waiting === 1 ? "1 scan waits" : `${waiting.toLocaleString("en")} scans wait`;
})();
