// The door on the device itself: decides at once from what it holds, keeps the scan, then shows it.
window.doorHere = (() => {
  const UNDO_TIME = 15 * 60_000, LATEST = 30;
  const HERE = "door";
  let where, station, store, tickets, listener;
  // What this device did and the server's lines may not show yet: “list:hash” → {n, there}, where
  // `there` is [time, station], or null after an undo.
  const mine = new Map();
  let turn = Promise.resolve(); // scans one after the other, however fast they come

  const at = (list, hash) => `${list}:${hash}`;

  // As scale/codes.py: what was meant by a code typed with spaces, in lower case or as a link.
  function cleanCode(text) {
    const last = text.trim().replace(/\/+$/, "").split("/").pop();
    return last.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 64);
  }

  async function hashOf(code) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)));
    return [...bytes.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // The ticket as this device knows it: the server's line, and what happened here since.
  function known(ticket, list) {
    const own = ticket && mine.get(at(list, ticket.h));
    if (!own) return ticket;
    const there = { ...ticket.in };
    if (own.there) there[list] = own.there;
    else delete there[list];
    return { ...ticket, in: there };
  }

  const head = () => tickets?.held?.head;
  const lists = () => head()?.lists || [];
  const listOf = (pk) => lists().find((list) => list.pk === pk);

  // --- a scan --------------------------------------------------------------------------------

  function inTurn(work) {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  // No verdict of its own goes to the server, which decides alone; offline nobody is let in.
  function notChecked() {
    if (doorSync.offline) {
      return { verdict: "help_desk", look: "stop", sign: "!", words: "Cannot be checked", says: "no tickets on this device and no connection · send to the help desk" };
    }
    return { verdict: "", look: "wait", sign: "⋯", words: "One moment", says: "this device has no tickets yet: the server is asked" };
  }

  const scan = (text, volunteer, list) => inTurn(async () => {
    const code = cleanCode(text), hash = await hashOf(code);
    return keep(tickets.find(hash), { code, h: hash }, volunteer, list);
  });

  const scanTicket = (ticket, volunteer, list) => inTurn(() => keep(tickets.find(ticket.h), { h: ticket.h }, volunteer, list));

  // Written before it is shown: whoever saw “Admitted” will be in the database. A badge counts as
  // its ticket, so both go by the ticket's hash here.
  async function keep(ticket, { code = "", h }, volunteer, pk) {
    const list = listOf(pk), now = doorLine.now(), hash = ticket?.h || h;
    const screen = list ? doorDecide.decide(known(ticket, pk), list, now, head()) : notChecked();
    const row = await store.add({
      id: crypto.randomUUID(), kind: "scan", state: "waiting", edition: where.edition, list: pk, h: hash, code,
      at: new Date().toISOString(), verdict: screen.verdict, volunteer, offline: doorSync.offline, name: screen.name || "",
    });
    if (screen.verdict === "admitted") remember(row);
    // A ticket that was sold a moment ago is here for the second try.
    if (screen.verdict === "unknown") doorSync.contact();
    else doorSync.hurry();
    return { ...screen, scan: row.id, h: hash, list: pk, at: row.at };
  }

  const undo = (screen) => inTurn(async () => {
    if (Date.now() - Date.parse(screen.at) > UNDO_TIME) return { error: "It was more than 15 minutes ago: only the help desk can undo it." };
    const row = await store.add({
      id: screen.scan, kind: "undo", state: "waiting", edition: where.edition, list: screen.list, h: screen.h,
      at: new Date().toISOString(), name: screen.name || "",
    });
    remember(row);
    doorSync.hurry();
    return { ...screen, verdict: "undone", look: "undone", sign: "↩", words: "Undone, not in", says: "scan again to let them in", notes: [], can_undo: false };
  });

  // The latest scans of this device, newest first.
  function latest() {
    const rows = store.rows().filter((row) => row.edition === where.edition).reverse();
    const undone = new Set(rows.filter((row) => row.kind === "undo").map((row) => row.id));
    const fresh = (row) => Date.now() - Date.parse(row.at) < UNDO_TIME;
    return rows.filter((row) => row.kind === "scan" && fresh(row)).slice(0, LATEST).map((row) => {
      const verdict = undone.has(row.id) ? "undone" : row.final || row.verdict;
      return { ...row, scan: row.id, verdict, can_undo: verdict === "admitted" };
    });
  }

  // --- what the server says ------------------------------------------------------------------

  const admitted = (row) => (row.final || row.verdict) === "admitted";

  function remember(row) {
    const there = row.kind === "undo" ? null : [doorLine.corrected(Date.parse(row.at)).toISOString(), station];
    mine.set(at(row.list, row.h), { n: row.n, there });
  }

  function forget(row) {
    const key = at(row.list, row.h);
    if (mine.get(key)?.n === row.n) mine.delete(key);
  }

  function answered(row, answer) {
    if (answer.error || (row.kind === "scan" && answer.verdict !== "admitted")) forget(row);
    else if (row.kind === "scan" && row.verdict !== "admitted" && !mine.has(at(row.list, row.h))) remember(row);
    listener.answered(row, answer);
  }

  function rememberAll() {
    for (const row of store.rows()) {
      if (!["waiting", "sent"].includes(row.state) || row.edition !== where.edition) continue;
      if (row.kind === "undo" || admitted(row)) remember(row);
    }
  }

  function inside(pk) {
    const list = listOf(pk), now = doorLine.now();
    if (!list) return null;
    let people = 0;
    for (const ticket of tickets.all()) {
      if (doorDecide.standing(known(ticket, pk), list, now, head().zone)) people += 1;
    }
    return people;
  }

  // --- how it stands -------------------------------------------------------------------------

  // Why this device cannot decide by itself, in words; empty when it can.
  function impossible() {
    if (!window.isSecureContext) return "This address does not begin with https, so this device keeps no tickets: without a connection it can check nobody.";
    if (!window.indexedDB || !crypto.subtle || !navigator.locks) return "This browser keeps nothing for pages, so without a connection this device can check nobody.";
    return "";
  }

  const refused = () => store.rows().filter((row) => ["refused", "broken"].includes(row.state));
  const elsewhere = () => store.rows().filter((row) => row.state === "waiting" && row.edition !== where.edition);

  async function start(addresses, called, hears) {
    [where, station, listener] = [{ ...addresses, undoTime: UNDO_TIME }, called, hears];
    store = await openStore(HERE);
    tickets = doorTickets(store);
    const settled = (rows) => rows.forEach(forget);
    await doorSync.start(where, { ...hears, answered, settled }, { store, tickets });
    rememberAll();
    doorSync.contact();
  }

  return {
    HERE, impossible, start, scan, scanTicket, undo, latest, inside, lists, known, refused, elsewhere,
    drop: (row) => store.drop([row]),
    tickets: () => tickets.all(),
    get head() { return head(); },
    get pulled() { return tickets.held?.pulled || 0; },
  };
})();
