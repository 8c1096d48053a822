// The scanner's rhythm: whenever there is a network the queue goes out and changes come in. It
// never asks anyone and nobody switches anything.
window.doorSync = (() => {
  const EVERY = 4000, HIDDEN_EVERY = 30_000, SLOWEST = 15_000, QUIET = 3000;
  const STILL = 20_000; // a list that comes is given up after so long without a byte
  const KEEP = 18 * 3600_000; // without contact for so long, the device forgets the tickets
  const SIGNS = 10; // every so many pulls the device says how it is
  let tell, where, store, tickets, sender;
  let failures = 0, failed = 0, contacted = 0, timer = null, stopped = false, pulling = false;
  let round = 0, reported = null;
  const sentIn = new Map(); // n of a queue row → the round of pulls in which it was answered

  async function inTouch() {
    failures = 0;
    contacted = Date.now();
    await store.note("contact", contacted);
    await store.note("skew", doorLine.skew);
  }

  // --- pulling -------------------------------------------------------------------------------

  // The lines of an answer as they come; `alive` is called for each piece.
  async function* lines(body, alive) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      alive();
      const found = (rest + part.value).split("\n");
      rest = found.pop();
      yield* found;
    }
    if (rest.trim()) yield rest;
  }

  async function fetchChanges() {
    const since = tickets.held ? `?since=${encodeURIComponent(tickets.held.head.cursor)}` : "";
    const giveUp = new AbortController(), sent = Date.now();
    let clock;
    const alive = () => { clearTimeout(clock); clock = setTimeout(() => giveUp.abort(), STILL); };
    try {
      alive();
      const answer = await doorLine.ask(where.tickets + since, { signal: giveUp.signal });
      let head = null;
      const found = [];
      for await (const line of lines(answer.body, alive)) {
        if (head) found.push(JSON.parse(line));
        else {
          head = JSON.parse(line);
          doorLine.setClock(head.now, sent);
        }
      }
      if (!head || found.length !== head.count) throw new Error("the list came in part");
      return { head, found };
    } finally { clearTimeout(clock); }
  }

  async function pull() {
    if (pulling) return;
    pulling = true;
    round += 1;
    const mine = round;
    try {
      const { head, found } = await fetchChanges();
      if (!head.full && !tickets.held) throw new Error("wiped meanwhile");
      const news = found.length > 0 || head.full;
      await tickets.keep(found, { head, pulled: Date.now(), station: where.station, paired: where.paired }, head.full);
      await inTouch();
      await settle(mine);
      tell.pulled(news);
      await report(mine);
    } finally { pulling = false; }
  }

  // What was answered before this pull began is in it by now. The rows stay for as long as the
  // volunteer may undo them.
  async function settle(mine) {
    const rows = store.rows();
    const done = rows.filter((row) => row.state === "sent" && (sentIn.get(row.n) ?? Infinity) < mine);
    const past = rows.filter((row) => row.state === "done" && Date.parse(row.at) < Date.now() - where.undoTime);
    if (done.length) await store.change(done.map((row) => [row, { state: "done" }]));
    if (past.length) await store.drop(past);
    tell.settled(done);
    for (const { n } of done) sentIn.delete(n);
  }

  async function report(mine) {
    const queued = sender.waiting().length;
    if (queued === reported && mine % SIGNS) return;
    await doorLine.ask(`${where.state}?${new URLSearchParams({ version: where.version, queued })}`);
    reported = queued;
  }

  // --- again and again -----------------------------------------------------------------------

  // Whether anything further is worth an attempt.
  async function attempt(work) {
    let goOn = true;
    try {
      await work();
    } catch (error) {
      if (error instanceof doorLine.Gone) return gone();
      console.info(`no contact: ${error.message}`);
      if (!(error instanceof doorLine.Busy)) {
        failures += 1;
        failed = Date.now();
      }
      goOn = error instanceof doorLine.Broken;
      await tooOld();
    }
    tell.changed();
    return goOn;
  }

  async function contact() {
    clearTimeout(timer);
    if (stopped) return;
    // A server that cannot take the queue may still tell what changed.
    if (!doorLine.wait && await attempt(sender.send)) await attempt(pull);
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(contact, pause());
  }

  function pause() {
    const usual = document.hidden ? HIDDEN_EVERY : EVERY;
    const longer = Math.min(SLOWEST, 1000 * 2 ** (failures - 1)) * (0.8 + 0.4 * Math.random());
    return Math.max(doorLine.wait, failures ? longer : usual);
  }

  // A new scan goes out at once, unless the network was gone a moment ago.
  async function hurry() {
    tell.changed();
    if (stopped || doorLine.wait || (failures && Date.now() - failed < QUIET)) return;
    await attempt(sender.send);
    if (failures && !stopped) {
      clearTimeout(timer);
      timer = setTimeout(contact, pause());
    }
  }

  async function gone() {
    stopped = true;
    clearTimeout(timer);
    await tickets.wipe();
    tell.gone();
    return false;
  }

  // A clock that was set back by as much counts as well.
  async function tooOld() {
    if (!tickets.held || Math.abs(Date.now() - contacted) < KEEP) return;
    await tickets.wipe();
    tell.pulled(true);
  }

  async function answered(pairs) {
    for (const [row] of pairs) sentIn.set(row.n, round);
    await inTouch();
    for (const [row, answer] of pairs) tell.answered(row, answer);
  }

  function notice() {
    failures ||= 1;
    failed = Date.now();
    tell.changed();
  }

  // Another station's, or of before this device was paired again. A page that was kept for want of
  // a network may tell an earlier pairing than the tickets are of.
  const isOfEarlier = ({ station, paired }) => station !== where.station || !(paired >= where.paired);

  // `addresses` {scans, tickets, state, version, edition, station, paired,
  // undoTime}; `listener` hears {answered,
  // settled, pulled, changed, gone}.
  async function start(addresses, listener, kept) {
    [where, tell] = [addresses, listener];
    ({ store, tickets } = kept);
    sender = doorSender({ ...where, address: where.scans, store, answered });
    contacted = await store.noted("contact") || 0;
    doorLine.skew = await store.noted("skew");
    for (const row of store.rows()) if (row.state === "sent") sentIn.set(row.n, 0);
    await tickets.load();
    if (tickets.held && isOfEarlier(tickets.held)) await tickets.wipe();
    await tooOld();
    addEventListener("online", contact);
    addEventListener("offline", notice);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) contact(); });
    if (navigator.onLine === false) notice();
  }

  return {
    start, contact, hurry,
    stop() { stopped = true; clearTimeout(timer); },
    get contacted() { return contacted; },
    get offline() { return failures > 0; },
    get waiting() { return sender?.waiting().length || 0; },
  };
})();
