// The keys 1 to 5 choose a score, letters press what they stand for, unless someone is typing.
const questions = [...document.querySelectorAll("[data-score]")];

const TEXTS = { c: "comment", f: "feedback" };

const choose = (key) => {
  const focused = questions.find((one) => one.contains(document.activeElement));
  const question = questions.find((one) => !one.querySelector(":checked")) ?? focused ?? questions[0];
  const choice = question?.querySelector(`input[value="${CSS.escape(key)}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    document.querySelector("[data-key=save]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  if ("12345".includes(event.key)) choose(event.key);
  else if (event.key in TEXTS) {
    event.preventDefault();
    document.querySelector(`#review textarea[name=${TEXTS[event.key]}]`)?.focus();
  } else if ("as".includes(event.key)) {
    document.querySelector(`[data-key="${event.key}"]`)?.click();
  }
});
