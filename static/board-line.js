// The dialog of one line of the board: everything that can be done with it, without a mouse.
window.boardLine = (board) => {
  const dialog = document.getElementById("line");
  const form = dialog.querySelector("form");
  const field = (name) => form.elements[name];
  const byId = (id) => document.getElementById(id);
  let line = null; // what is shown: a line of the board, a talk without a place, or a new break
  let isNew = false;

  const show = (selector, yes) => {
    for (const part of dialog.querySelectorAll(selector)) part.hidden = !yes;
  };
  const spot = () => {
    const minutes = board.check.minutes(`${board.day}T${field("begins").value || "09:00"}`);
    const room = Number(field("room").value);
    return {
      room,
      place: room ? "" : field("place").value,
      starts: board.wall(minutes),
      ends: board.wall(minutes + Number(field("minutes").value || 45)),
    };
  };
  const warn = () => {
    const wrong = board.check.trouble(line, spot(), board.data());
    const said = byId("line-trouble");
    said.textContent = wrong.map((one) => one.says).join(" ");
    said.className = `mt-2 mb-3 small state ${wrong[0]?.hard ? "bad" : "warn"}`;
    show(".for-place", field("room").value === "0");
  };
  const options = (select, rows, chosen) => {
    select.replaceChildren(...rows.map(([value, words]) => {
      const option = new Option(words, value);
      option.selected = String(value) === String(chosen);
      return option;
    }));
  };

  const open = (what, where, fresh) => {
    [line, isNew] = [what, fresh];
    const data = board.data();
    byId("line-head").textContent = line.title || "A break or blocker";
    byId("line-about").textContent = [
      line.who, (line.needs || []).length ? `needs ${line.needs.join(", ")}` : "",
      line.range ? `${line.range} people expected${line.by.length ? ` (${line.by.join(", ")})` : ""}` : "",
      line.was ? `in public: ${line.was}` : "", line.lock ? `locked: ${line.lock}` : "", line.why,
    ].filter(Boolean).join(" · ");
    options(field("room"), [
      ...data.rooms.map((room) => [room.id, room.seats ? `${room.name} (${room.seats} seats)` : room.name]),
      [0, "Another place"],
    ], where.room);
    field("place").value = line.place || "";
    field("begins").value = where.starts.slice(11);
    field("minutes").value = board.check.minutes(where.ends) - board.check.minutes(where.starts);
    field("kind").value = line.kind && !fresh ? line.kind : "main";
    field("part").value = line.part || "";
    field("title").value = line.code ? "" : line.title || "";
    byId("f-people").value = line.said ? line.expected : "";
    const others = data.lines.filter((other) => other.uuid !== line.uuid && other.mine && !other.away);
    options(byId("f-other"), others.map((other) => [other.uuid, `${other.starts.slice(11)} ${other.title}`]), "");
    show(".for-talk", Boolean(line.code));
    show(".for-new", fresh && !line.code);
    show(".for-line", !fresh);
    byId("line-talk").href = `${board.talks}${line.code}/`;
    byId("line-talk").hidden = !(line.code && board.talks);
    const can = {
      drop: line.draft, confirm: line.stale, remove: !line.new && !line.away,
      lock: !line.locked, unlock: line.locked, copy: !line.code,
    };
    for (const [verb, yes] of Object.entries(can)) show(`[data-verb=${verb}]`, yes);
    for (const control of form.elements) {
      if (!control.hasAttribute("data-close")) control.disabled = line.mine === false;
    }
    warn();
    dialog.showModal();
    field("room").focus();
  };

  form.addEventListener("input", warn);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shared = { ...spot(), kind: field("kind").value, part: field("part").value };
    if (event.submitter?.name === "now") {
      Object.assign(shared, { now: "on", notify: field("notify").checked ? "on" : "" });
    }
    const done = isNew
      ? await board.send({ verb: "new", talk: line.code || "", title: field("title").value, ...shared })
      : await board.send({ verb: "move", slot: line.uuid, seen: line.mark, ...shared });
    if (done) dialog.close();
  });
  dialog.addEventListener("click", async (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) return dialog.close();
    if (event.target.closest("[data-another]")) return open(line, { ...spot() }, true);
    const verb = event.target.closest("[data-verb]")?.dataset.verb;
    if (!verb) return undefined;
    const wanted = { verb, slot: line.uuid, seen: line.mark };
    if (verb === "swap") {
      const other = board.data().lines.find((one) => one.uuid === byId("f-other").value);
      Object.assign(wanted, { other: other?.uuid, other_seen: other?.mark });
    }
    if (verb === "push") wanted.minutes = byId("f-push").value;
    if (verb === "expect") Object.assign(wanted, { talk: line.code, people: byId("f-people").value });
    if (verb === "lock") wanted.why = window.prompt("Why? (your colleagues read this)") ?? "";
    if (await board.send(wanted)) dialog.close();
    return undefined;
  });
  return { open, isOpen: () => dialog.open };
};
