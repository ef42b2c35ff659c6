/* Keeps a draft on the server as a form is filled in. Without this script the form's Save button does.

   <form data-draft="address, or empty for the form's own"> and, within it, a line
   <p role="status" data-save data-saved="Saved at" data-lost="what to say when it is not taken" data-again="words of a link back here"> */

const form = document.querySelector("form[data-draft]");
const line = form?.querySelector("[data-save]");
const PAUSE = 800;
const LONGEST_WAIT = 30000;

let timer = 0;
let wait = 1000;
let isDirty = false;
let isSending = false;
let isRunning = false;

function localClock(iso) {
  return new Date(iso).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });
}

function say(text, href = "", label = "") {
  line.replaceChildren(text);
  if (!href || !label) return;
  const link = document.createElement("a");
  link.href = href;
  link.textContent = label;
  line.append(" ", link);
}

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function post() {
  try {
    const headers = { "X-Requested-With": "fetch", Accept: "application/json" };
    const address = form.dataset.draft || form.getAttribute("action");
    return await fetch(address, { method: "POST", body: new FormData(form), headers, redirect: "manual", keepalive: true });
  } catch {
    return null;
  }
}

async function save() {
  if (isSending || isRunning || !isDirty) return;
  isDirty = false;
  isRunning = true;
  say("Saving…");
  const response = await post();
  isRunning = false;
  if (response?.ok) {
    wait = 1000;
    say(`${line.dataset.saved} ${localClock((await response.json()).at)}`);
    if (isDirty) later(PAUSE);
  } else if (response?.status === 409) {
    const refused = await response.json();
    say(refused.message, refused.next, "Go on");
  } else if (response && response.status < 500 && response.status !== 429) {
    isDirty = true;
    say(line.dataset.lost, location.href, line.dataset.again);
  } else {
    isDirty = true;
    say(`Not saved: the server cannot be reached. What you typed stays here; trying again in ${Math.round(wait / 1000)} s.`);
    later(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

if (line && window.fetch) {
  line.querySelectorAll("time").forEach((time) => (time.textContent = localClock(time.dateTime)));
  form.addEventListener("change", () => {
    isDirty = true;
    later(0);
  });
  form.addEventListener("input", (event) => {
    isDirty = true;
    if (event.target.matches("textarea, input[type=text]")) later(PAUSE);
  });
  form.addEventListener("submit", () => {
    isSending = true;
    clearTimeout(timer);
  });
  window.addEventListener("pagehide", () => isDirty && !isSending && post());
  window.addEventListener("pageshow", () => (isSending = false));
  window.addEventListener("online", () => isDirty && save());
}
