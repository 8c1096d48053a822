// Beside a time on the conference's clocks: the same moment on the visitor's, where these differ.
for (const time of document.querySelectorAll("time[data-local]")) {
  const there = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime);
  const instant = new Date(time.dateTime);
  if (!there || Number.isNaN(instant.getTime())) continue;
  const offset = Number(`${there[1]}1`) * (Number(there[2]) * 60 + Number(there[3]));
  if (offset === -instant.getTimezoneOffset()) continue;
  const here = new Intl.DateTimeFormat("en-GB", {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
    timeZoneName: "short",
  }).format(instant);
  const note = document.createElement("span");
  note.className = "quiet d-block small";
  note.textContent = `where you are: ${here}`;
  time.after(note);
}
