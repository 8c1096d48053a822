// Looks again while something is under way; without JavaScript there is a link for it.
if (document.querySelector("[data-reload]")) setTimeout(() => location.reload(), 2000);
