// The filter's form beside the map, and the export links that follow it.

import { everything, writeFilter } from "./filter.js";
import { KINDS } from "./frames.js";
import { count, t } from "./words.js";

export class FilterForm {
  /** @param {() => void} changed */
  constructor(changed) {
    this.form = /** @type {HTMLFormElement} */ (document.getElementById("filter"));
    this.changed = changed;
    this.form.addEventListener("input", () => changed());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", (event) => this.reset(event));
  }

  /** What the form asks for. @returns {import("./filter.js").Filter} */
  read() {
    const form = new FormData(this.form);
    const filter = {
      ...everything(),
      kinds: KINDS.filter((kind) => form.getAll("kind").includes(kind)),
      minKn: Number(form.get("min_kn")) || 0,
      seenMin: Number(form.get("seen_min")) || null,
      source: String(form.get("source")),
      alerts: form.get("alerts") === "1",
    };
    this.link(filter);
    return filter;
  }

  /** How much of its type's colour a vessel shows: all or none. */
  tint() {
    const colour = String(new FormData(this.form).get("colour"));
    document.body.dataset.colour = colour;
    return colour === "type" ? 1 : 0;
  }

  /** Every vessel again; a form's own reset would bring back what the address asked for. @param {Event} event */
  reset(event) {
    event.preventDefault();
    for (const input of this.form.querySelectorAll("input")) input.type === "checkbox" ? (input.checked = input.name === "kind") : (input.value = "");
    for (const select of this.form.querySelectorAll("select")) select.selectedIndex = 0;
    this.changed();
  }

  /** @param {import("./filter.js").Filter} filter */
  link(filter) {
    const query = new URLSearchParams();
    writeFilter(filter, query);
    for (const link of document.querySelectorAll("[data-export]")) {
      /** @type {HTMLAnchorElement} */ (link).href = `/export/${/** @type {HTMLElement} */ (link).dataset.export}?${query}`;
    }
  }

  /** @param {import("./vessel-layer.js").VesselLayer} layer */
  count(layer) {
    const place = /** @type {HTMLElement} */ (document.getElementById("filter-count"));
    place.textContent = t("%(shown)s of %(all)s", { shown: count(layer.fitting()), all: count(layer.fleet.count) });
  }
}
