// The scanner: camera, hand scanner or typing; each scan has an id of its own and one screen.
(() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const { wasm, state, inside: counted } = one("door").dataset;
  const scanner = one("scanner"), outcome = one("verdict");
  const form = one("form"), start = one("start"), cameraBox = one("camera"), video = cameraBox.querySelector("video");
  const code = form.elements.code, volunteer = form.elements.volunteer;
  const undo = one("undo"), next = one("next");
  const NAME = "door-volunteer", TIMEOUT = 8000, SAME_CODE_AGAIN = 2000, ASK_STATE = 15000;

  // --- who, and whether the server answers ---------------------------------------------------

  let inside = Number(counted);

  function showName() {
    const name = volunteer.value.trim();
    one("by").querySelector("button").textContent = name || "who are you?";
    one("by").hidden = false;
    try { localStorage.setItem(NAME, name); } catch { /* kept for this page only */ }
  }

  one("by").addEventListener("click", () => {
    if (scanner.hidden) back();
    one("who").hidden = false;
    volunteer.focus();
  });
  volunteer.addEventListener("change", showName);

  function showOnline(online) {
    const sign = one("online");
    sign.classList.toggle("good", online);
    sign.classList.toggle("bad", !online);
    one("online-words").textContent = online ? `Online, ${inside.toLocaleString("en")} in` : "No connection";
  }

  // Until the server is asked again, which knows of the other doors too.
  function count(people) {
    inside += people;
    showOnline(true);
  }

  async function askState() {
    try {
      const answer = await fetch(state, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.status === 403) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      inside = (await answer.json()).inside;
      showOnline(true);
    } catch { showOnline(false); }
  }

  // --- sound and touch -----------------------------------------------------------------------

  // [pitch, begins, lasts] in hertz and seconds; the looks can be told apart with eyes closed.
  const TUNES = {
    in: [[880, 0, .1], [1320, .11, .16]],
    already: [[440, 0, .16], [440, .24, .16]],
    stop: [[180, 0, .55]],
  };
  const BUZZ = { in: [60], already: [120, 80, 120], stop: [400] };
  let sound = null;

  function allowSound() {
    // Browsers let a page make a noise only after a touch.
    try { sound ||= new AudioContext(); sound.resume(); } catch { /* a silent door works too */ }
  }

  function signal(look) {
    if (BUZZ[look]) navigator.vibrate?.(BUZZ[look]);
    if (sound?.state !== "running") return;
    for (const [pitch, begins, lasts] of TUNES[look] || []) {
      const tone = sound.createOscillator(), volume = sound.createGain();
      tone.frequency.value = pitch;
      tone.type = look === "stop" ? "square" : "sine";
      volume.gain.value = .25;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + begins);
      tone.stop(sound.currentTime + begins + lasts);
    }
  }

  // --- one scan ------------------------------------------------------------------------------

  let current = null; // the attempt on the screen; a late answer to an earlier one is not shown

  function show({ look, sign, words, name = "", says = "", scan = "", can_undo = false }) {
    one("look").className = `verdict ${look}`;
    one("sign").textContent = sign;
    one("words").textContent = words;
    one("name").textContent = name;
    one("says").textContent = says;
    undo.elements.scan_id.value = scan;
    undo.hidden = !can_undo;
    scanner.hidden = true;
    outcome.hidden = false;
    next.focus();
  }

  function back() {
    current = null;
    outcome.hidden = true;
    scanner.hidden = false;
    if (cameraBox.hidden) code.focus();
  }

  // Sends the same fields until the server answers, so that nothing is lost or counted twice.
  async function send(action, fields, attempt) {
    for (let tries = 0; current === attempt; tries++) {
      try {
        const answer = await fetch(action, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
          body: new URLSearchParams(fields),
          signal: AbortSignal.timeout(TIMEOUT),
        });
        if (answer.status === 403) return location.reload();
        if (answer.status >= 500) throw new Error(answer.status);
        showOnline(true);
        return await answer.json();
      } catch {
        if (current !== attempt) return null;
        showOnline(false);
        show({ look: "wait", sign: "⋯", words: "No connection", says: "It is sent again by itself. This person is not checked yet." });
        await new Promise((wait) => setTimeout(wait, Math.min(1000 * 2 ** tries, 5000)));
      }
    }
    return null;
  }

  async function scan(text) {
    const attempt = current = crypto.randomUUID?.() ?? randomId();
    const slow = setTimeout(() => { if (current === attempt) show({ look: "wait", sign: "⋯", words: "One moment" }); }, 400);
    const fields = { code: text, scan_id: attempt, volunteer: volunteer.value.trim() };
    const answer = await send(form.action, fields, attempt);
    clearTimeout(slow);
    if (!answer || current !== attempt) return;
    show(answer.error ? { look: "stop", sign: "!", words: answer.error } : answer);
    signal(answer.look || "stop");
    if (answer.verdict === "admitted") count(1);
    code.value = "";
  }

  function randomId() { // pages opened over http have no crypto.randomUUID
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b, i) => (i === 6 ? b & 15 | 64 : i === 8 ? b & 63 | 128 : b).toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    allowSound();
    showName();
    if (code.value.trim() && !current) scan(code.value);
    else code.focus();
  });

  undo.addEventListener("submit", async (event) => {
    event.preventDefault();
    const attempt = current = {};
    const answer = await send(undo.action, { scan_id: undo.elements.scan_id.value }, attempt);
    if (!answer || current !== attempt) return;
    show(answer.error ? { look: "stop", sign: "!", words: answer.error } : answer);
    if (!answer.error) count(-1);
  });

  next.addEventListener("click", (event) => { event.preventDefault(); back(); });

  // A hand scanner types wherever it is: its first letter leads back to the field.
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === " ") return;
    if (!outcome.hidden) back();
    if (document.activeElement !== volunteer) code.focus();
  });

  // --- camera --------------------------------------------------------------------------------

  let seen = "", seenAt = 0;

  function found(text) {
    const now = Date.now(), again = text === seen && now - seenAt < SAME_CODE_AGAIN;
    [seen, seenAt] = [text, now];
    // A ticket that is still held up after “Next” is not scanned again.
    if (!again && !current) scan(text);
  }

  function say(words) {
    one("camera-words").textContent = words;
    one("camera-words").hidden = !words;
  }

  function cameraOff(words) {
    cameraBox.hidden = true;
    one("who").hidden = one("what").hidden = start.hidden = false;
    say(words);
  }

  start.addEventListener("click", async () => {
    allowSound();
    showName();
    say("");
    try {
      await doorCamera.start(video, wasm, found, cameraOff);
      cameraBox.hidden = false;
      one("who").hidden = one("what").hidden = start.hidden = true;
      keepAwake();
    } catch (error) { cameraOff(doorCamera.wordsFor(error)); }
  });

  async function keepAwake() {
    try { await navigator.wakeLock?.request("screen"); } catch { /* the phone may sleep */ }
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !cameraBox.hidden) keepAwake(); });

  // --- begin ---------------------------------------------------------------------------------

  try { volunteer.value ||= localStorage.getItem(NAME) || ""; } catch { /* nothing kept */ }
  showName();
  showOnline(true);
  const why = doorCamera.impossible();
  say(why);
  if (!why) {
    start.hidden = false;
    one("check").classList.replace("btn-main", "btn-plain");
  } else code.focus();
  setInterval(askState, ASK_STATE);
  addEventListener("online", askState);
  addEventListener("offline", () => showOnline(false));
})();
