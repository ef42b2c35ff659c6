/* The learning pages' script. Without it: the browser's own player, links, and the button that goes on.
   It says that a part is on screen, reports what was played, and keeps reports that could not be sent. */

const page = document.querySelector("[data-report]");
const token = page.querySelector("[data-token] input[name=csrfmiddlewaretoken]").value;

/** One report to the server. Resolves to what it answered, rejects when nothing was saved. */
async function send(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const answer = await fetch(url, {
    method: "POST",
    body,
    keepalive: true,
    redirect: "manual",
    headers: { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" },
  });
  if (answer.type === "opaqueredirect") throw Object.assign(new Error("signed out"), { status: 403 });
  if (!answer.ok) throw Object.assign(new Error(`not saved (${answer.status})`), { status: answer.status, said: await answer.json().catch(() => ({})) });
  return answer.json();
}

/** The panel and the tabs as the server drew them; focus inside them stays where it was. */
function show(answer) {
  for (const [where, html] of [["[data-panel]", answer.panel], ["[data-tabs]", answer.tabs]]) {
    const box = page.querySelector(where);
    if (!box || box.dataset.html === html) continue;
    const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    box.dataset.html = html;
    box.innerHTML = html;
    if (focused) box.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** Being on screen is what opens a part: a page that was only fetched ahead, or lies in a hidden tab, opens nothing. */
function tellOpened() {
  if (document.visibilityState !== "visible" || document.prerendering) return;
  document.removeEventListener("visibilitychange", tellOpened);
  send(page.dataset.opened, {}).then(show, () => setTimeout(() => document.visibilityState === "visible" && tellOpened(), 10000));
}
document.addEventListener("visibilitychange", tellOpened);
document.addEventListener("prerenderingchange", tellOpened);
tellOpened();

const timecode = (seconds) => {
  const whole = Math.max(Math.floor(seconds), 0);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
};
const spoken = (seconds) => {
  const whole = Math.max(Math.floor(seconds), 0);
  const minutes = Math.floor(whole / 60);
  return minutes ? `${minutes} minutes ${whole % 60} seconds` : `${whole} seconds`;
};

/** What was played and not yet reported. It survives a closed tab, and goes out when the network is back. */
class Reports {
  constructor(root, onSaved) {
    this.url = page.dataset.progress;
    this.key = `preceptor:${this.url}`;
    this.saved = page.querySelector("[data-save]");
    this.unsaved = page.querySelector("[data-unsaved]");
    this.onSaved = onSaved;
    this.ranges = this.stored();
    this.current = null;
    this.busy = false;
    this.waiting = undefined;
    if (this.ranges.length) this.flush();
    addEventListener("online", () => this.flush());
  }
  stored() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }
  keep() {
    try {
      if (this.ranges.length) localStorage.setItem(this.key, JSON.stringify(this.ranges.slice(-400)));
      else localStorage.removeItem(this.key);
    } catch {
      /* A browser that keeps nothing still reports while the page is open. */
    }
  }
  played(from, to) {
    if (this.current && Math.abs(this.current[1] - from) < 0.05) this.current[1] = to;
    else {
      this.close();
      this.current = [from, to];
    }
  }
  close() {
    if (this.current && this.current[1] > this.current[0]) this.ranges.push(this.current.map((n) => Math.round(n * 100) / 100));
    this.current = null;
  }
  /** Without a position only ranges are reported: a late report must not move the place of another device. */
  async flush(position) {
    this.close();
    if (this.busy) {
      this.waiting = position ?? this.waiting;
      return;
    }
    if (!this.ranges.length && position === undefined) return;
    const sent = this.ranges.slice(0, 400);
    this.keep();
    this.busy = true;
    try {
      const answer = await send(this.url, { ranges: JSON.stringify(sent), position: position === undefined ? "" : position.toFixed(2) });
      this.ranges.splice(0, sent.length);
      this.keep();
      this.say(answer);
    } catch (problem) {
      this.warn(problem);
    }
    this.busy = false;
    // Somebody paused or moved while a report was under way: that place is the newer one.
    const next = this.waiting;
    this.waiting = undefined;
    if (next !== undefined) await this.flush(next);
  }
  /** The page goes away: a beacon is sent even then. Without a network what it would carry stays stored, for the next visit. */
  leave(position) {
    this.close();
    this.keep();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("ranges", JSON.stringify(this.ranges.slice(0, 400)));
    body.append("position", position.toFixed(2));
    if (navigator.onLine && navigator.sendBeacon?.(this.url, body)) {
      this.ranges = [];
      this.keep();
    }
  }
  say(answer) {
    this.unsaved.hidden = true;
    this.saved.hidden = false;
    this.saved.textContent = `Saved at ${new Date(answer.saved).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" })}`;
    show(answer);
    this.onSaved(answer);
  }
  warn(problem) {
    const said = problem.said?.message;
    const words = problem.status === 403 ? "You may have signed out in another tab. Sign in there again, then reload this page." : said || "The connection is gone. It is kept on this device and sent again by itself.";
    this.saved.hidden = true;
    const text = `Not saved yet. ${words}`;
    if (this.unsaved.hidden || this.unsaved.textContent !== text) this.unsaved.textContent = text;
    this.unsaved.hidden = false;
  }
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector("video");
    this.seekBar = root.querySelector("[data-seek]");
    this.duration = Number(root.dataset.duration);
    this.start = this.startAt();
    this.last = null;
    this.moved = false;
    this.reports = new Reports(root, (answer) => this.markChapters(answer.chapters));
    this.lists = ["[data-lines]", "[data-slides]", "[data-chapters]"].map((where) => {
      const list = page.querySelector(where);
      return list ? [...list.children].map((item) => ({ item, link: item.querySelector("[data-at]"), at: Number(item.querySelector("[data-at]").dataset.at) })) : [];
    });
    this.dress();
    this.listen();
    this.shorten();
    this.goTo(this.start, false);
    this.draw();
  }
  /** A link's #t=95 or ?t=95 wins over the place that was kept; the server has put the latter two into data-position. */
  startAt() {
    const hash = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    return hash ? Number(hash[1]) : Number(this.root.dataset.position);
  }
  dress() {
    this.video.controls = false;
    this.root.tabIndex = -1;
    for (const where of ["[data-bar]", "[data-big]"]) this.root.querySelector(where).hidden = false;
    this.track = [...this.video.textTracks].find((track) => track.kind === "captions");
    this.cc = this.root.querySelector("[data-cc]");
    if (this.track) this.setCaptions(this.remembered("captions") !== "off");
    this.video.volume = Number(this.remembered("volume") ?? 1);
    this.root.querySelector("[data-volume]").value = Math.round(this.video.volume * 100);
  }
  remembered(name) {
    try {
      return localStorage.getItem(`preceptor:${name}`);
    } catch {
      return null;
    }
  }
  remember(name, value) {
    try {
      localStorage.setItem(`preceptor:${name}`, value);
    } catch {
      /* not kept */
    }
  }
  /** A long transcript follows the lecture in a box of its own until somebody wants to read it whole. */
  shorten() {
    const list = page.querySelector("[data-lines]");
    const button = page.querySelector("[data-full]");
    if (!list || !button) return;
    const setShort = (isShort) => {
      list.classList.toggle("is-short", isShort);
      button.textContent = isShort ? "Read the full transcript" : "Follow the lecture";
      button.setAttribute("aria-expanded", String(!isShort));
    };
    button.hidden = false;
    setShort(true);
    button.addEventListener("click", () => setShort(!list.classList.contains("is-short")));
  }
  listen() {
    const on = (name, act) => this.video.addEventListener(name, act);
    on("timeupdate", () => this.tick());
    on("play", () => this.draw());
    on("pause", () => (this.draw(), this.report()));
    on("seeking", () => ((this.last = null), this.reports.close(), this.draw()));
    on("seeked", () => (this.draw(), this.video.paused && this.moved && this.report()));
    on("ended", () => this.report());
    on("volumechange", () => this.drawSound());
    on("click", () => (this.toggle(), this.root.focus({ preventScroll: true })));
    on("loadedmetadata", () => this.video.currentTime < 0.5 && this.start && this.goTo(this.start, false));
    this.track?.addEventListener("cuechange", () => this.drawCaption());
    this.root.addEventListener("click", (event) => this.press(event.target.closest("[data-do]")?.dataset.do));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.seekBar.addEventListener("input", () => this.goTo(Number(this.seekBar.value)));
    this.root.querySelector("[data-volume]").addEventListener("input", (event) => {
      this.video.muted = false;
      this.video.volume = Number(event.target.value) / 100;
      this.remember("volume", this.video.volume);
    });
    page.addEventListener("click", (event) => this.follow(event));
    addEventListener("hashchange", () => location.hash.startsWith("#t=") && this.goTo(this.startAt()));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.report());
    addEventListener("pagehide", () => this.moved && this.reports.leave(this.video.currentTime));
    setInterval(() => !this.video.paused && this.report(), 10000);
  }
  /** Links with a time (transcript, slides, chapters) move the player instead of loading the page again. */
  follow(event) {
    const link = event.target.closest("a[data-at]");
    if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.goTo(Number(link.dataset.at));
    if (link.closest("[data-resume]")) link.closest("[data-resume]").hidden = true;
    else if (!link.closest("[data-chapters], [data-slides], [data-lines]")) this.root.focus();
  }
  tick() {
    const now = this.video.currentTime;
    if (!this.video.paused && !this.video.seeking && this.last !== null) {
      const step = now - this.last;
      if (step > 0 && step < 2 * this.video.playbackRate + 0.5) {
        this.reports.played(this.last, now);
        this.moved = true;
        page.querySelector("[data-resume]").hidden = true;
      }
    }
    this.last = now;
    this.draw();
  }
  report() {
    if (this.moved) this.reports.flush(this.video.currentTime);
  }
  goTo(seconds, byHand = true) {
    const to = Math.min(Math.max(seconds, 0), Math.max(this.duration - 0.1, 0));
    this.moved ||= byHand;
    this.last = null;
    this.video.currentTime = to;
    this.draw(to);
  }
  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }
  press(what) {
    if (what === "play") this.toggle();
    if (document.activeElement?.matches("[data-big]")) this.root.querySelector(".ctl[data-do=play]").focus();
    if (what === "back") this.goTo(this.video.currentTime - 10);
    if (what === "forward") this.goTo(this.video.currentTime + 10);
    if (what === "mute") this.video.muted = !this.video.muted;
    if (what === "speed") this.setSpeed(SPEEDS[(SPEEDS.indexOf(this.video.playbackRate) + 1) % SPEEDS.length]);
    if (what === "faster" || what === "slower") {
      const at = SPEEDS.indexOf(this.video.playbackRate) + (what === "faster" ? 1 : -1);
      this.setSpeed(SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)]);
    }
    if (what === "captions") this.setCaptions(this.cc.hidden);
    if (what === "fullscreen") this.fill();
  }
  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isVolume = event.target.matches("[data-volume]");
    const keys = { k: "play", j: "back", l: "forward", m: "mute", c: "captions", f: "fullscreen", "<": "slower", ">": "faster" };
    let what = keys[event.key.toLowerCase()];
    if (event.key === " " && !event.target.closest("button, a")) what = "play";
    if (!isVolume && event.key === "ArrowLeft") what = "back";
    if (!isVolume && event.key === "ArrowRight") what = "forward";
    if (!what || (what === "captions" && !this.track)) return;
    event.preventDefault();
    this.press(what);
  }
  setSpeed(speed) {
    this.video.playbackRate = speed;
    this.root.querySelector("[data-speed]").textContent = `${speed}×`;
  }
  setCaptions(isOn) {
    if (!this.track) return;
    this.track.mode = "hidden";
    this.cc.hidden = !isOn;
    this.remember("captions", isOn ? "on" : "off");
    const button = this.root.querySelector("[data-do=captions]");
    button?.setAttribute("aria-pressed", String(isOn));
    button?.classList.toggle("on", isOn);
    this.drawCaption();
  }
  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
    else this.video.webkitEnterFullscreen?.();
  }
  draw(now = this.video.currentTime) {
    const place = `${timecode(now)} / ${timecode(this.duration)}`;
    this.root.querySelector("[data-time]").textContent = place;
    this.seekBar.value = Math.floor(now);
    this.seekBar.setAttribute("aria-valuetext", `${spoken(now)} of ${spoken(this.duration)}`);
    this.root.querySelector(".seek__t b").style.inlineSize = `${this.duration ? (100 * now) / this.duration : 0}%`;
    this.flip("[data-do=play].ctl", this.video.paused ? "play" : "pause", this.video.paused ? "Play" : "Pause");
    this.root.querySelector("[data-big]").hidden = !this.video.paused || this.moved;
    this.lists.forEach((list, which) => this.drawList(list, which, now));
  }
  drawList(list, which, now) {
    const index = list.findLastIndex(({ at }) => at <= now + 0.05);
    list.forEach(({ item, link }, i) => {
      const small = item.querySelector("[data-now]");
      if (small) small.textContent = i === index ? `Now at ${timecode(now)}` : "";
      if ((i === index) === item.classList.contains("now")) return;
      item.classList.toggle("now", i === index);
      if (which) link.classList.toggle("now", i === index);
      if (i !== index) link.removeAttribute("aria-current");
      else {
        link.setAttribute("aria-current", "true");
        if (which < 2) this.bringIntoBox(item);
      }
    });
  }
  /** Scrolls the list's own box only, never the page. */
  bringIntoBox(item) {
    const box = item.parentElement;
    if (box.contains(document.activeElement) && document.activeElement !== document.body) return;
    if (box.scrollHeight > box.clientHeight + 2) box.scrollTop += item.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    if (box.scrollWidth > box.clientWidth + 2) box.scrollLeft += item.getBoundingClientRect().left - box.getBoundingClientRect().left - box.clientWidth / 3;
  }
  drawSound() {
    const isQuiet = this.video.muted || this.video.volume === 0;
    this.flip("[data-do=mute]", isQuiet ? "mute" : "sound", "Mute");
    this.root.querySelector("[data-do=mute]").setAttribute("aria-pressed", String(isQuiet));
  }
  drawCaption() {
    const cues = this.track?.activeCues;
    const text = cues?.length ? [...cues].map((cue) => cue.getCueAsHTML().textContent).join(" ") : "";
    this.cc.firstElementChild.textContent = text;
  }
  flip(where, shown, label) {
    const button = this.root.querySelector(where);
    for (const icon of button.querySelectorAll("[data-icon]")) icon.hidden = icon.dataset.icon !== shown;
    if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
  }
  markChapters(marks) {
    const [, , chapters] = this.lists;
    marks.forEach((isWatched, i) => {
      chapters[i]?.item.classList.toggle("done", isWatched);
      const mark = chapters[i]?.item.querySelector("[data-mark]");
      if (mark) mark.textContent = isWatched ? " (watched)" : " (not watched)";
    });
    const count = page.querySelector("[data-chapters-watched]");
    if (count) count.textContent = `${marks.filter(Boolean).length} of ${marks.length} watched`;
  }
}

const root = document.querySelector("[data-player]");
if (root) new Player(root);
