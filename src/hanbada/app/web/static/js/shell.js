// What every page does: palettes without a reload, language on choice, the clock, menus that close.

import { clock, dtg } from "./nautical.js";
import { paletteName } from "./palette.js";

const PALETTES = ["day", "dusk", "night"];

/** @param {(palette: string) => void} changed */
export function palettes(changed) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("palettes"));
  form?.addEventListener("submit", (event) => {
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    event.preventDefault();
    choosePalette(button.value, changed);
  });
}

/** @param {string} palette @param {(palette: string) => void} changed */
export function choosePalette(palette, changed) {
  document.documentElement.dataset.palette = palette;
  const form = /** @type {HTMLFormElement} */ (document.getElementById("palettes"));
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === palette));
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  body.set("palette", palette);
  fetch("/preferences", { method: "POST", body, headers: { "HX-Request": "true" } });
  changed(palette);
}

/** The palette after the one in force. */
export const nextPalette = () => PALETTES[(PALETTES.indexOf(paletteName()) + 1) % PALETTES.length];

export function languages() {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("language"));
  form?.querySelector("select")?.addEventListener("change", () => {
    const next = form.querySelector('[name="next"]');
    if (next instanceof HTMLInputElement) next.value = location.pathname + location.search;
    form.submit();
  });
}

/** Menus close when one looks elsewhere. */
export function menus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(/** @type {Node} */ (event.target)) || /** @type {Element} */ (event.target).closest(".menu > .panel a, .menu > .panel button")) /** @type {HTMLDetailsElement} */ (menu).open = false;
    }
  });
}

/** Show the picture's time in the top bar. @param {number} at seconds */
export function showClock(at) {
  const box = /** @type {HTMLTimeElement | null} */ (document.getElementById("clock"));
  if (!box) return;
  const text = clock(at), seconds = box.querySelector(".seconds");
  if (seconds && box.textContent !== text) [/** @type {Text} */ (box.firstChild).data, seconds.textContent] = [text.slice(0, 12), text.slice(12)];
  box.dateTime = new Date(at * 1000).toISOString();
  box.title = new Date(at * 1000).toLocaleString(document.documentElement.lang, { timeZoneName: "short", hour12: false });
}

export { dtg };
