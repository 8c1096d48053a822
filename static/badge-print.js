// The print station in a browser: opens the print dialog once for each badge.
const printer = document.querySelector("[data-printer]");
const picture = document.querySelector("[data-badge]");
const auto = printer?.hasAttribute("data-auto");
const button = document.querySelector("[data-print]");

if (picture) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  const printed = document.querySelector("button[value=printed]");
  picture.decode().then(() => {
    // The dialog blocks; what comes after it is seen when it is closed.
    addEventListener("afterprint", () => (auto ? printed.click() : printed.focus()), { once: true });
    window.print();
  });
} else if (auto) {
  setTimeout(() => document.querySelector("[data-claim]").requestSubmit(), 3000);
}
