// Writing a talk. All of it works without this: drafts save themselves here, and Markdown is shown.
(() => {
  const form = document.querySelector("form[data-talk]");
  if (!form) return;
  const token = form.querySelector("[name=csrfmiddlewaretoken]");

  // A look at what Markdown becomes.
  for (const area of form.querySelectorAll("textarea[data-preview]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain btn-sm mb-3";
    button.textContent = "Preview";
    const shown = document.createElement("div");
    shown.className = "prose panel p-3 mb-3";
    shown.dir = "auto";
    shown.hidden = true;
    shown.setAttribute("role", "region");
    shown.setAttribute("aria-label", "Preview");
    const place = area.closest(".mb-3") || area;
    place.after(button, shown);
    button.addEventListener("click", async () => {
      const body = new FormData();
      body.append("text", area.value);
      body.append("csrfmiddlewaretoken", token.value);
      try {
        const answer = await fetch(area.dataset.preview, { method: "POST", body });
        if (!answer.ok || answer.redirected) throw new Error();
        shown.innerHTML = await answer.text(); // cleaned by the server
      } catch {
        shown.textContent = "That did not work. Please try again.";
      }
      shown.hidden = false;
    });
  }

  // A draft saves itself some seconds after the last key.
  const said = form.querySelector("[data-said]");
  if (!said) return;
  let timer = 0;
  let saving = false;
  let again = false;
  let pressed = null; // a button that waits: what is sent must know the mark of what is being saved
  async function save() {
    if (form.elements.title && !form.elements.title.value.trim()) return;
    if (saving) return void (again = true);
    saving = true;
    const body = new FormData(form);
    body.set("do", "save");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" } });
      if (answer.redirected) throw new Error();
      const told = await answer.json();
      said.textContent = told.said || "Draft saved.";
      if (answer.ok) goOn(told);
    } catch {
      said.textContent = "Not saved: no connection. It is tried again when you go on writing.";
    }
    saving = false;
    const button = pressed;
    pressed = null;
    if (button) return form.requestSubmit(button);
    if (again) { again = false; save(); }
  }
  // From now on the form changes the draft that there is.
  function goOn({ address, seen }) {
    if (form.action !== new URL(address, location).href) {
      form.action = address;
      history.replaceState(null, "", address);
    }
    if (!form.elements.seen) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "seen";
      form.append(field);
    }
    form.elements.seen.value = seen;
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 3000);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    pressed = event.submitter;
  });
})();
