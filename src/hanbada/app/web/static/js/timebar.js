// The time bar: alert marks, reception (a hole means we were deaf), the selected ship's speed; and where we are in it.

import { dtg } from "./nautical.js";
import { token } from "./palette.js";

const ROW_PX = 22, GAP_PX = 2;
const REFRESH_MS = 60000;
const TICKS = 12;
const TICKS_S = [300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
const MARKS = /** @type {Record<string, string>} */ ({ alarm: "alrmk", warning: "wrnmk", caution: "ctnmk" });

export class TimeBar {
  /** @param {HTMLElement} box @param {{now: () => number, seek: (at: number) => void, live: () => void}} on */
  constructor(box, on) {
    this.on = on;
    this.canvas = /** @type {HTMLCanvasElement} */ (box.querySelector("#time-strips"));
    this.slider = /** @type {HTMLInputElement} */ (box.querySelector("#time-slider"));
    this.span = /** @type {HTMLSelectElement} */ (box.querySelector("#time-span"));
    this.start = this.end = 0;
    /** @type {{at: number, severity: string}[]} */
    this.marks = [];
    /** @type {{at: number, receptions: number}[]} */
    this.coverage = [];
    /** @type {{at: number[], sog: (number | null)[]}[]} */
    this.speeds = [];
    this.slider.addEventListener("input", () => this.slid());
    this.span.addEventListener("change", () => this.refresh());
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
    const row = high / 3;
    pen.fillStyle = token("uifld");
    for (let n = 0; n < 3; n++) pen.fillRect(0, n * row + 1, wide, row - GAP_PX);
    this.drawTicks(pen, high);
    this.drawCoverage(pen, row, row - GAP_PX, wide);
    this.drawMarks(pen, row / 2);
    this.drawSpeed(pen, 2 * row, Math.min(ROW_PX, row) - GAP_PX);
  }

  /** Lines at round times, labelled. @param {CanvasRenderingContext2D} pen @param {number} high */
  drawTicks(pen, high) {
    const every = TICKS_S.find((step) => (this.end - this.start) / step <= TICKS) ?? 86400;
    pen.font = '10px "Pretendard Variable"';
    for (let at = Math.ceil(this.start / every) * every; at < this.end; at += every) {
      const x = Math.round(this.x(at));
      pen.fillStyle = token("uilin");
      pen.fillRect(x, 0, 1, high);
      pen.fillStyle = token("uimut");
      pen.fillText(every < 86400 ? `${new Date(at * 1000).toISOString().slice(11, 16).replace(":", "")}Z` : dtg(at).slice(0, 2) + dtg(at).slice(7, 10), x + 3, 11);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} top @param {number} high @param {number} wide */
  drawCoverage(pen, top, high, wide) {
    const most = Math.max(1, ...this.coverage.map((step) => step.receptions));
    const step = wide / Math.max(1, this.coverage.length);
    for (const [n, { receptions }] of this.coverage.entries()) {
      if (receptions) {
        pen.fillStyle = token("uimut");
        const tall = Math.max(1, Math.sqrt(receptions / most) * (high - 2));
        pen.fillRect(n * step, top + 1 + high - tall, Math.max(1, step - 0.6), tall);
      } else this.hatch(pen, n * step, top + 1, step, high);
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

  /** Diamonds, triangles and dots, as everywhere. @param {CanvasRenderingContext2D} pen @param {number} middle */
  drawMarks(pen, middle) {
    for (const mark of [...this.marks].sort((a, b) => (a.severity === "alarm" ? 1 : 0) - (b.severity === "alarm" ? 1 : 0))) {
      const x = this.x(mark.at);
      pen.fillStyle = token(MARKS[mark.severity] ?? "uimut");
      pen.beginPath();
      if (mark.severity === "alarm") pen.moveTo(x, middle - 6), pen.lineTo(x + 5, middle), pen.lineTo(x, middle + 6), pen.lineTo(x - 5, middle);
      else if (mark.severity === "warning") pen.moveTo(x, middle - 5), pen.lineTo(x + 5, middle + 5), pen.lineTo(x - 5, middle + 5);
      else pen.arc(x, middle, 3.6, 0, 7);
      pen.fill();
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} top @param {number} high */
  drawSpeed(pen, top, high) {
    const most = Math.max(10, ...this.speeds.flatMap((part) => part.sog.map((kn) => kn ?? 0)));
    pen.strokeStyle = token("uiacc");
    pen.lineWidth = 1.3;
    for (const part of this.speeds) {
      pen.beginPath();
      part.at.forEach((at, i) => {
        const kn = part.sog[i];
        if (kn === null) return;
        const x = this.x(at), y = top + 1 + high - (kn / most) * (high - 2);
        if (i && part.sog[i - 1] !== null && !part.silent?.[i - 1]) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      });
      pen.stroke();
    }
  }
}
