// Sound and touch: the verdicts can be told apart with eyes closed.
window.doorSound = (() => {
  // [pitch, begins, lasts] in hertz and seconds.
  const TUNES = {
    in: [[880, 0, .1], [1320, .11, .16]],
    already: [[440, 0, .16], [440, .24, .16]],
    stop: [[180, 0, .55]],
  };
  const BUZZ = { in: [60], already: [120, 80, 120], stop: [400] };
  let sound = null;

  // Browsers let a page make a noise only after a touch.
  function allow() {
    try { sound ||= new AudioContext(); sound.resume(); } catch { /* a silent door works too */ }
  }

  function play(look) {
    if (BUZZ[look]) navigator.vibrate?.(BUZZ[look]);
    if (sound?.state !== "running") return;
    for (const [pitch, begins, lasts] of TUNES[look] || []) {
      const tone = sound.createOscillator(), volume = sound.createGain();
      tone.frequency.value = pitch;
      tone.type = look === "stop" ? "square" : "sine";
      volume.gain.value = .25;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + begins);
      tone.stop(sound.currentTime + begins + lasts);
    }
  }

  return { allow, play };
})();
