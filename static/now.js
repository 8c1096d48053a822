// What is on behind each door, by the clock; the page is fetched anew while the network is there.
(() => {
  const EVERY = 30_000;
  const live = () => document.querySelector("[data-live]");
  if (!live()) return;
  const zone = live().dataset.zoneName;
  const isScreen = Boolean(document.querySelector(".screen"));
  let ahead = 0; // how far the server's clock is before ours
  const now = () => new Date(Date.now() + ahead);
  const show = (options, moment) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options })
    .format(moment);
  const dayOf = (moment) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(moment);
  const clock = (moment) => show({ hour: "2-digit", minute: "2-digit" }, moment);

  const label = (state, begins, moment) => {
    if (state === "now") return "Now";
    if (dayOf(begins) === dayOf(moment)) return "Next";
    return `Next · ${show({ weekday: "long" }, begins)}`;
  };

  const turnDoor = (door, moment) => {
    let busy = false;
    let next = false;
    for (const turn of door.querySelectorAll("[data-turn]")) {
      const [begins, ends] = [...turn.querySelectorAll("time")].slice(0, 2)
        .map((time) => new Date(time.dateTime));
      let state = "";
      if (ends > moment && begins <= moment) state = "now";
      else if (ends > moment && !next) state = "next";
      busy ||= state === "now";
      next ||= state === "next";
      turn.hidden = !state;
      turn.classList.toggle("is-now", state === "now");
      turn.classList.toggle("is-next", state === "next");
      turn.querySelector("[data-label]").textContent = label(state, begins, moment);
    }
    const idle = door.querySelector(".idle");
    if (idle) idle.hidden = busy || !next;
    const over = door.querySelector(".over");
    if (over) over.hidden = busy || next;
    if (!over) door.hidden = !busy && !next;
  };

  const turn = () => {
    const moment = now();
    for (const door of document.querySelectorAll("[data-door]")) turnDoor(door, moment);
    fit();
    for (const part of document.querySelectorAll("[data-clock]")) {
      part.textContent = part.dataset.clock === "short" ? clock(moment)
        : `${show({ weekday: "short", day: "numeric", month: "long" }, moment)}, ${clock(moment)}`;
    }
  };

  // A long title or many rooms: smaller until all of it is in view.
  const fit = () => {
    const main = live();
    main.style.fontSize = "";
    if (!isScreen || innerWidth < 768) return; // a phone scrolls
    const usual = parseFloat(getComputedStyle(main).fontSize);
    for (let n = 1; n < 16 && main.scrollHeight > main.clientHeight; n += 1) {
      main.style.fontSize = `${usual * 0.94 ** n}px`;
    }
  };

  // A page from the shelf (offline.js) is as old as the day it was kept.
  const shelved = Date.parse(document.body.dataset.offline);
  let last = Number.isNaN(shelved) ? now() : new Date(shelved);
  const offline = () => {
    const says = document.querySelector("[data-net]");
    if (!says) return;
    const version = live().dataset.version;
    const when = dayOf(last) === dayOf(now()) ? clock(last)
      : `${show({ weekday: "long" }, last)}, ${clock(last)}`;
    says.textContent = `No network since ${when}${version ? `, this is version ${version}` : ""}`;
  };
  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const said = Date.parse(answer.headers.get("Date"));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = fresh.querySelector("[data-live]");
      if (!part || fresh.body.dataset.offline) throw new Error("not the page");
      if (Math.abs(said - Date.now()) > 20_000) ahead = said - Date.now();
      last = now();
      live().replaceWith(document.adoptNode(part));
      for (const name of [".screen-says", ".screen-top h1"]) {
        const [old, better] = [document, fresh].map((one) => one.querySelector(name));
        if (old && better) old.replaceWith(document.adoptNode(better));
      }
      renewStrip(fresh);
      document.dispatchEvent(new Event("talks"));
    } catch {
      offline();
    }
    turn();
  };

  // A sponsor who signed meanwhile; else the strip goes on where it is.
  const names = (strip) => [...strip.querySelectorAll("b, .small-caps, img")]
    .map((one) => one.alt ? `${one.alt} ${one.src}` : one.textContent).join("|");
  const renewStrip = (fresh) => {
    const [old, better] = [document, fresh].map((one) => one.querySelector("[data-strip]"));
    if (old && better && names(old) !== names(better)) old.replaceWith(document.adoptNode(better));
  };

  const strip = () => {
    const tiers = [...document.querySelectorAll("[data-strip] .tier")];
    const shown = tiers.findIndex((tier) => !tier.hidden);
    tiers.forEach((tier, n) => { tier.hidden = n !== (shown + 1) % tiers.length; });
  };

  if (document.body.dataset.offline) offline();
  turn();
  setInterval(turn, 5_000);
  setInterval(refresh, EVERY);
  addEventListener("resize", fit);
  addEventListener("online", refresh);
  addEventListener("offline", offline);
  // The worker that keeps pages comes after the first load: it gets this one at once.
  navigator.serviceWorker?.addEventListener("controllerchange", refresh);
  if (isScreen) setInterval(strip, 12_000);
})();
