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
let after = ""; // the row below one that was dealt with: that one sinks to the bottom, and `j` goes on where it was

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
  showClock(clock.now());
  setInterval(() => showClock(clock.now()), 1000);
}

function keys() {
  const press = (/** @type {string} */ what) => () => /** @type {HTMLElement | null} */ (document.querySelector(`.detail [data-do="${what}"]`))?.click();
  keyboard({
    n: () => choosePalette(nextPalette(), repaint), N: () => choosePalette("day", repaint),
    j: () => row(1), k: () => row(-1), a: press("acknowledge"), z: press("snooze"), i: press("incident"),
    e: () => /** @type {HTMLElement | null} */ (document.querySelector('[data-do="export"]'))?.click(), Escape: () => closeOne(),
  });
}

/** The next or previous row of the alert list. @param {number} way */
function row(way) {
  const list = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#alert-list a.alertrow")]);
  const at = list.findIndex((one) => one.hasAttribute("aria-current"));
  const heir = way > 0 ? list.find((one) => one.id === after) : undefined;
  const next = heir ?? list[Math.max(0, Math.min(list.length - 1, at + way))];
  if (next && list[at] !== next) next.click();
}

/** The triage list hears of changes; the page is fetched again and its list put in place of the old one. */
function watchAlerts() {
  const list = new AlertList({ list: () => document.getElementById("alert-list"), freeze: "#list-freeze", pill: "#list-more", refresh: renewList, renew: renewRow });
  new Live({ events: (events) => list.heard(events), state: (state) => state === "over" && (location.href = "/login") });
}

/** This page as the node would write it now. */
async function fresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function renewList() {
  const page = await fresh(), now = page?.getElementById("alert-list"), old = document.getElementById("alert-list");
  if (!page || !now || !old) return;
  keepPlace(page);
  old.replaceWith(now);
  renewDetail(page);
}

/** @param {string} id @param {Element} shown */
async function renewRow(id, shown) {
  const page = await fresh(), now = page?.getElementById(`row-${id}`);
  if (!page || !now) return;
  keepPlace(page);
  shown.replaceWith(now);
  renewDetail(page);
}

/** Remember what comes after the chosen alert if it has been dealt with. @param {Document} page as it will be */
function keepPlace(page) {
  const chosen = document.querySelector('.alertrow.new[aria-current="true"]');
  if (chosen && !page.querySelector(`#${chosen.id}.new`)) after = chosen.nextElementSibling?.id ?? "";
}

/** @param {Document} page */
function renewDetail(page) {
  const card = document.querySelector(".detail .alert"), now = page.querySelector(".detail .alert");
  if (!card || !now || card.id !== now.id) return;
  card.replaceWith(now);
  /** @type {any} */ (window).htmx?.process(now);
}

/** @param {HTMLElement} box */
async function drawMap(box) {
  const { minimap } = await import("./minimap.js");
  const chart = await minimap(box, { chart: JSON.parse(box.dataset.chart ?? "null"), worker: box.dataset.worker ?? "" });
  if (chart) charts.push(chart);
}
