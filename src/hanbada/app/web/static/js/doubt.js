// How far the picture can be trusted: where positions are disturbed, and where little is heard.

import { token } from "./palette.js";

const AGAIN_MS = 60_000;
const NOTHING = { type: "FeatureCollection", features: [] };
const HEARD = /** @type {[number, number][]} */ ([[0, 0.34], [0.3, 0.22], [0.6, 0.1], [0.9, 0]]); // share heard, how dark

export class Doubt {
  /** @param {import("./chart.js").ChartMap} chart @param {() => number | null} at seconds of the moment shown, null when live */
  constructor(chart, at) {
    this.chart = chart;
    this.at = at;
    this.disturbed = NOTHING;
    this.heard = NOTHING;
    chart.overlay(() => this.put());
    this.load();
    setInterval(() => this.load(), AGAIN_MS);
  }

  async load() {
    const at = this.at(), { layers } = this.chart;
    const asked = [layers.distrust ? fetch(at === null ? "/distrust" : `/distrust?at=${at}`) : null, layers.reception ? fetch("/reception") : null];
    const [disturbed, heard] = await Promise.all(asked.map((one) => one?.then((answer) => (answer.ok ? answer.json() : NOTHING)).catch(() => null)));
    if (disturbed) this.disturbed = disturbed;
    if (heard) this.heard = heard;
    await this.chart.ready;
    const { map } = this.chart;
    /** @type {any} */ (map.getSource("distrust"))?.setData(this.disturbed);
    /** @type {any} */ (map.getSource("reception"))?.setData(this.heard);
  }

  put() {
    const { map, layers } = this.chart, under = map.getLayer("zone-fill") ? "zone-fill" : map.getLayer("vessels") ? "vessels" : undefined;
    map.addSource("reception", { type: "geojson", data: /** @type {any} */ (this.heard) });
    map.addSource("distrust", { type: "geojson", data: /** @type {any} */ (this.disturbed) });
    if (layers.reception) {
      map.addLayer({ id: "reception", type: "fill", source: "reception", paint: { "fill-color": token("trkln"), "fill-opacity": ["interpolate", ["linear"], ["get", "share"], ...HEARD.flat()] } }, under);
      this.load();
    }
    if (!layers.distrust) return;
    const colour = token("alarm");
    map.addLayer({ id: "distrust-fill", type: "fill", source: "distrust", paint: { "fill-color": colour, "fill-opacity": 0.1 } }, under);
    map.addLayer({ id: "distrust-line", type: "line", source: "distrust", paint: { "line-color": colour, "line-width": 1.6, "line-dasharray": [2, 1.5] } }, under);
  }
}
