// What the door says of a ticket, decided on the phone: no clock, no storage, no page of its own.
// The same verdicts and words as checkin/verdicts.py; a test compares the two.
globalThis.doorDecide = (() => {
  const HELP_DESK = "send to the help desk";
  const LOOKS = { admitted: ["in", "✓"], already: ["already", "↺"], help_desk: ["already", "→"], unknown: ["stop", "?"] };
  const WORDS = {
    admitted: "Admitted", already: "Already in", not_paid: "Not paid", cancelled: "Cancelled",
    not_here: "Not valid here", not_today: "Not today", passed_on: "Passed on", old_badge: "Old badge",
    help_desk: "To the help desk", unknown: "Unknown code",
  };
  const STANDS = { unpaid: "not_paid", cancelled: "cancelled", moved: "passed_on", old: "old_badge" };
  const MINOR = "minor: guardian signs";

  // --- days and clocks, as the conference's walls show them ----------------------------------

  const formats = new Map(); // making one is slow, and there is one edition

  function format(locale, zone, options) {
    const key = `${locale} ${zone}`;
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
    return formats.get(key);
  }

  function parts(moment, zone) {
    const found = format("en-US", zone, {
      hourCycle: "h23", weekday: "short", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit",
    }).formatToParts(moment);
    return Object.fromEntries(found.map(({ type, value }) => [type, value]));
  }

  const dates = new Map(); // “zone minute” → date: everybody who is in is asked for, again and again

  // “2027-03-05”, to be compared with days that the server names.
  function dayOf(moment, zone) {
    const key = `${zone} ${Math.floor(moment / 60_000)}`;
    if (!dates.has(key)) dates.set(key, format("en-CA", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(moment));
    return dates.get(key);
  }

  function clock(moment, zone) {
    const { hour, minute } = parts(moment, zone);
    return `${hour}:${minute}`;
  }

  function dayInWords(moment, zone) {
    const { weekday, day, month } = parts(moment, zone);
    return `${weekday} ${day} ${month}`;
  }

  // The clock; with the day when it was another one than now.
  const when = (moment, now, zone) => dayOf(moment, zone) === dayOf(now, zone) ? clock(moment, zone) : dayClock(moment, zone);
  const dayClock = (moment, zone) => `${dayInWords(moment, zone)}, ${clock(moment, zone)}`;
  const named = (date) => dayInWords(new Date(`${date}T12:00:00Z`), "UTC");

  function days({ from, until }) {
    if (from === until) return `on ${named(from)}`;
    if (from && until) return `${named(from)} to ${named(until)}`;
    return from ? `from ${named(from)}` : `until ${named(until)}`;
  }

  // --- the verdict ---------------------------------------------------------------------------

  // An admission that stands: on a list that counts each day, only one of today.
  function standing(ticket, list, now, zone) {
    const there = ticket.in?.[list.pk];
    if (!there) return null;
    return list.once_a_day && dayOf(new Date(there[0]), zone) !== dayOf(now, zone) ? null : there;
  }

  // Once leftovers are given out everybody qualifies; how many are left only the server knows.
  function qualifies(ticket, list, now) {
    const { types = [], add_ons: extras = [], leftovers } = list;
    if (!types.length && !extras.length) return true;
    if (leftovers && now >= new Date(leftovers)) return true;
    return types.includes(ticket.t) || extras.some((pk) => ticket.a?.includes(pk));
  }

  function admitsOn(type, day) {
    return (!type.from || day >= type.from) && (!type.until || day <= type.until);
  }

  const isOpen = (list, now) => (!list.opens || now >= new Date(list.opens)) && (!list.closes || now < new Date(list.closes));

  function judge(ticket, list, type, now, zone) {
    if (!ticket) return "unknown";
    if (STANDS[ticket.s]) return STANDS[ticket.s];
    if (!qualifies(ticket, list, now)) return "not_here";
    if (!admitsOn(type, dayOf(now, zone)) || !isOpen(list, now)) return "not_today";
    if (!ticket.n) return "help_desk";
    return standing(ticket, list, now, zone) ? "already" : "admitted";
  }

  const LINES = {
    admitted: ({ type, notes }) => [type.name, ...notes],
    already({ ticket, list, now, zone }) {
      const [iso, place] = standing(ticket, list, now, zone);
      return [`${when(new Date(iso), now, zone)} ${place === "staff" ? "entered by staff" : `at ${place}`}`, HELP_DESK];
    },
    not_paid: ({ type }) => [type.name, "the order is not paid", HELP_DESK],
    cancelled: ({ type }) => [type.name, "this ticket no longer counts", HELP_DESK],
    not_here: ({ type, list }) => [type.name, `does not include ${list.name}`, HELP_DESK],
    not_today({ type, list, now, zone }) {
      if (!admitsOn(type, dayOf(now, zone))) return [type.name, `good ${days(type)}`, HELP_DESK];
      if (list.opens && now < new Date(list.opens)) return [type.name, `${list.name} opens ${dayClock(new Date(list.opens), zone)}`];
      return [type.name, `${list.name} has closed`, HELP_DESK];
    },
    passed_on: ({ ticket, zone }) => [`to somebody else on ${dayClock(new Date(ticket.at), zone)}`, HELP_DESK],
    old_badge: ({ ticket, now, zone }) => [ticket.at ? `reprinted ${when(new Date(ticket.at), now, zone)}` : "the ticket was passed on", HELP_DESK],
    help_desk: ({ type }) => [type.name, "there is no name on it yet", HELP_DESK],
    unknown: ({ edition }) => [`not a ticket of ${edition}`, "try once more", HELP_DESK],
  };

  // “minor: guardian signs”, “Speaker”, “T-shirt Size M”: as checkin/marks.py.
  function notesOf({ m: marks = [], a: extras = [] }, names) {
    const ribbons = marks.filter((mark) => mark !== "minor" && !mark.startsWith("shirt:"));
    const words = ribbons.map((role) => role.charAt(0).toUpperCase() + role.slice(1).toLowerCase().replaceAll("-", " "));
    const things = extras.map((pk) => names[pk]?.name).filter(Boolean);
    return [...(marks.includes("minor") ? [MINOR] : []), ...words, ...things];
  }

  // `ticket` is a line as the server sent it, or undefined; `edition` the first line of what it
  // sent. Returns the whole screen, as the server would.
  function decide(ticket, list, now, edition) {
    const type = edition.types[ticket?.t] || { name: "" };
    const verdict = judge(ticket, list, type, now, edition.zone);
    const [look, sign] = LOOKS[verdict] || ["stop", "✕"];
    const notes = ticket ? notesOf(ticket, edition.add_ons || {}) : [];
    const says = LINES[verdict]({ ticket, list, type, notes, now, zone: edition.zone, edition: edition.name });
    return {
      verdict, look, sign, words: WORDS[verdict],
      name: ticket?.n || "", type: type.name, notes,
      says: says.filter(Boolean).join(" · "),
      conduct: edition.conduct,
      can_undo: look === "in",
    };
  }

  return { decide, dayOf, clock, standing, WORDS };
})();
