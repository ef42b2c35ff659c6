/* Keeps the draft on the server as it is typed. Without this script the Save button does. */

const form = document.querySelector("form[data-draft]");
const line = document.querySelector("[data-save]");
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

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function post() {
  try {
    const headers = { "X-Requested-With": "fetch", Accept: "application/json" };
    return await fetch(form.action, { method: "POST", body: new FormData(form), headers, redirect: "manual", keepalive: true });
  } catch {
    return null;
  }
}

async function save() {
  if (isSending || isRunning || !isDirty) return;
  isDirty = false;
  isRunning = true;
  line.textContent = "Saving…";
  const response = await post();
  isRunning = false;
  if (response?.ok) {
    wait = 1000;
    line.textContent = `Draft saved at ${localClock((await response.json()).at)}`;
    if (isDirty) later(PAUSE);
  } else if (response && response.status < 500) {
    isDirty = true;
    line.textContent = "Not saved: this form was signed, or open for too long. Open the link in our letter again; what you typed stays here meanwhile.";
  } else {
    isDirty = true;
    line.textContent = `Not saved: the server cannot be reached. What you typed stays here; trying again in ${Math.round(wait / 1000)} s.`;
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
    if (event.target.matches("input[type=text]")) later(PAUSE);
  });
  form.addEventListener("submit", () => {
    isSending = true;
    clearTimeout(timer);
  });
  window.addEventListener("pagehide", () => isDirty && !isSending && post());
  window.addEventListener("pageshow", () => (isSending = false));
  window.addEventListener("online", () => isDirty && save());
}
