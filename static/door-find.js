// Search on the device: every word typed must begin a word of the name or the order's code.
window.doorFind = (() => {
  const MOST = 20, SHORTEST = 2;
  const collator = new Intl.Collator("en");
  const folded = new WeakMap(); // line → its words; a changed ticket is another object
  const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ı: "i" };

  function fold(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.replace(/[ßøłđæœı]/g, (letter) => LETTERS[letter]).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function wordsOf(line) {
    let words = folded.get(line);
    if (words === undefined) {
      words = ` ${fold(`${line.n || ""} ${line.o || ""}`).join(" ")}`;
      folded.set(line, words);
    }
    return words;
  }

  // {found: at most MOST lines by name, more: how many others}
  function find(typed, lines) {
    const wanted = fold(typed).map((word) => ` ${word}`);
    if (wanted.join("").trim().length < SHORTEST) return { found: [], more: 0 };
    const all = [];
    for (const line of lines) {
      if (!line.t) continue; // an old code or badge: nobody's
      const words = wordsOf(line);
      if (wanted.every((word) => words.includes(word))) all.push(line);
    }
    all.sort((a, b) => collator.compare(a.n || "", b.n || ""));
    return { found: all.slice(0, MOST), more: Math.max(0, all.length - MOST) };
  }

  // So that the first letter typed does not wait for all names.
  function warm(lines) {
    for (const line of lines) wordsOf(line);
  }

  return { find, warm };
})();
