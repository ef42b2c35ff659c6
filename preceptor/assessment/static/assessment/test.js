/* Saves each answer on the server as it is chosen. Without this script the same form saves with its button. */

const form = document.querySelector("form[data-answer]");
const finish = document.querySelector("form[data-finish]");
const line = document.querySelector("[data-save]");
const trouble = document.querySelector("[data-unsaved]");
const LONGEST_WAIT = 30000;

let wanted = null; // what is to be saved next; only the latest choice counts
let running = null; // the save that is under way
let wait = 1000;
let timer = 0;
let isRefused = false;
let isAway = false; // signed out: the choice waits on the shelf

/** A choice that is not saved yet outlives signing in again and a reload of this tab. */
const shelf = form && `answer:${location.pathname}:${form.elements.attempt.value}:${form.elements.item.value}`;

function shelve(option) {
  try {
    if (option) sessionStorage.setItem(shelf, option);
    else sessionStorage.removeItem(shelf);
  } catch {
    // Storage is off: the choice stays on the page alone.
  }
}

function shelved() {
  try {
    return sessionStorage.getItem(shelf);
  } catch {
    return null;
  }
}

/** The moment in the reader's own clock; the server writes it in the provider's zone. */
function localClock(iso) {
  return new Date(iso).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });
}

function say(icon, ...parts) {
  line.replaceChildren(...(icon ? [icon] : []), ...parts);
}

function check() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "ico");
  icon.setAttribute("viewBox", "0 0 20 20");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 10.5l4 4 8-9");
  icon.append(path);
  return icon;
}

function complain(text, href = "", label = "") {
  const why = trouble.querySelector("[data-unsaved-why]");
  why.replaceChildren(text);
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    why.append(" ", link);
  }
  trouble.hidden = false;
  say(null, "Not saved yet");
}

/** Brings navigator, counts and the finish button up to what the server has. */
function show(state) {
  const missing = new Set(state.missing);
  const flagged = new Set(state.flagged);
  for (const link of document.querySelectorAll("[data-q]")) {
    const n = Number(link.dataset.q);
    const isHere = link.hasAttribute("aria-current");
    link.classList.toggle("ans", !missing.has(n) && !isHere);
    link.querySelector("svg")?.remove();
    if (flagged.has(n)) link.querySelector(".vh").before(document.getElementById("flag-icon").content.cloneNode(true));
    link.querySelector(".vh").textContent =
      ` ${isHere ? "current, " : ""}${missing.has(n) ? "not answered" : "answered"}${flagged.has(n) ? ", flagged" : ""}`;
  }
  const counts = { answered: state.total - missing.size, missing: missing.size, flagged: flagged.size };
  for (const [name, count] of Object.entries(counts)) document.querySelector(`[data-count="${name}"]`).textContent = count;
  const button = finish.querySelector("button");
  button.disabled = missing.size > 0;
  const needs = document.querySelector("[data-needs]");
  needs.hidden = missing.size === 0;
  const links = state.missing.map((n) => {
    const link = document.createElement("a");
    link.href = document.querySelector(`[data-q="${n}"]`).href;
    const word = document.createElement("span");
    word.className = "vh";
    word.textContent = "question ";
    link.append(word, n);
    return link;
  });
  needs.replaceChildren("Still to answer: ", ...links.flatMap((link, i) => (i ? [" ", link] : [link])));
}

async function answerOf(response) {
  if (response.ok && !response.redirected) return { state: await response.json() };
  if (response.status === 409) return { refused: await response.json() };
  if (response.type === "opaqueredirect" || response.status === 403 || response.status === 401) return { isSignedOut: true };
  return { isDown: true };
}

async function send(data) {
  try {
    const headers = { "X-Requested-With": "fetch", Accept: "application/json" };
    return await answerOf(await fetch(form.action, { method: "POST", body: data, headers, redirect: "manual", keepalive: true }));
  } catch {
    return { isDown: true };
  }
}

/** One save at a time, so that an earlier choice never overtakes a later one. */
async function save() {
  clearTimeout(timer);
  if (running) return running;
  running = (async () => {
    while (wanted && !isRefused) {
      const data = wanted;
      wanted = null;
      say(null, "Saving…");
      const answer = await send(data);
      if (answer.state) {
        wait = 1000;
        trouble.hidden = true;
        if (!wanted) shelve("");
        const time = document.createElement("time");
        time.dateTime = answer.state.at;
        time.textContent = localClock(answer.state.at);
        const words = document.createElement("span");
        words.append("Saved at ", time);
        say(check(), words);
        show(answer.state);
      } else if (answer.refused) {
        isRefused = true;
        shelve("");
        complain(answer.refused.message, answer.refused.next, "Go on from there");
      } else {
        wanted ??= data;
        if (answer.isSignedOut) {
          isAway = true;
          complain("You are signed out, or this page is too old. Your choice stays here.", location.href, "Sign in and come back to this question");
        } else {
          complain(`The server cannot be reached. Your choice stays here and is sent again in ${Math.round(wait / 1000)} s.`);
          timer = setTimeout(save, wait);
          wait = Math.min(wait * 2, LONGEST_WAIT);
        }
        break;
      }
    }
    running = null;
  })();
  return running;
}

/** A button that leaves the page waits for the choice; while it cannot be saved the page stays, and says so where it is seen. */
function afterSaving(event) {
  if (isRefused || (!wanted && !running)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { currentTarget, submitter } = event;
  save().then(() => {
    if (wanted || isRefused) trouble.scrollIntoView({ block: "center" });
    else currentTarget.requestSubmit(submitter);
  });
}

if (form && window.fetch) {
  document.querySelectorAll("time[datetime]").forEach((time) => {
    if (line.contains(time)) time.textContent = localClock(time.dateTime);
  });
  form.addEventListener("change", () => {
    wanted = new FormData(form);
    shelve(wanted.get("option"));
    save();
  });
  form.addEventListener("submit", afterSaving, { capture: true });
  const left = [...form.querySelectorAll("input[name=option]")].find((input) => input.value === shelved());
  if (left) {
    left.checked = true;
    left.dispatchEvent(new Event("change", { bubbles: true }));
  }
  window.addEventListener("online", () => wanted && save());
  finish.addEventListener("submit", afterSaving, { capture: true });
  window.addEventListener("beforeunload", (event) => {
    if (wanted && !isRefused && !isAway) event.preventDefault();
  });
}
