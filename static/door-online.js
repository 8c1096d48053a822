// The door where the phone may keep nothing: every scan is decided by the server alone.
window.doorOnline = (() => {
  const TIMEOUT = 8000;

  function randomId() { // pages opened over http have no crypto.randomUUID
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b, i) => (i === 6 ? b & 15 | 64 : i === 8 ? b & 63 | 128 : b).toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Sends the same fields until the server answers, so that nothing is lost or counted twice.
  // `still` says whether anybody waits for it; `missing` hears of each failure.
  async function send(action, fields, csrf, still, missing) {
    for (let tries = 0; still(); tries++) {
      try {
        const answer = await fetch(action, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": csrf },
          body: new URLSearchParams(fields),
          signal: AbortSignal.timeout(TIMEOUT),
        });
        if (answer.status === 403) { location.reload(); return null; }
        if (answer.status >= 500) throw new Error(answer.status);
        return await answer.json();
      } catch {
        if (!still()) return null;
        missing();
        await new Promise((wait) => setTimeout(wait, Math.min(1000 * 2 ** tries, 5000)));
      }
    }
    return null;
  }

  // How many are in, or null without connection.
  async function inside(address) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.status === 403) { location.reload(); return null; }
      return answer.ok ? (await answer.json()).inside : null;
    } catch { return null; }
  }

  return { randomId, send, inside };
})();
