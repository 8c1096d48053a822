// What the scanner says of itself above everything else: the connection, what waits, how old the
// list is. In words, so that nobody has to know what a dot means.
window.doorStatus = (() => {
  const FRESH = 60_000;
  const one = (name) => document.querySelector(`[data-${name}]`);
  const number = (n) => n.toLocaleString("en");

  function span(ms) {
    const minutes = Math.floor(ms / 60_000), hours = Math.floor(minutes / 60);
    if (minutes < 1) return "less than a minute";
    return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
  }

  function write(online, words, details = []) {
    const sign = one("online"), shown = one("online-words");
    sign.classList.toggle("good", online);
    sign.classList.toggle("bad", !online);
    sign.querySelector("[aria-hidden]").textContent = online ? "●" : "○";
    if (shown.textContent !== words) shown.textContent = words; // read out only when it changes
    one("standing").textContent = details.join(" · ");
    one("standing").hidden = !details.length;
  }

  // Of a device that decides by itself.
  function here(inside) {
    const { offline, waiting, contacted } = doorSync, { pulled } = doorHere;
    const elsewhere = doorHere.elsewhere().length, refused = doorHere.refused().length;
    const details = [];
    if (waiting) details.push(`${number(waiting)} waiting to be sent`);
    if (elsewhere) details.push(`${number(elsewhere)} of another edition kept`);
    if (refused) details.push(`${number(refused)} not taken by the server`);
    if (!pulled) details.push(offline ? "no tickets on this device" : "fetching the tickets…");
    else {
      const age = Date.now() - pulled;
      details.push(age < FRESH ? "list up to date" : `list ${span(age)} old`);
      if (inside !== null) details.push(`${number(inside)} in`);
    }
    write(!offline, offline ? `Offline${contacted ? ` for ${span(Date.now() - contacted)}` : ""}` : "Online", details);
  }

  // Of a device that asks the server for each scan.
  const online = (yes, inside) => write(yes, yes ? `Online, ${number(inside)} in` : "No connection");

  return { here, online };
})();
