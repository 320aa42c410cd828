// The vessels in view as a table: what the map shows, in words, live and in replay.

import { KINDS } from "./frames.js";
import { latitude, longitude } from "./fleet.js";
import { bearing, position, speed } from "./nautical.js";
import { distanceM } from "./sphere.js";
import { age, count, kindWords, t } from "./words.js";

const ROWS = 120;

export class VesselList {
  /** @param {import("./vessel-layer.js").VesselLayer} layer @param {import("./names.js").Names} names @param {{choose: (mmsi: number) => void, closed: () => void}} on */
  constructor(layer, names, on) {
    this.layer = layer;
    this.names = names;
    this.on = on;
    this.selected = 0;
    this.kinds = kindWords();
    const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
    this.box = byId("vessellist");
    this.body = byId("vessellist-rows");
    this.total = byId("vessellist-count");
    this.order = /** @type {HTMLSelectElement} */ (byId("vessellist-order"));
    this.freeze = byId("vessellist-freeze");
    this.frozen = false;
    byId("vessellist-close").addEventListener("click", () => this.open(false));
    this.order.addEventListener("change", () => this.draw(true));
    this.freeze.addEventListener("click", () => {
      this.frozen = !this.frozen;
      this.freeze.setAttribute("aria-pressed", String(this.frozen));
      this.draw();
    });
    this.body.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("tr");
      if (row?.dataset.mmsi) on.choose(Number(row.dataset.mmsi));
    });
  }

  /** @param {boolean} on */
  open(on) {
    this.box.hidden = !on;
    document.getElementById("tool-list")?.setAttribute("aria-pressed", String(on));
    if (on) this.draw(true);
    else this.on.closed();
  }

  get shown() {
    return !this.box.hidden;
  }

  /** @param {number[]} slots */
  sorted(slots) {
    const { fleet, map } = this.layer, center = map.getCenter();
    const range = (/** @type {number} */ i) => distanceM(center.lat, center.lng, latitude(fleet.y[i]), longitude(fleet.x[i]));
    const key = { age: (/** @type {number} */ i) => -fleet.at[i], speed: (/** @type {number} */ i) => -(fleet.sog[i] || 0), range }[this.order.value] ?? range;
    const keys = new Map(slots.map((i) => [i, key(i)]));
    return slots.sort((a, b) => /** @type {number} */ (keys.get(a)) - /** @type {number} */ (keys.get(b)));
  }

  /** @param {boolean} [anyway] also while frozen */
  draw(anyway = false) {
    if (!this.shown || (this.frozen && !anyway)) return;
    const all = this.layer.inView(), slots = this.sorted(all).slice(0, ROWS);
    this.total.textContent = all.length > ROWS ? t("%(shown)s of %(all)s", { shown: count(ROWS), all: count(all.length) }) : count(all.length);
    const held = document.activeElement instanceof HTMLElement ? document.activeElement.closest("tr")?.dataset.mmsi : undefined;
    this.body.replaceChildren(...slots.map((slot) => this.row(slot)));
    if (held) /** @type {HTMLElement | null} */ (this.body.querySelector(`[data-mmsi="${held}"] button`))?.focus();
    this.learnNames(slots.map((slot) => this.layer.fleet.mmsi[slot]));
  }

  /** @param {number} slot */
  row(slot) {
    const { fleet } = this.layer, row = document.createElement("tr");
    const mmsi = fleet.mmsi[slot];
    row.dataset.mmsi = String(mmsi);
    row.setAttribute("aria-selected", String(mmsi === this.selected));
    const name = document.createElement("button");
    name.type = "button";
    name.className = "rowbutton";
    name.textContent = this.names.of(mmsi);
    const cells = [
      name, String(mmsi), this.kinds[KINDS[fleet.kind[slot]]],
      position(latitude(fleet.y[slot]), longitude(fleet.x[slot])),
      Number.isNaN(fleet.sog[slot]) ? "" : speed(fleet.sog[slot]), Number.isNaN(fleet.cog[slot]) ? "" : bearing(fleet.cog[slot]),
      age(this.layer.clock() - fleet.at[slot]),
    ];
    cells.forEach((content, n) => {
      const cell = document.createElement("td");
      cell.append(content);
      if (n > 3) cell.className = "num";
      if (fleet.flags[slot] & 4 && n === 0) cell.append(" ", badge());
      row.append(cell);
    });
    return row;
  }

  /** @param {number[]} mmsis */
  async learnNames(mmsis) {
    if (!(await this.names.learn(mmsis))) return;
    for (const row of this.body.querySelectorAll("tr")) {
      const button = row.querySelector("button");
      if (button) button.textContent = this.names.of(Number(row.dataset.mmsi));
    }
  }
}

function badge() {
  const badge = document.createElement("strong");
  badge.className = "badge simulated";
  badge.textContent = t("SIMULATED");
  return badge;
}
