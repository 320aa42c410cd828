// An alert on the chart: what was found, where, and the tracks of its vessels about then.

import { shape } from "./minimap.js";
import { padding } from "./room.js";

const CLOSEST_ZOOM = 10;

export class AlertShape {
  /** @param {import("./chart.js").ChartMap} chart @param {import("./selection.js").Selection} selection */
  constructor(chart, selection) {
    this.chart = chart;
    this.selection = selection;
    this.id = "";
    /** @type {any} */
    this.picture = null;
    chart.overlay(() => shape(chart.map, this.picture?.shape ?? null, this.picture?.severity ?? "caution"));
  }

  /** @param {string} id empty for none @param {{fly?: boolean}} [how] */
  async show(id, how = {}) {
    this.id = id;
    this.picture = null;
    if (id) {
      const answer = await fetch(`/alerts/${id}/shape`);
      if (this.id !== id) return;
      this.picture = answer.ok ? await answer.json() : null;
    }
    this.draw();
    this.selection.showExtra(this.picture?.tracks ?? []);
    if (how.fly && this.picture) this.fly();
  }

  draw() {
    const { map } = this.chart;
    for (const layer of ["found-fill", "found-line", "found-point"]) if (map.getLayer(layer)) map.removeLayer(layer);
    if (map.getSource("found")) map.removeSource("found");
    shape(map, this.picture?.shape ?? null, this.picture?.severity ?? "caution");
  }

  fly() {
    const { map } = this.chart, { type, coordinates } = this.picture.shape;
    const points = type === "Point" ? [coordinates] : type === "Polygon" ? coordinates[0] : coordinates;
    const xs = points.map((/** @type {number[]} */ p) => p[0]), ys = points.map((/** @type {number[]} */ p) => p[1]);
    map.fitBounds([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], { maxZoom: CLOSEST_ZOOM, padding: padding(map), animate: false });
  }
}
