// QR codes from the phone's camera, read by the WebAssembly decoder that we ship.
window.doorCamera = (() => {
  const BETWEEN_LOOKS = 90;
  let detector = null;
  let stream = null;

  // Why there can be no camera here, in words; empty when there can.
  function impossible() {
    if (!window.isSecureContext) return "The camera works only where the address begins with https. Type the code, or use a hand scanner.";
    if (!navigator.mediaDevices?.getUserMedia) return "This browser gives pages no camera. Type the code, or use a hand scanner.";
    return "";
  }

  function wordsFor(error) {
    if (error.name === "NotAllowedError") return "The camera was refused. Allow it for this page in the browser's settings and start again, or type the code.";
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "No camera was found here. Type the code, or use a hand scanner.";
    if (error.name === "NotReadableError") return "Another app is using the camera. Close it and start again, or type the code.";
    return "The camera could not be started. Type the code, or use a hand scanner.";
  }

  function reader(wasm) {
    const { BarcodeDetector, prepareZXingModule } = window.BarcodeDetectionAPI;
    prepareZXingModule({ overrides: { locateFile: (path, prefix) => path.endsWith(".wasm") ? wasm : prefix + path } });
    return new BarcodeDetector({ formats: ["qr_code"] });
  }

  // Calls found(text, before) for every code in view, `before` being when the look before this one
  // began; ended(words) when the picture stops.
  async function start(video, wasm, found, ended) {
    detector ||= reader(wasm);
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    const mine = stream;
    video.srcObject = mine;
    mine.getVideoTracks()[0].addEventListener("ended", () => { stop(); ended("The camera stopped. Start it again, or type the code."); });
    await video.play();
    (async () => {
      for (let before = Infinity; stream === mine;) {
        if (!document.hidden && video.readyState >= 2) {
          const began = Date.now();
          try {
            for (const code of await detector.detect(video)) found(code.rawValue, before);
            before = began;
          } catch (error) {
            if (error.name === "NotSupportedError") { stop(); ended("The QR reader could not be loaded. Type the code, or use a hand scanner."); }
          }
        }
        await new Promise((wait) => setTimeout(wait, BETWEEN_LOOKS));
      }
    })();
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  }

  return { impossible, wordsFor, start, stop };
})();
