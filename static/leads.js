// An exhibitor's phone. It knows nothing of anybody: a scan is kept, encrypted, until the server has
// answered it, and goes then; what the answer says is on the screen and in the list that the server
// shows. Rows: {kind: "scan", id, code, at} and {kind: "note", of, was, note}; `of` is the scan's id
// until its answer names the contact.
(() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const data = one("leads-app").dataset;
  const form = one("form"), code = form.elements.code, start = one("start");
  const cameraBox = one("camera"), video = cameraBox.querySelector("video");
  const out = one("out"), outNote = one("out-note");
  const TAKE = "leads-take", BADGE = 13, MOST = 50, EVERY = 15_000, SAME_CODE_AGAIN = 4000, TYPING = 300;
  const NO_BADGE = "This is no badge’s code. Scan the QR code on the badge, or type what stands under it.";
  let store = null, current = null; // the scan on the screen: {id, lead, was}
  let offlineSince = 0, pushing = null, again = false;

  // --- what is on the screen -----------------------------------------------------------------

  const ours = (row) => row.edition === data.edition && row.exhibitor === data.exhibitor;
  const waiting = () => store.rows().filter((row) => ours(row) && row.kind);
  const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: data.zone }).format(new Date(at));

  function span(ms) {
    const minutes = Math.floor(ms / 60_000), hours = Math.floor(minutes / 60);
    return hours ? `${hours} h ${minutes % 60} min` : minutes ? `${minutes} min` : "less than a minute";
  }

  function showState() {
    const sign = one("online"), words = offlineSince ? `Offline for ${span(Date.now() - offlineSince)}` : "Online";
    sign.hidden = false;
    sign.classList.toggle("good", !offlineSince);
    sign.classList.toggle("bad", Boolean(offlineSince));
    sign.querySelector("[aria-hidden]").textContent = offlineSince ? "○" : "●";
    if (one("online-words").textContent !== words) one("online-words").textContent = words;
    const rows = waiting(), others = store.rows().length - rows.length;
    const said = [];
    if (rows.length) said.push(`${rows.length} waiting to be sent`);
    if (others) said.push(`${others} of another exhibitor kept`);
    one("standing").textContent = said.join(" · ");
    one("standing").hidden = !said.length;
    showWaiting(rows);
  }

  function showWaiting(rows) {
    const scans = rows.filter((row) => row.kind === "scan" && row.id !== current?.id);
    one("waiting").hidden = !scans.length;
    one("waiting-list").replaceChildren(...scans.map((row) => {
      const line = document.createElement("li");
      const note = rows.findLast((other) => other.kind === "note" && other.of === row.id)?.note || "";
      line.textContent = [clock(row.at), `badge … ${row.code.slice(-4)}`, note].filter(Boolean).join(" · ");
      return line;
    }));
  }

  function show(head, lines = [], noting = true) {
    one("out-head").textContent = head;
    one("out-body").replaceChildren(...lines.map((text) => Object.assign(document.createElement("bdi"), { className: "d-block", textContent: text })));
    one("out-noting").hidden = !noting;
    out.hidden = false;
    one("what").hidden = true;
  }

  const say = (words) => {
    one("camera-words").textContent = words;
    one("camera-words").hidden = !words;
  };

  // --- one scan ------------------------------------------------------------------------------

  const clean = (text) => text.trim().replace(/\/+$/, "").split("/").pop().toUpperCase().replace(/[^A-Z0-9]/g, "");

  async function scan(text) {
    const badge = clean(text);
    if (badge.length !== BADGE) return say(NO_BADGE);
    say("");
    await keepNote();
    const mine = current = { id: crypto.randomUUID(), lead: null, was: "" };
    outNote.value = "";
    try {
      await store.add({ kind: "scan", id: mine.id, code: badge, at: new Date().toISOString(), edition: data.edition, exhibitor: data.exhibitor });
    } catch (error) {
      console.error(error);
      current = null;
      return say("This phone could not keep the scan. Scan again.");
    }
    show(offlineSince ? "Kept on this phone" : "One moment", ["It is sent by itself when there is a connection. Then you see what the visitor gives you."]);
    navigator.vibrate?.(60);
    code.value = "";
    showState();
    out.scrollIntoView({ block: "nearest" });
    return push();
  }

  // What was typed beside the scan on the screen becomes a note of its own.
  async function keepNote() {
    const note = outNote.value.trim();
    if (!current || out.hidden || one("out-noting").hidden || note === current.was) return;
    const { id, lead, was } = current;
    current.was = note;
    await store.add({ kind: "note", id: crypto.randomUUID(), of: lead || id, answered: Boolean(lead), was, note, edition: data.edition, exhibitor: data.exhibitor });
  }

  async function next() {
    await keepNote();
    current = null;
    out.hidden = true;
    showState();
    if (cameraBox.hidden) code.focus();
    push();
  }

  // --- the line to the server ----------------------------------------------------------------

  async function push() {
    if (pushing) { again = true; return pushing; }
    pushing = (async () => {
      do {
        again = false;
        await pushAll();
      } while (again);
    })();
    try { await pushing; } finally { pushing = null; }
    return null;
  }

  async function pushAll() {
    try {
      let sent = 0;
      for (let rows = batch(); rows.length; rows = batch()) {
        await pushSome(rows);
        sent += rows.length;
      }
      if (!sent) await doorLine.ask(data.send, wire([]));
      const was = offlineSince;
      offlineSince = 0;
      if (sent || was) await showList();
    } catch (error) {
      if (error instanceof doorLine.Gone) return location.reload();
      console.info(`no contact: ${error.message}`);
      offlineSince ||= Date.now();
      if (current && !current.lead && !out.hidden && one("out-head").textContent === "One moment") one("out-head").textContent = "Kept on this phone";
    }
    return showState();
  }

  // Scans first: the answer of a scan tells to which contact its notes belong.
  function batch() {
    const rows = waiting(), scans = rows.filter((row) => row.kind === "scan").slice(0, MOST);
    return scans.length ? scans : rows.filter((row) => row.kind === "note" && row.answered).slice(0, MOST);
  }

  function wire(rows) {
    const scans = rows.filter((row) => row.kind === "scan").map(({ id, code: badge, at }) => ({ id, code: badge, at }));
    const notes = rows.filter((row) => row.kind === "note").map(({ of, was, note }) => ({ id: of, was, note }));
    const device = { version: data.version, queued: waiting().length, clock: new Date().toISOString() };
    return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ device, scans, notes }) };
  }

  async function pushSome(rows) {
    const answer = await (await doorLine.ask(data.send, wire(rows))).json();
    const said = rows[0].kind === "scan" ? answer.answers : answer.noted;
    if (said.length !== rows.length) throw new Error("some had no answer");
    for (const [i, row] of rows.entries()) {
      if (row.kind === "scan") await settle(row, said[i]);
      else await store.drop([row]);
    }
  }

  // Nothing of a scan that was answered stays on the phone; its notes find the contact or go too.
  async function settle(row, { lead, words, error }) {
    const notes = store.rows().filter((other) => other.kind === "note" && other.of === row.id);
    if (lead) await store.change(notes.map((note) => [note, { of: lead.id, answered: true }]));
    else await store.drop(notes);
    await store.drop([row]);
    if (current?.id !== row.id) return;
    if (!lead) {
      current = null;
      outNote.value = "";
      show(error ? "Not taken" : "Nothing is given", [error || words], false);
      navigator.vibrate?.([120, 80, 120]);
      return;
    }
    current.lead = lead.id;
    if (!current.was && !outNote.value && lead.note) outNote.value = current.was = lead.note;
    show(lead.name || "Yours now", [lead.organization, lead.email, lead.phone].filter(Boolean));
  }

  // --- the list, which the server draws --------------------------------------------------------

  let asked = data.listUrl;

  async function showList(address = asked) {
    try {
      const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-list]");
      const shown = one("list");
      if (!fresh || shown.contains(document.activeElement) && document.activeElement.matches("textarea")) return;
      asked = address;
      const typing = document.activeElement?.id === "lead-q" ? document.activeElement : null;
      if (typing) fresh.querySelector("#lead-q").value = typing.value;
      const open = new Set([...shown.querySelectorAll("details[open]")].map((lead) => lead.dataset.lead));
      for (const lead of fresh.querySelectorAll("details")) lead.open = open.has(lead.dataset.lead);
      shown.replaceWith(fresh);
      if (typing) { fresh.querySelector("#lead-q").focus(); fresh.querySelector("#lead-q").setSelectionRange(typing.selectionStart, typing.selectionEnd); }
      one("link").hidden = true;
    } catch { /* the list stays what it was */ }
  }

  const searched = (search) => `${data.listUrl}?${new URLSearchParams(new FormData(search))}`;
  let typing = null;
  document.addEventListener("input", ({ target }) => {
    const search = target.closest("[data-search]");
    if (!search) return;
    clearTimeout(typing);
    typing = setTimeout(() => showList(searched(search)), TYPING);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list] a");
    if (!link || !link.href.startsWith(new URL(data.listUrl, location).href)) return;
    event.preventDefault();
    showList(link.href);
  });

  document.addEventListener("submit", async (event) => {
    const search = event.target.closest("[data-search]"), noting = event.target.closest("[data-noting]");
    if (!search && !noting) return;
    event.preventDefault();
    if (search) { showList(searched(search)); return; }
    const { note, was } = noting.elements;
    await store.add({ kind: "note", id: crypto.randomUUID(), of: noting.dataset.noting, answered: true, was: was.value, note: note.value.trim(), edition: data.edition, exhibitor: data.exhibitor });
    was.value = note.value.trim();
    const button = noting.querySelector("button");
    button.textContent = offlineSince ? "Kept, sent later" : "Saved";
    button.focus();
    push();
  });

  // --- camera, hand scanner, typing ------------------------------------------------------------

  let seen = "", seenAt = 0;

  function found(text) {
    const now = Date.now(), again_ = text === seen && now - seenAt < SAME_CODE_AGAIN;
    [seen, seenAt] = [text, now];
    if (!again_ && out.hidden) scan(text); // “Next badge” comes first
  }

  function cameraOff(words) {
    cameraBox.hidden = true;
    start.hidden = false;
    say(words);
  }

  start.addEventListener("click", async () => {
    say("");
    try {
      await doorCamera.start(video, data.wasm, found, cameraOff);
      cameraBox.hidden = false;
      start.hidden = one("what").hidden = true;
      try { await navigator.wakeLock?.request("screen"); } catch { /* the phone may sleep */ }
    } catch (error) { cameraOff(doorCamera.wordsFor(error)); }
  });

  form.addEventListener("submit", (event) => {
    if (!store) return; // the browser sends it
    event.preventDefault();
    if (code.value.trim()) scan(code.value);
    else code.focus();
  });
  one("next").addEventListener("click", next);

  // A note that is being typed is kept too, should the phone die.
  let noting = null;
  outNote.addEventListener("input", () => {
    clearTimeout(noting);
    noting = setTimeout(() => { if (store) keepNote(); }, 1500);
  });

  // --- begin -----------------------------------------------------------------------------------

  function lost() {
    store = null;
    doorCamera.stop();
    for (const name of ["scanner", "out", "waiting", "list", "link"]) one(name).hidden = true;
    one("elsewhere").hidden = false;
  }

  one("take").addEventListener("click", () => { sessionStorage.setItem(TAKE, "1"); location.reload(); });

  async function begin() {
    navigator.serviceWorker?.register(data.worker, { updateViaCache: "none" }).catch(() => {});
    const steal = sessionStorage.getItem(TAKE) !== null;
    sessionStorage.removeItem(TAKE);
    await onlyHere("leads", { steal, lost });
    store = await openStore("leads");
    one("note-before").hidden = true; // it is asked for after the scan
    doorKeys((text) => { if (out.hidden) scan(text); else next().then(() => scan(text)); });
    if (!navigator.onLine) offlineSince = Date.now();
    showState();
    await push();
    await showList();
    setInterval(() => { if (store) push(); }, EVERY);
    setInterval(() => { if (store) showState(); }, 5000);
    addEventListener("online", push);
    addEventListener("offline", () => { offlineSince ||= Date.now(); showState(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keepNote(); else push(); });
    one("leads-app").dataset.ready = "";
  }

  const why = doorCamera.impossible();
  say(why);
  start.hidden = Boolean(why);
  if (!why) one("check").classList.replace("btn-main", "btn-plain");
  if (window.isSecureContext && window.indexedDB && navigator.locks) begin().catch((error) => { console.error(error); store = null; });
  else one("link").hidden = false;
})();
