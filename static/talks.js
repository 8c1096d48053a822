// A row of the table is edited under itself; without this file the link leads to a page with the same form.
const table = document.querySelector("[data-rows]");
const told = document.querySelector("[data-row-told]");
const part = { headers: { "X-Part": "row" }, credentials: "same-origin" };

const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

const close = (editor) => {
  const link = editor.previousElementSibling?.querySelector("[data-edit]");
  editor.remove();
  link?.removeAttribute("aria-expanded");
  link?.focus();
};

const show = (editor, html) => {
  const cell = editor.firstElementChild;
  const form = parse(html);
  // A template's content belongs to another document; ids are made the row's own.
  for (const one of form.querySelectorAll("[id]")) one.id = `row-${one.id}`;
  for (const one of form.querySelectorAll("[for]")) one.htmlFor = `row-${one.htmlFor}`;
  for (const one of form.querySelectorAll("[aria-describedby]")) {
    one.setAttribute("aria-describedby", `row-${one.getAttribute("aria-describedby")}`);
  }
  cell.replaceChildren(form);
  (cell.querySelector("[aria-invalid]") ?? cell.querySelector("select, input:not([type=hidden])"))?.focus();
};

const open = async (link) => {
  const row = link.closest("tr");
  for (const other of table.querySelectorAll("tr.editor")) other.remove();
  for (const other of table.querySelectorAll("[aria-expanded]")) other.removeAttribute("aria-expanded");
  const answer = await fetch(link.href, part);
  if (!answer.ok || answer.redirected) return void location.assign(link.href);
  const editor = document.createElement("tr");
  editor.className = "editor";
  const cell = editor.insertCell();
  cell.colSpan = row.cells.length;
  row.after(editor);
  link.setAttribute("aria-expanded", "true");
  show(editor, await answer.text());
};

const save = async (form) => {
  const editor = form.closest("tr");
  const button = form.querySelector("button");
  const body = new URLSearchParams(new FormData(form));
  button.disabled = true;
  let answer;
  try {
    answer = await fetch(form.action, { ...part, method: "POST", body });
  } catch {
    button.disabled = false;
    told.textContent = "Not saved: the line is down. Try again.";
    return;
  }
  if (answer.redirected || (!answer.ok && answer.status !== 422)) return void location.assign(form.action);
  const html = await answer.text();
  if (answer.status === 422) return void show(editor, html);
  const row = document.importNode(parse(html), true);
  editor.previousElementSibling.replaceWith(row);
  editor.remove();
  row.querySelector("[data-edit]").focus();
  told.textContent = `Saved: ${row.querySelector(".title").textContent}`;
};

table?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-edit], [data-close]");
  if (!link) return;
  event.preventDefault();
  const row = link.closest("tr");
  if (row.matches(".editor")) close(row);
  else if (link.hasAttribute("aria-expanded")) close(row.nextElementSibling);
  else open(link);
});

table?.addEventListener("submit", (event) => {
  event.preventDefault();
  save(event.target);
});

table?.addEventListener("keydown", (event) => {
  const editor = event.target.closest("tr.editor");
  if (event.key === "Escape" && editor) close(editor);
});

// Ticks: all of the page at once, and how many there are.
const all = document.querySelector("[data-tick-all]");
const count = document.querySelector("[data-ticked]");
const ticks = () => [...document.querySelectorAll("input[name=talk]")];

const sum = () => {
  const ticked = ticks().filter((one) => one.checked).length;
  if (count) count.textContent = ticked || "";
  if (all) {
    all.checked = ticked > 0 && ticked === ticks().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
};

if (all) all.hidden = false;
all?.addEventListener("change", () => {
  for (const one of ticks()) one.checked = all.checked;
  sum();
});
document.addEventListener("change", (event) => event.target.name === "talk" && sum());
sum();
