// What is heard: the browser's voice where it has one, a ring, a beep.

const wanted = document.getElementById("sounds");
let audio = null;
let ringing = null;

/** Only after somebody has pressed something: browsers are silent before. */
function speaker() {
  audio ??= new AudioContext();
  return audio;
}

function tone(pitch, seconds) {
  const context = speaker();
  const source = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0.08 });
  source.connect(volume).connect(context.destination);
  source.start();
  source.stop(context.currentTime + seconds);
}

export function say(text) {
  if (!wanted.checked || !text || !("speechSynthesis" in window)) return;
  const said = new SpeechSynthesisUtterance(text);
  said.lang = "fr-FR";
  speechSynthesis.speak(said);
}

export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

export function beep() {
  if (wanted.checked) tone(1000, 0.3);
}

export function ring(on) {
  if (on === Boolean(ringing)) return;
  clearInterval(ringing);
  ringing = null;
  if (!on) return;
  const once = () => wanted.checked && navigator.userActivation?.hasBeenActive && tone(440, 1);
  ringing = setInterval(once, 3000);
  once();
}

wanted.addEventListener("change", hush);
