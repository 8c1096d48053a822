// One call to the server, and what its answer means for everything else. Nothing here knows of
// scans or tickets. Any page under /door/ may use it.
window.doorLine = (() => {
  const TIMEOUT = 10_000;
  let skew = 0; // how far this device's clock is behind the server's, in ms
  let notBefore = 0;

  class Gone extends Error {} // this device is paired no more, or is of another kind by now
  class Refused extends Error {} // the server read the call and will never take it as it is
  class Busy extends Error {} // the server asks to come back later
  class Broken extends Error {} // the server failed over this call

  async function saidBy(answer) {
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    try { return isJson ? await answer.json() : {}; } catch { return {}; }
  }

  // Only the server's own words count: a stranger's gateway says 403 too.
  async function fail(answer) {
    const { error } = await saidBy(answer);
    if (answer.status === 403 && error) throw new Gone(error);
    if (answer.status === 413 || (answer.status === 400 && error)) throw new Refused(error || "It is too long.");
    if (answer.status === 429) {
      notBefore = Date.now() + 1000 * Math.min(300, Math.max(1, Number(answer.headers.get("Retry-After")) || 5));
      throw new Busy(error || "The server is busy.");
    }
    throw answer.status >= 500 ? new Broken(`answer ${answer.status}`) : new Error(`answer ${answer.status}`);
  }

  async function ask(address, options = {}) {
    const answer = await fetch(address, {
      credentials: "same-origin", redirect: "error", cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT), ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    if (!answer.ok) await fail(answer);
    if (!(answer.headers.get("Content-Type") || "").includes("json")) throw new Error("a stranger answers");
    return answer;
  }

  // From an answer that tells the server's clock; half of the way there and back is taken off.
  function setClock(now, sent) {
    const off = Date.parse(now) - (sent + Date.now()) / 2;
    if (Number.isFinite(off)) skew = off;
  }

  return {
    Gone, Refused, Busy, Broken, ask, setClock,
    get skew() { return skew; },
    set skew(ms) { skew = ms || 0; },
    get wait() { return Math.max(0, notBefore - Date.now()); },
    // The server's time of a moment of this device.
    corrected: (at) => new Date(at + skew),
    now: () => new Date(Date.now() + skew),
  };
})();
