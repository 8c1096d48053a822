// Notes are written fast: n opens the form, @ names a colleague, and what was typed stays on this
// device until it is saved.
(() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const box = one("write"), keys = one("keys"), text = box?.querySelector("textarea");
  const kept = box && `note:${box.dataset.write}`, SENT = "note-sent";

  const stored = (where, name, value) => {
    try {
      if (value === undefined) return where.getItem(name);
      return value ? where.setItem(name, value) : where.removeItem(name);
    } catch { return null; }
  };

  // --- the draft -----------------------------------------------------------------------------

  // The page after a saved note names it; any other page means that it did not arrive.
  const sent = stored(sessionStorage, SENT);
  stored(sessionStorage, SENT, "");
  if (sent && /^#(note|conversation)-/.test(location.hash)) stored(localStorage, sent, "");

  if (text) {
    const draft = stored(localStorage, kept);
    if (draft && !text.value) {
      text.value = draft;
      one("draft-words").hidden = false;
    }
    text.addEventListener("input", () => stored(localStorage, kept, text.value));
    text.form.addEventListener("submit", () => stored(sessionStorage, SENT, kept));
  }

  // --- open and put away ---------------------------------------------------------------------

  function open() {
    box.open = true;
    box.scrollIntoView({ block: "nearest" });
    text.focus();
  }

  function away() {
    box.open = false;
    box.querySelector("summary").focus({ preventScroll: true });
  }

  if (box) {
    box.querySelector("summary").addEventListener("click", () => { if (!box.open) setTimeout(open); });
    for (const link of document.querySelectorAll("a[href='#write']")) {
      link.addEventListener("click", (event) => { event.preventDefault(); open(); });
    }
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) away();
    });
    // Once the browser has gone to the place itself, which takes the focus there.
    if (location.hash === "#write") addEventListener("load", () => setTimeout(open));
  }

  const typing = () => document.activeElement?.matches("input, select, textarea, [contenteditable]");
  const subject = () => document.activeElement?.closest("[data-subject]") || document.querySelector("[data-subject]:hover");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing() || keys?.open) return;
    if (event.key === "?" && keys) {
      event.preventDefault();
      keys.showModal();
    } else if (event.key === "n" && box) {
      event.preventDefault();
      open();
    } else if (event.key === "n" && subject()) location.assign(subject().dataset.subject);
  });

  // --- @ -------------------------------------------------------------------------------------

  const naming = one("naming");
  if (!text || !naming) return;
  let people = [];
  const shown = () => people.filter((row) => !row.hidden);
  let at = -1; // where the @ stands

  text.after(naming);
  for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": naming.id, "aria-haspopup": "listbox" })) text.setAttribute(name, value);

  function mark(row) {
    for (const other of people) other.setAttribute("aria-selected", String(other === row));
    if (row) text.setAttribute("aria-activedescendant", row.id);
    else text.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    at = -1;
    naming.hidden = true;
    mark(null);
  }

  function offer() {
    const before = text.value.slice(0, text.selectionStart);
    const typed = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_.' -]{0,40})$/u.exec(before);
    if (!typed) return close();
    const words = typed[1].toLowerCase();
    for (const row of people) row.hidden = !row.dataset.name.toLowerCase().split(" ").concat(row.dataset.name.toLowerCase()).some((word) => word.startsWith(words));
    if (!shown().length) return close();
    at = before.length - typed[1].length - 1;
    naming.hidden = false;
    return mark(shown()[0]);
  }

  function take(row) {
    const name = `@${row.dataset.name} `, from = at;
    text.setRangeText(name, from, text.selectionStart, "end");
    close();
    text.focus();
    stored(localStorage, kept, text.value);
  }

  async function fetchPeople() {
    const answer = await fetch(naming.dataset.naming);
    if (!answer.ok) return;
    people = (await answer.json()).people.map(({ pk, name }) => {
      const row = document.createElement("li"), words = document.createElement("bdi");
      words.textContent = name;
      row.append(words);
      Object.assign(row, { id: `naming-${pk}`, role: "option" }).dataset.name = name;
      return row;
    });
    naming.replaceChildren(...people);
    if (document.activeElement === text) offer();
  }

  if (document.activeElement === text) fetchPeople();
  else text.addEventListener("focus", fetchPeople, { once: true });
  text.addEventListener("input", offer);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (naming.hidden) return;
    const rows = shown(), now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(rows[(now + step + rows.length) % rows.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(rows[now]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  naming.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const row = event.target.closest("[data-name]");
    if (row) take(row);
  });
})();
