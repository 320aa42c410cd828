// The vessels in view as a table: what the map shows, in words, live and in replay.

import { KINDS } from "./frames.js";
import { fits } from "./filter.js";
import { latitude, longitude, mercatorX, mercatorY } from "./fleet.js";
import { bearing, position, speed } from "./nautical.js";
import { distanceM } from "./sphere.js";
import { age, count, t } from "./words.js";

const ROWS = 120;
const kindWords = () => ({
  cargo: t("Cargo"), tanker: t("Tanker"), passenger: t("Passenger"), high_speed: t("High-speed"),
  tug_special: t("Tug, special"), fishing: t("Fishing"), pleasure: t("Pleasure"), other: t("Other type"),
});

export class VesselList {
  /** @param {import("./vessel-layer.js").VesselLayer} layer @param {{choose: (mmsi: number) => void, closed: () => void}} on */
  constructor(layer, on) {
    this.layer = layer;
    this.on = on;
    this.selected = 0;
    this.asking = false;
    this.kinds = /** @type {Record<string, string>} */ (kindWords());
    const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
    this.box = byId("vessellist");
    this.body = byId("vessellist-rows");
    this.total = byId("vessellist-count");
    this.order = /** @type {HTMLSelectElement} */ (byId("vessellist-order"));
    this.freeze = byId("vessellist-freeze");
    this.frozen = false;
    /** @type {Map<number, string>} */
    this.names = new Map();
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

  /** The slots in view that pass the filter. */
  inView() {
    const { fleet, filter, map } = this.layer, bounds = map.getBounds(), now = this.layer.clock();
    const north = mercatorY(bounds.getNorth()), south = mercatorY(bounds.getSouth());
    const west = mercatorX(bounds.getWest()), wide = mercatorX(bounds.getEast()) - west, found = [];
    for (let i = 0; i < fleet.size; i++) {
      if (fleet.kind[i] > 7 || fleet.y[i] < north || fleet.y[i] > south) continue;
      if (((((fleet.x[i] - west) % 1) + 1) % 1) > wide) continue;
      if (fits(filter, fleet.kind[i], fleet.flags[i], fleet.sog[i], now - fleet.at[i])) found.push(i);
    }
    return found;
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
    const all = this.inView(), slots = this.sorted(all).slice(0, ROWS);
    this.total.textContent = all.length > ROWS ? t("%(shown)s of %(all)s", { shown: count(ROWS), all: count(all.length) }) : count(all.length);
    const held = document.activeElement instanceof HTMLElement ? document.activeElement.closest("tr")?.dataset.mmsi : undefined;
    this.body.replaceChildren(...slots.map((slot) => this.row(slot)));
    if (held) /** @type {HTMLElement | null} */ (this.body.querySelector(`[data-mmsi="${held}"] button`))?.focus();
    this.fetchNames(slots.map((slot) => this.layer.fleet.mmsi[slot]));
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
    name.textContent = this.names.get(mmsi) ?? String(mmsi);
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
  async fetchNames(mmsis) {
    const missing = mmsis.filter((mmsi) => !this.names.has(mmsi));
    if (!missing.length || this.asking) return;
    this.asking = true;
    const answer = await fetch(`/vessels/names?mmsi=${missing.join(",")}`);
    this.asking = false;
    if (!answer.ok) return;
    const found = await answer.json();
    for (const mmsi of missing) this.names.set(mmsi, found[mmsi] ?? String(mmsi));
    for (const row of this.body.querySelectorAll("tr")) {
      const button = row.querySelector("button");
      if (button) button.textContent = this.names.get(Number(row.dataset.mmsi)) ?? row.dataset.mmsi ?? "";
    }
  }
}

function badge() {
  const badge = document.createElement("strong");
  badge.className = "badge simulated";
  badge.textContent = t("SIMULATED");
  return badge;
}
