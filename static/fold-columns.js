// On a narrow screen the columns of a board begin closed, but for the first that holds something.
if (matchMedia("(max-width: 61.99rem)").matches) {
  const columns = [...document.querySelectorAll("details.column")];
  const first = columns.find((one) => one.querySelector("[data-card]"));
  for (const one of columns) one.open = one === first;
}
