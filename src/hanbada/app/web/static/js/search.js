// The search box: vessels by MMSI, IMO number, name or call sign; positions too.

import { t } from "./words.js";

const PAUSE_MS = 160;

export class Search {
  /** @param {(mmsi: number) => void} choose */
  constructor(choose) {
    this.input = /** @type {HTMLInputElement} */ (document.getElementById("search"));
    this.box = /** @type {HTMLElement} */ (document.getElementById("hits"));
    if (!this.input) return;
    this.choose = choose;
    this.at = -1;
    this.turn = 0;
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.box.addEventListener("mousedown", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[data-mmsi]");
      if (option) this.take(option);
    });
    this.input.form?.addEventListener("submit", (event) => {
      const option = this.box.querySelector('[aria-selected="true"]');
      if (this.box.hidden || !option) return;
      event.preventDefault();
      this.take(option);
    });
  }

  async ask() {
    const text = this.input.value.trim(), turn = ++this.turn;
    if (!text) return this.close();
    const answer = await fetch(`/vessels/search?q=${encodeURIComponent(text)}`);
    if (!answer.ok || turn !== this.turn) return;
    this.show(await answer.json());
  }

  /** @param {{mmsi: number, name: string | null, imo: number | null, call_sign: string | null, simulated: boolean}[]} hits */
  show(hits) {
    this.box.replaceChildren(...hits.map((hit, n) => this.option(hit, n)));
    if (!hits.length) this.box.append(Object.assign(document.createElement("p"), { className: "empty", textContent: t("No vessel fits.") }));
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(hits.length ? 0 : -1);
  }

  /** @param {any} hit @param {number} n */
  option(hit, n) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.id = `hit-${n}`;
    option.dataset.mmsi = String(hit.mmsi);
    const name = document.createElement("bdi");
    name.textContent = hit.name ?? String(hit.mmsi);
    const about = document.createElement("span");
    about.className = "quiet";
    about.textContent = [hit.mmsi, hit.imo && `IMO ${hit.imo}`, hit.call_sign, hit.simulated && t("SIMULATED")].filter(Boolean).join(" · ");
    option.append(name, about);
    return option;
  }

  /** @param {number} at */
  mark(at) {
    const options = this.box.querySelectorAll('[role="option"]');
    this.at = options.length ? (at + options.length) % options.length : -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.at)));
    this.at >= 0 ? this.input.setAttribute("aria-activedescendant", `hit-${this.at}`) : this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.box.hidden ? this.input.blur() : this.close();
      event.stopPropagation();
    }
  }

  /** @param {Element} option */
  take(option) {
    this.choose?.(Number(/** @type {HTMLElement} */ (option).dataset.mmsi));
    this.close();
    this.input.blur();
  }

  close() {
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
