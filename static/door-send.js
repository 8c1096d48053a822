// Sends a queue of scans and undos, oldest first, as docs/door-protocol.md has it. A row is
// “waiting” until the server answered it; then “sent”, or “refused” with the reason. `answered`
// hears of each call: [[row, answer], …].
window.doorSender = ({ store, address, edition, version, answered }) => {
  const MOST = 200; // in one call
  const HARMLESS = ["taken", "slow"]; // refusals that nobody needs to hear of
  let most = MOST, busy = false, again = false;
  const tries = new Map(); // n → calls without an answer

  // Scans of another edition wait until this device is paired with that one again.
  const isWaiting = (row) => row.state === "waiting" && row.edition === edition;
  const waiting = () => store.rows().filter(isWaiting);

  // The server takes the scans of a call before its undos, so what follows an undo of the same
  // ticket goes with a later call. Tickets that had no answer so far come last: one that it
  // cannot digest must not stand in the way of the others.
  function batchOf(rows) {
    const ticketOf = (row) => `${row.list}:${row.h}`;
    const failed = new Map();
    for (const row of rows) failed.set(ticketOf(row), Math.max(failed.get(ticketOf(row)) || 0, tries.get(row.n) || 0));
    const sorted = rows.toSorted((a, b) => failed.get(ticketOf(a)) - failed.get(ticketOf(b)) || a.n - b.n);
    const batch = [], shut = new Set();
    for (const row of sorted) {
      const ticket = ticketOf(row);
      if (shut.has(ticket)) continue;
      if (batch.length === most) break;
      if (row.kind === "undo") shut.add(ticket);
      batch.push(row);
    }
    return batch;
  }

  function wire({ kind, id, at, code, h, list, verdict, volunteer, offline }) {
    if (kind === "undo") return { id, at };
    // What this device could not judge goes without a verdict: then the server decides alone.
    return { id, list, at, volunteer, offline, ...(verdict ? { verdict } : {}), ...(code ? { code } : { h }) };
  }

  async function post(batch) {
    const of = (kind) => batch.filter((row) => row.kind === kind).map(wire);
    const sent = Date.now();
    const device = { version, queued: waiting().length, clock: new Date(sent).toISOString() };
    const answer = await doorLine.ask(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ device, scans: of("scan"), undos: of("undo") }),
    });
    const { now, answers, undone } = await answer.json();
    doorLine.setClock(now, sent);
    const said = { scan: new Map(answers.map((one) => [one.id, one])), undo: new Map(undone.map((one) => [one.id, one])) };
    return batch.map((row) => [row, said[row.kind].get(row.id)]);
  }

  const smaller = (batch) => { most = Math.max(1, Math.ceil(batch.length / 2)); };

  function blame(rows) {
    for (const { n } of rows) tries.set(n, (tries.get(n) || 0) + 1);
  }

  async function sendSome(batch) {
    try {
      blame(batch); // until the server has answered
      const pairs = await post(batch), heard = pairs.filter(([, answer]) => answer);
      await finish(heard);
      if (heard.length < batch.length) throw new doorLine.Broken("some were not answered");
      most = Math.min(MOST, most * 2);
    } catch (error) {
      if (error instanceof doorLine.Broken) smaller(batch);
      if (!(error instanceof doorLine.Refused)) throw error;
      // One of them is not understood: smaller calls find it, and the others get through.
      if (batch.length > 1) smaller(batch);
      else await finish([[batch[0], { id: batch[0].id, error: error.message, why: "unreadable" }]]);
    }
  }

  async function finish(pairs) {
    await store.change(pairs.map(([row, { error, why, verdict }]) => {
      if (error && !HARMLESS.includes(why)) return [row, { state: "refused", why: error }];
      return [row, { state: "sent", final: verdict || row.verdict }];
    }));
    for (const [row] of pairs) tries.delete(row.n);
    await answered(pairs);
  }

  // All that waits; what is added meanwhile goes too. Throws when there is no getting through.
  async function send() {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        for (let rows = waiting(); rows.length; rows = waiting()) await sendSome(batchOf(rows));
      }
    } finally { busy = false; }
  }

  return { send, waiting };
};
