// Rooms × time of one day. Draws what the server says; everything that is done is sent at once,
// and the answer is drawn. Every few seconds it asks what others did.
(() => {
  const root = document.getElementById("board");
  if (!root || !window.EventCalendar) return;
  const byId = (id) => document.getElementById(id);
  const { day } = root.dataset;
  const STEP = 5, NEAR = 20, ASK_EVERY = 4000;
  let data = null, dragged = null, busy = false, calendar = null, sent = 0, held = null;

  // Times travel as the conference's clocks without an offset; a number of minutes to reckon with.
  const wall = (minutes) => new Date(minutes * 60000).toISOString().slice(0, 16);
  const two = (number) => String(number).padStart(2, "0");
  const wallOf = (date) =>
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
  const say = (words, how = "") => {
    byId("said").textContent = words;
    byId("said").className = `said ${how}`;
  };
  const make = (tag, className, text) => {
    const part = document.createElement(tag);
    if (className) part.className = className;
    if (text !== undefined) part.textContent = text;
    return part;
  };

  // --- asking and telling the server -----------------------------------------------------------

  const take = (answer) => {
    const before = data && new Map(data.lines.map((line) => [line.uuid, line.mark]));
    data = { ...answer, day };
    draw(before);
  };
  const ask = async (mine = false) => {
    if (busy || dragged || document.hidden) return;
    const asked = sent;
    const headers = data ? { "If-None-Match": data.etag } : {};
    try {
      const response = await fetch(root.dataset.data, { headers, cache: "no-store" });
      if (response.status === 200) {
        const first = !data, answer = await response.json();
        if (busy || dragged || asked !== sent) return; // older than what was done meanwhile
        take(answer);
        if (!first && !mine) say("Others changed something; the board is up to date.");
      } else if (response.status !== 304 && !response.ok) {
        say("The server does not answer as it should. Load the page again.", "bad");
      }
    } catch {
      say("No connection. What you see may be old.", "warn");
    }
  };
  const send = async (what) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", root.dataset.token);
    for (const [name, value] of Object.entries(what)) {
      if (value !== undefined && value !== null && !(name === "room" && !value)) body.set(name, value);
    }
    busy = true;
    sent += 1;
    let answer;
    try {
      const response = await fetch(root.dataset.edit, { method: "POST", body });
      answer = await response.json();
      if (!answer.error) put(answer.lines);
    } catch {
      answer = { error: "No connection: that was not saved." };
    }
    busy = false;
    const told = ask(true);
    if (answer.error) {
      await told; // who is refused looks at what is there now
      draw();
    }
    say(answer.error || answer.done, answer.error ? "bad" : "");
    return !answer.error;
  };
  /** What was moved is shown at once; what else that means comes with the next answer. */
  const put = (places) => {
    const now = new Map(places.map((place) => [place.uuid, place]));
    data.lines = data.lines.map((line) => ({ ...line, ...now.get(line.uuid) }));
    draw();
  };
  const move = (line, spot) =>
    send({ verb: "move", slot: line.uuid, seen: line.mark, place: spot.room ? "" : line.place || "elsewhere", ...spot });

  // --- drawing ---------------------------------------------------------------------------------

  const troubled = () => {
    const found = new Map();
    for (const conflict of data.conflicts) {
      for (const slot of conflict.slots) {
        found.set(slot, conflict.hard || found.get(slot) === true);
      }
    }
    return found;
  };
  const people = (line) => {
    const over = line.seats ? line.expected - line.seats : 0;
    const words = make("div", "people");
    words.append(make("span", "num", `${line.range}${line.said ? "*" : ""}`));
    if (line.seats) words.append(make("span", over > 0 ? "over" : "", over > 0 ? `${over} over` : "fits"));
    const fill = make("div", `fill ${over > 0 ? "over" : line.expected > 0.9 * line.seats ? "tight" : ""}`);
    const bar = make("i");
    bar.style.width = `${line.seats ? Math.min(100, (100 * line.expected) / line.seats) : 0}%`;
    fill.append(bar);
    return line.seats ? [words, fill] : [words];
  };
  const content = ({ event }) => {
    const line = event.extendedProps.line;
    if (!line) return { domNodes: [document.createTextNode(event.title)] };
    const parts = [make("h3", "", `${line.locked ? "🔒 " : ""}${line.title}`)];
    if (line.kind !== "main") parts.push(make("div", "now", line.part ? `part ${line.part}` : line.kind));
    if (line.cancelled) parts.push(make("div", "state bad small", "✕ cancelled"));
    if (line.stale) parts.push(make("div", "state warn small", "⟳ changed since"));
    if (line.was) parts.push(make("div", "now", `was ${line.was}`));
    if (line.who) parts.push(make("div", "who", line.who));
    // What is too long for the card goes; how full it will be stays in sight.
    const said = make("div", "what");
    said.append(...parts);
    const crowd = make("div", "crowd");
    if (line.expected !== null) crowd.append(...people(line));
    return { domNodes: [said, crowd] };
  };
  const words = (line) => {
    const room = data.rooms.find((one) => one.id === line.room);
    const wrong = data.conflicts.filter((one) => one.slots.includes(line.uuid));
    return [
      line.title, room ? room.name : line.place, `${line.starts.slice(11)} to ${line.ends.slice(11)}`,
      line.draft ? "draft change" : "", ...wrong.map((one) => one.title),
    ].filter(Boolean).join(", ");
  };
  const lineEvent = (line, hard, before) => ({
    id: line.uuid,
    resourceIds: [line.room],
    start: line.starts,
    end: line.ends,
    title: line.title,
    editable: line.mine && !line.locked && !line.away,
    classNames: [
      "line", `track-${line.track}`, line.draft && "draft", hard === true && "hard", line.away && "away",
      !line.code && "pause", (!line.mine || line.locked) && "fixed",
      before && before.get(line.uuid) !== line.mark && "changed",
      window.boardCheck.minutes(line.ends) - window.boardCheck.minutes(line.starts) < 25 && "short",
    ].filter(Boolean),
    extendedProps: { line },
  });
  // What cannot be used: closed rooms, and rooms of which a part or the whole is in use.
  const shadows = () => {
    const found = [];
    const rooms = new Map(data.rooms.map((room) => [room.id, room]));
    for (const room of data.rooms) {
      for (const closed of room.closures) {
        found.push([room.id, closed, closed.why || "closed"]);
      }
    }
    for (const line of data.lines) {
      const here = rooms.get(line.room);
      if (!here || line.away || line.cancelled) continue;
      for (const room of data.rooms) {
        if (room.id !== here.id && room.leaves.some((leaf) => here.leaves.includes(leaf))) {
          found.push([room.id, line, `in ${here.name}`]);
        }
      }
    }
    return found.map(([room, span, title], n) => ({
      id: `shadow-${n}`, resourceIds: [room], start: span.starts, end: span.ends, title,
      display: "background", classNames: ["taken"], extendedProps: {},
    }));
  };
  const draw = (before) => {
    held = document.activeElement?.dataset?.uuid || held;
    const hard = troubled();
    const events = [...shadows(), ...data.lines.map((line) => lineEvent(line, hard.get(line.uuid), before))];
    const resources = data.rooms.map((room) => ({ id: room.id, title: room.name, extendedProps: { room } }));
    if (data.lines.some((line) => !line.room)) {
      resources.push({ id: 0, title: "Elsewhere", extendedProps: { room: {} } });
    }
    const options = { resources, events, slotMinTime: data.first, slotMaxTime: data.last };
    if (calendar) for (const [name, value] of Object.entries(options)) calendar.setOption(name, value);
    else calendar = begin(options);
    byId("drafts").textContent = `${data.drafts} draft change${data.drafts === 1 ? "" : "s"}`;
    counted("hard", data.hard, "✕", "must be solved");
    counted("soft", data.soft, "!", "worth a look");
    byId("not-fit").hidden = !data.will_not_fit;
    byId("not-fit").textContent = `${data.will_not_fit.toLocaleString("en")} people-minutes will not fit`;
    for (const verb of ["undo", "redo"]) {
      byId(verb).disabled = !data[verb];
      byId(verb).title = data[verb];
    }
    drawWaiting();
    drawConflicts();
    drawProposed();
    // It calls itself a table, and its parts do not keep to that.
    for (const name of ["role", "aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount"]) {
      for (const part of root.querySelectorAll(`[${name}]`)) part.removeAttribute(name);
    }
    if (held) requestAnimationFrame(refocus);
  };
  // What is drawn anew loses the focus for a moment; keys pressed just then are for it all the same.
  const refocus = () => {
    if (held && document.activeElement === document.body) root.querySelector(`[data-uuid="${held}"]`)?.focus();
    held = null;
  };
  const counted = (id, number, sign, what) => {
    byId(id).hidden = !number;
    byId(id).textContent = `${sign} ${number} ${what}`;
  };
  const drawConflicts = () => {
    const rows = data.conflicts.map((one) => {
      const row = make("div", "conflict");
      row.append(make("span", `state ${one.hard ? "bad" : "warn"}`, `${one.hard ? "✕" : "!"} ${one.title}`));
      row.append(document.createTextNode(`${one.says} `));
      const link = make("a", "", "Show");
      link.href = one.day === day ? `#${one.slots[0]}` : `${root.dataset.board}&day=${one.day}#${one.slots[0]}`;
      link.setAttribute("aria-label", `Show: ${one.says}`);
      row.append(link);
      return row;
    });
    byId("conflict-list").replaceChildren(...(rows.length ? rows : [make("p", "quiet mb-0", "None. Well done.")]));
  };
  // Cancelled talks on any day: taken off with one click each, or all at once.
  const drawProposed = () => {
    const may = data.cancelled.filter((line) => line.mine);
    byId("proposed").hidden = !data.cancelled.length;
    byId("proposed-count").textContent = data.cancelled.length;
    byId("clear").hidden = may.length < 2;
    byId("proposed-list").replaceChildren(...data.cancelled.map((line) => {
      const row = make("div", "conflict");
      const link = make("a", "fw-semibold text-reset", line.title);
      link.href = line.day === day ? `#${line.uuid}` : `${root.dataset.board}&day=${line.day}#${line.uuid}`;
      row.append(link, make("div", "quiet small mb-1", line.where));
      if (line.mine) {
        const button = make("button", "btn btn-plain btn-sm", "Take it off");
        button.type = "button";
        button.setAttribute("aria-label", `Take off ${line.title}`);
        button.addEventListener("click", () => send({ verb: "remove", slot: line.uuid, seen: line.mark }));
        row.append(button);
      }
      return row;
    }));
  };
  byId("clear").addEventListener("click", () => send({ verb: "clear" }));
  const jump = () => {
    const uuid = location.hash.slice(1);
    const part = uuid && root.querySelector(`[data-uuid="${CSS.escape(uuid)}"]`);
    if (part) {
      part.scrollIntoView({ block: "center", inline: "center" });
      part.focus();
    }
  };
  addEventListener("hashchange", jump);

  // --- the talks that have no place ------------------------------------------------------------

  const wanted = () => {
    const [track, kind, need, longest] = ["by-track", "by-kind", "by-need", "by-minutes"].map((id) => byId(id).value);
    const typed = byId("find").value.trim().toLowerCase();
    const fits = (talk) =>
      (!track || String(talk.track) === track) && (!kind || talk.kind === kind)
      && (!need || talk.needs.includes(need))
      && (!longest || (longest === "1440" ? talk.minutes > 60 : talk.minutes <= Number(longest)))
      && (!typed || `${talk.title} ${talk.who}`.toLowerCase().includes(typed));
    const order = byId("sort").value;
    const found = data.unplaced.filter(fits);
    if (order === "people") found.sort((a, b) => (b.expected ?? -1) - (a.expected ?? -1));
    if (order === "minutes") found.sort((a, b) => b.minutes - a.minutes);
    return found;
  };
  const drawWaiting = () => {
    const found = wanted();
    byId("waiting-count").textContent = found.length === data.unplaced.length
      ? data.unplaced.length : `${found.length} of ${data.unplaced.length}`;
    byId("waiting").replaceChildren(...found.slice(0, 200).map((talk) => {
      const part = make("button", `talk track-${talk.track}`);
      part.type = "button";
      part.draggable = talk.mine;
      part.disabled = !talk.mine;
      part.append(make("h3", "", talk.title));
      const about = [`${talk.minutes} min`, talk.range ? `about ${talk.range} people` : "", talk.confirmed ? "" : "not confirmed"];
      part.append(make("span", "who", about.filter(Boolean).join(" · ")));
      if (talk.needs.length) part.append(make("br"), make("span", "who", talk.needs.join(", ")));
      part.addEventListener("click", () =>
        lineDialog.open(talk, window.boardCheck.firstFree(talk, talk.minutes, data, wall), true));
      part.addEventListener("dragstart", (event) => {
        dragged = talk;
        event.dataTransfer.setData("text/plain", talk.code);
        event.dataTransfer.effectAllowed = "move";
      });
      part.addEventListener("dragend", () => { dragged = null; });
      return part;
    }));
    if (!found.length) {
      byId("waiting").append(make("p", "quiet mb-0", data.unplaced.length ? "No talk fits." : "Every accepted talk has its place."));
    }
  };
  for (const id of ["find", "by-track", "by-kind", "by-need", "by-minutes", "sort"]) {
    byId(id).addEventListener("input", () => data && drawWaiting());
  }
  const under = (event, length) => {
    const point = calendar.dateFromPoint(event.clientX, event.clientY);
    return point?.resource ? snapped(Number(point.resource.id), wallOf(point.date), length) : null;
  };
  root.addEventListener("dragover", (event) => {
    const spot = dragged && under(event, dragged.minutes);
    if (!spot) return;
    event.preventDefault();
    hint(dragged, spot);
  });
  root.addEventListener("drop", (event) => {
    const spot = dragged && under(event, dragged.minutes);
    if (!spot) return;
    event.preventDefault();
    const { code } = dragged;
    dragged = null;
    send({ verb: "new", talk: code, place: spot.room ? "" : "elsewhere", ...spot });
  });

  // --- moving by mouse and by keyboard ---------------------------------------------------------

  /** Near the beginning of one of the day's times the talk snaps to it, else to 5 minutes. */
  const snapped = (room, starts, length) => {
    const at = Math.round(window.boardCheck.minutes(starts) / STEP) * STEP;
    const near = data.snaps.map((snap) => window.boardCheck.minutes(snap.starts))
      .filter((snap) => Math.abs(snap - at) <= NEAR)
      .sort((one, other) => Math.abs(one - at) - Math.abs(other - at));
    const begins = near.length ? near[0] : at;
    return { room, starts: wall(begins), ends: wall(begins + length) };
  };
  const hint = (line, spot) => {
    const wrong = window.boardCheck.trouble(line, spot, data);
    const room = data.rooms.find((one) => one.id === spot.room);
    const where = `${spot.starts.slice(11)} ${room ? room.name : "elsewhere"}`;
    say(wrong.length ? `${where}: ${wrong.map((one) => one.says).join(" ")}` : `${where}: free.`,
      wrong.length ? (wrong[0].hard ? "bad" : "warn") : "");
  };
  const lengthOf = (line) => window.boardCheck.minutes(line.ends) - window.boardCheck.minutes(line.starts);
  const onKey = (line, event) => {
    const order = data.rooms.map((room) => room.id);
    const begins = window.boardCheck.minutes(line.starts);
    const length = lengthOf(line);
    const step = event.shiftKey ? 30 : STEP;
    let spot = null;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const at = begins + (event.key === "ArrowUp" ? -step : step);
      spot = { room: line.room, starts: wall(at), ends: wall(at + length) };
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const next = order[order.indexOf(line.room) + (event.key === "ArrowLeft" ? -1 : 1)];
      if (next === undefined) return;
      spot = { room: next, starts: line.starts, ends: line.ends };
    } else if (event.key === "+" || event.key === "-") {
      const longer = Math.max(STEP, length + (event.key === "+" ? STEP : -STEP));
      spot = { room: line.room, starts: line.starts, ends: wall(begins + longer) };
    } else if (event.key === "Delete") {
      event.preventDefault();
      send({ verb: line.new ? "drop" : "remove", slot: line.uuid, seen: line.mark });
      return;
    }
    if (!spot) return;
    event.preventDefault();
    if (!line.mine || line.locked || line.away) say("That stays where it is.", "warn");
    else if (!busy) move(line, spot);
  };
  const pressed = (uuid, event) => {
    const line = data.lines.find((one) => one.uuid === uuid);
    if (!line) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      lineDialog.open(line, line, false);
    } else onKey(line, event);
  };
  addEventListener("keydown", (event) => {
    if (held && event.target === document.body) pressed(held, event);
  });
  const dropped = (info) => {
    const { line } = info.event.extendedProps;
    const room = Number(info.newResource ? info.newResource.id : line.room);
    const spot = snapped(room, wallOf(info.event.start), lengthOf(line));
    dragged = null;
    move(line, spot);
  };
  const begin = (options) => {
    root.replaceChildren();
    return window.EventCalendar.create(root, {
      view: "resourceTimeGridDay",
      date: day,
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      editable: true,
      slotDuration: "00:15",
      snapDuration: "00:05",
      slotLabelInterval: "01:00",
      slotHeight: 34,
      // Where there is room the names of the rooms stay in sight.
      height: window.innerWidth > 992 ? "max(34rem, calc(100dvh - 4rem))" : "auto",
      slotLabelFormat: (date) => `${two(date.getHours())}:${two(date.getMinutes())}`,
      columnWidth: "minmax(9.5rem, 1fr)",
      slotEventOverlap: false,
      resourceLabelContent: ({ resource }) => {
        const label = make("span", "", resource.title);
        const { seats } = resource.extendedProps.room;
        if (seats) label.append(make("small", "num", `${seats} seats`));
        return { domNodes: [label] };
      },
      eventContent: content,
      eventDidMount: ({ event, el }) => {
        const { line } = event.extendedProps;
        if (!line) return;
        el.dataset.uuid = line.uuid;
        el.tabIndex = 0;
        el.setAttribute("aria-roledescription", "placed talk");
        el.setAttribute("aria-label", words(line));
        el.addEventListener("keydown", (event) => pressed(line.uuid, event));
      },
      eventClick: ({ event }) => {
        const { line } = event.extendedProps;
        if (line) lineDialog.open(line, line, false);
      },
      eventDragStart: ({ event }) => { dragged = event.extendedProps.line; },
      eventDragStop: () => { setTimeout(() => { dragged = null; }, 0); },
      eventResizeStart: ({ event }) => { dragged = event.extendedProps.line; },
      eventResizeStop: () => { setTimeout(() => { dragged = null; }, 0); },
      eventDrop: dropped,
      eventResize: ({ event }) => {
        const { line } = event.extendedProps;
        dragged = null;
        move(line, { room: line.room, starts: wallOf(event.start), ends: wallOf(event.end) });
      },
      ...options,
    });
  };
  root.addEventListener("pointermove", (event) => {
    if (!dragged || !dragged.uuid) return;
    const spot = under(event, lengthOf(dragged));
    if (spot) hint(dragged, spot);
  });

  const lineDialog = window.boardLine({
    check: window.boardCheck, data: () => data, day, wall, send, talks: root.dataset.talk,
  });
  byId("add").addEventListener("click", () => {
    const blank = { title: "", code: "", speakers: [], needs: [], by: [], range: "" };
    lineDialog.open(blank, window.boardCheck.firstFree(blank, 30, data, wall), true);
  });
  for (const verb of ["undo", "redo"]) byId(verb).addEventListener("click", () => send({ verb }));
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || lineDialog.isOpen()) return;
    if (event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    send({ verb: event.shiftKey ? "redo" : "undo" });
  });
  ask().then(() => requestAnimationFrame(jump));
  setInterval(ask, ASK_EVERY);
})();
