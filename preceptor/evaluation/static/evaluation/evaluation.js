/* Keeps a draft on the server as the form is filled in. Without this script the Save button does. */

const form = document.querySelector("form[data-draft]");
const line = document.querySelector("[data-save]");
const PAUSE = 800;
const LONGEST_WAIT = 30000;

let timer = 0;
let wait = 1000;
let isDirty = false;
let isSending = false;
let running = null;

function localClock(iso) {
  return new Date(iso).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });
}

function say(text, href = "", label = "") {
  line.replaceChildren(text);
  if (!href) return;
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
    return await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers, redirect: "manual", keepalive: true });
  } catch {
    return null;
  }
}

async function save() {
  if (isSending || running || !isDirty) return;
  isDirty = false;
  say("Saving…");
  running = post();
  const response = await running;
  running = null;
  if (response?.ok) {
    wait = 1000;
    const { at } = await response.json();
    say(`Saved at ${localClock(at)}`);
    if (isDirty) later(PAUSE);
  } else if (response?.status === 409) {
    const refused = await response.json();
    say(refused.message, refused.next, "Go on");
  } else if (response && (response.type === "opaqueredirect" || response.status === 401 || response.status === 403)) {
    isDirty = true;
    say("Not saved: you are signed out. What you chose stays here.", location.href, "Sign in again");
  } else {
    isDirty = true;
    say(`Not saved: the server cannot be reached. What you chose stays here; trying again in ${Math.round(wait / 1000)} s.`);
    later(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

if (form && window.fetch) {
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
  window.addEventListener("pageshow", () => (isSending = false));
  window.addEventListener("online", () => isDirty && save());
}
