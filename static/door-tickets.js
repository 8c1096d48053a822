// The edition's tickets as a scanner holds them: all in memory, and sealed on the disk in BUCKETS
// by the first letters of their hash, so that there are few rows to open, and a change writes one
// of them anew. The key goes first when they are wiped: what a disk may keep is unreadable then.
// Changes are worth nothing without what they change: when the disk holds fewer than were counted,
// or another window wiped it, everything is forgotten, and the next answer is asked for whole.
window.doorTickets = (store) => {
  const LETTERS = 2; // of the hash: 256 buckets
  const { db, seal, unseal } = store;
  let buckets = new Map(); // first letters → Map of hash → line
  let badges = new Map(); // hash of a badge → hash of its ticket
  let held = null; // {head, pulled, station, paired, stored}: of the last answer that arrived whole

  const bucketOf = (hash) => hash.slice(0, LETTERS);
  const get = (hash) => buckets.get(bucketOf(hash))?.get(hash);

  // By the code of the ticket or of its badge; a line of its own, as of an old badge, comes first.
  const find = (hash) => get(hash) || get(badges.get(hash) || "");

  function* all() {
    for (const bucket of buckets.values()) yield* bucket.values();
  }

  const count = (found) => [...found.values()].reduce((sum, bucket) => sum + bucket.size, 0);

  function take(into, lines) {
    for (const line of lines) {
      const name = bucketOf(line.h);
      if (!into.has(name)) into.set(name, new Map());
      into.get(name).set(line.h, line);
    }
  }

  function forget() {
    [buckets, badges, held] = [new Map(), new Map(), null];
  }

  function noteBadges(lines) {
    for (const { b, h } of lines) if (b) badges.set(b, h);
  }

  // Fills the memory from the disk. What cannot be opened is as good as nothing: it is fetched anew.
  async function load() {
    try {
      const sealed = await db.get("notes", "held");
      if (!sealed) return;
      held = await unseal("tickets", sealed);
      for (const bucket of await db.getAll("buckets")) take(buckets, await unseal("tickets", bucket));
      if (count(buckets) !== held.stored) throw new Error("the tickets are here in part");
      noteBadges(all());
    } catch (error) {
      console.error(error);
      await wipe();
    }
  }

  // Lines that came with `next`; a full set takes the place of everything, at once.
  async function keep(lines, next, full) {
    const after = full ? new Map() : new Map(buckets);
    const touched = new Set(lines.map((line) => bucketOf(line.h)));
    if (!full) for (const name of touched) after.set(name, new Map(buckets.get(name)));
    take(after, lines);
    const sealed = new Map();
    for (const name of touched) sealed.set(name, await seal("tickets", [...after.get(name).values()]));
    const whole = { ...next, stored: count(after) };
    const sealedNext = await seal("tickets", whole);
    const writing = db.transaction(["notes", "buckets"], "readwrite");
    const shelf = writing.objectStore("buckets");
    if (!full && !await writing.objectStore("notes").get("held")) {
      forget();
      throw new Error("wiped meanwhile");
    }
    if (full) shelf.clear();
    for (const [name, value] of sealed) shelf.put(value, name);
    writing.objectStore("notes").put(sealedNext, "held");
    await writing.done;
    if (full) badges = new Map();
    [buckets, held] = [after, whole];
    noteBadges(lines);
  }

  async function wipe() {
    forget();
    const writing = db.transaction(["keys", "notes", "buckets"], "readwrite");
    writing.objectStore("keys").delete("tickets");
    writing.objectStore("notes").delete("held");
    writing.objectStore("buckets").clear();
    await writing.done;
  }

  return { load, keep, wipe, find, all, get held() { return held; } };
};
