// Pairing inside the installed app: its own camera reads the QR that staff show.
(() => {
  const box = document.querySelector("[data-pair]");
  const camera = window.doorCamera;
  if (!box || !camera || camera.impossible()) return;
  const [button, frame, words] = ["button", ".camera", "[data-words]"].map((one) => box.querySelector(one));
  const form = document.querySelector("main form");

  function say(text) {
    words.textContent = text;
    words.hidden = !text;
    frame.hidden = true;
    button.hidden = false;
  }

  button.addEventListener("click", async () => {
    say("");
    button.hidden = true;
    frame.hidden = false;
    try {
      await camera.start(frame.querySelector("video"), box.dataset.wasm, (text) => {
        camera.stop();
        form.elements.code.value = text;
        form.requestSubmit();
      }, say);
    } catch (error) {
      camera.stop();
      say(camera.wordsFor(error));
    }
  });
  box.hidden = false;
})();
