// What would be wrong with a line at some place, told while it is still being dragged.
// The server judges again; this only spares people the way there.
window.boardCheck = (() => {
  const minutes = (wall) => {
    const [date, clock] = wall.split("T");
    return Date.parse(`${date}T${clock}:00Z`) / 60000;
  };
  const meet = (one, other) =>
    minutes(one.starts) < minutes(other.ends) && minutes(other.starts) < minutes(one.ends);
  const shares = (one, other) => one.leaves.some((leaf) => other.leaves.includes(leaf));

  /** Sentences, worst first: [{hard, says}]. `spot` is {room, starts, ends}. */
  const trouble = (line, spot, data) => {
    const found = [];
    const rooms = new Map(data.rooms.map((room) => [room.id, room]));
    const room = rooms.get(spot.room);
    const others = data.lines.filter(
      (other) => other.uuid !== line.uuid && !other.away && !other.cancelled && meet(other, spot));
    for (const other of others) {
      const there = rooms.get(other.room);
      if (room && there && shares(room, there)) {
        found.push({ hard: true, says: `${room.name} is taken: “${other.title}”.` });
      }
      if (other.code !== line.code) {
        const both = (line.speakers || []).some((who) => (other.speakers || []).includes(who));
        if (both) found.push({ hard: true, says: `The speaker is in “${other.title}” then.` });
        if (line.track && line.track === other.track) {
          found.push({ hard: false, says: `“${other.title}” is of the same track.` });
        }
      }
    }
    if (room) {
      const over = (line.expected || 0) - (room.seats ?? Infinity);
      if (over > 0) found.push({ hard: false, says: `${over} people will not fit into ${room.name}.` });
      const missing = (line.needed || []).filter((thing) => !room.has.includes(thing)).length;
      if (missing) found.push({ hard: false, says: `${room.name} lacks equipment it needs.` });
      for (const closed of room.closures) {
        if (meet(closed, spot)) found.push({ hard: false, says: `${room.name} is closed then.` });
      }
    }
    return found.sort((one, other) => other.hard - one.hard);
  };

  /** The first spot of the day in which nothing is wrong, or nothing at all is taken. */
  const firstFree = (line, length, data, wall) => {
    const open = minutes(`${data.day}T${data.first}`);
    const until = minutes(`${data.day}T00:00`) + 60 * Number(data.last.slice(0, 2));
    const times = data.snaps.length
      ? data.snaps.map((snap) => minutes(snap.starts))
      : Array.from({ length: Math.ceil((until - open) / 15) }, (_, n) => open + 15 * n);
    let best = null;
    for (const at of times) {
      for (const room of data.rooms) {
        const spot = { room: room.id, starts: wall(at), ends: wall(at + length) };
        const wrong = trouble(line, spot, data);
        if (!wrong.length) return spot;
        if (!best && !wrong[0].hard) best = spot;
      }
    }
    return best || { room: data.rooms[0]?.id, starts: wall(open), ends: wall(open + length) };
  };

  return { trouble, firstFree, minutes };
})();
