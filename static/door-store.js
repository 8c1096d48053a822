// What a page under /door/ keeps on its phone, in IndexedDB: a queue of what the server has not
// heard yet, and small notes. All but the notes is encrypted, with keys that the browser uses and
// hands out to nobody, so that a copy of the disk's files or of the database tells no names.
//
// Any page may have a store of its own name; it needs vendor/idb.js and this file:
//
//     const store = await openStore("leads");
//     const row = await store.add({ id: crypto.randomUUID(), state: "waiting", … });
//                                     // is on the disk when this returns: show success after it
//     store.rows();                   // all rows, oldest first, from memory
//     await store.change([[row, { state: "done" }]]);
//     await store.drop([row]);
//     await store.note("contact", Date.now());  // plain: nothing of people
//     await store.seal("queue", anything);      // and unseal: for what else must not be readable
//
// The rows are held in memory too, so one window at a time may use a store (`onlyHere`).
window.openStore = (() => {
  const newKey = () => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

  function upgrade(made) {
    for (const name of ["keys", "notes", "buckets"]) made.createObjectStore(name);
    made.createObjectStore("queue", { autoIncrement: true });
  }

  return async (name) => {
    const db = await idb.openDB(name, 1, { upgrade, blocking: () => db.close() });
    navigator.storage?.persist?.().catch(() => {});

    async function key(of) {
      const held = await db.get("keys", of);
      if (held) return held;
      await db.add("keys", await newKey(), of).catch(() => {}); // somebody was quicker
      return db.get("keys", of);
    }

    async function seal(of, value) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(value));
      return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(of), text) };
    }

    async function unseal(of, { iv, data }) {
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(of), data);
      return JSON.parse(new TextDecoder().decode(text));
    }

    // --- the queue ---------------------------------------------------------------------------

    const rows = new Map(); // n → row, in the order of n

    async function load() {
      const [found, numbers] = await Promise.all([db.getAll("queue"), db.getAllKeys("queue")]);
      for (const [i, n] of numbers.entries()) {
        try {
          rows.set(n, { ...await unseal("queue", found[i]), n });
        } catch {
          rows.set(n, { n, state: "broken" }); // kept: a later version may read it
        }
      }
    }

    async function write(work) {
      const writing = db.transaction("queue", "readwrite", { durability: "strict" });
      const result = await work(writing.store);
      await writing.done;
      return result;
    }

    async function add(row) {
      const sealed = await seal("queue", row);
      const n = await write((queue) => queue.add(sealed));
      rows.set(n, { ...row, n });
      return rows.get(n);
    }

    // `changes`: [[row, {what changes}]]; the memory follows the disk.
    async function change(changes) {
      const next = changes.filter(([row]) => rows.has(row.n)).map(([row, change]) => ({ ...rows.get(row.n), ...change }));
      const sealed = await Promise.all(next.map(({ n, ...row }) => seal("queue", row)));
      await write((queue) => Promise.all(next.map((row, i) => queue.put(sealed[i], row.n))));
      for (const row of next) rows.set(row.n, row);
    }

    async function drop(gone) {
      await write((queue) => Promise.all(gone.map((row) => queue.delete(row.n))));
      for (const row of gone) rows.delete(row.n);
    }

    await load();
    return {
      db, seal, unseal, add, change, drop,
      rows: () => [...rows.values()],
      note: (of, value) => db.put("notes", value, of),
      noted: (of) => db.get("notes", of),
    };
  };
})();

// Resolves when this window alone has the store of that name; `lost` is called when another window
// takes it, or has it and keeps it. `steal` is for the button with which somebody asks for it here.
window.onlyHere = (name, { steal = false, lost }) => new Promise((mine) => {
  const how = steal ? { steal: true } : { signal: AbortSignal.timeout(1500) };
  navigator.locks.request(`store ${name}`, how, () => { mine(); return new Promise(() => {}); }).catch(lost);
});
