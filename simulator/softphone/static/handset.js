// A receiver in somebody's hand: what is heard on it, its keys, its microphone.

import { leg as on } from "./asking.js";
import { LONGEST, listen } from "./microphone.js";
import { beep, hush, say } from "./sounds.js";

const WANTS = {
  gathering: "La ligne attend une touche.",
  recording: "Bip. La ligne enregistre ce que vous dites.",
  dialling: "La ligne appelle quelqu'un…",
  talking: "Vous êtes en conversation.",
  ended: "L'appel est terminé.",
};
const SEVERAL = "La ligne attend plusieurs chiffres, puis #.";
const handsets = [];
let turns = 0;

export class Handset {
  /** `place`: the empty element it is shown in; `told(text)`: where a refusal is said; `aloud`: whether its line speaks. */
  constructor(place, told, aloud) {
    Object.assign(this, { place, told, aloud, call: null, shown: 0, sid: "", state: "", typed: "", microphone: null });
    this.pressing = Promise.resolve(); // one key after another, as they were pressed
    this.used = 0;
    place.append(document.getElementById("a-handset").content.cloneNode(true));
    this.part = (name) => place.querySelector(name);
    for (const key of place.querySelectorAll("[data-key]")) key.addEventListener("click", () => this.press(key.dataset.key));
    this.part("[data-do=wait]").addEventListener("click", () => (this.typed ? this.press("#") : this.act("wait")));
    this.part("[data-do=hang-up]").addEventListener("click", () => this.act("hang-up"));
    this.part("[data-do=record]").addEventListener("click", () => this.record());
    this.part(".dictate").addEventListener("submit", (event) => this.dictated(event));
    handsets.push(this);
  }

  get isUp() {
    return Boolean(this.call) && this.call.state !== "ended";
  }

  dictated(event) {
    event.preventDefault();
    const field = event.target.elements.text;
    if (field.value) this.act("speak", { text: field.value, ends_with: "#" });
    field.value = "";
  }

  /** Others may follow: the line itself ends an answer that is long enough, or at #. */
  press(keys) {
    clearTimeout(this.pause);
    this.used = ++turns;
    this.pressing = this.pressing.then(() => this.isUp && this.act("press", { keys, more_follow: true }));
    return this.pressing;
  }

  async act(what, body) {
    hush();
    this.used = ++turns;
    if (what !== "speak") await this.drop();
    const end = what === "hang-up" && this.call.state === "talking" && this.call.direction === "inbound" ? "hang-up" : what;
    try {
      this.show(await on(this.sid, end, body));
      this.told("");
    } catch (fault) {
      this.told(fault.message);
    }
  }

  /** Pressed once to speak, once more when it is said. */
  async record() {
    const button = this.part("[data-do=record]");
    if (this.microphone) {
      const wav = await this.stopped();
      return this.act("speak", { wav, ends_with: "#" });
    }
    try {
      this.microphone = await listen();
      let seconds = 0;
      const count = () => (seconds > LONGEST ? this.record() : (button.textContent = `C'est dit (${seconds++} s)`));
      this.counting = setInterval(count, 1000);
      count();
    } catch {
      this.told("Ce navigateur ne donne pas de micro : écrivez ce que vous dites.");
    }
  }

  async stopped() {
    const microphone = this.microphone;
    this.microphone = null;
    clearInterval(this.counting);
    this.part("[data-do=record]").textContent = "Parler au micro";
    return microphone.stop();
  }

  async drop() {
    if (this.microphone) await this.stopped();
  }

  /** `call`: views.leg_json, or null when the receiver is down. */
  show(call) {
    this.place.hidden = !call;
    if (!call) return;
    if (call.sid !== this.sid) this.begin(call);
    this.call = call;
    this.hear(call);
    this.turn(call);
  }

  begin(call) {
    Object.assign(this, { sid: call.sid, shown: 0, sounds: 0, state: "", typed: "", used: ++turns });
    this.part(".heard").replaceChildren();
    hush();
  }

  hear(call) {
    const list = this.part(".heard");
    for (const [who, text] of call.transcript.slice(this.shown)) {
      const said = text.replace(/^\[(.*)\]$/, "$1");
      const [, keys] = (who === "person" && /^touches? ([0-9*#]+)$/.exec(said)) || [];
      const before = list.lastElementChild;
      if (keys && before?.dataset.keys) {
        before.dataset.keys += keys;
        before.textContent = `touches ${before.dataset.keys}`;
        continue;
      }
      const item = document.createElement("p");
      item.className = who;
      item.textContent = said;
      if (keys) item.dataset.keys = keys;
      if (who === "line" && text.startsWith("[son de")) item.append(this.player(call, this.sounds++));
      else if (who === "line" && this.aloud) say(text);
      list.append(item);
    }
    if (call.transcript.length > this.shown) list.scrollTop = list.scrollHeight;
    this.shown = Math.max(this.shown, call.transcript.length); // a late look tells less, and nothing is said twice
  }

  player(call, number) {
    const player = document.createElement("audio");
    player.controls = true;
    player.src = `/softphone/legs/${call.sid}/played/${number}.wav`;
    return player;
  }

  turn(call) {
    const { state, gather } = call;
    const over = state === "ended";
    this.part(".wants").textContent = gather && gather.num_digits !== 1 ? SEVERAL : (WANTS[state] ?? "");
    this.part(".keys").hidden = over || state === "recording";
    this.part(".acts").hidden = over;
    this.part(".speak").hidden = state !== "recording";
    const silence = this.part("[data-do=wait]");
    silence.hidden = !["gathering", "recording"].includes(state);
    silence.textContent = gather?.typed ? "C'est tout" : "Se taire";
    this.wait(gather);
    if (state === this.state) return;
    this.state = state;
    if (state === "recording" && this.aloud) beep();
    if (over) this.drop();
  }

  /** Whoever stops typing is answered after a while, as on any telephone. */
  wait(gather) {
    const typed = gather?.typed ?? "";
    if (typed === this.typed) return;
    this.typed = typed;
    this.part(".typed").textContent = typed;
    clearTimeout(this.pause);
    if (typed) this.pause = setTimeout(() => this.isUp && this.typed === typed && this.act("wait"), gather.timeout * 1000);
  }
}

/** The keyboard is that of the telephone one has in hand: the one that has the focus, or was used last. */
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!/^[0-9*#]$/.test(key) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (target.closest("input:not([type=checkbox]), select, textarea")) return;
  const up = handsets.filter((each) => each.isUp && !each.place.hidden).sort((one, other) => other.used - one.used);
  const held = up.find((each) => each.place.parentElement.contains(target)) ?? up[0];
  if (!held || document.querySelector("main").inert) return;
  event.preventDefault();
  held.press(key);
});
