/* The shell's enhancements. Every page works without them. */

/** Light or dark without a reload: the cookie is what the form would set. */
function keepLook(form) {
  form.addEventListener("change", (event) => {
    const look = event.target.value;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `look=${look}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    if (look === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = look;
  });
}

/** A menu closes on Escape (focus back on its button), on a press elsewhere, and when focus leaves it. */
function tendMenus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const had = menu.contains(document.activeElement);
      menu.open = false;
      if (had) menu.querySelector("summary").focus();
    }
  });
  const closeUnless = (target) => {
    for (const menu of open()) if (!menu.contains(target)) menu.open = false;
  };
  document.addEventListener("click", (event) => closeUnless(event.target));
  document.addEventListener("focusin", (event) => closeUnless(event.target));
}

/** The error summary takes the focus, so that it is read first; its links go to the control itself. */
function tendErrors() {
  const summary = document.querySelector("[data-focus]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const control = target.matches("input, select, textarea, button") ? target : target.querySelector("input, select, textarea") ?? target;
    control.focus();
    target.scrollIntoView({ block: "center" });
  });
}

/** A form marked data-once is sent once. Its button is dead until the answer comes; coming back with the Back button wakes it. */
function sendOnce(form) {
  const buttons = () => [...form.querySelectorAll("button:not([type=button])"), ...document.querySelectorAll(`button[form="${form.id || " "}"]`)];
  const wake = () => {
    delete form.dataset.sent;
    for (const button of buttons()) button.removeAttribute("aria-disabled");
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // aria-disabled, not disabled: a disabled button would drop its own name and value from what is sent.
    for (const button of buttons()) button.setAttribute("aria-disabled", "true");
    setTimeout(wake, 15000);
  });
  window.addEventListener("pageshow", wake);
}

/** A password can be looked at: <button type="button" data-reveal="id_password" hidden>Show</button>. */
function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  if (!input) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(show));
  });
}

/** A select or checkbox group marked data-autosubmit sends its form on change; its button, data-autosubmit-go, is for people without script. */
function autosubmit(form) {
  form.querySelectorAll("[data-autosubmit-go]").forEach((button) => (button.hidden = true));
  form.addEventListener("change", () => form.requestSubmit());
}

/** A fold marked data-unfold opens for a link that leads into it, and for paper. */
function unfold() {
  const follow = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details[data-unfold]");
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details[data-unfold]").forEach((fold) => (fold.open = true)));
  follow();
}

document.querySelectorAll("form[data-look]").forEach(keepLook);
document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("form[data-autosubmit]").forEach(autosubmit);
document.querySelectorAll("button[data-reveal]").forEach(reveal);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
tendMenus();
tendErrors();
unfold();
