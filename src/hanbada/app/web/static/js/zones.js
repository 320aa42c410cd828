// Areas on the chart. Overlapping claims stay overlapping: each is drawn as it is claimed, none above the other.

import { language } from "./words.js";
import { token } from "./palette.js";

export class Zones {
  /** @param {import("./chart.js").ChartMap} chart */
  constructor(chart) {
    this.chart = chart;
    this.data = { type: "FeatureCollection", features: [] };
    chart.overlay(() => this.put());
    this.load();
  }

  async load() {
    const answer = await fetch("/zones");
    if (!answer.ok) return;
    this.data = await answer.json();
    await this.chart.ready;
    /** @type {any} */ (this.chart.map.getSource("zones"))?.setData(this.data);
  }

  put() {
    const { map, layers } = this.chart, under = map.getLayer("track-casing") ? "track-casing" : map.getLayer("vessels") ? "vessels" : undefined;
    map.addSource("zones", { type: "geojson", data: /** @type {any} */ (this.data) });
    if (!layers.zones) return;
    const colour = token("zonec");
    map.addLayer({ id: "zone-fill", type: "fill", source: "zones", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.07 } }, under);
    map.addLayer({ id: "zone-line", type: "line", source: "zones", paint: { "line-color": colour, "line-width": 1.1, "line-dasharray": [5, 3], "line-opacity": 0.8 } }, under);
    map.addLayer({
      id: "zone-name", type: "symbol", source: "zones", minzoom: 7,
      layout: { "text-field": ["coalesce", ["get", `name_${language()}`], ["get", "name"], ""], "text-font": ["Pretendard Variable"], "text-size": 10.5, "text-max-width": 9, "symbol-placement": "point" },
      paint: { "text-color": colour, "text-opacity": 0.9, "text-halo-color": token("halos"), "text-halo-width": 1.2 },
    }, under);
  }
}
