// Stars on talks: kept in this browser under a random key, told to the server when it is there.
(() => {
  const { edition, sync: address } = document.currentScript.dataset;
  const place = `stars-${edition}`;
  const WAIT = 1_200;
  const AGAIN = 15 * 60_000;
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const fresh = () => ({ key: newKey(), talks: [], pending: {}, signedIn: false, synced: 0 });
  const isSignedIn = () => Boolean(document.querySelector(".account details"));

  const load = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(place));
      return kept?.key ? { ...fresh(), ...kept } : fresh();
    } catch { return fresh(); }
  };
  let state = load();
  const save = () => {
    try { localStorage.setItem(place, JSON.stringify(state)); } catch { /* for this page only */ }
  };
  const has = (code) => state.talks.includes(code);

  const dress = (button, code) => {
    const on = has(code);
    button.setAttribute("aria-pressed", String(on));
    if (button.classList.contains("star")) button.textContent = on ? "★" : "☆";
    else button.textContent = on ? "★ In my schedule" : "☆ Add to my schedule";
  };
  const show = () => {
    for (const button of document.querySelectorAll("[data-star]")) {
      dress(button, button.dataset.star);
    }
    for (const link of document.querySelectorAll("[data-star-count]")) {
      const count = state.talks.length;
      link.textContent = count ? `★ My schedule (${count})` : "☆ My schedule";
    }
    document.dispatchEvent(new CustomEvent("stars", { detail: { talks: [...state.talks] } }));
  };

  // A star on every talk of the page; again when a script has put others there.
  const addStars = () => {
    for (const talk of document.querySelectorAll(".talk[data-talk]")) {
      if (talk.querySelector(".star")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "star on-screen";
      button.dataset.star = talk.dataset.talk;
      button.setAttribute("aria-label", `My schedule: ${talk.querySelector("h3").textContent}`);
      talk.append(button);
    }
    for (const button of document.querySelectorAll("p[hidden] > [data-star]")) {
      button.parentElement.hidden = false;
    }
  };

  const toggle = (code) => {
    state = load(); // another tab may have changed it
    const on = !has(code);
    state.talks = on ? [...state.talks, code] : state.talks.filter((one) => one !== code);
    state.pending[code] = on;
    save();
    show();
    later();
  };

  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sync(); }, WAIT);
  };

  // What the server says holds, but for what was starred while it was asked.
  const take = (sent, answer) => {
    state = load();
    for (const [code, on] of Object.entries(sent)) {
      if (state.pending[code] === on) delete state.pending[code];
    }
    const left = state.signedIn && !answer.signedIn; // signed out: those stars are the account's
    if (left) state = fresh();
    const talks = new Set(left ? [] : answer.talks);
    for (const [code, on] of Object.entries(state.pending)) on ? talks.add(code) : talks.delete(code);
    Object.assign(state, { talks: [...talks], signedIn: answer.signedIn, synced: Date.now() });
    save();
    show();
  };
  const sync = async () => {
    const sent = { ...state.pending };
    const codes = (on) => Object.keys(sent).filter((code) => sent[code] === on);
    // Noted before it is asked: whoever signs out before the answer comes leaves no stars here.
    const before = state.signedIn;
    const isKnown = (signedIn) => { state = { ...load(), signedIn }; save(); };
    isKnown(before || isSignedIn());
    try {
      const answer = await fetch(address, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ key: state.key, add: codes(true), drop: codes(false) }),
      });
      if (answer.ok) take(sent, await answer.json());
      else isKnown(before);
      return answer.ok;
    } catch { isKnown(before); return false; } // without network the stars wait here
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-star]");
    if (button) toggle(button.dataset.star);
  });
  document.addEventListener("talks", () => { addStars(); show(); });
  addEventListener("storage", (event) => {
    if (event.key === place) { state = load(); show(); }
  });
  addEventListener("online", () => { if (Object.keys(state.pending).length) sync(); });
  addStars();
  show();
  window.stars = { sync, talks: () => [...load().talks], key: () => state.key };
  const old = Date.now() - state.synced > AGAIN;
  const isWaiting = Object.keys(state.pending).length > 0;
  if (isWaiting || state.signedIn !== isSignedIn() || (old && state.talks.length)) sync();
})();
