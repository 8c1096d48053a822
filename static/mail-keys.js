// Sorting mail by keys: j and k go from one to the next; the others press what the mail offers.
(() => {
  const mails = [...document.querySelectorAll("[data-mail]")];
  let here = -1;

  function go(step) {
    const next = Math.max(0, Math.min(mails.length - 1, here + step));
    mails[here]?.removeAttribute("data-here");
    here = next;
    mails[here]?.setAttribute("data-here", "");
    mails[here]?.querySelector("[data-open]")?.focus();
    mails[here]?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("focusin", (event) => {
    const mail = event.target.closest("[data-mail]");
    if (!mail || mails[here] === mail) return;
    mails[here]?.removeAttribute("data-here");
    here = mails.indexOf(mail);
    mail.setAttribute("data-here", "");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const lists = mails[0]?.querySelector("[data-open]");
    if (lists && (event.key === "j" || event.key === "k")) {
      event.preventDefault();
      return void go(event.key === "j" ? 1 : -1);
    }
    if (!/^[a-z]$/.test(event.key)) return;
    const mail = mails.length === 1 ? mails[0] : mails[here];
    const wanted = `[data-key="${event.key}"]`;
    const button = event.key === "u" ? document.querySelector(wanted) : mail?.querySelector(wanted);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
