// The board of deals: drag a card to another column, or walk and move by keyboard.
// Where a card may go stands in its “Move”; the server decides and sends the board anew.
const board = document.querySelector("[data-board]");
const mover = document.getElementById("mover");
let dragged = null;

const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const columns = () => [...board.querySelectorAll("details.column")];

const say = (text, bad) => {
  const said = board.querySelector("[data-said]");
  said.textContent = text;
  said.classList.toggle("bad", Boolean(bad));
};

const focus = (card) => {
  if (!card) return;
  card.closest("details.column").open = true;
  card.focus();
};

const show = (html, card) => {
  const closed = columns().filter((one) => !one.open).map((one) => one.dataset.status);
  const across = board.querySelector(".columns")?.scrollLeft ?? 0;
  board.innerHTML = html;
  for (const one of columns()) one.open = !closed.includes(one.dataset.status);
  const row = board.querySelector(".columns");
  if (row) row.scrollLeft = across;
  focus(document.getElementById(card.id));
};

const send = async (card, button) => {
  const goal = new URL(button.formAction);
  for (const [name, value] of new URLSearchParams(location.search)) goal.searchParams.append(name, value);
  const body = new FormData(mover);
  body.append("status", button.value);
  card.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(goal, { method: "POST", body, headers: { "X-Board": "1" } });
    if (answer.redirected || ![200, 409].includes(answer.status)) throw new Error(answer.status);
    show(await answer.text(), card);
  } catch {
    card.removeAttribute("aria-busy");
    say("This could not be saved. Reload the page and try again.", true);
  }
};

const moveTo = (card, column) => {
  const status = column.dataset.status;
  if (card.closest("details.column") === column) return;
  const goal = card.querySelector(`[data-goal="${CSS.escape(status)}"]`);
  if (!goal) {
    const [from, to] = [card.closest("details.column"), column].map((one) => one.querySelector("summary span").textContent);
    say(`${card.dataset.name} cannot go from “${from}” to “${to}”.`, true);
  } else if (goal.href) location.assign(goal.href);
  else send(card, goal);
};

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.dataset.name);
  event.dataTransfer.effectAllowed = "move";
  dragged.classList.add("dragged");
});

board.addEventListener("dragover", (event) => {
  const column = event.target.closest("details.column");
  if (!dragged || !column) return;
  event.preventDefault();
  for (const one of columns()) one.classList.toggle("over", one === column);
});

board.addEventListener("drop", (event) => {
  const column = event.target.closest("details.column");
  if (!dragged || !column) return;
  event.preventDefault();
  moveTo(dragged, column);
});

board.addEventListener("dragend", () => {
  for (const one of columns()) one.classList.remove("over");
  dragged?.classList.remove("dragged");
  dragged = null;
});

board.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-goal]");
  if (!button) return;
  event.preventDefault();
  send(button.closest("[data-card]"), button);
});

const beside = (card, step) => {
  const column = card.closest("details.column");
  const row = cardsOf(column).indexOf(card);
  const all = columns();
  for (let n = all.indexOf(column) + step; all[n]; n += step) {
    const found = cardsOf(all[n]);
    if (found.length) return found[Math.min(row, found.length - 1)];
  }
  return null;
};

const push = (card, step) => {
  const all = columns();
  for (let n = all.indexOf(card.closest("details.column")) + step; all[n]; n += step) {
    if (card.querySelector(`[data-goal="${CSS.escape(all[n].dataset.status)}"]`)) return moveTo(card, all[n]);
  }
  say(`${card.dataset.name} cannot go further this way.`, true);
};

const openMenu = (card) => {
  const menu = card.querySelector("details.move");
  menu.open = true;
  menu.querySelector("[data-goal]")?.focus();
};

board.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-card]");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    card.querySelector("details.move").open = false;
    card.focus();
  }
  if (event.target !== card) return;
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (sideways) (event.shiftKey ? push(card, sideways) : focus(beside(card, sideways)));
  else if (along) focus(cardsOf(card.closest("details.column"))[cardsOf(card.closest("details.column")).indexOf(card) + along]);
  else if (event.key === "m") openMenu(card);
  else if (event.key === "Enter") card.querySelector("[data-open]")?.click();
  else return;
  event.preventDefault();
});
