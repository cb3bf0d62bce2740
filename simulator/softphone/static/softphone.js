// The page: it asks twice a second how things stand, and shows what has changed.

import { acts, ask, phone } from "./asking.js";
import { Handset } from "./handset.js";
import { ring } from "./sounds.js";

const EVERY = 500; // milliseconds
const AWAITED = 3 * 60_000;
const { afterMissed: after_missed } = document.body.dataset;
const find = (name) => document.querySelector(name);
const hour = new Intl.DateTimeFormat("fr-FR", { timeStyle: "medium", timeZone: document.body.dataset.zone });
const clock = new Intl.DateTimeFormat("fr-FR", { dateStyle: "full", timeStyle: "medium", timeZone: document.body.dataset.zone });
let born = "";
let restarting = false;
let away = false; // the demonstration does not answer
let now = null;

function told(text, bad = true) {
  const said = find("#said");
  if (said.textContent !== text) said.textContent = text;
  said.classList.toggle("bad", Boolean(text) && bad);
}

async function tried(act) {
  told("");
  try {
    return await act();
  } catch (fault) {
    told(fault.message);
  }
}

// ---------------------------------------------------------------- the caller
const receiver = new Handset(find("#caller .handset"), told, true);
const received = new Inbox(find("#received"), written);
const dial = find("#dial").elements;
let dialling = false;
dial.from.addEventListener("change", chosenCaller);
chosenCaller();

/** The one fact that tells callers apart, whole; and what whoever is not known may be asked for. */
function chosenCaller() {
  const { note = "", known } = dial.from.selectedOptions[0].dataset;
  find(".other").hidden = Boolean(dial.from.value);
  find("#note").textContent = note;
  find("#codes").hidden = known === "yes" || !find("#codes li");
}

/** One call at a time: its form is away until the receiver is down. */
function hold(call) {
  receiver.show(call);
  const up = receiver.isUp && Boolean(call);
  const isOver = find("#caller").classList.contains("up") && !up;
  find("#caller").classList.toggle("up", up);
  find("#dial").hidden = up;
  find(".call").disabled = up || dialling;
  find("#between").hidden = !call;
  if (call) find("#between").textContent = `${name(dial.from, call.from)} → ${name(dial.to, call.to)}`;
  if (isOver && find("#caller").contains(document.activeElement)) find(".call").focus({ preventScroll: true });
}

/** As the page calls that number. */
function name(list, number) {
  const found = [...list.options].find((each) => each.value === number);
  return found?.dataset.name ?? number;
}

find("#dial").addEventListener("submit", async (event) => {
  event.preventDefault();
  const from = dial.from.value || dial.other.value;
  if (receiver.isUp || dialling) return;
  if (!from) return told("Écrivez le numéro depuis lequel vous appelez.");
  dialling = find(".call").disabled = true;
  const call = await tried(() => phone(from, "dial", { to: dial.to.value }));
  dialling = find(".call").disabled = false;
  if (!call) return;
  sessionStorage.setItem("call", call.sid);
  hold(call);
  if (find("#caller").getBoundingClientRect().bottom > innerHeight) find("#caller").scrollIntoView({ block: "start" });
  find("#caller .handset").focus({ preventScroll: true });
});

// ---------------------------------------------------------------- everybody else
const telephones = [...document.querySelectorAll(".phone")].map((place) => new Telephone(place));

function Telephone(place) {
  const { number, label } = place.dataset;
  const handset = new Handset(place.querySelector(".handset"), told, true);
  const manner = place.querySelector("[name=manner]");
  const inbox = new Inbox(place.querySelector(".texts"), written);
  const missed = new Inbox(place.querySelector(".missed"), ({ at, how }) =>
    Object.assign(document.createElement("li"), { textContent: `${hour.format(new Date(at))} · appel ${how}` }),
  );
  const after = place.querySelector(".after");
  let last = "";
  for (const button of place.querySelectorAll(".ring [data-do]")) {
    button.addEventListener("click", async () => {
      await tried(() => phone(number, button.dataset.do));
      await look();
      if (!handset.isUp) return;
      place.querySelector(".handset").focus({ preventScroll: true });
      if (place.getBoundingClientRect().bottom > innerHeight) place.scrollIntoView({ block: "start" });
    });
  }
  manner.addEventListener("change", () => tried(() => phone(number, "manner", { manner: manner.value })));
  place.querySelector(".reply").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.body;
    tried(() => phone(number, "send", { to: dial.to.value, body: field.value })).then((sent) => sent && (field.value = ""));
  });
  this.show = (seen) => {
    const rings = Boolean(seen.ringing);
    place.classList.toggle("rings", rings);
    place.querySelector(".ring").hidden = !rings;
    if (document.activeElement !== manner) manner.value = seen.manner;
    if (seen.call) handset.show(seen.call);
    else if (last) ended(last);
    last = seen.call?.sid ?? "";
    inbox.show(seen.inbox);
    missed.show(seen.missed);
    after.hidden = rings || handset.isUp || !recent(seen.missed.at(-1)?.at);
    place.classList.toggle("busy", rings || Boolean(seen.call) || seen.inbox.length > 0 || seen.missed.length > 0);
    const desk = place.closest("details");
    if (desk && (rings || seen.call)) desk.open = true;
    return rings ? { label, id: place.id } : null;
  };
  // What was said last stays to be read until the next call.
  const ended = async (sid) => {
    const call = await ask(`/legs/${sid}`).catch(() => null);
    if (call) handset.show(call);
  };
}

/** Whether the next thing may still be on its way. */
function recent(at) {
  return Boolean(at && after_missed) && now - new Date(at) < AWAITED;
}

/** What has come, the newest first; `written(one)`: its line of the list. */
function Inbox(list, written) {
  let shown = 0;
  this.show = (texts) => {
    if (texts.length < shown) {
      list.replaceChildren();
      shown = 0;
    }
    for (const text of texts.slice(shown)) list.prepend(written(text));
    shown = texts.length;
  };
}

/** An SMS with its links. */
function written(text) {
  const item = document.createElement("li");
  for (const part of text.body.split(/(https?:\/\/\S+)/)) {
    if (!/^https?:/.test(part)) item.append(part);
    else item.append(Object.assign(document.createElement("a"), { href: part, textContent: part, target: "_blank", rel: "noopener" }));
  }
  return item;
}

// ---------------------------------------------------------------- what goes wrong, and when
let chosen = Promise.resolve(); // one choice after another: the last one stands
find("#mishaps").addEventListener("change", () => {
  const on = [...find("#mishaps").querySelectorAll(":checked")].map((box) => box.value);
  chosen = chosen.then(() => tried(() => ask("/softphone/mishaps", { on })));
});

find("#at")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { day, time, again } = event.target.elements;
  begin(day.value, time.value, !find(".again").hidden && again.checked);
});
find("#at")?.addEventListener("input", async ({ currentTarget: { elements } }) => {
  if (!elements.day.value || !elements.time.value) return;
  const asked = new URLSearchParams({ day: elements.day.value, time: elements.time.value });
  const { twice } = await ask(`/softphone/twice?${asked}`).catch(() => ({ twice: false })); // what is wrong is said when it is sent
  find(".again").hidden = !twice;
});
for (const button of document.querySelectorAll("[data-day]")) {
  button.addEventListener("click", () => begin(button.dataset.day, button.dataset.time, "again" in button.dataset));
}

// Whoever looks for another hour begins at the present one.
find(".when")?.addEventListener("toggle", () => {
  const { day, time } = find("#at").elements;
  if (!now || day.value || time.value) return;
  const wall = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: document.body.dataset.zone });
  [day.value, time.value] = wall.format(now).split(" ");
});

async function begin(day, time, again) {
  if (!(await tried(() => ask("/softphone/at", { day, time, again })))) return;
  restarting = true;
  told("La démonstration recommence à cette heure : quelques secondes…", false);
}

// ---------------------------------------------------------------- looking
async function look() {
  const { begun } = acts;
  let state;
  try {
    state = await ask(`/softphone/state?call=${sessionStorage.getItem("call") ?? ""}`);
  } catch (fault) {
    if (restarting) return;
    away = find("main").inert = true;
    return told(fault.message);
  }
  born ||= state.born;
  const renewed = state.born !== born || document.body.dataset.ready === "no";
  if (renewed && state.ready) return location.reload();
  if (renewed) return getReady();
  if (away) {
    away = find("main").inert = false;
    told("");
  }
  if (acts.begun !== begun) return;
  now = new Date(state.now);
  find("#now").textContent = clock.format(now);
  hold(state.call);
  received.show(state.received);
  for (const door of document.querySelectorAll(".bar nav a")) door.href = state.doors[door.textContent] ?? door.href;
  const ringing = state.telephones.map((seen, index) => telephones[index]?.show(seen)).filter(Boolean);
  ring(ringing.length > 0);
  tell(ringing);
  find("#calm").hidden = ringing.length > 0 || state.telephones.some((seen) => seen.inbox.length);
  if (acts.ended === begun) for (const box of find("#mishaps").elements) box.checked = state.mishaps.includes(box.value);
  complain(state.complaints);
}

/** Nothing can be pressed on a page whose line is gone and not yet back. */
function getReady() {
  document.body.dataset.ready = "no";
  find("main").inert = true;
  told("La ligne se prépare…", false);
}

/** Where it rings, also for whoever looks at another part of a small screen. */
function tell(ringing) {
  const said = `Ça sonne : ${ringing.map((each) => each.label).join(", ")}`;
  document.title = ringing.length ? said : "Le téléphone de la démonstration";
  const banner = find("#ringing");
  banner.hidden = !ringing.length || ringing.some(({ id }) => isSeen(document.getElementById(id)));
  if (!ringing.length) return;
  if (banner.textContent !== said) banner.textContent = said;
  banner.href = `#${ringing[0].id}`;
}

function isSeen(place) {
  const { top, bottom } = place.getBoundingClientRect();
  return bottom > 80 && top < innerHeight - 160; // enough of it to answer
}

function complain(complaints) {
  find("#complaints").hidden = complaints.length === 0;
  find("#complaints ul").replaceChildren(...complaints.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

async function keepLooking() {
  await look();
  setTimeout(keepLooking, EVERY);
}
keepLooking();
