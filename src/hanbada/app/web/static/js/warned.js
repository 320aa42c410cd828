// Navigational warnings in force at the moment shown: a shape or a ring each; a press opens the warning.

import { token } from "./palette.js";

const AGAIN_MS = 30_000;
const FONT = ["Pretendard Variable"];
const NOTHING = { type: "FeatureCollection", features: [] };

export class Warned {
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
    if (!this.chart.layers.warnings) return;
    const at = this.at();
    const answer = await fetch(at === null ? "/warnings.geojson" : `/warnings.geojson?at=${at}`).catch(() => null);
    if (!answer?.ok) return;
    this.data = await answer.json();
    await this.chart.ready;
    /** @type {any} */ (this.chart.map.getSource("warnings"))?.setData(this.data);
  }

  put() {
    const { map, layers } = this.chart;
    map.addSource("warnings", { type: "geojson", data: /** @type {any} */ (this.data) });
    if (!layers.warnings) return;
    const colour = /** @type {any} */ (token("ctnmk")), shape = /** @type {any} */ (["!=", ["geometry-type"], "Point"]);
    map.addLayer({ id: "warning-line", type: "line", source: "warnings", filter: shape, paint: { "line-color": colour, "line-width": 1.6, "line-dasharray": [4, 1.5] } });
    map.addLayer({ id: "warning", type: "circle", source: "warnings", filter: ["!", shape], paint: { "circle-radius": 8, "circle-opacity": 0, "circle-stroke-color": colour, "circle-stroke-width": 1.8 } });
    map.addLayer({ id: "warning-name", type: "symbol", source: "warnings", minzoom: 6, layout: { "text-field": ["concat", ["get", "name"], "\n", ["get", "kind"]], "text-size": 11, "text-offset": [0, 1.4], "text-font": FONT }, paint: { "text-color": colour, "text-halo-color": /** @type {any} */ (token("depdw")), "text-halo-width": 1.2 } });
    map.on("click", "warning", (event) => open(event));
    map.on("click", "warning-name", (event) => open(event));
    this.load();
  }
}

/** @param {any} event */
function open(event) {
  const address = event.features?.[0]?.properties?.address;
  if (address) location.href = address;
}
