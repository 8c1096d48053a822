// Hand scanners type what they read, faster than fingers, and end with Enter: wherever the focus
// is, that is a scan, and nothing of it stays in a field. A key that comes late, on a busy device,
// must not cut the code: most of the keys decide.
window.doorKeys = (scanned) => {
  const FAST = 50, PAUSE = 500, SHORTEST = 6, MOST_OF = 0.6;
  let letters = "", fast = 0, last = 0, field = null, before = "";

  const begin = () => {
    [letters, fast] = ["", 0];
    field = document.activeElement?.matches("input, textarea") ? document.activeElement : null;
    before = field?.value || "";
  };

  function enter(event) {
    const found = fast >= letters.length * MOST_OF ? letters : "";
    letters = "";
    if (found.length < SHORTEST) return;
    event.preventDefault();
    event.stopPropagation();
    if (field) field.value = before;
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    scanned(found);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const gap = event.timeStamp - last;
    last = event.timeStamp;
    if (event.key === "Enter") return void enter(event);
    if (event.key.length !== 1) return;
    if (gap > PAUSE || !letters) begin();
    if (gap <= FAST) fast += 1;
    letters += event.key;
  }, true);
};
