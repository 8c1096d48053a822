// The scanner's page: camera, hand scanner, typing or search; one screen for each scan.
(() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const data = one("door").dataset;
  const form = one("form"), start = one("start"), cameraBox = one("camera"), video = cameraBox.querySelector("video");
  const code = form.elements.code, volunteer = form.elements.volunteer, csrf = form.elements.csrfmiddlewaretoken.value;
  const undo = one("undo"), picker = one("picker"), PROVIDED = Number(data.list);
  const LIST = "door-list", TAKE = "door-take";
  const SAME_CODE_AGAIN = 2000, ASK_STATE = 15_000, MOST_NOTICES = 3;
  const CHOOSES = ["counter", "desk"]; // kinds of station that check more than one list
  const { show, failure } = doorScreen;
  let keeps = !doorHere.impossible();
  let list = PROVIDED; // what people are checked in to
  let inside = Number(data.inside);
  let current = null; // what is on the screen; a late answer to an earlier scan is told beside it

  const stored = (name, value) => {
    try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; }
  };

  // --- who -----------------------------------------------------------------------------------

  const whoIs = doorWho({
    field: volunteer,
    asked: () => { if (doorScreen.shown) back(); },
    done: () => { if (cameraBox.hidden) code.focus(); },
  });
  const who = whoIs.name;

  // --- one scan ------------------------------------------------------------------------------

  function back() {
    current = null;
    doorScreen.hide();
    code.value = "";
    people.clear();
    if (cameraBox.hidden) code.focus();
  }

  function scan(text) {
    doorSound.allow();
    whoIs.keep();
    return keeps ? finish(() => doorHere.scan(text, who(), list)) : scanOnline(text);
  }

  function scanTicket(line) {
    doorSound.allow();
    whoIs.keep();
    return finish(() => doorHere.scanTicket(line, who(), list));
  }

  async function finish(work) {
    const attempt = current = {};
    try {
      const screen = await work();
      if (current !== attempt) return;
      current = screen;
      show(screen.error ? failure(screen.error) : screen);
      doorSound.play(screen.look);
    } catch (error) {
      console.error(error);
      if (current === attempt) show(failure("This device could not keep the scan. Scan again."));
    }
    recount();
  }

  const undoHere = (screen) => finish(() => doorHere.undo(screen));

  // --- where the device keeps nothing ----------------------------------------------------------

  const unreachable = { look: "wait", sign: "⋯", words: "No connection", says: "It is sent again by itself. This person is not checked yet." };

  function ask(action, fields, attempt) {
    const missing = () => { doorStatus.online(false); show(unreachable); };
    return doorOnline.send(action, fields, csrf, () => current === attempt, missing);
  }

  async function scanOnline(text) {
    const attempt = current = doorOnline.randomId();
    const slow = setTimeout(() => { if (current === attempt) show({ look: "wait", sign: "⋯", words: "One moment" }); }, 400);
    const answer = await ask(form.action, { code: text, scan_id: attempt, volunteer: who() }, attempt);
    clearTimeout(slow);
    if (!answer || current !== attempt) return;
    show(answer.error ? failure(answer.error) : answer);
    doorSound.play(answer.look || "stop");
    if (answer.verdict === "admitted") inside += 1;
    doorStatus.online(true, inside);
    code.value = "";
  }

  async function undoOnline() {
    const attempt = current = {};
    const answer = await ask(undo.action, { scan_id: undo.elements.scan_id.value }, attempt);
    if (!answer || current !== attempt) return;
    show(answer.error ? failure(answer.error) : answer);
    if (!answer.error) inside -= 1;
    doorStatus.online(true, inside);
  }

  // --- hands ---------------------------------------------------------------------------------

  const people = doorPeople({ field: code, search: data.search, listNow: () => list, chosen: scanTicket, undo: undoHere });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = people.first();
    if (first) first.focus();
    else if (code.value.trim() && !current) scan(code.value);
    else code.focus();
  });

  undo.addEventListener("submit", (event) => {
    event.preventDefault();
    if (keeps) undoHere(current);
    else undoOnline();
  });

  one("next").addEventListener("click", (event) => { event.preventDefault(); back(); });

  doorKeys((text) => {
    if (doorScreen.shown) back();
    if (!current) scan(text);
  });

  // Whoever types slowly is led to the field as well.
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === " ") return;
    if (document.activeElement?.matches("input, select, textarea")) return;
    if (doorScreen.shown) back();
    code.focus();
  });

  // --- what the server says of a scan, sooner or later ----------------------------------------

  function answered(row, answer) {
    if (row.kind === "scan" && current?.scan === row.id && current.verdict !== "undone") answeredNow(row, answer);
    else if (answer.error ? answer.why !== "taken" : row.kind === "scan" && differs(row, answer)) notice(row, answer);
    recount();
  }

  const differs = (row, answer) => answer.conflict || !row.verdict || (row.verdict === "admitted") !== (answer.verdict === "admitted");

  // Of the person who still stands here.
  function answeredNow(row, answer) {
    if (answer.error) return show({ ...current, note: answer.error });
    if (answer.verdict === row.verdict && !answer.conflict) return null;
    current = { ...current, ...answer.screen, note: row.verdict ? "The server knows more than this device did." : "" };
    doorSound.play(current.look);
    return show(current);
  }

  // A few at a time: what the server refused is on the device until somebody has read it.
  function notice(row, answer) {
    if (answer.error && (shownNow().length >= MOST_NOTICES || shownNow().includes(String(row.n)))) return;
    const said = row.kind === "undo" ? "Undone here" : doorDecide.WORDS[row.verdict] || "Not checked here";
    const now = answer.error || [answer.screen?.words, answer.screen?.says].filter(Boolean).join(": ");
    const clock = row.at ? doorDecide.clock(doorLine.corrected(Date.parse(row.at)), data.zone) : "";
    const line = one("notice").content.cloneNode(true).firstElementChild;
    line.dataset.row = row.n;
    line.querySelector("[data-said]").textContent = `${clock} ${row.name || answer.screen?.name || "A scan"}: ${said}. The server says: ${now}`;
    line.querySelector("button").addEventListener("click", async () => {
      if (answer.error) await doorHere.drop(row);
      line.remove();
      showRefused();
      recount();
    });
    one("notices").append(line);
  }

  const shownNow = () => [...one("notices").children].map((line) => line.dataset.row);

  function showRefused() {
    for (const row of doorHere.refused()) notice(row, { error: row.why || "This device cannot read it any more." });
  }

  // --- camera --------------------------------------------------------------------------------

  let seen = "", seenAt = 0;

  // A ticket that is still held up after “Next” is not scanned again, however slow the looks are.
  function found(text, before) {
    const now = Date.now(), again = text === seen && (seenAt >= before || now - seenAt < SAME_CODE_AGAIN);
    [seen, seenAt] = [text, now];
    if (!again && !current) scan(text);
  }

  function say(words) {
    one("camera-words").textContent = words;
    one("camera-words").hidden = !words;
  }

  function showCamera(yes) {
    cameraBox.hidden = !yes;
    start.hidden = yes;
    one("what").hidden = yes && picker.hidden === false;
  }

  function cameraOff(words) {
    showCamera(false);
    say(words);
  }

  start.addEventListener("click", async () => {
    doorSound.allow();
    whoIs.keep();
    say("");
    try {
      await doorCamera.start(video, data.wasm, found, cameraOff);
      showCamera(true);
      keepAwake();
    } catch (error) { cameraOff(doorCamera.wordsFor(error)); }
  });

  async function keepAwake() {
    try { await navigator.wakeLock?.request("screen"); } catch { /* the phone may sleep */ }
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !cameraBox.hidden) keepAwake(); });

  // --- which list ----------------------------------------------------------------------------

  function showLists() {
    const { station } = doorHere.head || {};
    const lists = CHOOSES.includes(station?.kind) ? doorHere.lists() : [];
    const wanted = Number(stored(LIST)) || list;
    list = lists.some((row) => row.pk === wanted) ? wanted : station?.list || PROVIDED;
    picker.hidden = lists.length < 2;
    one("what").hidden = !picker.hidden;
    picker.querySelector("select").replaceChildren(...lists.map((row) => new Option(row.name, row.pk, false, row.pk === list)));
  }

  picker.querySelector("select").addEventListener("change", (event) => {
    list = Number(event.target.value);
    stored(LIST, list);
    recount();
  });

  // --- begin ---------------------------------------------------------------------------------

  let due = null;

  // Once for all that happened in one go: everybody who is in is counted.
  function recount() {
    if (!keeps) return;
    due ??= setTimeout(() => {
      due = null;
      inside = doorHere.inside(list);
      doorStatus.here(inside);
      people.showLatest();
    });
  }

  function elsewhere() {
    doorSync.stop();
    doorCamera.stop();
    one("scanner").hidden = one("verdict").hidden = true;
    one("elsewhere").hidden = false;
  }

  one("take").addEventListener("click", () => {
    sessionStorage.setItem(TAKE, "1");
    location.reload();
  });

  async function beginHere() {
    const steal = Boolean(sessionStorage.getItem(TAKE));
    sessionStorage.removeItem(TAKE);
    await onlyHere(doorHere.HERE, { steal, lost: elsewhere });
    const { scans, tickets, state, version, edition, station, paired, called } = data;
    await doorHere.start({ scans, tickets, state, version, edition, station: Number(station), paired: Number(paired) }, called, {
      answered,
      changed: () => doorStatus.here(inside),
      pulled: (news) => { if (news) { showLists(); doorFind.warm(doorHere.tickets()); } recount(); },
      gone: () => location.reload(),
    });
    showRefused();
    form.querySelector(`label[for=${code.id}]`).firstChild.textContent = "Ticket code, name or order";
    showLists();
    recount();
    setInterval(() => doorStatus.here(inside), 5000);
    one("door").dataset.ready = "";
  }

  function beginOnline() {
    keeps = false;
    doorStatus.online(true, inside);
    const look = async () => {
      const count = await doorOnline.inside(data.state);
      inside = count ?? inside;
      doorStatus.online(count !== null, inside);
    };
    setInterval(look, ASK_STATE);
    addEventListener("online", look);
    addEventListener("offline", () => doorStatus.online(false));
  }

  const noCamera = doorCamera.impossible();
  say([doorHere.impossible(), noCamera].filter(Boolean).join(" "));
  if (!noCamera) {
    start.hidden = false;
    one("check").classList.replace("btn-main", "btn-plain");
  } else code.focus();
  navigator.serviceWorker?.register(data.worker, { updateViaCache: "none" }).catch(() => {});
  if (keeps) beginHere().catch((error) => {
    console.error(error);
    say("This browser lets the page keep nothing, so without a connection this device can check nobody.");
    beginOnline();
  });
  else beginOnline();
})();
