// A receiver in somebody's hand: what is heard on it, its keys, its microphone.

import { leg as on } from "./asking.js";
import { listen } from "./microphone.js";
import { beep, hush, say } from "./sounds.js";

const WANTS = {
  gathering: "La ligne attend une touche.",
  recording: "Bip. La ligne enregistre ce que vous dites.",
  dialling: "La ligne appelle quelqu'un…",
  talking: "Vous êtes en conversation.",
  ended: "L'appel est terminé.",
};

export class Handset {
  /** `place`: the empty element it is shown in; `told(text)`: where a refusal is said; `aloud`: whether its line speaks. */
  constructor(place, told, aloud) {
    Object.assign(this, { place, told, aloud, call: null, shown: 0, sid: "", state: "", microphone: null });
    place.append(document.getElementById("a-handset").content.cloneNode(true));
    this.part = (name) => place.querySelector(name);
    for (const key of place.querySelectorAll("[data-key]")) key.addEventListener("click", () => this.press(key.dataset.key));
    for (const act of ["wait", "hang-up"]) this.part(`[data-do=${act}]`).addEventListener("click", () => this.act(act));
    this.part("[data-do=record]").addEventListener("click", () => this.record());
    this.part(".several").addEventListener("submit", (event) => this.typed(event, "keys", (keys) => this.press(keys)));
    this.part(".dictate").addEventListener("submit", (event) => this.typed(event, "text", (text) => this.act("speak", { text, ends_with: "#" })));
  }

  typed(event, name, use) {
    event.preventDefault();
    const field = event.target.elements[name];
    if (field.value) use(field.value);
    field.value = "";
  }

  press(keys) {
    return this.act("press", { keys });
  }

  async act(what, body) {
    hush();
    if (what !== "speak") await this.drop();
    const end = what === "hang-up" && this.call.state === "talking" && this.call.direction === "inbound" ? "hang-up" : what;
    try {
      this.show(await on(this.sid, end, body), true);
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
      const count = () => (button.textContent = `C'est dit (${seconds++} s)`);
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
    if (call.state !== this.state) this.turn(call);
  }

  begin(call) {
    Object.assign(this, { sid: call.sid, shown: 0, sounds: 0, state: "" });
    this.part(".heard").replaceChildren();
    hush();
  }

  hear(call) {
    const list = this.part(".heard");
    for (const [who, text] of call.transcript.slice(this.shown)) {
      const item = document.createElement("p");
      item.className = who;
      item.textContent = text.replace(/^\[(.*)\]$/, "$1");
      if (who === "line" && text.startsWith("[son de")) item.append(this.player(call, this.sounds++));
      else if (who === "line" && this.aloud) say(text);
      list.append(item);
      list.scrollTop = list.scrollHeight;
    }
    this.shown = Math.max(this.shown, call.transcript.length); // a late look tells less, and nothing is said twice
  }

  player(call, number) {
    const player = document.createElement("audio");
    player.controls = true;
    player.src = `/softphone/legs/${call.sid}/played/${number}.wav`;
    return player;
  }

  turn(call) {
    this.state = call.state;
    const over = call.state === "ended";
    this.part(".wants").textContent = WANTS[call.state] ?? "";
    this.part(".keys").hidden = this.part(".acts").hidden = over;
    this.part(".several").hidden = over || !call.gather || call.gather.num_digits === 1;
    this.part(".speak").hidden = call.state !== "recording";
    this.part("[data-do=wait]").hidden = !["gathering", "recording"].includes(call.state);
    if (call.state === "recording" && this.aloud) beep();
    if (over) this.drop();
  }
}
