// Who is scanning: asked plainly at the start of a shift. Nobody has to wait for the answer, and
// who does not want to say it is not asked again in this shift.
window.doorWho = ({ field, asked, done }) => {
  const NAME = "door-volunteer", LATER = "door-volunteer-later", SHIFT = 8 * 3600_000, LOOK = 30_000;
  const one = (name) => document.querySelector(`[data-${name}]`);
  const panel = one("who"), by = one("by");

  const stored = (name, value) => {
    try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; }
  };
  const recent = (at) => Date.now() - Number(at) < SHIFT;
  const name = () => field.value.trim();

  function nameOfShift() {
    const [at, kept] = (stored(NAME) || "").split(/ (.*)/s);
    return recent(at) ? kept || "" : "";
  }

  // What is typed counts with the next scan, whether or not its button was pressed.
  function keep() {
    by.querySelector("button").textContent = name() || "who are you?";
    by.hidden = false;
    if (name() !== nameOfShift()) stored(NAME, `${Date.now()} ${name()}`);
    if (name()) panel.hidden = true;
  }

  function close() {
    panel.hidden = true;
    done();
  }

  function answer() {
    keep();
    if (name()) close();
    else field.focus();
  }

  // The next volunteer takes the phone with its page open.
  function look() {
    if (document.activeElement === field) return;
    if (name() && !nameOfShift()) {
      field.value = "";
      keep();
    }
    if (!name() && !recent(stored(LATER))) panel.hidden = false;
  }

  one("me").addEventListener("click", answer);
  one("later").addEventListener("click", () => {
    stored(LATER, Date.now());
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    answer();
  });
  field.addEventListener("change", () => { if (!panel.hidden) keep(); });
  by.addEventListener("click", () => {
    asked();
    panel.hidden = false;
    field.focus();
    field.select();
  });

  field.value ||= nameOfShift();
  panel.hidden = true;
  for (const button of panel.querySelectorAll("button")) button.hidden = false;
  keep();
  look();
  setInterval(look, LOOK);

  return { name, keep };
};
