// The way to a ticket. All of it works without this; here it becomes quicker and safer.
(() => {
  // A page that is the same for everyone gets a token of its own, so that a form sent twice is known.
  for (const field of document.querySelectorAll("[data-token]")) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    field.value = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  // A form is sent once; coming back to the page makes its buttons work again.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
    });
    addEventListener("pageshow", () => {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
  }

  // The shared page cannot know of a reservation; the browser does.
  const notice = document.querySelector("[data-open-reservation]");
  addEventListener("pageshow", () => {  // also after “Back”, when nothing is loaded anew
    const until = Number((/(?:^|; )reserved_until=(\d+)/.exec(document.cookie) || [])[1]) * 1000;
    if (!notice || !(until > Date.now())) return;
    notice.querySelector("[data-left]").textContent = ` for ${Math.ceil((until - Date.now()) / 60000)} more minutes`;
    notice.hidden = false;
  });

  // How long an order waits for its payment.
  const waits = document.querySelector("[data-waits]");
  if (waits) {
    const over = performance.now() + Number(waits.dataset.waits) * 1000;
    const show = () => {
      const left = Math.max(0, Math.ceil((over - performance.now()) / 1000));
      waits.textContent = left ? ` (${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left)` : " (the time is over)";
    };
    show();
    setInterval(show, 1000);
  }

  const form = document.querySelector("form[data-details]");
  const tickets = document.querySelectorAll("fieldset.ticket");

  // Questions of an extra are shown to who takes it.
  function ask() {
    for (const ticket of tickets) {
      const taken = new Set();
      for (const field of ticket.querySelectorAll("[data-extras-of] select, [data-extras-of] input")) {
        const chosen = field.type === "checkbox" ? field.checked && field.name.split("extra-")[1] : field.value;
        if (chosen) taken.add(chosen);
      }
      for (const question of ticket.querySelectorAll("[data-only-with]")) {
        question.hidden = !question.dataset.onlyWith.split(" ").some((one) => taken.has(one));
      }
    }
  }
  ask();
  document.addEventListener("change", ask);
  if (!form) return;

  // The sum, worked out where all prices are.
  let asked = 0;
  async function sum() {
    const turn = ++asked;
    const answer = await fetch(form.dataset.sums, { method: "POST", body: new FormData(form) });
    if (!answer.ok || answer.redirected || turn !== asked) return;
    const place = form.querySelector("[data-sums-here]");
    place.innerHTML = await answer.text();
    const button = form.querySelector("[data-paid]");
    const total = Number(place.querySelector("[data-total]").dataset.total);
    button.textContent = total > 0 ? button.dataset.paid : button.dataset.free;
  }
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-extras-of]")) sum().catch(() => {});
  });

  // The countdown: seen every second, spoken seldom.
  const clock = form.querySelector("[data-countdown]");
  const spoken = form.querySelector("[data-announce]");
  const MOMENTS = [600, 300, 120, 60];
  let end = performance.now() + Number(clock.dataset.countdown) * 1000;
  let last = Infinity;
  function tick() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const shown = clock.querySelector("[data-left]");
    if (!shown) return;
    if (left === 0) {
      clock.classList.add("state", "bad");
      clock.querySelector("[data-said]").textContent = "The time is over. Send the form: if the places are still free, they are yours.";
      spoken.textContent = clock.querySelector("[data-said]").textContent;
      shown.remove();
      form.querySelector("[data-extend]")?.remove();
      return;
    }
    shown.textContent = ` (${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left)`;
    const reached = MOMENTS.find((one) => left <= one && last > one);
    if (reached && last !== Infinity) spoken.textContent = `${Math.round(left / 60)} minute${left > 90 ? "s" : ""} left to send this form.`;
    last = left;
  }
  tick();
  setInterval(tick, 1000);

  // Half an hour more, without leaving the page.
  form.querySelector("[data-extend]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    try {
      const answer = await fetch(button.formAction, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const { said, seconds } = await answer.json();
      end = performance.now() + seconds * 1000;
      last = Infinity;
      clock.querySelector("[data-said]").textContent = said.replace(/\.$/, "");
      spoken.textContent = said;
      button.remove();
    } catch {
      spoken.textContent = "That did not work. Please try again.";
    }
  });
})();
