// The desk by keyboard: “/” to the search, arrows through what was found, letters on data-key links.
// A scanner types a whole code within a blink: then the letters are no keys, they go to the search.
const BLINK = 60;
let typed = "", timer;
const links = () => [...document.querySelectorAll("[data-results] a")];
const field = document.querySelector("[data-find]");
const typing = (target) => target.closest("textarea, select, input, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return walk(event);
  // Out of the search, so that letters are keys again; from elsewhere back into it.
  if (event.key === "Escape") return escape(event.target);
  if (typing(event.target)) return;
  if (event.key === "/" && field) { event.preventDefault(); field.focus(); field.select(); return; }
  if (event.key.length !== 1 || event.key === " ") return;
  if (typed) { event.preventDefault(); search(typed + event.key); return; }
  const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (link || field) event.preventDefault();
  if (!field) { link?.click(); return; }
  typed = event.key;
  timer = setTimeout(() => { typed = ""; link?.click(); }, BLINK);
});

function search(words) {
  clearTimeout(timer);
  typed = "";
  field.value = words;
  field.focus();
}

function escape(target) {
  const back = document.querySelector("[data-back]");
  if (target === field) { field.value = ""; field.blur(); }
  else if (back && typing(target)) target.blur();
  else if (back) back.click();
  else if (field) { field.focus(); field.select(); }
}

function walk(event) {
  const found = links();
  const here = found.indexOf(document.activeElement);
  if (!found.length || (here < 0 && event.target !== field)) return;
  event.preventDefault();
  const next = here + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) field.focus(); else found[Math.min(next, found.length - 1)].focus();
}

// Enter in the search opens the first one, if what is listed is what was typed.
field?.form.addEventListener("submit", (event) => {
  const first = links()[0];
  const listed = document.querySelector("#found");
  if (first && listed.dataset.words === field.value) { event.preventDefault(); first.click(); }
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (field) event.detail.target.dataset.words = event.detail.requestConfig.parameters.q ?? field.value;
});
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// A sale: an Enter that is held down, or comes before another sum can have been read, sells nothing.
const READ = 500;
const sale = document.querySelector("[data-sale]"), came = performance.now();
sale?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat && !event.target.matches("textarea")) event.preventDefault();
});
sale?.addEventListener("submit", (event) => {
  if (sale.dataset.sale === "look" && performance.now() - came < READ) event.preventDefault();
});
