// My schedule: asks for the starred talks and keeps the answer for when the network is away.
(() => {
  const box = document.querySelector("[data-mine]");
  if (!box || !window.stars) return;
  box.hidden = false;
  const mine = document.getElementById("mine");
  const says = box.querySelector("[data-mine-says]");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const place = `mine-${location.pathname}`;
  const clock = (moment) => new Date(moment).toLocaleTimeString("en-GB", {
    hour: "2-digit", minute: "2-digit",
  });
  let shown = "";

  const kept = () => {
    try { return JSON.parse(localStorage.getItem(place)) || null; } catch { return null; }
  };
  const tell = (words) => { says.hidden = !words; says.textContent = words; };

  const put = (html, talks) => {
    mine.innerHTML = html;
    for (const card of mine.querySelectorAll("[data-talk]")) {
      if (!talks.includes(card.dataset.talk)) card.remove();
    }
    for (const day of mine.querySelectorAll("section")) {
      if (!day.querySelector("[data-slot]")) day.remove();
    }
    document.dispatchEvent(new Event("talks"));
  };

  const fill = async (talks) => {
    part("mine-empty").hidden = talks.length > 0;
    part("calendar").hidden = talks.length === 0;
    const wanted = [...talks].sort().join(",");
    part("share").href = `${mine.dataset.talksAt}?talks=${wanted}`;
    if (wanted === shown) return;
    shown = wanted;
    if (!talks.length) { mine.replaceChildren(); tell(""); return; }
    try {
      const answer = await fetch(`${mine.dataset.talksAt}?part=1&talks=${wanted}`);
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      try {
        localStorage.setItem(place, JSON.stringify({ html, at: Date.now() }));
      } catch { /* nothing is kept */ }
      tell("");
      put(html, talks);
      const missing = talks.filter((code) => !mine.querySelector(`[data-talk="${code}"]`)).length;
      if (missing) tell(`${missing} of your talks ${missing > 1 ? "have" : "has"} no place yet.`);
    } catch {
      const old = kept();
      shown = "";
      if (!old) { tell("No network. Your stars are kept, and shown once it is back."); return; }
      put(old.html, talks);
      const version = mine.querySelector("[data-version]")?.dataset.version;
      tell(`No network. This is ${version ? `version ${version}` : "your schedule"} from ${clock(old.at)}.`);
    }
  };

  const link = async (anew) => {
    const words = part("link-says");
    try {
      await window.stars.sync();
      const answer = await fetch(part("link-show").dataset.linkAt, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ key: window.stars.key(), anew }),
      });
      const said = await answer.json();
      if (!answer.ok) { words.textContent = said.says; return; }
      document.getElementById("calendar-link").value = said.url;
      part("link-box").hidden = part("link-anew").hidden = false;
      part("link-show").hidden = true;
      words.textContent = anew ? "The earlier link is dead." : "";
    } catch { words.textContent = "The network is away. Try again later."; }
  };
  part("link-show").addEventListener("click", () => link(false));
  part("link-anew").addEventListener("click", () => link(true));
  part("link-copy").addEventListener("click", async () => {
    const input = document.getElementById("calendar-link");
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      part("link-says").textContent = "Copied.";
    } catch { part("link-says").textContent = "Copy what is marked."; }
  });

  const where = () => {
    part("mine-where").textContent = document.querySelector(".account details")
      ? "Your stars are kept with your account."
      : "Your stars are kept in this browser. Sign in to have them everywhere.";
  };
  document.addEventListener("stars", (event) => { fill(event.detail.talks); });
  addEventListener("online", () => fill(window.stars.talks()));
  where();
  fill(window.stars.talks());
  window.stars.sync();
})();
