// Names to choose from: what was typed, found on the device, or by the server; and the latest
// scans, which can be undone. `chosen` is called with a ticket's line, `undo` with a scan.
window.doorPeople = ({ field, search, listNow, chosen, undo }) => {
  const PATIENCE = 300, STANDS = { unpaid: "not paid", cancelled: "cancelled" };
  const one = (name) => document.querySelector(`[data-${name}]`);
  const results = one("results"), latest = one("latest");
  let asked = 0, clock = null;

  const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
  const say = (words) => make("p", { className: "quiet mb-0", textContent: words });

  // --- search --------------------------------------------------------------------------------

  function row(line) {
    const list = listNow(), there = doorHere.known(line, list)?.in?.[list];
    const type = doorHere.head.types[line.t]?.name || line.t;
    const about = [type, line.o, STANDS[line.s], there && "already in"].filter(Boolean).join(" · ");
    const button = make("button", { type: "button", className: "found" });
    button.append(make("bdi", { textContent: line.n || "no name" }), make("span", { className: "quiet", textContent: about }));
    button.addEventListener("click", () => chosen(line));
    return button;
  }

  function show(...what) {
    results.replaceChildren(...what);
    results.hidden = !what.length;
  }

  function onDevice(typed) {
    const { found, more } = doorFind.find(typed, doorHere.tickets());
    show(...found.map(row), ...(more ? [say(`${more.toLocaleString("en")} more: type on`)] : []));
  }

  // E-mail addresses are not on the device.
  async function onServer(typed) {
    const mine = ++asked;
    if (doorHere.head.station.kind !== "desk") return show(say("Only a desk looks people up by their e-mail address."));
    try {
      const answer = await fetch(`${search}?${new URLSearchParams({ q: typed })}`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
      const { found, error } = await answer.json();
      if (mine !== asked) return null;
      if (error) return show(say(error));
      return show(...(found.length ? found.map(row) : [say("Nobody has this address.")]));
    } catch {
      return mine === asked ? show(say("Addresses are looked up by the server, and there is no connection.")) : null;
    }
  }

  function find() {
    clearTimeout(clock);
    asked += 1;
    const typed = field.value;
    if (!doorHere.head) return show();
    if (!typed.includes("@")) return onDevice(typed);
    show(say("Looking…"));
    clock = setTimeout(onServer, PATIENCE, typed.trim());
    return null;
  }

  field.addEventListener("input", find);

  // --- the latest scans ----------------------------------------------------------------------

  function showLatest() {
    const rows = doorHere.latest();
    latest.hidden = !rows.length;
    latest.querySelector("ul").replaceChildren(...rows.map((scan) => {
      const item = make("li");
      const time = doorDecide.clock(doorLine.corrected(Date.parse(scan.at)), doorHere.head?.zone || "UTC");
      const words = scan.verdict === "undone" ? "Undone" : doorDecide.WORDS[scan.verdict] || "Not checked yet";
      item.append(make("span", { textContent: `${time} ${words}` }), make("bdi", { textContent: scan.name }));
      if (scan.can_undo) {
        const button = make("button", { type: "button", className: "btn btn-plain btn-sm", textContent: "Undo" });
        button.setAttribute("aria-label", `Undo ${scan.name}`);
        button.addEventListener("click", () => undo(scan));
        item.append(button);
      }
      return item;
    }));
  }

  return { first: () => results.querySelector("button"), clear: () => show(), showLatest };
};
