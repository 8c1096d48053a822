// The one screen of a scan: big, coloured, with an icon, words and a sound.
window.doorScreen = (() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const scanner = one("scanner"), outcome = one("verdict"), undo = one("undo"), next = one("next");

  // What is told below in boxes of its own is not said twice.
  function saysOf({ says = "", notes = [] }) {
    return says.split(" · ").filter((part) => !notes.includes(part)).join(" · ");
  }

  function show(screen) {
    const { look, sign, words, name = "", notes = [], conduct = "", note = "", scan = "" } = screen;
    one("look").className = `verdict ${look}`;
    one("sign").textContent = sign;
    one("words").textContent = words;
    one("name").textContent = name;
    one("says").textContent = saysOf(screen);
    one("extras").replaceChildren(...notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    one("extras").hidden = !notes.length;
    one("conduct").textContent = conduct && look !== "in" ? `Conduct: ${conduct}` : "";
    one("note").textContent = note;
    one("note").hidden = !note;
    undo.elements.scan_id.value = scan;
    undo.hidden = !screen.can_undo;
    scanner.hidden = true;
    outcome.hidden = false;
    next.focus({ preventScroll: true });
  }

  function hide() {
    outcome.hidden = true;
    scanner.hidden = false;
  }

  const failure = (words) => ({ look: "stop", sign: "!", words });

  return { show, hide, failure, get shown() { return !outcome.hidden; } };
})();
