// The self-service kiosk: scans on its welcome page, and leads back to it when nobody is there.
(() => {
  const one = (name) => document.querySelector(`[data-${name}]`);
  const kiosk = one("kiosk"), welcome = one("welcome");

  // Nothing of a page stays: not for “Back”, and not in the browser's memory of pages it left.
  addEventListener("pagehide", () => {
    for (const form of document.forms) form.reset();
    document.querySelector("main").replaceChildren();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- back to the start ---------------------------------------------------------------------

  if (kiosk) {
    const foot = one("foot"), left = one("left"), soon = one("soon");
    const SOON = 10, MORE = 120;
    let touched = performance.now();
    // Read each time: a page can be given more.
    const seconds = () => Number(kiosk.dataset.seconds);

    function touch() {
      touched = performance.now();
      soon.textContent = "";
      show();
    }

    function home() {
      clearInterval(clock);
      location.replace(kiosk.dataset.home);
    }

    function show() {
      const rest = Math.ceil(seconds() - (performance.now() - touched) / 1000);
      if (rest <= 0) return home();
      left.textContent = rest;
      foot.classList.toggle("soon", rest <= SOON);
      if (rest <= SOON && !soon.textContent) soon.textContent = `This page closes in ${rest} seconds. Press any key to stay.`;
    }

    const clock = setInterval(show, 250);
    for (const name of ["pointerdown", "keydown", "input", "scroll", "wheel"]) addEventListener(name, touch, { passive: true, capture: true });
    one("more").addEventListener("click", () => {
      kiosk.dataset.seconds = Math.max(seconds(), MORE);
      touch();
    });
    for (const link of document.querySelectorAll("[data-leave]")) {
      link.addEventListener("click", (event) => { event.preventDefault(); home(); });
    }
    // A link in somebody's text (terms) would lead away from the kiosk for good.
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && !new URL(link.href).href.startsWith(new URL(kiosk.dataset.home, location).href)) event.preventDefault();
    });
    foot.hidden = false;
    show();
  }

  // --- scanning ------------------------------------------------------------------------------

  if (welcome) {
    const form = one("code"), code = form.elements.code, start = one("start"), box = one("camera"), video = box.querySelector("video");
    let sent = false;

    function found(text) {
      if (sent) return;
      sent = true;
      code.value = text;
      form.requestSubmit();
    }

    function say(words) {
      one("camera-words").textContent = words;
      one("camera-words").hidden = !words;
    }

    function off(words) {
      box.hidden = true;
      start.hidden = false;
      say(words);
    }

    async function begin() {
      say("");
      try {
        await doorCamera.start(video, welcome.dataset.wasm, found, off);
        box.hidden = false;
        start.hidden = true;
      } catch (error) { off(doorCamera.wordsFor(error)); }
    }

    // A hand scanner types wherever it is: its first letter leads to the field.
    document.addEventListener("keydown", (event) => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === " ") return;
      if (document.activeElement !== code) code.focus();
    });
    form.addEventListener("submit", (event) => { if (!code.value.trim()) { event.preventDefault(); code.focus(); } });
    start.addEventListener("click", begin);
    if (!doorCamera.impossible()) {
      start.hidden = false;
      // Once it was allowed on this machine it starts by itself.
      navigator.permissions?.query({ name: "camera" }).then((is) => { if (is.state === "granted") begin(); }).catch(() => {});
    }
  }
})();
