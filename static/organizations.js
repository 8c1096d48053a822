// Finds while one types: asks for the rows of the same page. Without this file there is a button.
const form = document.querySelector("[data-search]");
const results = document.querySelector("[data-results]");
const told = document.querySelector("[data-told]");
const count = document.querySelector("[data-count]");
const PAUSE = 150;
let timer;
let asking;

const wanted = () => {
  const asked = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  return asked;
};

const find = async () => {
  asking?.abort();
  asking = new AbortController();
  const query = wanted().toString();
  const address = `${location.pathname}${query ? `?${query}` : ""}`;
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "X-Part": "list" }, credentials: "same-origin", signal: asking.signal });
    if (!answer.ok || answer.redirected) return void location.assign(address);
    results.innerHTML = await answer.text();
    const number = results.firstElementChild.dataset.number;
    count.textContent = number;
    told.textContent = number === "1" ? "One organization" : `${number} organizations`;
    history.replaceState(null, "", address);
    results.setAttribute("aria-busy", "false");
  } catch (error) {
    if (error.name === "AbortError") return;
    results.setAttribute("aria-busy", "false");
    told.textContent = "The line is down. Try again.";
  }
};

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  find();
});
