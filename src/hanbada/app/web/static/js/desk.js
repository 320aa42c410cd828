// Desk pages: keys, palettes, clock, small maps, and lists that hold still. Without scripts they work as plain pages.

import { AlertList } from "./inbox.js";
import { keyboard, closeOne } from "./keys.js";
import { Live } from "./live.js";
import { PictureClock } from "./picture-clock.js";
import { choosePalette, languages, menus, nextPalette, palettes, showClock } from "./shell.js";
import { Search } from "./search.js";
import { loadWords } from "./words.js";

/** @type {any[]} */
const charts = [];

await loadWords();
palettes(repaint);
languages();
menus();
new Search((mmsi) => (location.href = `/vessels/${mmsi}`));
keys();
if (document.getElementById("clock")) runClock();
if (document.getElementById("alert-list")) watchAlerts();
for (const box of document.querySelectorAll(".minimap")) drawMap(/** @type {HTMLElement} */ (box));
document.body.dataset.ready = "1";

function repaint() {
  for (const chart of charts) chart.restyle();
}

function runClock() {
  const clock = new PictureClock();
  setInterval(() => showClock(clock.now()), 1000);
}

function keys() {
  const press = (/** @type {string} */ what) => () => /** @type {HTMLElement | null} */ (document.querySelector(`.detail [data-do="${what}"]`))?.click();
  keyboard({
    n: () => choosePalette(nextPalette(), repaint), N: () => choosePalette("day", repaint),
    j: () => row(1), k: () => row(-1), a: press("acknowledge"), z: press("snooze"), i: press("incident"),
    e: () => /** @type {HTMLElement | null} */ (document.querySelector('[data-do="export"]'))?.focus(), Escape: () => closeOne(),
  });
}

/** The next or previous row of the alert list. @param {number} way */
function row(way) {
  const rows = [...document.querySelectorAll("#alert-list a.alertrow")];
  const at = rows.findIndex((one) => one.hasAttribute("aria-current"));
  const next = /** @type {HTMLElement | undefined} */ (rows[Math.max(0, Math.min(rows.length - 1, at + way))]);
  if (next && rows[at] !== next) next.click();
}

/** The triage list hears of changes; the page is fetched again and its list put in place of the old one. */
function watchAlerts() {
  const list = new AlertList({ list: () => document.getElementById("alert-list"), freeze: "#list-freeze", pill: "#list-more", refresh: renewList });
  new Live({ events: (events) => list.heard(events), state: (state) => state === "over" && (location.href = "/login") });
}

async function renewList() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["alert-list"]) {
    const now = page.getElementById(id), old = document.getElementById(id);
    if (now && old) old.replaceWith(now);
  }
  const card = document.querySelector(".detail .alert"), fresh = page.querySelector(".detail .alert");
  if (card && fresh && card.id === fresh.id) {
    card.replaceWith(fresh);
    /** @type {any} */ (window).htmx?.process(fresh);
  }
}

/** @param {HTMLElement} box */
async function drawMap(box) {
  const { minimap } = await import("./minimap.js");
  const chart = await minimap(box, { chart: JSON.parse(box.dataset.chart ?? "null"), worker: box.dataset.worker ?? "" });
  if (chart) charts.push(chart);
}
