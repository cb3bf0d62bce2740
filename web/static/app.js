// What pages do by themselves: look again at what goes on, ask before what cannot be undone, count what was chosen.

const EVERY = 15_000; // milliseconds

/** A part of the page that is fetched anew while somebody looks at it; kept as it is while the line is silent. */
for (const part of document.querySelectorAll("[data-live]")) {
  let busy = false;
  const look = async () => {
    if (busy || document.hidden || part.contains(document.activeElement)) return;
    busy = true;
    try {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) part.innerHTML = await answer.text();
      part.toggleAttribute("data-stale", !answer.ok);
    } catch {
      part.toggleAttribute("data-stale", true);
    } finally {
      busy = false;
    }
  };
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}

/** A form that acts at once when something is chosen in it. */
for (const form of document.querySelectorAll("form[data-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

/** Sections of a long page: folded on a telephone, but for the one that the address names. */
const folded = document.querySelectorAll("details[data-fold]");
if (folded.length) {
  const unfold = () => {
    const named = location.hash && document.getElementById(location.hash.slice(1))?.closest("details");
    if (named) named.open = true;
  };
  if (matchMedia("(max-width: 767px)").matches) for (const each of folded) each.open = false;
  unfold();
  addEventListener("hashchange", unfold);
}

/** Sent once, however often the button is pressed. */
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5_000);
  });
}

/** After an act, one is where one was; what is said of it stays in sight for a while. */
const place = `place ${location.pathname}`;
for (const form of document.querySelectorAll("form[data-stays]")) {
  form.addEventListener("submit", () => sessionStorage.setItem(place, String(scrollY)));
}
const before = sessionStorage.getItem(place);
if (before !== null) {
  sessionStorage.removeItem(place);
  for (const told of document.querySelectorAll("main > .alert")) {
    told.classList.add("told-here");
    setTimeout(() => told.classList.remove("told-here"), 8_000);
  }
  scrollTo({ top: Number(before), behavior: "instant" });
}

/** A link to something folded unfolds it. */
for (const link of document.querySelectorAll('a[href^="#"]')) {
  link.addEventListener("click", () => document.querySelector(link.hash)?.closest("details")?.setAttribute("open", ""));
}

/** What the line says, by the browser's own voice where it has one. */
if ("speechSynthesis" in window) {
  for (const button of document.querySelectorAll("[data-say]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = button.parentElement.querySelector("[lang]");
      const said = new SpeechSynthesisUtterance(text.textContent);
      said.lang = text.lang;
      speechSynthesis.cancel();
      speechSynthesis.speak(said);
    });
  }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
