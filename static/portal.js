// Many forms stand on a sponsor's own page. What was typed into the others is there again after one
// of them is sent.
(() => {
  const TYPED = "portal-typed";
  const forms = [...document.querySelectorAll("main form[action]")];
  const fieldsOf = (form) => [...form.elements].filter((one) => one.matches("textarea, input:is([type=text], [type=email])"));
  const stored = (text) => {
    try {
      if (text) return sessionStorage.setItem(TYPED, text);
      const found = sessionStorage.getItem(TYPED);
      sessionStorage.removeItem(TYPED);
      return found;
    } catch { return null; }
  };

  for (const [action, name, value] of JSON.parse(stored() || "[]")) {
    const form = forms.find((one) => one.getAttribute("action") === action);
    const field = form && fieldsOf(form).find((one) => one.name === name);
    if (!field || field.classList.contains("is-invalid")) continue;
    field.value = value;
    const fold = field.closest("details");
    if (fold) fold.open = true;
  }

  document.addEventListener("submit", (event) => {
    const others = forms.filter((form) => form !== event.target);
    const typed = others.flatMap((form) => fieldsOf(form)
      .filter((one) => one.value !== one.defaultValue)
      .map((one) => [form.getAttribute("action"), one.name, one.value]));
    stored(JSON.stringify(typed));
  });
})();
