// The time bar: alert marks, reception (a hole means we were deaf), the selected ship's speed; and where we are in it.

import { dtg } from "./nautical.js";
import { token } from "./palette.js";
import { speedLine } from "./track.js";
import { count, t } from "./words.js";

const ROW_PX = 22, GAP_PX = 2, NEAR_PX = 7;
const REFRESH_MS = 60000;
const TICK_PX = 74; // labelled lines stand at least so far apart
const TICKS_S = [300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
const RANK = /** @type {Record<string, number>} */ ({ alarm: 3, warning: 2, caution: 1 });
const MARKS = /** @type {Record<string, string>} */ ({ alarm: "alrmk", warning: "wrnmk", caution: "ctnmk" });

export class TimeBar {
  /** @param {HTMLElement} box @param {{now: () => number, seek: (at: number) => void, live: () => void, mark: (id: string) => void}} on */
  constructor(box, on) {
    this.on = on;
    this.canvas = /** @type {HTMLCanvasElement} */ (box.querySelector("#time-strips"));
    this.slider = /** @type {HTMLInputElement} */ (box.querySelector("#time-slider"));
    this.span = /** @type {HTMLSelectElement} */ (box.querySelector("#time-span"));
    this.start = this.end = 0;
    this.tip = /** @type {HTMLElement} */ (box.querySelector("#time-tip"));
    /** @type {{id: number, at: number, severity: string, state: string, words: string}[]} */
    this.marks = [];
    /** @type {{at: number, receptions: number}[]} */
    this.coverage = [];
    /** @type {import("./track.js").Part[]} */
    this.speeds = [];
    this.slider.addEventListener("input", () => this.slid());
    this.span.addEventListener("change", () => this.refresh());
    this.slider.addEventListener("pointerdown", (event) => this.pressed(event));
    this.slider.addEventListener("pointermove", (event) => this.told(event));
    this.slider.addEventListener("pointerleave", () => (this.tip.hidden = true));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    setInterval(() => this.refresh(), REFRESH_MS);
  }

  /** Ask the node for what the rows show. */
  async refresh() {
    const range = await (await fetch("/replay", { headers: { accept: "application/json" } })).json();
    this.end = Math.max(range.end, range.now);
    this.start = Math.max(range.start, this.end - Number(this.span.value) * 3600);
    this.slider.min = String(Math.floor(this.start));
    this.slider.max = String(Math.ceil(this.end));
    const query = `start=${this.start.toFixed(0)}&end=${this.end.toFixed(0)}`;
    const steps = Math.max(24, Math.min(600, Math.floor(this.canvas.clientWidth / 3)));
    const [marks, coverage] = await Promise.all([fetch(`/alerts/marks?${query}`), fetch(`/coverage?${query}&steps=${steps}`)]);
    if (marks.ok) this.marks = await marks.json();
    if (coverage.ok) this.coverage = await coverage.json();
    this.draw();
  }

  slid() {
    const at = Number(this.slider.value);
    if (at >= Number(this.slider.max) - 1) this.on.live();
    else this.on.seek(at);
  }

  /** The gravest alert mark under the pointer. @param {PointerEvent} event */
  under(event) {
    const near = this.marks.filter((mark) => Math.abs(this.x(mark.at) - this.along(event)) <= NEAR_PX);
    return this.row(event) === 0 ? near.sort((a, b) => RANK[b.severity] - RANK[a.severity])[0] : undefined;
  }

  /** @param {PointerEvent} event @returns {number} pixels from the start of the strips */
  along(event) {
    return event.clientX - this.canvas.getBoundingClientRect().left;
  }

  /** @param {PointerEvent} event */
  row(event) {
    return Math.floor((event.clientY - this.canvas.getBoundingClientRect().top) / ROW_PX);
  }

  /** A mark pressed is an alert chosen; elsewhere the slider goes there. @param {PointerEvent} event */
  pressed(event) {
    const mark = this.under(event);
    if (!mark) return;
    event.preventDefault();
    this.on.mark(String(mark.id));
  }

  /** Say what is under the pointer: the time, and the alert or the reception there. @param {PointerEvent} event */
  told(event) {
    const x = this.along(event), at = this.start + (x / this.canvas.clientWidth) * (this.end - this.start), mark = this.under(event);
    const step = this.coverage.findLast((one) => one.at <= at), silent = step && !step.receptions;
    const heard = this.row(event) === 1 && step ? (silent ? t("nothing heard") : t("%(n)s receptions", { n: count(step.receptions) })) : "";
    this.tip.textContent = [mark ? `${dtg(mark.at)} ${mark.words}` : dtg(at), heard].filter(Boolean).join(" · ");
    this.tip.hidden = false;
    const wide = this.tip.offsetWidth, most = this.canvas.clientWidth - wide;
    this.tip.style.transform = `translateX(${Math.max(0, Math.min(most, x - wide / 2))}px)`;
  }

  /** Move the marker. @param {number} at seconds */
  point(at) {
    if (document.activeElement !== this.slider || !this.slider.matches(":active")) this.slider.value = String(Math.round(at));
    this.slider.setAttribute("aria-valuetext", dtg(at));
  }

  /** The selected ship's speed. @param {import("./track.js").Part[]} parts */
  speed(parts) {
    this.speeds = parts;
    this.draw();
  }

  /** @param {number} at */
  x(at) {
    return ((at - this.start) / Math.max(1, this.end - this.start)) * this.canvas.clientWidth;
  }

  draw() {
    const ratio = devicePixelRatio, wide = this.canvas.clientWidth, high = this.canvas.clientHeight;
    if (!wide) return;
    this.canvas.width = wide * ratio;
    this.canvas.height = high * ratio;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    pen.fillStyle = token("uifld");
    for (let n = 0; n < 3; n++) pen.fillRect(0, n * ROW_PX, wide, ROW_PX - GAP_PX);
    this.drawTicks(pen);
    this.drawCoverage(pen, ROW_PX, ROW_PX - GAP_PX, wide);
    this.drawSpeed(pen, 2 * ROW_PX, ROW_PX - GAP_PX);
    this.drawMarks(pen, ROW_PX / 2 - 1);
  }

  /** Lines at round times, labelled below. @param {CanvasRenderingContext2D} pen */
  drawTicks(pen) {
    const every = TICKS_S.find((step) => (this.end - this.start) / step <= this.canvas.clientWidth / TICK_PX) ?? 86400;
    pen.font = '10.5px "Pretendard Variable"';
    pen.textAlign = "center";
    for (let at = Math.ceil(this.start / every) * every; at < this.end; at += every) {
      const x = Math.round(this.x(at)), midnight = at % 86400 === 0;
      pen.fillStyle = token("uilin");
      pen.fillRect(x, 0, 1, 3 * ROW_PX);
      pen.fillStyle = token(midnight ? "uitxt" : "uimut");
      if (x > 22 && x < this.canvas.clientWidth - 22) pen.fillText(midnight ? `${dtg(at).slice(0, 2)} ${dtg(at).slice(7, 10)}` : `${dtg(at).slice(2, 6)}Z`, x, 3 * ROW_PX + 11);
    }
    pen.textAlign = "start";
  }

  /** Reception as an area; spans in which nothing was heard are hatched. @param {CanvasRenderingContext2D} pen @param {number} top @param {number} high @param {number} wide */
  drawCoverage(pen, top, high, wide) {
    const most = Math.max(1, ...this.coverage.map((step) => step.receptions)), step = wide / Math.max(1, this.coverage.length);
    pen.fillStyle = token("cover");
    this.coverage.forEach(({ receptions }, n) => {
      const tall = receptions ? Math.max(1, Math.sqrt(receptions / most) * (high - 2)) : 0, left = Math.floor(n * step);
      pen.fillRect(left, top + high - tall, Math.floor((n + 1) * step) - left, tall);
    });
    for (let n = 0; n < this.coverage.length; n++) {
      const first = n;
      while (n < this.coverage.length && !this.coverage[n].receptions) n++;
      if (n > first) this.hatch(pen, first * step, top, (n - first) * step, high);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} left @param {number} top @param {number} wide @param {number} high */
  hatch(pen, left, top, wide, high) {
    pen.save();
    pen.beginPath();
    pen.rect(left, top, wide, high);
    pen.clip();
    pen.strokeStyle = token("warng");
    pen.globalAlpha = 0.75;
    pen.beginPath();
    for (let x = Math.floor((left - high) / 5) * 5; x < left + wide; x += 5) pen.moveTo(x, top + high), pen.lineTo(x + high, top);
    pen.stroke();
    pen.restore();
  }

  /** Diamonds, triangles and dots, as everywhere; the gravest on top. @param {CanvasRenderingContext2D} pen @param {number} middle */
  drawMarks(pen, middle) {
    pen.strokeStyle = token("uifld");
    pen.lineWidth = 1;
    for (const mark of [...this.marks].sort((a, b) => RANK[a.severity] - RANK[b.severity])) {
      const x = this.x(mark.at);
      pen.globalAlpha = mark.state === "new" ? 1 : 0.45;
      pen.fillStyle = token(MARKS[mark.severity] ?? "uimut");
      pen.beginPath();
      if (mark.severity === "alarm") pen.moveTo(x, middle - 7), pen.lineTo(x + 6, middle), pen.lineTo(x, middle + 7), pen.lineTo(x - 6, middle);
      else if (mark.severity === "warning") pen.moveTo(x, middle - 6), pen.lineTo(x + 6, middle + 5), pen.lineTo(x - 6, middle + 5);
      else pen.arc(x, middle, 4.5, 0, 7);
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} top @param {number} high */
  drawSpeed(pen, top, high) {
    const most = Math.max(10, ...this.speeds.flatMap((part) => part.sog.map((kn) => kn ?? 0)));
    speedLine(pen, this.speeds, (at) => this.x(at), (kn) => top + high - 1 - (kn / most) * (high - 3));
  }
}
