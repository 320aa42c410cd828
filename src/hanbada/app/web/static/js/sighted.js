// What sensors and people saw around the moment shown: matched with a line to where the track should have been, dark, or unsure.

import { token } from "./palette.js";

const AGAIN_MS = 15_000;
const NOTHING = { type: "FeatureCollection", features: [] };

export class Sighted {
  /** @param {import("./chart.js").ChartMap} chart @param {() => number | null} at seconds of the moment shown, null when live */
  constructor(chart, at) {
    this.chart = chart;
    this.at = at;
    this.data = NOTHING;
    chart.overlay(() => this.put());
    this.load();
    setInterval(() => this.load(), AGAIN_MS);
  }

  async load() {
    if (!this.chart.layers.sightings) return;
    const at = this.at();
    const answer = await fetch(at === null ? "/sightings/shapes" : `/sightings/shapes?at=${at}`).catch(() => null);
    if (!answer?.ok) return;
    this.data = await answer.json();
    await this.chart.ready;
    /** @type {any} */ (this.chart.map.getSource("sightings"))?.setData(this.data);
  }

  put() {
    const { map, layers } = this.chart;
    map.addSource("sightings", { type: "geojson", data: /** @type {any} */ (this.data) });
    if (!layers.sightings) return;
    const point = /** @type {any} */ (["==", ["geometry-type"], "Point"]), line = /** @type {any} */ (["==", ["geometry-type"], "LineString"]);
    const colour = /** @type {any} */ (["match", ["get", "verdict"], "dark", token("alarm"), "matched", token("selct"), token("ctnmk")]);
    map.addLayer({ id: "sighting-line", type: "line", source: "sightings", filter: line, paint: { "line-color": colour, "line-width": 1.2, "line-dasharray": [2, 1.5] } });
    map.addLayer({ id: "sighting", type: "circle", source: "sightings", filter: point, paint: { "circle-radius": 6, "circle-color": colour, "circle-opacity": 0.15, "circle-stroke-color": colour, "circle-stroke-width": 1.6 } });
    this.load();
  }
}
