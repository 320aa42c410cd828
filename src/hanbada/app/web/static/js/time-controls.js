// The controls of time: live or replay, how fast, from when; and the badge that says which of them one is looking at.

import { dtg, parseTime } from "./nautical.js";
import { showClock } from "./shell.js";
import { TimeBar } from "./timebar.js";
import { t } from "./words.js";

const SPEEDS = [10, 60, 300, 900, 3600];
const BACK_S = 3600; // play begins an hour ago

/** @template {HTMLElement} T @param {string} id @returns {T} */
const byId = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement | HTMLSelectElement} */ (document.getElementById(id));

export class TimeControls {
  /** @param {import("./picture.js").Picture} picture @param {{moved: () => void, live: () => void, trouble: (text: string) => void, mark: (id: string) => void}} on */
  constructor(picture, on) {
    this.picture = picture;
    this.on = on;
    this.bar = new TimeBar(byId("timebar"), { now: () => picture.now(), seek: (at) => this.seek(at), live: () => this.live(), mark: on.mark });
    byId("time-play").addEventListener("click", () => this.playPause());
    byId("time-back").addEventListener("click", () => this.step(-1));
    byId("time-on").addEventListener("click", () => this.step(1));
    byId("time-live").addEventListener("click", () => this.live());
    byId("time-speed").addEventListener("change", () => (picture.factor = Number(field("time-speed").value)));
    byId("time-at").addEventListener("change", () => this.typed());
  }

  /** @param {number} at seconds */
  seek(at) {
    return this.picture.seek(at).then(() => this.on.moved());
  }

  live() {
    if (this.picture.mode === "replay") this.picture.backToLive();
    this.on.moved();
  }

  /** There, or live if that is not past. @param {number} at */
  to(at) {
    return at >= this.picture.clock.now() ? this.live() : this.seek(at);
  }

  typed() {
    const at = parseTime(field("time-at").value, this.picture.now());
    if (at !== null) this.to(at);
    byId("time-at").blur();
  }

  async playPause() {
    if (this.picture.mode === "live") await this.seek(Math.max(this.bar.start, this.picture.now() - BACK_S));
    this.picture.play(!this.picture.playing);
  }

  /** Step by a second of ours at the pace chosen. @param {number} way */
  step(way) {
    this.picture.play(false);
    this.to(this.picture.now() + way * this.picture.factor);
  }

  /** @param {number} way */
  pace(way) {
    const at = SPEEDS.indexOf(this.picture.factor);
    this.picture.factor = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + way))];
    field("time-speed").value = String(this.picture.factor);
  }

  /** Live became replay, replay live, or a replay was held or let go. */
  modeChanged() {
    const replay = this.picture.mode === "replay";
    document.body.classList.toggle("replay", replay);
    byId("time-live").setAttribute("aria-pressed", String(!replay));
    byId("time-play").setAttribute("aria-pressed", String(this.picture.playing));
    this.state(replay ? "replay" : "live");
    if (!replay) this.on.live();
  }

  /** How the line to the node stands. @param {string} state */
  state(state) {
    const shown = this.picture.mode === "replay" ? "replay" : state, badge = byId("mode");
    badge.className = `badge mode ${shown}`;
    badge.textContent = { live: t("LIVE"), replay: t("REPLAY"), stalled: t("NO CONNECTION"), over: t("SIGNED OUT") }[shown] ?? "";
    if (state === "over") location.href = "/login";
    if (state === "stalled") this.on.trouble(t("The node does not answer; what you see is as old as the clock says."));
    if (state === "live") this.on.trouble("");
  }

  /** Clock, field and time bar. */
  show() {
    showClock(this.picture.clock.now());
    const at = this.picture.now(), box = field("time-at");
    if (document.activeElement !== box) box.value = dtg(at);
    this.bar.point(at);
  }
}
